//! Numbers as a page shows them.

pub use crate::count::thousands;

/// A share as a percentage: `87.5 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", share * 100.0)
}

/// A share that may be tiny, as a percentage to a ten-thousandth.
pub fn small_percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 0.1 {
        format!("{percent:.2}\u{a0}%")
    } else if percent < 0.0001 {
        "under 0.0001\u{a0}%".to_owned()
    } else {
        format!("{percent:.4}\u{a0}%")
    }
}

/// Bits of evidence with their sign.
pub fn bits(bits: f64) -> String {
    let text = format!("{bits:+.1}");
    if text == "-0.0" || text == "+0.0" { "0".to_owned() } else { text.replace('-', "−") }
}

/// A round number of bits on an axis.
pub fn tick(at: f64) -> String {
    let text = bits(at);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A name of the spec as words: `date_of_birth` is "date of birth".
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_for_people() {
        assert_eq!(percent(0.8754), "87.5\u{a0}%");
        assert_eq!(small_percent(0.0005), "0.0500\u{a0}%");
        assert_eq!(
            (bits(3.04), bits(-2.0), bits(-0.01)),
            ("+3.0".into(), "−2.0".into(), "0".into())
        );
        assert_eq!((thousands(999), thousands(1_234_567)), ("999".into(), "1,234,567".into()));
        assert_eq!(words("date_of_birth"), "date of birth");
    }
}
