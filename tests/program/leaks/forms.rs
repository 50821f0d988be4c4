//! Every form in which a value might leave an agency: its spellings, and how each may be written.

use std::collections::BTreeSet;

use super::super::digests::{hex, md5, sha1, sha256};

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form(usize);

type Writer = fn(&str) -> Vec<u8>;

/// The forms, each with its name. A digest's first half is looked for, so that one cut to the
/// length of a token is found too.
const FORMS: [(&str, Writer); 29] = [
    ("plain", |text| text.as_bytes().to_vec()),
    ("hex", |text| hex(text.as_bytes()).into_bytes()),
    ("upper-case hex", |text| hex(text.as_bytes()).to_uppercase().into_bytes()),
    ("Base64, first alignment", |text| base64_within(text.as_bytes(), 0)),
    ("Base64, second alignment", |text| base64_within(text.as_bytes(), 1)),
    ("Base64, third alignment", |text| base64_within(text.as_bytes(), 2)),
    ("UTF-16LE", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("UTF-16BE", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("Windows-1252", |text| encoding_rs::WINDOWS_1252.encode(text).0.into_owned()),
    ("Rust's escapes", |text| text.escape_default().to_string().into_bytes()),
    ("JSON escapes", |text| json_escaped(text, false)),
    ("upper-case JSON escapes", |text| json_escaped(text, true)),
    ("URL escapes", |text| url_escaped(text.as_bytes(), true)),
    ("lower-case URL escapes", |text| url_escaped(text.as_bytes(), false)),
    ("MD5", |text| half(md5(text.as_bytes()))),
    ("MD5 in hex", |text| hex(&half(md5(text.as_bytes()))).into_bytes()),
    ("MD5 in upper-case hex", |text| hex(&half(md5(text.as_bytes()))).to_uppercase().into_bytes()),
    ("MD5 in Base64", |text| base64_within(&half(md5(text.as_bytes())), 0)),
    ("SHA-1", |text| half(sha1(text.as_bytes()))),
    ("SHA-1 in hex", |text| hex(&half(sha1(text.as_bytes()))).into_bytes()),
    ("SHA-1 in upper-case hex", |text| {
        hex(&half(sha1(text.as_bytes()))).to_uppercase().into_bytes()
    }),
    ("SHA-1 in Base64", |text| base64_within(&half(sha1(text.as_bytes())), 0)),
    ("SHA-256", |text| half(sha256(text.as_bytes()))),
    ("SHA-256 in hex", |text| hex(&half(sha256(text.as_bytes()))).into_bytes()),
    ("SHA-256 in upper-case hex", |text| {
        hex(&half(sha256(text.as_bytes()))).to_uppercase().into_bytes()
    }),
    ("SHA-256 in Base64", |text| base64_within(&half(sha256(text.as_bytes())), 0)),
    ("token without a key", |text| unkeyed_token(text)),
    ("token without a key, in hex", |text| hex(&unkeyed_token(text)).into_bytes()),
    ("list of numbers", |text| listed(text.as_bytes())),
];

impl Form {
    pub const COUNT: usize = FORMS.len();

    pub fn all() -> impl Iterator<Item = Self> {
        (0..FORMS.len()).map(Self)
    }

    pub fn name(self) -> &'static str {
        FORMS[self.0].0
    }

    /// A text in this form.
    pub fn write(self, text: &str) -> Vec<u8> {
        FORMS[self.0].1(text)
    }

    /// Whether it is the text as it is.
    pub const fn is_plain(self) -> bool {
        self.0 == 0
    }
}

/// The ways to spell a value: as it is, without punctuation, without accents, and each of these in
/// either case.
pub fn spellings(value: &str) -> BTreeSet<String> {
    let compact: String = value.chars().filter(|c| c.is_alphanumeric()).collect();
    let ascii: String = compact.chars().map(|c| if c == 'é' { 'e' } else { c }).collect();
    [value, &compact, &ascii]
        .iter()
        .flat_map(|text| [(*text).to_owned(), text.to_uppercase(), text.to_lowercase()])
        .collect()
}

/// Every form of a secret of bytes, such as a key.
pub fn secret_forms(secret: &[u8; 32]) -> Vec<(&'static str, Vec<u8>)> {
    let data = bech32_data(secret);
    let mut forms = vec![
        ("bytes, first half", secret[..16].to_vec()),
        ("bytes, second half", secret[16..].to_vec()),
        ("hex", hex(&secret[..16]).into_bytes()),
        ("upper-case hex", hex(&secret[..16]).to_uppercase().into_bytes()),
        ("Bech32", data.to_lowercase().into_bytes()),
        ("upper-case Bech32", data.to_uppercase().into_bytes()),
        ("list of numbers", listed(&secret[..16])),
        ("SHA-256", half(sha256(secret))),
        ("SHA-256 in hex", hex(&half(sha256(secret))).into_bytes()),
    ];
    forms.extend((0..3).map(|shift| ("Base64", base64_within(secret, shift))));
    forms
}

/// Every form of a token, reference or person id, given in hexadecimal digits.
pub fn token_forms(digits: &str) -> Vec<(&'static str, Vec<u8>)> {
    let byte = |place: usize| u8::from_str_radix(digits.get(2 * place..2 * place + 2)?, 16).ok();
    let bytes: Vec<u8> =
        (0..digits.len() / 2).map(|place| byte(place).expect("hexadecimal digits")).collect();
    let mut forms = vec![
        ("hex", digits.to_lowercase().into_bytes()),
        ("upper-case hex", digits.to_uppercase().into_bytes()),
        ("list of numbers", listed(&bytes)),
    ];
    forms.extend((0..3).map(|shift| ("Base64", base64_within(&bytes, shift))));
    forms.push(("bytes", bytes));
    forms
}

/// The Bech32 digits of a secret, without prefix and checksum.
fn bech32_data(secret: &[u8]) -> String {
    let prefix = bech32::Hrp::parse("x").expect("a prefix");
    let spelled = bech32::encode_lower::<bech32::Bech32>(prefix, secret).expect("32 bytes fit");
    spelled[2..spelled.len() - 6].to_owned()
}

fn half(mut digest: Vec<u8>) -> Vec<u8> {
    digest.truncate(16);
    digest
}

/// As a token would be made without a key: the digest of the protocol's encoding of one part.
fn unkeyed_token(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let length = u8::try_from(bytes.len()).expect("canaries are short");
    half(sha256(&[&[1, 1, 0, length], bytes].concat()))
}

/// The Base64 digits that a text gives wherever it stands in a longer one: `shift` bytes after a
/// group of three begins.
fn base64_within(bytes: &[u8], shift: usize) -> Vec<u8> {
    let skip = (3 - shift) % 3;
    let (groups, _) = bytes.get(skip..).unwrap_or_default().as_chunks::<3>();
    base64(groups.as_flattened())
}

/// The Base64 digits of a text, the last group filled up with zero bits.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |group: &[u8]| {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        [18, 12, 6, 0].map(|by| DIGITS[usize::try_from(word >> by & 63).expect("six bits")])
    };
    bytes.chunks(3).flat_map(digits).collect()
}

fn json_escaped(text: &str, upper: bool) -> Vec<u8> {
    let escaped = |c: char| match c {
        c if c.is_ascii() => c.to_string(),
        c if upper => format!("\\u{:04X}", u32::from(c)),
        c => format!("\\u{:04x}", u32::from(c)),
    };
    text.chars().map(escaped).collect::<String>().into_bytes()
}

fn url_escaped(bytes: &[u8], upper: bool) -> Vec<u8> {
    let escaped = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(*byte).to_string(),
        byte if upper => format!("%{byte:02X}"),
        byte => format!("%{byte:02x}"),
    };
    bytes.iter().map(escaped).collect::<String>().into_bytes()
}

/// As `Debug` shows bytes.
fn listed(bytes: &[u8]) -> Vec<u8> {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    numbers.join(", ").into_bytes()
}
