//! From numbers to places.

/// A number of a count, for drawing.
#[expect(clippy::cast_precision_loss, reason = "a place on a page needs four digits")]
pub const fn of(count: u64) -> f64 {
    count as f64
}

/// The place of a whole number among others, for drawing.
#[expect(clippy::cast_precision_loss, reason = "a place on a page needs four digits")]
pub const fn place(number: usize) -> f64 {
    number as f64
}

/// Round numbers that divide a span from `low` to `high` into about four.
pub fn ticks(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(1e-9);
    let power = 10f64.powf((span / 4.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power);
    let step = step.into_iter().find(|step| span / step <= 5.0).unwrap_or(power * 10.0);
    let first = (low / step).ceil();
    (0..12).map(|k| (first + f64::from(k)) * step).take_while(|tick| *tick <= high + 1e-9).collect()
}

/// Powers of ten up to a count.
pub fn powers(most: u64) -> Vec<u64> {
    std::iter::successors(Some(1u64), |power| power.checked_mul(10))
        .take_while(|power| *power <= most)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(0.0, 1.0), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(ticks(-23.0, 41.0), [-20.0, 0.0, 20.0, 40.0]);
        assert_eq!(powers(1500), [1, 10, 100, 1000]);
    }
}
