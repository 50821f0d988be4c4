//! Canaries: values that occur nowhere but in one cell, and a search for every form in which one
//! might leave the agency.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::digests::{hex, md5, sha1, sha256};
use super::people::{Random, nhs_number, word};
use super::tables;

/// The bytes by which a needle is first looked for.
const START: usize = 6;

/// Makes canaries, never two alike.
pub struct Aviary {
    random: Random,
    /// Everything that must not be found.
    pub hidden: Vec<String>,
}

/// One row's identifiers, each a canary.
pub struct Canary {
    pub id: String,
    pub nhs_number: String,
    pub upn: String,
    pub forename: String,
    pub alias: String,
    pub surname: String,
    pub born: String,
    pub postcode: String,
    pub note: String,
}

impl Aviary {
    pub const fn new(seed: u64) -> Self {
        Self { random: Random(seed), hidden: Vec::new() }
    }

    /// A person whose every value is hidden from now on, but not the id.
    pub fn person(&mut self) -> Canary {
        let random = &mut self.random;
        let name = |random: &mut Random, accent: &str| format!("Q{}{accent}", word(random, 4));
        let canary = Canary {
            id: format!("ID-{:010}", random.below(10_000_000_000)),
            nhs_number: nhs_number(100_000_000 + random.below(899_999_990)),
            upn: upn(random.below(1_000_000_000)),
            forename: name(random, "é"),
            alias: name(random, "x"),
            surname: format!("{}-O'{}", name(random, ""), name(random, "")),
            born: format!(
                "{:02}/{:02}/{}",
                2 + random.below(27),
                1 + random.below(12),
                2004 + random.below(20)
            ),
            postcode: format!(
                "AM{} {}{}{}",
                10 + random.below(90),
                random.below(10),
                letters(random),
                letters(random)
            ),
            note: format!("seen with {} {}", word(random, 3), word(random, 4)),
        };
        let values = [
            &canary.nhs_number,
            &canary.upn,
            &canary.forename,
            &canary.alias,
            &canary.surname,
            &canary.born,
            &canary.postcode,
            &canary.note,
        ];
        self.hidden.extend(values.map(Clone::clone));
        let (day, rest) = canary.born.split_once('/').expect("a day");
        let (month, year) = rest.split_once('/').expect("a month");
        self.hidden.push(format!("{year}-{month}-{day}"));
        self.hidden.push(format!("{year}{month}{day}"));
        canary
    }
}

impl Canary {
    /// The row of the leak tests' header.
    pub fn row(&self) -> Vec<String> {
        let cells = [
            &self.id,
            &self.nhs_number,
            &self.upn,
            &self.forename,
            &self.alias,
            &self.surname,
            &self.born,
        ];
        let mut cells: Vec<String> = cells.map(Clone::clone).to_vec();
        cells.extend(["1".to_owned(), self.postcode.clone(), "WBRI".to_owned(), self.note.clone()]);
        cells
    }
}

fn letters(random: &mut Random) -> char {
    char::from(b"ABDEFGHJLNPQRSTUWXYZ"[usize::try_from(random.below(20)).expect("small")])
}

/// A valid unique pupil number of the pseudo authority 001.
fn upn(serial: u64) -> String {
    let digits = format!("001{serial:09}");
    let sum: u32 =
        digits.chars().zip(2..).map(|(c, weight)| c.to_digit(10).expect("a digit") * weight).sum();
    let check = b"ABCDEFGHJKLMNPQRTUVWXYZ"[usize::try_from(sum % 23).expect("small")];
    format!("{}{digits}", char::from(check))
}

/// Every form in which a value might leak, with the form's name.
pub fn forms(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let compact: String = value.chars().filter(|c| c.is_alphanumeric()).collect();
    let ascii: String = compact.chars().map(|c| if c == 'é' { 'e' } else { c }).collect();
    let spelled: BTreeSet<String> = [value, &compact, &ascii]
        .iter()
        .flat_map(|text| [(*text).to_owned(), text.to_uppercase(), text.to_lowercase()])
        .collect();
    let mut forms = Vec::new();
    for text in spelled {
        let bytes = text.as_bytes();
        forms.push(("plain", bytes.to_vec()));
        forms.push(("hex", hex(bytes).into_bytes()));
        forms.push(("upper-case hex", hex(bytes).to_uppercase().into_bytes()));
        forms.extend((0..3).map(|shift| ("base64", base64_within(bytes, shift))));
        forms.push(("UTF-16LE", text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        forms.push(("Windows-1252", encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()));
        forms.push(("escaped", text.escape_default().to_string().into_bytes()));
        forms.push(("JSON escapes", json_escaped(&text).into_bytes()));
        forms.push(("URL escapes", url_escaped(bytes).into_bytes()));
        for (name, digest) in
            [("MD5", md5(bytes)), ("SHA-1", sha1(bytes)), ("SHA-256", sha256(bytes))]
        {
            forms.push((name, hex(&digest).into_bytes()));
            forms.push((name, digest.into_iter().take(16).collect()));
        }
        // As a token would be made without a key.
        let encoded = [&[1, 1, 0, u8::try_from(bytes.len()).expect("short")], bytes].concat();
        forms.push(("token without a key", sha256(&encoded).into_iter().take(16).collect()));
    }
    forms
}

/// The Base64 digits that a text gives wherever it stands in a longer one: `shift` bytes after a
/// group of three begins.
fn base64_within(bytes: &[u8], shift: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let skip = (3 - shift) % 3;
    let (groups, _) = bytes.get(skip..).unwrap_or_default().as_chunks::<3>();
    groups
        .iter()
        .flat_map(|[a, b, c]| {
            let word = u32::from(*a) << 16 | u32::from(*b) << 8 | u32::from(*c);
            [18, 12, 6, 0].map(|by| DIGITS[usize::try_from(word >> by & 63).expect("six bits")])
        })
        .collect()
}

fn json_escaped(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
        .collect()
}

fn url_escaped(bytes: &[u8]) -> String {
    let escaped = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(escaped).collect()
}

/// Looks for all forms of all canaries at once.
pub struct Search {
    by_start: BTreeMap<[u8; START], Vec<Needle>>,
}

struct Needle {
    bytes: Vec<u8>,
    what: String,
}

impl Search {
    pub fn new<'v>(values: impl IntoIterator<Item = &'v String>) -> Self {
        let mut by_start: BTreeMap<[u8; START], Vec<Needle>> = BTreeMap::new();
        for value in values {
            let words = value.split(|c: char| !c.is_alphanumeric()).filter(|word| *word != value);
            // Short words would be found by chance.
            for text in words.filter(|word| word.len() >= 8).chain([value.as_str()]) {
                for (form, bytes) in forms(text) {
                    if let Some(start) = bytes.first_chunk().filter(|_| bytes.len() > START) {
                        let what = format!("{value} ({form})");
                        by_start.entry(*start).or_default().push(Needle { bytes, what });
                    }
                }
            }
        }
        Self { by_start }
    }

    /// What is found in these bytes.
    pub fn bytes(&self, haystack: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for at in 0..haystack.len().saturating_sub(START) {
            let start = haystack[at..].first_chunk().expect("there are more bytes");
            for needle in self.by_start.get(start).into_iter().flatten() {
                if haystack[at..].starts_with(&needle.bytes) {
                    found.insert(needle.what.clone());
                }
            }
        }
        found
    }

    /// What is found in a file, and in every cell and all metadata if it is Parquet.
    pub fn file(&self, path: &Path) -> BTreeSet<String> {
        let mut found = self.bytes(&fs::read(path).expect("the file is readable"));
        if let Ok(table) = tables::try_read(path) {
            for (name, column) in &table.columns {
                found.extend(self.bytes(name.as_bytes()));
                found.extend(self.bytes(&tables::raw_cells(column)));
            }
            for (key, value) in &table.metadata {
                found.extend(self.bytes(format!("{key} {value}").as_bytes()));
            }
        }
        found
    }
}
