//! The bound of making tokens: HMAC-SHA-256 of as many messages, by the crate, and nothing else.

use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use rayon::prelude::*;
use sha2::Sha256;

/// Bytes of a typical message: two parts, a name and a date.
const MESSAGE_BYTES: usize = 24;

/// Messages hashed by one thread at a time.
const STEP: u64 = 10_000;

/// The time that so many messages take on all threads, with the keyed state cloned for each.
pub fn bare_hmac(messages: u64) -> Duration {
    let keyed: Hmac<Sha256> = Hmac::new_from_slice(&[3; 32]).expect("any length will do");
    let start = Instant::now();
    let sum: u64 = (0..messages.div_ceil(STEP))
        .into_par_iter()
        .map(|step| {
            let mut message = [b'A'; MESSAGE_BYTES];
            let mut sum = 0u64;
            for number in step * STEP..((step + 1) * STEP).min(messages) {
                message[..8].copy_from_slice(&number.to_le_bytes());
                let mut state = keyed.clone();
                state.update(&message);
                sum += u64::from(state.finalize().into_bytes()[0]);
            }
            sum
        })
        .sum();
    let time = start.elapsed();
    assert!(sum > 0 || messages == 0, "the sum keeps the work from being left out");
    time
}
