//! What the parts of recipes speak for, and which of them follow from which.

use super::{Atom, Level, Of};
use crate::spec::{Derivation, FieldIx, Kind, Linkage, Part};

/// What a part speaks for: the comparison's name, what it is about, and the level of agreement.
pub(super) fn of(linkage: &Linkage, part: &Part) -> Option<(String, Of, Level)> {
    let fields: Vec<FieldIx> = part.choices.iter().map(|choice| choice.field).collect();
    let first = linkage.field_at(fields[0]);
    let alike = fields.iter().all(|field| linkage.field_at(*field).kind == first.kind);
    let one = fields.iter().all(|field| *field == fields[0]);
    if !alike {
        return None;
    }
    let level = part.choices.iter().map(|c| level(first.kind, c.derivation)).max().flatten();
    let about = match first.kind {
        // Names in common are counted, whatever their fields.
        Kind::Name if !one => return None,
        Kind::Name if is_family_name(&first.name) => Of::FamilyName,
        Kind::Name => Of::GivenName,
        Kind::Date => Of::Date,
        Kind::UkPostcode => Of::Postcode,
        Kind::Sex => Of::Sex,
        Kind::Code | Kind::Uprn => Of::Code,
        Kind::Text => Of::Text,
        _ => Of::Identifier,
    };
    level.map(|level| (first.name.clone(), about, level))
}

/// Whether a field of names holds what a family shares.
fn is_family_name(field: &str) -> bool {
    ["surname", "family", "last"].iter().any(|word| field.contains(word))
}

/// The level of agreement of which a derivation speaks; none if it speaks of no level of its own.
const fn level(kind: Kind, derivation: Derivation) -> Option<Level> {
    use Derivation as D;
    match (kind, derivation) {
        (
            _,
            D::Whole
            | D::FirstWord
            | D::EveryWord
            | D::LaterWords
            | D::Permanent
            | D::Temporary
            | D::NotNewYear,
        ) => Some(0),
        (Kind::Name, D::Nickname) => Some(1),
        (Kind::Name, D::Soundex | D::Metaphone) => Some(2),
        (Kind::Name, D::Initial) => Some(4),
        (Kind::Name, _) => Some(3),
        (Kind::Date, D::EitherOrder) => Some(2),
        (Kind::Date, D::YearMonth | D::YearDay | D::MonthDay) => Some(3),
        (Kind::UkPostcode, D::Sector) => Some(1),
        (Kind::UkPostcode, D::District) => Some(2),
        (Kind::Code | Kind::Text, _) => Some(1),
        _ => None,
    }
}

/// Which atoms agree whenever others do: what is derived from an equal value is equal, and two of
/// the pairs of a date's parts give the date.
pub(super) fn follows(atoms: &[Atom]) -> Vec<(u64, u64)> {
    let mut follows = Vec::new();
    for (a, strict) in atoms.iter().enumerate() {
        for (b, loose) in atoms.iter().enumerate() {
            if a != b && implies(&strict.part, &loose.part) {
                follows.push((1 << a, 1 << b));
            }
        }
    }
    let pairs = [Derivation::YearMonth, Derivation::YearDay, Derivation::MonthDay];
    for (a, first) in atoms.iter().enumerate() {
        for (b, second) in atoms.iter().enumerate().skip(a + 1) {
            for (c, whole) in atoms.iter().enumerate() {
                if let ([x], [y], [z]) =
                    (&first.part.choices[..], &second.part.choices[..], &whole.part.choices[..])
                    && pairs.contains(&x.derivation)
                    && pairs.contains(&y.derivation)
                    && z.derivation == Derivation::Whole
                    && x.field == z.field
                    && y.field == z.field
                {
                    follows.push((1 << a | 1 << b, 1 << c));
                }
            }
        }
    }
    follows
}

/// The atoms that are a date under this derivation, as bits.
pub(super) fn takes(atoms: &[Atom], linkage: &Linkage, derivation: Derivation) -> u64 {
    let takes = |atom: &Atom| match &atom.part.choices[..] {
        [one] => linkage.field_at(one.field).kind == Kind::Date && one.derivation == derivation,
        _ => false,
    };
    let atoms = atoms.iter().enumerate().filter(|(_, atom)| takes(atom));
    atoms.fold(0, |bits, (place, _)| bits | 1 << place)
}

/// Which atoms a record has whenever it has another: as many letters at either end of a name.
pub(super) fn together(atoms: &[Atom]) -> Vec<(u64, u64)> {
    use Derivation as D;
    let mut together = Vec::new();
    for (a, one) in atoms.iter().enumerate() {
        for (b, other) in atoms.iter().enumerate() {
            if let ([x], [y]) = (&one.part.choices[..], &other.part.choices[..])
                && x.field == y.field
                && matches!(
                    (x.derivation, y.derivation),
                    (D::Prefix3, D::Suffix3)
                        | (D::Suffix3, D::Prefix3)
                        | (D::Prefix4, D::Suffix4)
                        | (D::Suffix4, D::Prefix4)
                )
            {
                together.push((1 << a, 1 << b));
            }
        }
    }
    together
}

/// Whether agreement of one part means agreement of another: each choice of the stricter is a
/// choice of the looser, or the looser has something derived from it.
fn implies(strict: &Part, loose: &Part) -> bool {
    strict.choices.iter().all(|a| {
        loose.choices.iter().any(|b| a.field == b.field && gives(a.derivation, b.derivation))
    })
}

/// Whether what is equal under one derivation is equal under another.
const fn gives(strict: Derivation, loose: Derivation) -> bool {
    use Derivation as D;
    match (strict, loose) {
        (D::YearMonth | D::YearDay, D::Year)
        | (D::Soundex | D::Prefix2 | D::Prefix3 | D::Prefix4, D::Initial)
        | (D::Prefix4, D::Prefix3 | D::Prefix2)
        | (D::Prefix3, D::Prefix2)
        | (D::Suffix4, D::Suffix3)
        | (D::Sector, D::District | D::Area)
        | (D::District, D::Area) => true,
        // A temporary number or a 1 January has no such part, but a pair that agrees in the whole
        // does not differ in it either.
        (D::Whole, D::Permanent | D::Temporary | D::NotNewYear | D::EitherOrder) => false,
        (D::Whole, _) => true,
        (D::NotNewYear, D::Whole | D::Year | D::YearMonth | D::YearDay | D::MonthDay) => true,
        _ => strict as u8 == loose as u8,
    }
}
