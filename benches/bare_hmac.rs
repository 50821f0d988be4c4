//! As many bare HMACs as its argument says, for `benches/peers`: `bare_hmac COUNT`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "bound/bare.rs"]
mod bare;

fn main() {
    let count = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    println!("{:.6} s", bare::bare_hmac(count).as_secs_f64());
}
