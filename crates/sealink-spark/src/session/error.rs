//! What may go wrong with a server: where, and of what class. Spark's messages quote cells, file
//! names and whole statements, and so none of them is passed on.

use spark_connect_core::SparkError;
use thiserror::Error;

use super::remote::RemoteProblem;

/// What was being done when something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reaching the server.
    Connect,
    /// A statement without rows.
    Run,
    /// A query whose rows are read.
    Rows,
    /// Handing over a table.
    Put,
    /// Asking for a plan.
    Explain,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "reaching the Spark server",
            Self::Run => "running a statement on Spark",
            Self::Rows => "reading a query's rows from Spark",
            Self::Put => "handing a table to Spark",
            Self::Explain => "asking Spark for a plan",
        })
    }
}

/// Why a session could not do what it was asked.
#[derive(Debug, Error)]
pub enum Error {
    /// The remote is not one that may be spoken with.
    #[error(transparent)]
    Remote(#[from] RemoteProblem),
    /// The system gave no threads.
    #[error("no threads to speak with the Spark server: {0}")]
    Threads(String),
    /// Nobody answers, or no more.
    #[error(
        "{0}: it does not answer\nhelp: is it running, is the address right, does it want TLS?"
    )]
    Unreachable(Step),
    /// The server is not known to be the one that it was asked to be.
    #[error(
        "{0}: its certificate is not trusted here\nhelp: does this system trust who signed it, and is it for the name in the address?"
    )]
    Certificate(Step),
    /// The server wants another token, or this user may not.
    #[error("{0}: it refused this user\nhelp: look at the token's file, and when it ends")]
    Refused(Step),
    /// The server says why.
    #[error("{step}: {class}{}", state.as_ref().map(|s| format!(" (SQLSTATE {s})")).unwrap_or_default())]
    Spark {
        /// What was being done.
        step: Step,
        /// Spark's own error class, such as `TABLE_OR_VIEW_NOT_FOUND`, or a gRPC code.
        class: String,
        /// The class's SQLSTATE.
        state: Option<String>,
    },
    /// A result lacks batches, or holds one that cannot be read.
    #[error("{0}: the rows came damaged or incomplete")]
    Damaged(Step),
    /// A result has no such column.
    #[error("Spark's result has no column {0}")]
    NoColumn(String),
    /// A column is of another type than the statement that made it promised.
    #[error("Spark's column {column} is of type {found}, not {wanted}")]
    WrongType {
        /// The column's name.
        column: String,
        /// The type that was asked for.
        wanted: &'static str,
        /// The type that came.
        found: String,
    },
    /// A list holds a null, where none is expected.
    #[error("Spark's column {0} has a list with a null in it")]
    NullInList(String),
    /// This program was asked to end.
    #[error("interrupted")]
    Interrupted,
    /// Columns of one table differ in length.
    #[error("column {0} is not as long as the table's first one")]
    Length(String),
}

impl Error {
    /// What the server's answer says, without its message.
    pub(super) fn of(step: Step, error: &SparkError) -> Self {
        match error.grpc_code {
            Some(UNAVAILABLE) if is_untrusted(error) => Self::Certificate(step),
            Some(UNAVAILABLE | DEADLINE_EXCEEDED) => Self::Unreachable(step),
            Some(UNAUTHENTICATED | PERMISSION_DENIED) => Self::Refused(step),
            code => Self::Spark {
                step,
                class: class(&error.error_class)
                    .unwrap_or_else(|| format!("gRPC code {}", code.unwrap_or(UNKNOWN))),
                state: error.sql_state.as_deref().and_then(class).filter(|state| state.len() == 5),
            },
        }
    }

    /// Spark's error class, if the server gave one.
    #[must_use]
    pub fn class(&self) -> Option<&str> {
        match self {
            Self::Spark { class, .. } => Some(class),
            _ => None,
        }
    }
}

/// A text that looks like the name of a class and so can hold no cell.
fn class(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
    let named = !text.is_empty() && text.len() <= LONGEST_CLASS && text.chars().all(plain);
    named.then(|| text.to_owned())
}

/// Whether the server's certificate was refused, by the words of rustls: the client's library keeps
/// no more of its error.
fn is_untrusted(error: &SparkError) -> bool {
    error.message.contains("invalid peer certificate")
}

/// Whether the same call may be made again: the connection broke, and nothing was refused.
pub(super) fn is_passing(error: &SparkError) -> bool {
    match error.grpc_code {
        Some(UNAVAILABLE) => !is_untrusted(error),
        Some(INTERNAL) => error.message.contains("INVALID_CURSOR.DISCONNECTED"),
        _ => false,
    }
}

const LONGEST_CLASS: usize = 120;

// gRPC's status codes, as its specification numbers them.
const UNKNOWN: i32 = 2;
const DEADLINE_EXCEEDED: i32 = 4;
const PERMISSION_DENIED: i32 = 7;
const INTERNAL: i32 = 13;
const UNAVAILABLE: i32 = 14;
const UNAUTHENTICATED: i32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn told(class: &str, state: Option<&str>, code: i32) -> String {
        let mut error = SparkError::connect_msg("the value 'SMITH' cannot be cast");
        error.error_class = class.to_owned();
        error.sql_state = state.map(str::to_owned);
        error.grpc_code = Some(code);
        Error::of(Step::Run, &error).to_string()
    }

    #[test]
    fn an_error_tells_class_and_state_and_no_message() {
        assert_eq!(
            told("CAST_INVALID_INPUT", Some("22018"), INTERNAL),
            "running a statement on Spark: CAST_INVALID_INPUT (SQLSTATE 22018)"
        );
        assert_eq!(told("", None, INTERNAL), "running a statement on Spark: gRPC code 13");
    }

    #[test]
    fn a_class_that_could_quote_a_cell_is_not_told() {
        for class in ["name SMITH", "'SMITH'", "SMITH, ANN", &"A".repeat(121)] {
            assert_eq!(told(class, Some(class), INTERNAL), told("", None, INTERNAL));
        }
    }

    #[test]
    fn who_may_not_and_who_is_not_there_are_told_apart() {
        assert!(told("", None, UNAVAILABLE).contains("does not answer"));
        assert!(told("", None, PERMISSION_DENIED).contains("refused this user"));
    }
}
