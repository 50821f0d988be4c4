//! Reports as text that can be pasted into a data protection impact assessment.

#[cfg(feature = "research")]
mod extract;
mod tokens;

use crate::count::thousands as count;

/// A share in percent, with as many decimals as matter where limits are hundredths.
fn percent(share: f64) -> String {
    format!("{:.3} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_easy_to_read() {
        assert_eq!(percent(0.000_5), "0.050 %");
        assert_eq!([count(7), count(1234), count(909_090_910)], ["7", "1,234", "909,090,910"]);
    }
}
