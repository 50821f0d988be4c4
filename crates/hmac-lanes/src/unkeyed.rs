//! SHA-256 of many messages, without a key.

use crate::kernel::{self, Kernel};
use crate::key::{INITIAL, Start, TAG_BYTES, Tag};
use crate::messages::Messages;

/// A list of messages to be hashed without a key.
#[derive(Default)]
pub struct Unkeyed(Messages);

impl Unkeyed {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a message, given in parts.
    ///
    /// # Panics
    /// As [`Message::finish`](crate::Message::finish) does.
    #[inline]
    pub fn push(&mut self, parts: &[&[u8]]) {
        let mut open = self.0.begin();
        parts.iter().for_each(|part| open.extend(part));
        open.finish_after(0);
    }

    /// Appends to `tags` the first 16 bytes of the SHA-256 of each message, in the order in which
    /// the messages were written.
    pub fn tags(&self, tags: &mut Vec<Tag>) {
        self.tags_by(Kernel::fastest(), tags);
    }

    /// [`Unkeyed::tags`] by a kernel of one's choice: to test and to measure.
    pub fn tags_by(&self, kernel: Kernel, tags: &mut Vec<Tag>) {
        let before = tags.len();
        tags.resize(before + self.0.len(), [0; TAG_BYTES]);
        let start = Start { inner: &INITIAL, outer: None };
        kernel::run(kernel, start, &self.0, &mut tags[before..]);
    }
}
