//! How the text of a CSV input is laid out: encoding and delimiter, as `source.toml` declares them.

use std::fmt;

/// The declared layout of CSV text. The default is UTF-8, with or without a byte order mark, and
/// the comma. Nothing is guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextLayout {
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

    /// The delimiter as it stands in UTF-8 text.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }
}

impl Default for Delimiter {
    fn default() -> Self {
        Self::COMMA
    }
}
