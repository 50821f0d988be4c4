//! What the program prints: a summary on standard output, trouble on standard error.

use std::cell::OnceCell;
use std::fmt::Write as _;
use std::io::{ErrorKind, IsTerminal, Write};

use serde::Serialize;

use super::Format;
use super::failure::Failure;
use super::progress::{Progress, Report, Shown};
pub use crate::count::thousands as count;

/// Prints as the arguments ask.
#[derive(Debug)]
pub struct Say {
    format: Format,
    quiet: bool,
    /// Why a summary could not be printed.
    unprinted: OnceCell<String>,
}

impl Say {
    pub const fn new(format: Format, quiet: bool) -> Self {
        Self { format, quiet, unprinted: OnceCell::new() }
    }

    /// What was done: `text` for people, `data` for machines.
    pub fn summary(&self, text: &str, data: &impl Serialize) {
        if self.quiet {
            return;
        }
        match self.format {
            Format::Text => self.out(text),
            Format::Json => {
                let json = serde_json::to_string_pretty(data);
                self.out(&json.expect("a summary is plain text and numbers"));
            }
        }
    }

    /// Something that a person should know, though the work goes on.
    pub fn warning(&self, text: &str) {
        if !self.quiet {
            err(&plain(&format!("warning: {text}"), Format::Text));
        }
    }

    /// Why the work was not done.
    pub fn failure(&self, failure: &Failure) {
        match self.format {
            Format::Text => err(&plain(&format!("error: {failure}"), Format::Text)),
            Format::Json => {
                let error = serde_json::json!({
                    "error": failure.to_string(),
                    "exit_code": failure.code(),
                });
                err(&plain(&error.to_string(), Format::Json));
            }
        }
    }

    /// What tells how far long work has come: a bar on a terminal, elsewhere lines; for machines a
    /// JSON object a line, on standard error.
    pub fn progress(&self) -> Progress {
        match self.format {
            _ if self.quiet => Progress::new(Shown::Nothing),
            Format::Json => Progress::new(Shown::Lines(|report: &Report| {
                let json = serde_json::to_string(report).expect("a report is names and numbers");
                err(&plain(&json, Format::Json));
            })),
            Format::Text if std::io::stderr().is_terminal() => Progress::bar(),
            Format::Text => Progress::new(Shown::Lines(|report: &Report| {
                err(&plain(&report.to_string(), Format::Text));
            })),
        }
    }

    /// Why the summary could not be printed, if it could not.
    pub fn unprinted(&self) -> Option<Failure> {
        let reason = self.unprinted.get()?;
        Some(Failure::read_or_write(format!("standard output cannot be written: {reason}")))
    }

    fn out(&self, text: &str) {
        match writeln!(std::io::stdout().lock(), "{}", plain(text, self.format)) {
            // A reader that went away is no reason to fail.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                let _ = self.unprinted.set(error.to_string());
            }
            _ => {}
        }
    }
}

fn err(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The text without characters that steer a terminal or turn its direction round: names of files
/// and columns come from others. In JSON they are escaped as JSON does it.
fn plain(text: &str, format: Format) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if !steers(c) {
            plain.push(c);
        } else if format == Format::Json {
            let _ = write!(plain, "\\u{:04x}", u32::from(c));
        } else {
            plain.extend(c.escape_unicode());
        }
    }
    plain
}

/// Whether a character is a control character or turns the direction of text; all of these have
/// numbers of four digits.
fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n' && c != '\t')
}

/// A count and what is counted: "1 record", "2 records".
pub fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_as_its_number() {
        assert_eq!(plain("a\tb\né", Format::Text), "a\tb\né");
        assert_eq!(plain("\u{1b}[2J\u{202e}\r", Format::Text), "\\u{1b}[2J\\u{202e}\\u{d}");
        let text = "a \u{202e} b \u{7f}";
        let json = plain(&serde_json::json!(text).to_string(), Format::Json);
        assert!(json.is_ascii());
        assert_eq!(serde_json::from_str::<String>(&json).ok().as_deref(), Some(text));
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "row", "rows"), "1 row");
    }
}
