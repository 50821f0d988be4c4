//! Reading a TOML document so that every mistake is found at once, each with its line.
//!
//! A [`Section`] hands out the values of one table. What is missing, of the wrong type or not
//! known is noted in the [`Document`] and reading goes on; [`Document::finish`] then gives either
//! the parsed value or all the mistakes.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One mistake in a spec file: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// Every mistake of one spec file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    /// The file, as the caller named it.
    pub file: String,
    /// The mistakes in the order of their lines; never empty.
    pub mistakes: Vec<Mistake>,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, mistake) in self.mistakes.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:{}: {}", self.file, mistake.line, mistake.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for SpecError {}

/// A text with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub text: String,
    pub at: Range<usize>,
}

/// A TOML file under reading.
pub(super) struct Document<'a> {
    file: String,
    text: &'a str,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'a> Document<'a> {
    pub fn new(file: &str, text: &'a str) -> Self {
        Self { file: file.to_owned(), text, mistakes: RefCell::new(Vec::new()) }
    }

    /// The file's own table; its syntax errors are noted as mistakes.
    pub fn table(&self) -> DeTable<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            self.mistake(&error.span().unwrap_or(0..0), error.message().to_owned());
        }
        table.into_inner()
    }

    /// Notes a mistake at a place of the text.
    pub fn mistake(&self, at: &Range<usize>, message: impl Into<String>) {
        let before = self.text.as_bytes().get(..at.start).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        self.mistakes.borrow_mut().push(Mistake { line, message: message.into() });
    }

    /// The parsed value, unless there were mistakes.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, SpecError> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort();
        mistakes.dedup();
        match value {
            Some(value) if mistakes.is_empty() => Ok(value),
            _ => {
                if mistakes.is_empty() {
                    let message = "the file holds no complete description".to_owned();
                    mistakes.push(Mistake { line: 1, message });
                }
                Err(SpecError { file: self.file, mistakes })
            }
        }
    }
}

/// One table of the document, being read key by key.
pub(super) struct Section<'d, 'a> {
    document: &'d Document<'a>,
    table: &'d DeTable<'a>,
    at: Range<usize>,
    name: String,
    read: RefCell<Vec<&'static str>>,
}

impl<'d, 'a> Section<'d, 'a> {
    pub fn new(
        document: &'d Document<'a>,
        table: &'d DeTable<'a>,
        at: Range<usize>,
        name: &str,
    ) -> Self {
        Self { document, table, at, name: name.to_owned(), read: RefCell::default() }
    }

    /// Where this table opens.
    pub const fn at(&self) -> &Range<usize> {
        &self.at
    }

    fn value(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'a>>> {
        self.read.borrow_mut().push(key);
        self.table.get(key)
    }

    /// The text under `key`, if the key is there.
    pub fn text(&self, key: &'static str) -> Option<Placed> {
        let value = self.value(key)?;
        let text = as_text(value);
        if text.is_none() {
            self.document.mistake(&value.span(), format!("`{key}` takes one text in quotes"));
        }
        text
    }

    /// The text under `key`, which must be there.
    pub fn required_text(&self, key: &'static str) -> Option<Placed> {
        if !self.table.contains_key(key) {
            self.document.mistake(&self.at, format!("{} lacks `{key}`", self.name));
        }
        self.text(key)
    }

    /// The truth value under `key`; false if the key is not there.
    pub fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.value(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.document.mistake(&value.span(), format!("`{key}` is true or false"));
            false
        })
    }

    /// The whole number under `key`, within `range`.
    pub fn number(&self, key: &'static str, range: Range<u64>) -> Option<u64> {
        let value = self.value(key)?;
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|digits| u64::from_str_radix(digits.as_str(), digits.radix()).ok())
            .filter(|number| range.contains(number));
        if number.is_none() {
            let message =
                format!("`{key}` is a whole number from {} to {}", range.start, range.end - 1);
            self.document.mistake(&value.span(), message);
        }
        number
    }

    /// The share under `key`, above 0 and below 1.
    pub fn share(&self, key: &'static str) -> Option<f64> {
        let value = self.value(key)?;
        let share = value
            .get_ref()
            .as_float()
            .and_then(|digits| digits.as_str().parse().ok())
            .filter(|share: &f64| *share > 0.0 && *share < 1.0);
        if share.is_none() {
            self.document.mistake(&value.span(), format!("`{key}` is a share such as 0.5"));
        }
        share
    }

    /// The texts under `key`: one text, or a list of them; none if the key is not there.
    pub fn texts(&self, key: &'static str) -> Vec<Placed> {
        let Some(value) = self.value(key) else { return Vec::new() };
        as_texts(value).unwrap_or_else(|at| {
            self.document.mistake(&at, format!("`{key}` takes texts in quotes: [\"a\", \"b\"]"));
            Vec::new()
        })
    }

    /// The raw values listed under `key`.
    pub fn list(&self, key: &'static str) -> Vec<&'d Spanned<DeValue<'a>>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        value.get_ref().as_array().map_or_else(
            || {
                self.document.mistake(&value.span(), format!("`{key}` takes a list: [..]"));
                Vec::new()
            },
            |array| array.iter().collect(),
        )
    }

    /// The table under `key`, if it is there.
    pub fn section(&self, key: &'static str) -> Option<Self> {
        let value = self.value(key)?;
        let section = table_of(self.document, value, &format!("[{key}]"));
        if section.is_none() {
            self.document.mistake(&value.span(), format!("`{key}` is a table: [{key}]"));
        }
        section
    }

    /// The tables under `key`, each headed `[[key]]`.
    pub fn sections(&self, key: &'static str) -> Vec<Self> {
        self.list(key)
            .into_iter()
            .filter_map(|value| {
                let section = table_of(self.document, value, &format!("[[{key}]]"));
                if section.is_none() {
                    self.document.mistake(&value.span(), format!("each `{key}` is a table"));
                }
                section
            })
            .collect()
    }

    /// Every key of a table whose keys are the author's own words.
    pub fn entries(
        &self,
    ) -> impl Iterator<Item = (Placed, &'d Spanned<DeValue<'a>>)> + use<'d, 'a> {
        self.table
            .iter()
            .map(|(key, value)| (Placed { text: key.get_ref().to_string(), at: key.span() }, value))
    }

    /// Notes every key that was not asked for. A file that has none of the keys asked for is some
    /// other file, perhaps of people: its keys are not shown.
    pub fn finish(&self) {
        let read = self.read.borrow();
        let whole_file = self.at == (0..0);
        if whole_file && !read.iter().any(|key| self.table.contains_key(*key)) {
            let known = read.join(", ");
            let message = format!("{} has none of the keys it knows: {known}", self.name);
            self.document.mistake(&self.at, message);
            return;
        }
        for key in self.table.keys() {
            if !read.contains(&&**key.get_ref()) {
                let known = read.join(", ");
                let message = format!("{} has no `{}`; it knows {known}", self.name, key.get_ref());
                self.document.mistake(&key.span(), message);
            }
        }
    }
}

/// The value as a table, named for messages.
pub(super) fn table_of<'d, 'a>(
    document: &'d Document<'a>,
    value: &'d Spanned<DeValue<'a>>,
    name: &str,
) -> Option<Section<'d, 'a>> {
    let table = value.get_ref().as_table()?;
    Some(Section::new(document, table, value.span(), name))
}

/// The value as one text.
pub(super) fn as_text(value: &Spanned<DeValue<'_>>) -> Option<Placed> {
    value.get_ref().as_str().map(|text| Placed { text: text.to_owned(), at: value.span() })
}

/// The value as a text or a list of texts; else the place of what is neither.
pub(super) fn as_texts(value: &Spanned<DeValue<'_>>) -> Result<Vec<Placed>, Range<usize>> {
    if let Some(text) = as_text(value) {
        return Ok(vec![text]);
    }
    let array = value.get_ref().as_array().ok_or_else(|| value.span())?;
    array.iter().map(|item| as_text(item).ok_or_else(|| item.span())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_reported_with_its_line() {
        let text = "a = 1\nb = \"x\"\n\n[deep]\nunknown = 3\n";
        let document = Document::new("spec.toml", text);
        let table = document.table();
        let section = Section::new(&document, &table, 0..0, "the file");
        assert!(section.text("a").is_none());
        assert_eq!(section.text("b").map(|b| b.text).as_deref(), Some("x"));
        assert!(section.required_text("c").is_none());
        if let Some(deep) = section.section("deep") {
            assert!(!deep.flag("known"));
            deep.finish();
        }
        section.finish();
        drop(section);
        let error = document.finish(Some(())).expect_err("there are mistakes");
        let lines: Vec<usize> = error.mistakes.iter().map(|m| m.line).collect();
        assert_eq!(lines, [1, 1, 5]);
        assert!(error.to_string().starts_with("spec.toml:1: "));
    }

    #[test]
    fn a_syntax_error_is_a_mistake_and_not_a_panic() {
        let document = Document::new("spec.toml", "a = \n b = ]");
        let _ = document.table();
        assert!(document.finish(Some(())).is_err());
    }
}
