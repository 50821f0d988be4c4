//! Deliveries: sealed by one program, opened by another, and refused at the first thing wrong.

mod checks;
mod hostile;
mod interop;
mod post;
mod tamper;
mod travel;
