//! How many short messages a second each kernel of this processor hashes on one core, beside the
//! `hmac` crate: `cargo bench -p hmac-lanes`.
//!
//! Processor time is counted, not time on the wall, where the system tells it (Linux); the best of
//! several rounds is printed, in millions of messages a second.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::cast_precision_loss, reason = "figures are printed with a few digits")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use hmac_lanes::{HmacKey, Kernel, Messages};
use sha2::Sha256;

const LENGTHS: [usize; 5] = [10, 25, 55, 60, 80];
/// Messages of a batch: about what a caller has at hand at once.
const BATCH: usize = 4096;
const ROUNDS: usize = 7;
const BATCHES_A_ROUND: usize = 50;
const KEY: [u8; 32] = [7; 32];

fn main() {
    print!("{:42}", "M messages/s on one core, bytes each:");
    LENGTHS.iter().for_each(|length| print!("{length:>8}"));
    println!("{:>8}", "mixed");
    let batches: Vec<Vec<Vec<u8>>> = LENGTHS
        .iter()
        .map(|length| batch(|_| *length))
        // Of ten messages, eight of a block and two of two: names and dates, and an address.
        .chain([batch(|place| if place % 5 == 0 { 60 + place % 20 } else { 10 + place % 41 })])
        .collect();
    for kernel in Kernel::available() {
        row(kernel.name(), &batches, |batch| hashing(kernel, batch));
    }
    let fastest = Kernel::fastest();
    row("the first, with writing two parts each", &batches, |batch| both(fastest, batch));
    row("the hmac crate", &batches, plain);
}

fn row(name: &str, batches: &[Vec<Vec<u8>>], measure: impl Fn(&[Vec<u8>]) -> Duration) {
    print!("{name:42}");
    for batch in batches {
        let hashed = (BATCH * BATCHES_A_ROUND) as f64;
        print!("{:8.2}", hashed / measure(batch).as_secs_f64() / 1e6);
    }
    println!();
}

/// Messages of these lengths; the same in every run.
fn batch(length: impl Fn(usize) -> usize) -> Vec<Vec<u8>> {
    let byte = |place: usize| u8::try_from(place * 131 % 251).expect("below 251");
    let message = |number: usize| (0..length(number)).map(|place| byte(number + place)).collect();
    (0..BATCH).map(message).collect()
}

fn hashing(kernel: Kernel, batch: &[Vec<u8>]) -> Duration {
    let key = HmacKey::with_kernel(&KEY, kernel);
    let mut messages = Messages::new();
    batch.iter().for_each(|message| messages.push(message));
    let mut tags = Vec::new();
    best(|| {
        tags.clear();
        key.tags(black_box(&messages), &mut tags);
        black_box(&tags);
    })
}

fn both(kernel: Kernel, batch: &[Vec<u8>]) -> Duration {
    let key = HmacKey::with_kernel(&KEY, kernel);
    let mut messages = Messages::new();
    let mut tags = Vec::new();
    best(|| {
        messages.clear();
        black_box(batch).iter().for_each(|message| in_parts(message, &mut messages));
        tags.clear();
        key.tags(&messages, &mut tags);
        black_box(&tags);
    })
}

/// Writes a message as a caller does who puts the length of each part before it.
fn in_parts(bytes: &[u8], messages: &mut Messages) {
    let mut message = messages.begin();
    let (head, parts) = bytes.split_at(6);
    message.extend(&[head[0], head[1]]);
    let (first, second) = parts.split_at(parts.len() / 2);
    for (length, part) in [([head[2], head[3]], first), ([head[4], head[5]], second)] {
        message.extend(&length);
        message.extend(part);
    }
    message.finish();
}

fn plain(batch: &[Vec<u8>]) -> Duration {
    let key = Hmac::<Sha256>::new_from_slice(&KEY).expect("a key of any length");
    best(|| {
        for message in batch {
            let mut state = key.clone();
            state.update(black_box(message));
            black_box(state.finalize());
        }
    })
}

/// The shortest time of a round.
fn best(mut work: impl FnMut()) -> Duration {
    let round = |_| {
        let clock = Clock::start();
        (0..BATCHES_A_ROUND).for_each(|_| work());
        clock.time()
    };
    (0..ROUNDS).map(round).min().expect("there are rounds")
}

/// A clock of this thread's processor time, or of the wall where the system does not tell.
struct Clock {
    wall: Instant,
    processor: Option<u64>,
}

impl Clock {
    fn start() -> Self {
        Self { processor: processor_time(), wall: Instant::now() }
    }

    fn time(&self) -> Duration {
        match (self.processor, processor_time()) {
            (Some(before), Some(now)) => Duration::from_nanos(now - before),
            _ => self.wall.elapsed(),
        }
    }
}

/// Nanoseconds that this thread has been on a processor. The system brings the count up to date
/// when the thread gives the processor up.
fn processor_time() -> Option<u64> {
    std::thread::sleep(Duration::from_micros(1));
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
