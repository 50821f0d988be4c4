//! `sealink-spark`: the linker's step on a Spark cluster.

mod arguments;

use std::io::Write as _;
use std::process::ExitCode;

use arguments::{Arguments, Failure};
use clap::Parser as _;

fn main() -> ExitCode {
    sealink::guard::install_hook();
    match arguments::run(&Arguments::parse()) {
        Ok(text) => {
            if let Some(text) = text {
                // A closed standard output is no failure of what was done.
                let _ = writeln!(std::io::stdout(), "{text}");
            }
            ExitCode::SUCCESS
        }
        Err(Failure { code, message }) => {
            let _ = writeln!(std::io::stderr(), "sealink-spark: {message}");
            ExitCode::from(code)
        }
    }
}
