//! Which kernels there are, which of them this processor has, and how messages are handed to them.

use crate::key::{Start, Tag};
use crate::messages::{Block, Messages};
use portable::Portable;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
#[cfg(target_arch = "x86_64")]
mod rounds;

/// Bits that the outer hash takes: the key's block and the inner digest.
const OUTER_BITS: u32 = 8 * (64 + 32);

/// A way to hash several messages at once that this processor has.
#[derive(Clone, Copy)]
pub struct Kernel(Kind);

/// Each kernel holds its proof that the processor has the instructions.
#[derive(Clone, Copy)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    Portable(Portable),
}

impl Kernel {
    /// The kernel to use on this processor.
    #[must_use]
    pub fn fastest() -> Self {
        Self::available().next().expect("the portable kernel is always there")
    }

    /// The kernels that this processor has, the fastest first: an order measured once, and the
    /// same everywhere. Where there are SHA instructions, `sha2` by them comes before eight lanes
    /// without them.
    pub fn available() -> impl Iterator<Item = Self> {
        let portable = Some(Kind::Portable(Portable));
        #[cfg(target_arch = "x86_64")]
        let kernels = {
            let (avx512, avx2) =
                (avx512::Avx512::detect().map(Kind::Avx512), avx2::Avx2::detect().map(Kind::Avx2));
            match is_x86_feature_detected!("sha") {
                true => [avx512, portable, avx2],
                false => [avx512, avx2, portable],
            }
        };
        #[cfg(not(target_arch = "x86_64"))]
        let kernels = [portable];
        kernels.into_iter().flatten().map(Self)
    }

    /// What the kernel is called in a report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "AVX-512, sixteen lanes",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "AVX2, eight lanes",
            Kind::Portable(_) => "sha2, one message at a time",
        }
    }
}

/// Hashes `LANES` messages at once.
trait Lanes<const LANES: usize>: Copy {
    /// The tag of each message, given its padded blocks, of which there is one at least.
    fn tags(self, start: Start<'_>, messages: &[&[Block]; LANES]) -> [Tag; LANES];
}

/// Writes the tag of each message at its place in `tags`, which is as long as the list.
#[inline(never)]
pub(crate) fn run(kernel: Kernel, start: Start<'_>, messages: &Messages, tags: &mut [Tag]) {
    match kernel.0 {
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512(lanes) => in_groups(lanes, start, messages, tags),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2(lanes) => in_groups(lanes, start, messages, tags),
        Kind::Portable(lanes) => in_groups(lanes, start, messages, tags),
    }
}

fn in_groups<const LANES: usize>(
    kernel: impl Lanes<LANES>,
    start: Start<'_>,
    messages: &Messages,
    tags: &mut [Tag],
) {
    for group in messages.by_blocks().chunks(LANES) {
        // In a group that is not full, the last message is hashed again by each lane left.
        let place = |lane: usize| group[lane.min(group.len() - 1)];
        let blocks = std::array::from_fn(|lane| messages.blocks_of(place(lane)));
        for (place, tag) in group.iter().zip(kernel.tags(start, &blocks)) {
            tags[*place as usize] = tag;
        }
    }
}

/// The number of blocks of the longest message.
#[cfg(target_arch = "x86_64")]
fn longest(messages: &[&[Block]]) -> usize {
    messages.iter().map(|blocks| blocks.len()).max().unwrap_or(0)
}

/// The block at `place` of a message, or its last if it has ended before.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn block_at(message: &[Block], place: usize) -> &Block {
    &message[place.min(message.len() - 1)]
}

/// A bit for each message that has a block at `place`, the lowest for the first message.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn unfinished(messages: &[&[Block]], place: usize) -> u16 {
    let bits = messages.iter().enumerate();
    bits.fold(0, |bits, (lane, blocks)| bits | u16::from(place < blocks.len()) << lane)
}
