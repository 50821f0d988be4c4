//! Sex or gender, by a declared code list.

use super::{Normalised, Refusal, Warning, cell};
use crate::spec::CodeMap;

/// `F`, `M` or `X`, by the source's code map. Codes are compared without regard to case; a code
/// that has become a float (`1.0`) is found as its whole number.
///
/// # Errors
/// A cell that is blank or mapped to "not known", or a code that is not listed.
pub fn sex(cell: &str, codes: &CodeMap, out: &mut String) -> Normalised {
    out.clear();
    let code = cell::plain(cell);
    if code.is_empty() {
        return Err(Refusal::Blank);
    }
    let as_it_is = codes.meaning(&code).map(|meaning| (meaning, None));
    let mended = || {
        let meaning = codes.meaning(code.strip_suffix(".0")?)?;
        Some((meaning, Some(Warning::Mended)))
    };
    let (meaning, warning) = as_it_is.or_else(mended).ok_or(Refusal::UnknownCode)?;
    out.push_str(meaning.ok_or(Refusal::Blank)?.text());
    Ok(warning)
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    fn read(cell: &str, pairs: &[(&str, &str)]) -> Result<(String, Option<Warning>), Refusal> {
        let codes = CodeMap::new(pairs.iter().copied()).expect("the map is good");
        canonical(|cell, out| sex(cell, &codes, out), cell)
    }

    #[test]
    fn codes_mean_what_the_source_declares() {
        let nhs = [("1", "M"), ("2", "F"), ("9", "X"), ("x", ""), ("Weiß", "F")];
        assert_eq!(read(" 1 ", &nhs), Ok(("M".into(), None)));
        assert_eq!(read("２", &nhs), Ok(("F".into(), None)));
        assert_eq!(read("9.0", &nhs), Ok(("X".into(), Some(Warning::Mended))));
        assert_eq!(read("weiß", &nhs), Ok(("F".into(), None)));
        assert_eq!(read("X", &nhs), Err(Refusal::Blank));
        assert_eq!(read("0", &nhs), Err(Refusal::UnknownCode));
        assert_eq!(read(" ", &nhs), Err(Refusal::Blank));
    }

    #[test]
    fn the_default_knows_the_canonical_values_alone() {
        for (cell, expected) in [("F", "F"), ("m", "M"), ("X", "X")] {
            let read = canonical(|cell, out| sex(cell, &CodeMap::default(), out), cell);
            assert_eq!(read, Ok((expected.into(), None)));
        }
        let read = canonical(|cell, out| sex(cell, &CodeMap::default(), out), "U");
        assert_eq!(read, Err(Refusal::UnknownCode));
    }
}
