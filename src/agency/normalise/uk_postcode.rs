//! Postcodes of the United Kingdom and the Crown dependencies.

use super::postcode_area::is_area;
use super::{Normalised, Refusal, Warning, cell, placeholder};

/// A whole postcode without its space; canonical `SW1A1AA`. Letters are never taken for digits
/// or digits for letters.
///
/// # Errors
/// A cell that is not a postcode, or is one that stands for no home, such as `ZZ99 3VZ`.
pub fn uk_postcode(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let text = cell::plain(cell);
    let (compact, length) = compact(&text)?;
    let compact = &compact[..length];
    if compact.starts_with(b"ZZ") || compact.starts_with(b"NF1") {
        return Err(Refusal::PseudoPostcode);
    }
    if compact == b"GIR0AA" {
        return Err(Refusal::NotResidential);
    }
    let (outward, inward) = compact.split_at(length.saturating_sub(INWARD));
    if !is_inward(inward) || !is_outward(outward) {
        return Err(instead_of(Refusal::NotAPostcode, &text));
    }
    let letters = outward.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (area, district) = outward.split_at(letters);
    out.extend(compact.iter().map(|&byte| char::from(byte)));
    if !is_area(area) {
        return Ok(Some(Warning::UnknownArea));
    }
    Ok(is_non_geographic(area, district).then_some(Warning::NonGeographicPostcode))
}

const LONGEST: usize = 7;
const INWARD: usize = 3;

/// The letters and digits of the cell, upper-case, and how many they are.
fn compact(text: &str) -> Result<([u8; LONGEST], usize), Refusal> {
    let mut compact = [0; LONGEST];
    let mut length = 0;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            let place = compact.get_mut(length);
            *place.ok_or_else(|| instead_of(Refusal::NotAPostcode, text))? =
                byte.to_ascii_uppercase();
            length += 1;
        } else if !byte.is_ascii() {
            return Err(Refusal::NotAPostcode);
        }
    }
    if length == 0 { Err(instead_of(Refusal::NotAPostcode, text)) } else { Ok((compact, length)) }
}

/// The reason, unless the whole cell says that there is no postcode.
#[cold]
fn instead_of(refusal: Refusal, text: &str) -> Refusal {
    if text.is_empty() {
        Refusal::Blank
    } else if placeholder::says_missing(text) || text.eq_ignore_ascii_case("no fixed abode") {
        Refusal::Placeholder
    } else if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("ZZ99")) {
        Refusal::PseudoPostcode
    } else {
        refusal
    }
}

fn is_inward(inward: &[u8]) -> bool {
    let is_unit_letter = |byte: u8| byte.is_ascii_uppercase() && !b"CIKMOV".contains(&byte);
    matches!(*inward, [b'0'..=b'9', first, second]
        if is_unit_letter(first) && is_unit_letter(second))
}

/// The six shapes of an outward code, each letter from those that its place allows.
fn is_outward(outward: &[u8]) -> bool {
    match *outward {
        [a, b'0'..=b'9'] | [a, b'0'..=b'9', b'0'..=b'9'] => is_first(a),
        [a, b'0'..=b'9', c] => is_first(a) && b"ABCDEFGHJKPSTUW".contains(&c),
        [a, b, b'0'..=b'9'] | [a, b, b'0'..=b'9', b'0'..=b'9'] => is_first(a) && is_second(b),
        [a, b, b'0'..=b'9', d] => is_first(a) && is_second(b) && b"ABEHMNPRVWXY".contains(&d),
        _ => false,
    }
}

const fn is_first(letter: u8) -> bool {
    matches!(letter, b'A'..=b'P' | b'R'..=b'U' | b'W' | b'Y' | b'Z')
}

const fn is_second(letter: u8) -> bool {
    matches!(letter, b'A'..=b'H' | b'K'..=b'Y')
}

/// Districts of large organisations: the area BX, and by custom the numbers 95 to 99 elsewhere.
fn is_non_geographic(area: &[u8], district: &[u8]) -> bool {
    area == b"BX" || matches!(district, [b'9', b'5'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    #[test]
    fn each_shape_of_postcode_is_made_compact() {
        for (cell, expected) in [
            ("M1 1AE", "M11AE"),
            ("B33 8TH", "B338TH"),
            ("w1a 0ax", "W1A0AX"),
            ("CR2 6XH", "CR26XH"),
            ("DN55 1PT", "DN551PT"),
            ("SW1A1AA", "SW1A1AA"),
            ("sw1a  1aa", "SW1A1AA"),
            ("EC1A-1BB", "EC1A1BB"),
            ("JE2 3XP", "JE23XP"),
            ("BF1 3AA", "BF13AA"),
            ("ＯＸ１\u{a0}３ＱＤ", "OX13QD"),
        ] {
            assert_eq!(canonical(uk_postcode, cell), Ok((expected.into(), None)), "{cell}");
        }
    }

    #[test]
    fn postcodes_of_organisations_are_kept_with_a_warning() {
        for cell in ["E981AA", "EH991AA", "SA991AA", "BX11LT"] {
            let kept = Ok((cell.into(), Some(Warning::NonGeographicPostcode)));
            assert_eq!(canonical(uk_postcode, cell), kept, "{cell}");
        }
    }

    #[test]
    fn postcodes_that_stand_for_no_home_are_refused() {
        for cell in ["ZZ99 3VZ", "zz993wz", "ZZ99", "NF1 1NF", "NF1 1FA", "NF1 1AB", "ZZ1 1ZZ"] {
            assert_eq!(canonical(uk_postcode, cell), Err(Refusal::PseudoPostcode), "{cell}");
        }
        assert_eq!(canonical(uk_postcode, "GIR 0AA"), Err(Refusal::NotResidential));
        assert_eq!(
            canonical(uk_postcode, "AA1 1AA"),
            Ok(("AA11AA".into(), Some(Warning::UnknownArea)))
        );
        assert_eq!(canonical(uk_postcode, "No fixed abode"), Err(Refusal::Placeholder));
    }

    #[test]
    fn what_is_not_a_whole_postcode_is_refused_without_guessing() {
        for cell in [
            "SW1A", "0X1 3QD", "OX1 3Q0", "BFPO 801", "ASCN 1ZZ", "AI-2640", "NPT 0AA", "QC1 1AA",
            "M1 1AC", "M1 1AEE", "1", "M1é1AE", "XX1 1XX", "75001",
        ] {
            assert_eq!(canonical(uk_postcode, cell), Err(Refusal::NotAPostcode), "{cell}");
        }
    }
}
