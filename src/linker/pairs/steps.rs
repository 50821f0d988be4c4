//! All candidate pairs in steps: in memory as long as they fit, else on disk.

use std::borrow::Cow;

use arrow::datatypes::UInt32Type;

use super::step::Step;
use crate::format::FormatError;
use crate::linker::room::{Room, Waiting};

/// Steps for each thread that are read back at once.
const STEPS_AT_ONCE: usize = 8;

/// Steps, in order: first those that wait on disk, then those in memory.
#[derive(Default)]
pub(super) struct Steps {
    /// How many steps, and they.
    waiting: Vec<(usize, Waiting<UInt32Type>)>,
    pub held: Vec<Step>,
    /// How many pairs there are.
    pub pairs: u64,
}

impl Steps {
    /// The last step, if it has room for more, or a new one.
    pub fn open(&mut self) -> &mut Step {
        if self.held.last().is_none_or(|step| step.left() == 0) {
            self.held.push(Step::new());
        }
        self.held.last_mut().expect("there is a step")
    }

    /// Whether some wait on disk.
    pub const fn wait(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Lets the full steps wait if there is too little room for them.
    pub fn keep_to(&mut self, room: &Room<'_>) -> Result<(), FormatError> {
        let full = self.held.iter().take_while(|step| step.left() == 0).count();
        self.wait_if_large(full, room)
    }

    /// All steps are there: lets them wait if there is too little room for them.
    pub fn close(&mut self, room: &Room<'_>) -> Result<(), FormatError> {
        self.wait_if_large(self.held.len(), room)
    }

    /// Lets the first of the steps in memory wait if they take more than they may.
    fn wait_if_large(&mut self, steps: usize, room: &Room<'_>) -> Result<(), FormatError> {
        let bytes: u64 = self.held[..steps].iter().map(Step::bytes).sum();
        if bytes > room.share() {
            let lists = self.held.drain(..steps).map(|step| step.list());
            self.waiting.push((steps, room.put(lists)?));
        }
        Ok(())
    }

    /// All steps, some at a time.
    pub fn some_at_a_time(&self) -> impl Iterator<Item = Result<Cow<'_, [Step]>, FormatError>> {
        let at_once = STEPS_AT_ONCE * rayon::current_num_threads();
        let waiting = self.waiting.iter().flat_map(move |(steps, waiting)| {
            (0..*steps).step_by(at_once).map(move |start| {
                let places = start..(start + at_once).min(*steps);
                let steps = places.map(|place| Ok(Step::of(&waiting.list(place)?)));
                steps.collect::<Result<Vec<_>, _>>().map(Cow::Owned)
            })
        });
        waiting.chain((!self.held.is_empty()).then_some(Ok(Cow::Borrowed(&*self.held))))
    }
}
