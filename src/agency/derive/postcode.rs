//! Parts of postcodes.

use crate::spec::Derivation as D;

/// Derives from a compact postcode such as `SW1A1AA`.
pub fn derive(derivation: D, postcode: &str, emit: &mut dyn FnMut(&str)) {
    let without_last =
        |count: usize| postcode.len().checked_sub(count).and_then(|end| postcode.get(..end));
    let outward = || without_last(3);
    let is_letter = |char: char| char.is_ascii_alphabetic();
    let part = match derivation {
        D::Whole => Some(postcode),
        D::Sector => without_last(2),
        D::District => outward().map(|outward| outward.strip_suffix(is_letter).unwrap_or(outward)),
        D::Area => outward().and_then(|outward| outward.split(|char| !is_letter(char)).next()),
        _ => None,
    };
    if let Some(part) = part.filter(|part| !part.is_empty()) {
        emit(part);
    }
}

#[cfg(test)]
mod tests {
    use super::super::derived;
    use super::*;
    use crate::spec::Kind;

    #[test]
    fn a_postcode_has_sector_district_and_area() {
        for (postcode, sector, district, area) in [
            ("SW1A1AA", "SW1A1", "SW1", "SW"),
            ("M11AE", "M11", "M1", "M"),
            ("W1A0AX", "W1A0", "W1", "W"),
            ("DN551PT", "DN551", "DN55", "DN"),
        ] {
            assert_eq!(derived(Kind::UkPostcode, D::Sector, postcode), [sector]);
            assert_eq!(derived(Kind::UkPostcode, D::District, postcode), [district]);
            assert_eq!(derived(Kind::UkPostcode, D::Area, postcode), [area]);
        }
    }
}
