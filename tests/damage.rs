//! Damaged and hostile input: every kind of file that the program reads, cut short at any byte, with
//! any bit turned over, or made to do harm. What comes of it is an error that says what is wrong;
//! never a panic, a hang, or a result that is silently another.
//!
//! `cargo test --test damage -- --nocapture` prints what was tried and what came of it;
//! `cargo test --test damage -- --ignored --nocapture` tries every byte and every bit.

#![allow(
    clippy::disallowed_methods,
    reason = "tests write their own inputs, and damage files on purpose"
)]
#![allow(clippy::string_slice, reason = "the texts are the tests' own")]
#![allow(clippy::print_stdout, reason = "the tests print what they tried")]

mod damage {
    #[allow(dead_code, reason = "shared with the tests of the program, which use all of it")]
    #[path = "../program/digests.rs"]
    mod digests;
    #[allow(dead_code, reason = "shared with the tests of the program, which use all of it")]
    #[path = "../program/people.rs"]
    mod people;
    #[allow(dead_code, reason = "shared with the tests of the program, which use all of it")]
    #[path = "../program/support.rs"]
    mod support;
    #[allow(dead_code, reason = "shared with the tests of the program, which use all of it")]
    #[path = "../program/tables.rs"]
    mod tables;

    mod crafted;
    mod tried;

    mod bombs;
    mod cells;
    mod inputs;
    mod names;
    mod paths;
    mod program;
    mod small_files;
    mod written_tables;
}
