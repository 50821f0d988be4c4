//! Tests of the real program: each runs the binary as a person would and looks at what it prints,
//! writes and leaves.

#![allow(
    clippy::disallowed_methods,
    reason = "tests write their own inputs, and damage files on purpose"
)]
#![allow(clippy::string_slice, reason = "the texts are the tests' own")]
#![allow(clippy::print_stderr, reason = "a test that has to be skipped says so")]

mod program {
    mod digests;
    mod families;
    mod people;
    mod support;
    mod tables;

    mod audit;
    mod belonging;
    mod constraints;
    mod deliveries;
    mod demo;
    mod determinism;
    mod dry_run;
    mod evaluate;
    mod extract;
    mod keys;
    mod leaks;
    mod links;
    mod listed;
    mod manners;
    mod open_data;
    mod profile;
    mod quality;
    mod reports;
    mod review;
    mod row_order;
    mod specs;
    mod tutorials;
    mod validation;
}
