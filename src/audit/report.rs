//! Reports as text that can be pasted into a data protection impact assessment.

#[cfg(feature = "research")]
mod extract;
mod tokens;

/// A share in percent, with as many decimals as matter where limits are hundredths.
fn percent(share: f64) -> String {
    format!("{:.3} %", share * 100.0)
}

/// A count with its thousands set apart.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
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
