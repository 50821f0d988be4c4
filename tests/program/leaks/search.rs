//! Looks for all forms of all canaries in one pass.

use std::collections::BTreeSet;

use super::forms::{Form, secret_forms, spellings, token_forms};

/// The bytes by which a needle is first looked for; a shorter needle would be found by chance.
const START: usize = 7;

/// Bits of the filter, as a power of two: with a million needles one place in sixty passes it.
const FILTER: u32 = 26;

/// A number of fewer digits is found by chance within longer ones.
const WEAK: usize = 10;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub value: String,
    pub form: &'static str,
}

/// Needles, sorted by how they start, behind a filter that lets few other starts through.
///
/// A needle is not kept but written anew when its start is met, so that tens of millions fit into
/// memory.
pub struct Search {
    values: Vec<String>,
    texts: Vec<(String, u32)>,
    secrets: Vec<(Hit, Vec<u8>)>,
    needles: Vec<(u64, Needle)>,
    filter: Vec<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needle {
    Text(u32, Form),
    Secret(u32),
}

impl Search {
    /// A search for these values, and for the words of eight characters or more in them.
    pub fn new<'v>(values: impl IntoIterator<Item = &'v String>) -> Self {
        Self::with_secrets(values, &[])
    }

    /// The same, and for secrets by their names.
    pub fn with_secrets<'v>(
        values: impl IntoIterator<Item = &'v String>,
        secrets: &[(&str, [u8; 32])],
    ) -> Self {
        let values: BTreeSet<&String> = values.into_iter().collect();
        let mut search = Self::empty();
        search.values = values.into_iter().cloned().collect();
        for place in 0..search.values.len() {
            search.add_value(place);
        }
        for (name, secret) in secrets {
            search.add_bytes(name, secret_forms(secret));
        }
        search.sorted()
    }

    /// A search for tokens, references or person ids, given in hexadecimal digits.
    pub fn of_tokens(tokens: &BTreeSet<String>) -> Self {
        let mut search = Self::empty();
        for token in tokens {
            search.add_bytes(token, token_forms(token));
        }
        search.sorted()
    }

    fn empty() -> Self {
        Self {
            values: Vec::new(),
            texts: Vec::new(),
            secrets: Vec::new(),
            needles: Vec::new(),
            filter: vec![0; 1 << (FILTER - 6)],
        }
    }

    fn sorted(mut self) -> Self {
        self.needles.sort_unstable();
        self.needles.dedup();
        self
    }

    fn add_bytes(&mut self, name: &str, forms: Vec<(&'static str, Vec<u8>)>) {
        for (form, bytes) in forms {
            let needle = Needle::Secret(index(self.secrets.len()));
            self.add(&bytes, needle);
            self.secrets.push((Hit { value: name.to_owned(), form }, bytes));
        }
    }

    fn add_value(&mut self, place: usize) {
        let value = &self.values[place];
        let words = value.split(|c: char| !c.is_alphanumeric()).filter(|word| *word != value);
        let texts: BTreeSet<String> = words
            .filter(|word| word.len() >= 8)
            .chain([value.as_str()])
            .flat_map(spellings)
            .collect();
        for text in texts {
            let at = index(self.texts.len());
            let plain = text.as_bytes().to_vec();
            for form in Form::all() {
                let bytes = form.write(&text);
                if form.is_plain() || bytes != plain {
                    self.add(&bytes, Needle::Text(at, form));
                }
            }
            self.texts.push((text, index(place)));
        }
    }

    fn add(&mut self, bytes: &[u8], needle: Needle) {
        if let Some(start) = bytes.first_chunk::<START>() {
            let start = start.iter().fold(0, |start, byte| rolled(start, *byte));
            let (word, bit) = filter_place(start);
            self.filter[word] |= bit;
            self.needles.push((start, needle));
        }
    }

    /// Canaries that are looked for.
    pub const fn values(&self) -> usize {
        self.values.len()
    }

    /// Byte strings that are looked for.
    pub const fn needles(&self) -> usize {
        self.needles.len()
    }

    /// What is found in these bytes.
    pub fn bytes(&self, haystack: &[u8]) -> BTreeSet<Hit> {
        let mut found = BTreeSet::new();
        let mut start = 0;
        for (place, byte) in haystack.iter().enumerate() {
            start = rolled(start, *byte);
            let (word, bit) = filter_place(start);
            if self.filter[word] & bit != 0 && place + 1 >= START {
                found.extend(self.at(haystack, place + 1 - START, start));
            }
        }
        found
    }

    fn at(&self, haystack: &[u8], at: usize, start: u64) -> impl Iterator<Item = Hit> {
        let first = self.needles.partition_point(|(other, _)| *other < start);
        let same = self.needles[first..].iter().take_while(move |(other, _)| *other == start);
        same.filter_map(move |(_, needle)| match needle {
            Needle::Text(text, form) => self.text_at(haystack, at, *text, *form),
            Needle::Secret(secret) => {
                let (hit, bytes) = &self.secrets[place(*secret)];
                haystack[at..].starts_with(bytes).then(|| hit.clone())
            }
        })
    }

    fn text_at(&self, haystack: &[u8], at: usize, text: u32, form: Form) -> Option<Hit> {
        let (text, value) = &self.texts[place(text)];
        let bytes = form.write(text);
        let stands_there = haystack[at..].starts_with(&bytes)
            && !(form.is_plain() && is_weak(text) && within_digits(haystack, at, bytes.len()));
        let value = &self.values[place(*value)];
        stands_there.then(|| Hit { value: value.clone(), form: form.name() })
    }
}

/// The start one byte further on: the last [`START`] bytes as one number.
const fn rolled(start: u64, byte: u8) -> u64 {
    (start << 8 | byte as u64) & ((1 << (8 * START)) - 1)
}

fn filter_place(start: u64) -> (usize, u64) {
    let mixed = start.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER);
    let word = usize::try_from(mixed >> 6).expect("a place in the filter");
    (word, 1 << (mixed & 63))
}

fn is_weak(text: &str) -> bool {
    text.len() < WEAK && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether what stands here is part of a longer run of hexadecimal digits.
fn within_digits(haystack: &[u8], at: usize, length: usize) -> bool {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    digit(at.checked_sub(1).and_then(|before| haystack.get(before)))
        || digit(haystack.get(at + length))
}

fn index(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 texts")
}

const fn place(index: u32) -> usize {
    index as usize
}
