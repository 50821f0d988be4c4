//! Unique pupil numbers of England and Wales.

use super::{Normalised, Refusal, Warning, cell, number, placeholder};

/// A check letter and twelve characters; canonical `B801200005001`. The last character of a
/// temporary number is a letter.
///
/// # Errors
/// A cell that is not a valid pupil number, or is a placeholder such as `UN1`.
pub fn upn(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let characters = characters(cell)?;
    let [_, stem @ ..] = &characters;
    if number::is_repdigit(stem) {
        return Err(Refusal::Placeholder);
    }
    let values = values(&characters)?;
    if check_value(&values) != values[0] {
        return Err(Refusal::CheckDigit);
    }
    out.extend(characters.iter().map(|&byte| char::from(byte)));
    let authority = values[1..4].iter().fold(0, |code, &digit| code * 10 + u16::from(digit));
    Ok(if characters[LENGTH - 1].is_ascii_alphabetic() {
        Some(Warning::TemporaryUpn)
    } else {
        (!is_authority(authority)).then_some(Warning::UnknownAuthority)
    })
}

const LENGTH: usize = 13;

/// The check letters in the order of their values; I, O and S are left out.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

fn characters(cell: &str) -> Result<[u8; LENGTH], Refusal> {
    let text = cell::plain(cell);
    let mut characters = [0; LENGTH];
    let mut length = 0;
    for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
        if !byte.is_ascii_alphanumeric() {
            return Err(instead_of(Refusal::BadCharacter, &text));
        }
        if let Some(place) = characters.get_mut(length) {
            *place = byte.to_ascii_uppercase();
        }
        length += 1;
    }
    if length == LENGTH { Ok(characters) } else { Err(instead_of(Refusal::WrongLength, &text)) }
}

/// The reason, unless the whole cell says that there is no number.
#[cold]
fn instead_of(refusal: Refusal, text: &str) -> Refusal {
    if text.is_empty() {
        return Refusal::Blank;
    }
    let is_reason_code = matches!(text.as_bytes(), [b'U' | b'u', b'N' | b'n', b'0'..=b'9']);
    let is_filler = placeholder::is_zeros_or_nines(text.as_bytes());
    if is_reason_code || is_filler || placeholder::says_missing(text) {
        Refusal::Placeholder
    } else {
        refusal
    }
}

fn values(characters: &[u8; LENGTH]) -> Result<[u8; LENGTH], Refusal> {
    let mut values = [0; LENGTH];
    for (at, (value, &character)) in values.iter_mut().zip(characters).enumerate() {
        *value = match character {
            b'0'..=b'9' if at > 0 => character - b'0',
            b'A'..=b'Z' if at == 0 || at == LENGTH - 1 => {
                let place = LETTERS.iter().position(|&letter| letter == character);
                place.and_then(|place| u8::try_from(place).ok()).ok_or(Refusal::BadCharacter)?
            }
            _ => return Err(Refusal::BadCharacter),
        };
    }
    Ok(values)
}

/// The sum of the characters 2 to 13, each times its position, modulus 23.
fn check_value(values: &[u8; LENGTH]) -> u8 {
    let sum: u32 = (1..).zip(values).skip(1).map(|(at, &value)| at * u32::from(value)).sum();
    u8::try_from(sum % 23).expect("a remainder by 23 is small")
}

fn is_authority(code: u16) -> bool {
    let after = AUTHORITIES.partition_point(|&(first, _)| first <= code);
    after > 0 && code <= AUTHORITIES[after - 1].1
}

/// Local authority numbers, first and last of each run: those that rule 1530 of the Department
/// for Education accepts, and 838 to 839 and 940 to 943, which are newer.
const AUTHORITIES: [(u16, u16); 36] = [
    (1, 5),
    (201, 213),
    (301, 320),
    (330, 336),
    (340, 344),
    (350, 359),
    (370, 373),
    (380, 384),
    (390, 394),
    (420, 420),
    (660, 681),
    (701, 708),
    (800, 803),
    (805, 808),
    (810, 813),
    (815, 816),
    (820, 823),
    (825, 826),
    (830, 831),
    (835, 839),
    (840, 841),
    (845, 846),
    (850, 852),
    (855, 857),
    (860, 861),
    (865, 896),
    (908, 909),
    (916, 916),
    (919, 919),
    (921, 921),
    (925, 926),
    (928, 929),
    (931, 931),
    (933, 933),
    (935, 938),
    (940, 943),
];

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    #[test]
    fn valid_numbers_are_upper_case_and_compact() {
        for cell in ["H801200001001", "h801200001001", "H801 2000 01001", "H-801-2000-01-001"] {
            assert_eq!(canonical(upn, cell), Ok(("H801200001001".into(), None)), "{cell}");
        }
        assert_eq!(canonical(upn, "B801200005001"), Ok(("B801200005001".into(), None)));
        assert_eq!(canonical(upn, "P207000016049"), Ok(("P207000016049".into(), None)));
    }

    #[test]
    fn temporary_numbers_and_unknown_authorities_are_kept_with_a_warning() {
        let temporary = Ok(("M80120000500A".into(), Some(Warning::TemporaryUpn)));
        assert_eq!(canonical(upn, "M80120000500A"), temporary);
        let elsewhere = Ok(("G999200005002".into(), Some(Warning::UnknownAuthority)));
        assert_eq!(canonical(upn, "G999200005002"), elsewhere);
    }

    #[test]
    fn placeholders_are_refused() {
        for cell in ["UN1", "un7", "A000000000000", "F999999999999", "0000000000000"] {
            assert_eq!(canonical(upn, cell), Err(Refusal::Placeholder), "{cell}");
        }
    }

    #[test]
    fn wrong_numbers_are_refused() {
        assert_eq!(canonical(upn, "A801200005001"), Err(Refusal::CheckDigit));
        assert_eq!(canonical(upn, "Q207000016049"), Err(Refusal::CheckDigit));
        assert_eq!(canonical(upn, "801200005001"), Err(Refusal::WrongLength));
        assert_eq!(canonical(upn, "B80120OOO5001"), Err(Refusal::BadCharacter));
        assert_eq!(canonical(upn, "I801200005001"), Err(Refusal::BadCharacter));
        assert_eq!(canonical(upn, "B80120000500S"), Err(Refusal::BadCharacter));
        assert_eq!(canonical(upn, "B801200005001é"), Err(Refusal::BadCharacter));
    }

    #[test]
    fn the_authorities_are_in_order() {
        assert!(AUTHORITIES.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(is_authority(1) && is_authority(213) && is_authority(943) && is_authority(420));
        assert!(!is_authority(0) && !is_authority(6) && !is_authority(214) && !is_authority(999));
    }
}
