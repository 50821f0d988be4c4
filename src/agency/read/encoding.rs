//! How the text of a CSV input is laid out, as `source.toml` declares it.

use std::fmt;

use super::fault::Fault;

/// The declared layout of CSV text. The default is UTF-8, with or without a byte order mark, and
/// the comma. Nothing is guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextOptions {
    /// How characters are written as bytes.
    pub encoding: Encoding,
    /// What stands between fields.
    pub delimiter: Delimiter,
}

/// How characters are written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; a byte order mark is passed over.
    #[default]
    Utf8,
    /// Windows-1252, "ANSI" in Western Europe: what Excel's plain CSV is. Its five undefined bytes
    /// (0x81, 0x8D, 0x8F, 0x90, 0x9D) are refused.
    Windows1252,
    /// UTF-16 whose byte order mark says which byte comes first.
    Utf16,
    /// UTF-16, low byte first, with or without a mark.
    Utf16Le,
    /// UTF-16, high byte first, with or without a mark.
    Utf16Be,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 5] =
        [Self::Utf8, Self::Windows1252, Self::Utf16, Self::Utf16Le, Self::Utf16Be];

    /// The word for it in `source.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
            Self::Utf16 => "utf-16",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// The encoding with this word in `source.toml`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name().eq_ignore_ascii_case(name))
    }

    /// Which encoding the text really has, told by the declaration and the input's first bytes,
    /// and how long its byte order mark is.
    pub(super) fn resolve(self, start: &[u8]) -> Result<(Self, usize), Fault> {
        let other = |found| Err(Fault::OtherMark { declared: self, found });
        match (mark(start), self) {
            (None, Self::Utf16) => Err(Fault::NoMark),
            (None, declared) => Ok((declared, 0)),
            (Some(Self::Utf8), Self::Utf8) => Ok((Self::Utf8, 3)),
            (Some(Self::Utf16Le), Self::Utf16 | Self::Utf16Le) => Ok((Self::Utf16Le, 2)),
            (Some(Self::Utf16Be), Self::Utf16 | Self::Utf16Be) => Ok((Self::Utf16Be, 2)),
            (Some(found), _) => other(found),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
            Self::Utf16 => "UTF-16",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        })
    }
}

/// What stands between fields: an ASCII character that is neither a letter, a digit, a space nor
/// part of CSV's own syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter(u8);

impl Delimiter {
    /// The usual one.
    pub const COMMA: Self = Self(b',');

    /// The delimiter that is this character, if it can be one.
    #[must_use]
    pub fn new(character: char) -> Option<Self> {
        let byte = u8::try_from(character).ok()?;
        let usable = byte == b'\t' || (byte.is_ascii_punctuation() && byte != b'"');
        usable.then_some(Self(byte))
    }

    pub(super) fn byte(self) -> u8 {
        self.0
    }
}

impl Default for Delimiter {
    fn default() -> Self {
        Self::COMMA
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
