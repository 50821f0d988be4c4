//! Which encoding a text really has: what was declared, checked against its byte order mark.

use super::fault::Fault;
use crate::spec::Encoding;

/// Which encoding the text really has, told by the declaration and the input's first bytes,
/// and how long its byte order mark is.
pub(super) fn resolve(declared: Encoding, start: &[u8]) -> Result<(Encoding, usize), Fault> {
    let other = |found| Err(Fault::OtherMark { declared, found });
    match (mark(start), declared) {
        (None, Encoding::Utf16) => Err(Fault::NoMark),
        (None, declared) => Ok((declared, 0)),
        (Some(Encoding::Utf8), Encoding::Utf8) => Ok((Encoding::Utf8, 3)),
        (Some(Encoding::Utf16Le), Encoding::Utf16 | Encoding::Utf16Le) => {
            Ok((Encoding::Utf16Le, 2))
        }
        (Some(Encoding::Utf16Be), Encoding::Utf16 | Encoding::Utf16Be) => {
            Ok((Encoding::Utf16Be, 2))
        }
        (Some(found), _) => other(found),
    }
}

fn mark(start: &[u8]) -> Option<Encoding> {
    match start {
        [0xEF, 0xBB, 0xBF, ..] => Some(Encoding::Utf8),
        [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
        _ => None,
    }
}
