//! Making values coarser: a date to its year or month, a postcode to its district or area.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use crate::spec::{CalendarDate, Coarsen, DateFormat};

/// The column as the extract shows it, and how many cells could not be made coarser and are left
/// empty for that. None if the column's type cannot be read as text.
pub(super) fn coarsen(
    column: &ArrayRef,
    wanted: Coarsen,
    format: &DateFormat,
) -> Option<(ArrayRef, u64)> {
    if wanted == Coarsen::AsIs {
        return Some((Arc::clone(column), 0));
    }
    let text = text(column)?;
    let coarse: StringArray = text.iter().map(|cell| one(cell?.trim(), wanted, format)).collect();
    let blank = text.iter().flatten().filter(|cell| cell.trim().is_empty()).count();
    let lost = coarse.null_count() - text.null_count() - blank;
    Some((Arc::new(coarse), lost as u64))
}

/// Cells as text; none if their type cannot be read so.
pub(super) fn text(cells: &ArrayRef) -> Option<StringArray> {
    cast(cells, &DataType::Utf8).ok()?.as_string_opt().cloned()
}

/// [`text`] of several batches.
pub(super) fn texts(cells: &[ArrayRef]) -> Option<Vec<StringArray>> {
    cells.iter().map(text).collect()
}

fn one(cell: &str, wanted: Coarsen, format: &DateFormat) -> Option<String> {
    match wanted {
        Coarsen::Year => Some(format!("{:04}", date(cell, format)?.year)),
        Coarsen::Month => {
            let date = date(cell, format)?;
            Some(format!("{:04}-{:02}", date.year, date.month))
        }
        Coarsen::District => district(cell),
        Coarsen::Area => {
            let district = district(cell)?;
            Some(district.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned())
        }
        Coarsen::AsIs => Some(cell.to_owned()),
    }
}

fn date(cell: &str, format: &DateFormat) -> Option<CalendarDate> {
    format.read(cell).filter(|date| date.is_real())
}

/// The district of a whole postcode: the outward code without a sub-district's letter. Anything
/// that does not look like a whole postcode has none.
fn district(cell: &str) -> Option<String> {
    let compact: String =
        cell.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let shape: Vec<u8> = compact
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' => b'A',
            b'0'..=b'9' => b'9',
            _ => b'?',
        })
        .collect();
    let outward = match shape.as_slice() {
        b"A9" | b"A99" | b"AA9" | b"AA99" | b"A9A" | b"AA9A" => return None,
        [outward @ .., b'9', b'A', b'A'] => outward,
        _ => return None,
    };
    let known = [&b"A9"[..], b"A99", b"AA9", b"AA99", b"A9A", b"AA9A"].contains(&outward);
    let outward = compact.get(..outward.len()).filter(|_| known)?;
    let letters = |c: char| c.is_ascii_uppercase();
    let bare = outward.strip_suffix(letters).unwrap_or(outward);
    Some(bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: &str, wanted: Coarsen) -> Option<String> {
        one(cell, wanted, &DateFormat::compile("%d/%m/%Y").expect("a format"))
    }

    #[test]
    fn postcodes_become_districts_and_areas() {
        for (postcode, district, area) in [
            ("SW1A 1AA", "SW1", "SW"),
            ("m1 1ae", "M1", "M"),
            ("B33 8TH", "B33", "B"),
            ("EC1A1BB", "EC1", "EC"),
            ("W1A 0AX", "W1", "W"),
        ] {
            assert_eq!(shown(postcode, Coarsen::District).as_deref(), Some(district));
            assert_eq!(shown(postcode, Coarsen::Area).as_deref(), Some(area));
        }
    }

    #[test]
    fn what_is_no_whole_postcode_or_date_shows_nothing() {
        for cell in ["", "SW1A", "12 High Street", "SW1A 1AAA", "1AA", "X"] {
            assert_eq!(shown(cell, Coarsen::District), None, "{cell}");
        }
        assert_eq!(shown("2012-02-03", Coarsen::Year), None);
        assert_eq!(shown("03/02/2012", Coarsen::Year).as_deref(), Some("2012"));
        assert_eq!(shown("03/02/2012", Coarsen::Month).as_deref(), Some("2012-02"));
    }

    #[test]
    fn cells_that_cannot_be_made_coarser_are_counted() {
        let cells: ArrayRef =
            Arc::new(StringArray::from(vec![Some("M1 1AE"), Some("nonsense"), Some(" "), None]));
        let (coarse, lost) = coarsen(&cells, Coarsen::Area, &DateFormat::iso()).expect("text");
        assert_eq!(coarse.null_count(), 3);
        assert_eq!(lost, 1);
    }
}
