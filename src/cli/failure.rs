//! How a command ends, and the exit code for it.

use std::fmt;

use crate::delivery::{Check, OpenError, SealError};
use crate::format::{FormatError, Problem};
use crate::key::{KeyError, KeyProblem};
use crate::spec::SpecError;

/// A command that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// All of it.
    Whole,
    /// But some records were left out.
    RecordsLeftOut,
    /// And found that a limit is exceeded.
    LimitExceeded,
}

/// A command that did not do its work.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    message: String,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    ReadOrWrite,
    Usage,
    NotTogether,
    Refused(Check),
}

impl Failure {
    /// Something could not be read or written.
    pub fn read_or_write(message: impl fmt::Display) -> Self {
        Self { kind: Kind::ReadOrWrite, message: message.to_string() }
    }

    /// The arguments or a spec are mistaken.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self { kind: Kind::Usage, message: message.to_string() }
    }

    /// The inputs do not belong together.
    pub fn not_together(message: impl fmt::Display) -> Self {
        Self { kind: Kind::NotTogether, message: message.to_string() }
    }

    /// The exit code.
    pub const fn code(&self) -> u8 {
        match self.kind {
            Kind::ReadOrWrite => 1,
            Kind::Usage => 2,
            Kind::NotTogether => 4,
            Kind::Refused(check) => check.exit_code(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Refused { ref refusal, .. } => {
                Self { kind: Kind::Refused(refusal.check), message: error.to_string() }
            }
            OpenError::Format(error) => error.into(),
        }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Format(error) => error.into(),
            SealError::Key(_) | SealError::Exists(_) => Self::read_or_write(error),
            SealError::Name(_) | SealError::Unfit { .. } | SealError::Previous { .. } => {
                Self::not_together(error)
            }
        }
    }
}

impl From<SpecError> for Failure {
    fn from(error: SpecError) -> Self {
        Self::usage(error)
    }
}

impl From<FormatError> for Failure {
    fn from(error: FormatError) -> Self {
        match error.problem {
            Problem::WrongKind { .. } => Self::not_together(error),
            _ => Self::read_or_write(error),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error.problem {
            KeyProblem::Unreadable(_) | KeyProblem::NoRandomBytes => Self::read_or_write(error),
            KeyProblem::WrongProject { .. } => Self::not_together(error),
            _ => Self::usage(error),
        }
    }
}

#[cfg(feature = "agency")]
impl From<crate::agency::AgencyError> for Failure {
    fn from(error: crate::agency::AgencyError) -> Self {
        match error {
            crate::agency::AgencyError::Mapping(_)
            | crate::agency::AgencyError::NoHeader { .. } => Self::usage(error),
            crate::agency::AgencyError::Seal(error) => error.into(),
            crate::agency::AgencyError::NothingToWithdraw(_) => Self::not_together(error),
            crate::agency::AgencyError::Write(error) => error.into(),
            _ => Self::read_or_write(error),
        }
    }
}

#[cfg(feature = "linker")]
impl From<crate::linker::LinkError> for Failure {
    fn from(error: crate::linker::LinkError) -> Self {
        use crate::linker::LinkError;
        match error {
            LinkError::Mismatch(_) => Self::not_together(format!(
                "{error}\n`sealink inspect TABLE` and `sealink check --spec SPEC` show what each has; \
                 all parties need the same spec and linkage key"
            )),
            LinkError::NoOverlap => Self::not_together(error),
            LinkError::Format(error) => error.into(),
            LinkError::Model(_) | LinkError::Sealed(_) => Self::not_together(error),
            LinkError::SealedList { .. } | LinkError::Engine(_) | LinkError::TooManyRecords => {
                Self::read_or_write(error)
            }
        }
    }
}

#[cfg(feature = "linker")]
impl From<crate::evaluate::EvaluateError> for Failure {
    fn from(error: crate::evaluate::EvaluateError) -> Self {
        use crate::evaluate::EvaluateError;
        match error {
            EvaluateError::Extra(_) | EvaluateError::NoRefs => Self::not_together(error),
            EvaluateError::Format(error) => error.into(),
            EvaluateError::Truth { .. } => Self::read_or_write(error),
        }
    }
}

#[cfg(feature = "research")]
impl From<crate::research::ExtractError> for Failure {
    fn from(error: crate::research::ExtractError) -> Self {
        use crate::research::ExtractError;
        match error {
            ExtractError::Mismatch { .. } => Self::not_together(error),
            ExtractError::Spec(_) => Self::usage(error),
            ExtractError::Format(error) => error.into(),
        }
    }
}
