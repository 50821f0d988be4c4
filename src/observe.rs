//! How long work tells of itself: the library never prints, it tells an observer.

/// Hears of the stages of a job and of how far each has come.
pub trait Observer: Sync {
    /// A stage begins; `total` is its amount of work where that is known.
    fn stage(&self, name: &'static str, total: Option<u64>);
    /// More of the stage's work is done, in the units of its total.
    fn advance(&self, amount: u64);
    /// More records are done, whatever the units are.
    fn records(&self, _count: u64) {}
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Observer for Silent {
    fn stage(&self, _: &'static str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
}
