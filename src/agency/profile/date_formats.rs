//! The date formats that are tried.

use std::sync::LazyLock;

use crate::spec::DateFormat;

/// The formats of the returns, of databases and of spreadsheets. Where two formats are of one shape
/// and differ in the order of day and month, day first comes first.
pub const FORMATS: [&str; 24] = [
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%m.%d.%Y",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y-%b-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.000",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.000",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d%b%Y",
    "%d %b %Y",
    "%d %B %Y",
];

/// How many of [`FORMATS`], from the first, come in twos that differ in the order of day and month.
pub const IN_EITHER_ORDER: usize = 10;

/// The formats, compiled.
pub fn all() -> &'static [DateFormat] {
    static ALL: LazyLock<Vec<DateFormat>> = LazyLock::new(|| {
        let compile = |text| DateFormat::compile(text).expect("a format of the list compiles");
        FORMATS.into_iter().map(compile).collect()
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_one_shape_come_in_twos() {
        for pair in FORMATS[..IN_EITHER_ORDER].chunks(2) {
            let swapped = pair[0].replace("%d", "?").replace("%m", "%d").replace('?', "%m");
            assert_eq!(swapped, pair[1]);
        }
        assert_eq!(all().len(), FORMATS.len());
    }
}
