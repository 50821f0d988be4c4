//! Shares of counts, without floating-point numbers.

/// Whether a part is at least so many per cent of a whole; of nothing there is no share.
pub const fn at_least(part: u64, whole: u64, per_cent: u64) -> bool {
    whole > 0 && part.saturating_mul(100) >= whole.saturating_mul(per_cent)
}

/// A share in per cent with one decimal, cut off so that only all is 100.
pub fn per_cent(part: u64, whole: u64) -> String {
    let thousandths = part.saturating_mul(1000) / whole.max(1);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_off() {
        assert_eq!(per_cent(9999, 10_000), "99.9 %");
        assert_eq!(per_cent(2, 2), "100.0 %");
        assert!(at_least(1, 2, 50) && !at_least(1, 3, 50) && !at_least(0, 0, 0));
    }
}
