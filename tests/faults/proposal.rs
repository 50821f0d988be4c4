//! The command that looks into a file and proposes how to read it.

use super::command::{Case, init};
use super::support::sealink;

/// What it finds in a file it proposes, and replaces nothing.
pub fn case() -> Case {
    Case {
        name: "profile",
        command: |at| {
            let mut command = sealink("profile");
            command.arg("--spec").arg(at.inputs.join("linkage.toml")).args(["--dataset", "a"]);
            command.arg("--out").arg(at.out.join("source.toml"));
            command.arg(at.inputs.join("a/records.csv"));
            command
        },
        published: &[&["source.toml"]],
        inputs: &["linkage.toml", "a/records.csv"],
        done: Some(2),
        ..init()
    }
}
