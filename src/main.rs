//! The `sealink` program: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    sealink::cli::main()
}
