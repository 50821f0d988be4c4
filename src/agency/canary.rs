//! Canaries: made-up people whose tokens every agency computes before it touches data.
//!
//! Their cells are hard on purpose (accents, hyphens, leap days, refused values). The digest over
//! their tokens and refusals differs as soon as the key, the spec, a normaliser or a Unicode table
//! does, so a linker without the key sees from the digest alone that two agencies would not meet.

use sha2::{Digest, Sha256};

use super::record::Record;
use super::tally::FieldTally;
use super::tokenise::{Block, TokenLists, Tokeniser};
use crate::spec::{FieldIx, Kind, Linkage, SourceField};

/// How many canaries there are.
pub const CANARIES: usize = 256;

/// The digest of the canaries under a spec and its keys: SHA-256 over, canary by canary, for each
/// field a `!` and the refusals' and warnings' codes, then for each recipe its number of tokens as
/// one byte and the tokens.
pub(super) fn digest(linkage: &Linkage, tokeniser: &Tokeniser<'_>) -> [u8; 32] {
    let kinds: Vec<Kind> = linkage.fields.iter().map(|field| field.kind).collect();
    let mut hasher = Sha256::new();
    let mut record = Record::new(tokeniser.taken.clone(), kinds.iter().copied());
    let mut block = Block::default();
    let mut lists: Vec<TokenLists> =
        (0..tokeniser.recipes()).map(|_| TokenLists::with_capacity(1)).collect();
    for canary in 0..CANARIES {
        record.clear();
        for (column, kind) in kinds.iter().enumerate() {
            let field = FieldIx(u16::try_from(column).expect("a spec has few fields"));
            let source = SourceField::plain(field, *kind);
            let mut tally = FieldTally::default();
            record.absorb(column, &source, *kind, cell(*kind, canary, column), &mut tally);
            hasher.update(b"!");
            for code in tally.refused.keys().chain(tally.warned.keys()) {
                hasher.update(code.as_bytes());
            }
        }
        block.clear();
        block.push(&record, false);
        block.end_record();
        block.tokens(tokeniser, &mut lists);
        for lists in &mut lists {
            let count = u8::try_from(lists.tokens.len()).expect("a row has few tokens of a recipe");
            hasher.update([count]);
            lists.tokens.iter().for_each(|token| hasher.update(token.0));
            lists.clear();
        }
    }
    hasher.finalize().into()
}

/// A canary's cell of a field: fields step through their kind's cells at strides of their own, so
/// that the canaries combine them differently.
fn cell(kind: Kind, canary: usize, field: usize) -> &'static str {
    let cells = cells(kind);
    cells[(canary * (2 * field + 1) + canary / cells.len() + field) % cells.len()]
}

const fn cells(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::NhsNumber => &NHS_NUMBERS,
        Kind::ChiNumber => &CHI_NUMBERS,
        Kind::HcNumber => &HC_NUMBERS,
        Kind::Upn => &UPNS,
        Kind::Uln => &ULNS,
        Kind::Uprn => &UPRNS,
        Kind::Name => &NAMES,
        Kind::Date => &DATES,
        Kind::Sex => &SEXES,
        Kind::UkPostcode => &POSTCODES,
        Kind::Code => &CODES,
        Kind::Text => &TEXTS,
    }
}

const NHS_NUMBERS: [&str; 9] = [
    "943 476 5919",
    "9434765870",
    "450-557-7104",
    "9434765871",
    "1111111111",
    "8429141456",
    "",
    "9876543210",
    "9.43E+09",
];
const CHI_NUMBERS: [&str; 7] = [
    "0101011237",
    "1904851231",
    "2902201230",
    "0101201234",
    "2902191230",
    "1904851232",
    "101011237",
];
const HC_NUMBERS: [&str; 4] = ["3200000080", "3999999997", "320 000 0048", "4000000004"];
const UPNS: [&str; 7] = [
    "B801200005001",
    "h801200001001",
    "A801200005001",
    "M80120000500A",
    "UN1",
    " B801200005001 ",
    "",
];
const ULNS: [&str; 4] = ["9276308686", "9999999999", "9276308687", " 9276308686 "];
const UPRNS: [&str; 5] = ["100012345678", "000000004217", "0", "10 0012 3456", "abc"];
const SEXES: [&str; 5] = ["F", "m", "X", "", "Q"];
const DATES: [&str; 13] = [
    "2012-02-29",
    "2013-02-29",
    "2011-01-01",
    "1900-01-01",
    "2015-12-31",
    "2009-07-04",
    "2016-11-12",
    "2016-12-11",
    "31/12/2015",
    "2104-05-06",
    "2018-09-30",
    "",
    "2014-3-9",
];
const POSTCODES: [&str; 14] = [
    "SW1A 1AA", "m1 1ae", "B33 8TH", "CR2 6XH", "DN55 1PT", "EC1A1BB", "W1A 0AX", "ZZ99 3VZ",
    "GIR 0AA", "BF1 1AA", "JE2 3AB", "SW1A 1A", "", "0X1 3QD",
];
const CODES: [&str; 6] = ["ab-12/3", "UNKNOWN", "0000", "Ångström 7", "12345", ""];
const TEXTS: [&str; 7] = [
    "Stoke-on-Trent",
    "ST. HELENS",
    "Llanfairpwll",
    "Łódź",
    "not known",
    "Newcastle  upon Tyne",
    "",
];
const NAMES: [&str; 61] = [
    "Anna",
    "José",
    "O'Brien",
    "O\u{2019}Brien",
    "D'Arcy",
    "Zoë",
    "Zoe\u{308}",
    "Siân",
    "Seán",
    "Mary-Jane",
    "Mary Jane",
    "ANNE MARIE",
    "Van der Berg",
    "de la Cruz",
    "MacDonald",
    "Mc Donald",
    "St. John",
    "Al-Hassan",
    "El Sayed",
    "Mohammed",
    "Muhammad",
    "Mohamed Ali",
    "Bin Laden-Smith",
    "Ngũgĩ",
    "Nguyễn",
    "Łukasz",
    "Škoda",
    "Søren",
    "Björk",
    "Müller",
    "Groß",
    "Çelik",
    "Ağaoğlu",
    "Þórdís",
    "Æthelred",
    "Œuvre",
    "Владимир",
    "Ελένη",
    "محمد",
    "李",
    "मोहन",
    "ਸਿੰਘ",
    "Smith-Jones",
    "Smith Jones",
    "Mr John Smith",
    "John Smith Jr",
    "Elizabeth (Beth)",
    "Beth",
    "BABY",
    "TWIN 1",
    "Baby of Smith",
    "unknown",
    "N/A",
    "",
    "-",
    "X",
    "Ng",
    "O",
    "J",
    "J0hn",
    "Ｆｕｌｌ　Ｗｉｄｔｈ",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_canaries_show_every_cell_of_every_kind() {
        for kind in Kind::ALL {
            for field in 0..13 {
                let shown: BTreeSet<&str> = (0..CANARIES).map(|c| cell(kind, c, field)).collect();
                let all: BTreeSet<&str> = cells(kind).iter().copied().collect();
                assert_eq!(shown, all, "{} as field {field}", kind.name());
            }
        }
    }
}
