//! Faults survived: the real program is killed, starved of disk and memory, refused by the system
//! call by call, and robbed of its files, and each time its output is whole or not there, what it
//! says names a file and a reason, and the same command run again makes good.
//!
//! The short version runs with all other tests. The long one makes thousands of injections:
//!
//!     cargo test --test faults -- --ignored --nocapture
//!
//! `FAULTS_SEED=N` draws others. What is not to be had (a mount, strace) is skipped with a word.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests write their own inputs, and a seed may be given from outside"
)]
#![allow(clippy::string_slice, reason = "the texts are the tests' own")]
#![allow(clippy::print_stderr, reason = "the table of what was injected, and what was skipped")]

mod faults {
    #[allow(dead_code, reason = "shared with the tests of the program, which use all of it")]
    #[path = "../program/people.rs"]
    mod people;
    #[allow(dead_code, reason = "shared with the tests of the program, which use all of it")]
    #[path = "../program/support.rs"]
    mod support;
    #[allow(dead_code, reason = "shared with the tests of the program, which use all of it")]
    #[path = "../program/tables.rs"]
    mod tables;

    mod campaign;
    mod command;
    mod hidden;
    mod judge;
    mod launch;
    mod more;
    mod proposal;
    mod snapshot;
    mod tally;
    mod trial;

    mod calls;
    mod disk;
    mod kill;
    mod memory;
    mod places;

    mod bad_writers;
}
