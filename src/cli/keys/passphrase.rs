//! Asking for passphrases: on the terminal, or through a file descriptor. Never an argument, never
//! the environment.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::failure::Failure;
use crate::key::{AskPassphrase, KeyProblem, Passphrase};
use crate::reason::reason;

/// A longer line is some other text.
const LONGEST: usize = 1024;

/// Asks on the terminal, for each file.
#[derive(Debug)]
pub struct Terminal;

impl AskPassphrase for Terminal {
    fn passphrase(&self, file: &Path) -> Result<Passphrase, KeyProblem> {
        if !is_there() {
            return Err(KeyProblem::NoPassphrase);
        }
        let text = ask(&format!("Passphrase of {}: ", file.display()))?;
        Passphrase::to_open(&text)
    }
}

fn is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, KeyProblem> {
    let text = rpassword::prompt_password(prompt).map_err(|_| KeyProblem::NoPassphrase)?;
    Ok(Zeroizing::new(text))
}

/// A new passphrase, asked for twice.
pub fn ask_twice() -> Result<Passphrase, Failure> {
    if !is_there() {
        return Err(Failure::usage(
            "there is no terminal to ask for a passphrase; give it through a file descriptor",
        ));
    }
    let first = ask("New passphrase: ").map_err(Failure::usage)?;
    let passphrase = Passphrase::to_wrap(&first).map_err(Failure::usage)?;
    let second = ask("The same again: ").map_err(Failure::usage)?;
    if *first != *second {
        return Err(Failure::usage("the two passphrases differ; nothing was made"));
    }
    Ok(passphrase)
}

/// A passphrase to open with, from a descriptor.
pub fn to_open(descriptor: u32) -> Result<Passphrase, Failure> {
    Passphrase::to_open(&line(descriptor)?).map_err(Failure::usage)
}

/// A passphrase to wrap with, from a descriptor.
pub fn to_wrap(descriptor: u32) -> Result<Passphrase, Failure> {
    Passphrase::to_wrap(&line(descriptor)?).map_err(Failure::usage)
}

/// The first line, without its end. It is read byte by byte: what follows is not ours.
fn line(descriptor: u32) -> Result<Zeroizing<String>, Failure> {
    let wrong =
        |what: &str| Failure::usage(format!("passphrase from descriptor {descriptor}: {what}"));
    let file = File::open(format!("/dev/fd/{descriptor}"));
    let mut file = file.map_err(|error| wrong(&reason(&error)))?;
    let mut bytes = Zeroizing::new([0; LONGEST]);
    let mut length = 0;
    loop {
        let byte = bytes.get_mut(length..=length).ok_or_else(|| wrong("the line is too long"))?;
        let read = file.read(byte).map_err(|error| wrong(&reason(&error)))?;
        if read == 0 || byte == b"\n" {
            break;
        }
        length += 1;
    }
    let line = std::str::from_utf8(&bytes[..length]).map_err(|_| wrong("is not UTF-8 text"))?;
    Ok(Zeroizing::new(line.strip_suffix('\r').unwrap_or(line).to_owned()))
}
