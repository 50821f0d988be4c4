//! `source.toml`: an agency's own description of its file: which column is which field.

mod lists;

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::date_format::DateFormat;
use super::document::{Document, Placed, Section, SpecError, as_text, as_texts, table_of};
use super::kind::Kind;
use super::linkage::{Linkage, check_name};
use super::recipe::FieldIx;
use super::sex_codes::CodeMap;
use super::text_layout::{Delimiter, Encoding, TextLayout};

pub use lists::RecordLists;

/// Where a field of the spec is found in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceField {
    /// The spec's field.
    pub field: FieldIx,
    /// The columns that hold it; every value found counts.
    pub columns: Vec<String>,
    /// The date formats, tried in order; for other kinds empty.
    pub formats: Vec<DateFormat>,
    /// What the source's sex codes stand for; for other kinds of no effect.
    pub codes: CodeMap,
    /// Cells that stand for "unknown" here, compared in upper case.
    pub placeholders: Vec<String>,
}

impl SourceField {
    /// A field whose cells are written in the plainest way: ISO dates, canonical sex codes.
    #[must_use]
    pub fn plain(field: FieldIx, kind: Kind) -> Self {
        let formats = if kind == Kind::Date { vec![DateFormat::iso()] } else { Vec::new() };
        Self {
            field,
            columns: Vec::new(),
            formats,
            codes: CodeMap::default(),
            placeholders: Vec::new(),
        }
    }
}

/// How much of a field's value an extract may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coarsen {
    /// The year of a date.
    Year,
    /// Year and month of a date.
    Month,
    /// The district of a postcode.
    District,
    /// The area of a postcode.
    Area,
    /// A sex code as the spec has it.
    AsIs,
}

impl Coarsen {
    /// The word for it in `source.toml` and `extract.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::District => "district",
            Self::Area => "area",
            Self::AsIs => "as_is",
        }
    }
}

/// A column of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A column of the source, as it stands.
    Column(String),
    /// A coarsened value of a field, under a name of its own.
    Derived {
        /// The field.
        field: FieldIx,
        /// How much of it is shown.
        coarsen: Coarsen,
        /// The payload column's name.
        name: String,
    },
}

impl Payload {
    /// The payload column's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Column(name) | Self::Derived { name, .. } => name,
        }
    }
}

/// An agency's description of its own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which of the spec's datasets this is.
    pub dataset: String,
    /// The column with the agency's own id of a record.
    pub record_id: String,
    /// How CSV inputs are laid out.
    pub layout: TextLayout,
    /// Whether several rows may describe one record (aliases, addresses).
    pub several_rows: bool,
    /// The fields this source has.
    pub fields: Vec<SourceField>,
    /// What travels to the researcher.
    pub payload: Vec<Payload>,
    /// Columns that go nowhere.
    pub drop: Vec<String>,
    /// Records that are left out or sealed. The paths are as written: relative to the file's folder.
    pub records: RecordLists,
}

impl Source {
    /// Parses the text of a `source.toml` made for `linkage`; `file` names it in messages.
    ///
    /// # Errors
    /// All mistakes at once, each with its line.
    pub fn parse(file: &str, text: &str, linkage: &Linkage) -> Result<Self, SpecError> {
        let document = Document::new(file, text);
        let table = document.table();
        let root = Section::new(&document, &table, 0..0, "the source mapping");
        let source = Reader { document: &document, linkage }.source(&root);
        root.finish();
        drop(root);
        document.finish(source)
    }
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    linkage: &'d Linkage,
}

impl<'a> Reader<'_, 'a> {
    fn source(&self, root: &Section<'_, 'a>) -> Option<Source> {
        let dataset = root.required_text("dataset");
        if let Some(name) = dataset.as_ref().filter(|d| self.linkage.dataset(&d.text).is_none()) {
            let known: Vec<&str> = self.linkage.datasets.iter().map(|d| d.name.as_str()).collect();
            let message =
                format!("the spec has the datasets {}, no `{}`", known.join(", "), name.text);
            self.document.mistake(&name.at, message);
        }
        let record_id = root.required_text("record_id");
        let layout = self.layout(root);
        let several_rows = root.flag("several_rows");
        let records = RecordLists::of(self.document, root);
        let fields: Vec<SourceField> = root.section("fields").map_or_else(Vec::new, |section| {
            section.entries().filter_map(|(name, value)| self.field(&name, value)).collect()
        });
        if fields.is_empty() {
            self.document.mistake(
                root.at(),
                "no field under [fields]: name a column that identifies somebody",
            );
        }
        let (payload, drop) = root.section("columns").map_or_else(Default::default, |columns| {
            let payload =
                columns.list("payload").into_iter().filter_map(|v| self.payload(v)).collect();
            let drop = columns.texts("drop").into_iter().map(|name| name.text).collect();
            columns.finish();
            (payload, drop)
        });
        let source = Source {
            dataset: dataset?.text,
            record_id: record_id?.text,
            layout,
            several_rows,
            fields,
            payload,
            drop,
            records,
        };
        self.check_roles(root, &source);
        Some(source)
    }

    fn layout(&self, root: &Section<'_, 'a>) -> TextLayout {
        let encoding = root.text("encoding").and_then(|name| {
            let known = Encoding::named(&name.text);
            if known.is_none() {
                let names = Encoding::ALL.map(Encoding::name).join(", ");
                self.document.mistake(&name.at, format!("`encoding` is one of {names}"));
            }
            known
        });
        let delimiter = root.text("delimiter").and_then(|text| {
            let mut characters = text.text.chars();
            let only = characters.next().filter(|_| characters.next().is_none());
            let known = only.and_then(Delimiter::new);
            if known.is_none() {
                let message = "`delimiter` is one character, such as \";\", \"|\" or \"\\t\"";
                self.document.mistake(&text.at, message);
            }
            known
        });
        TextLayout {
            encoding: encoding.unwrap_or_default(),
            delimiter: delimiter.unwrap_or_default(),
        }
    }

    fn field(&self, name: &Placed, value: &Spanned<DeValue<'a>>) -> Option<SourceField> {
        let Some(field) = self.linkage.field(&name.text) else {
            self.document.mistake(&name.at, format!("the spec has no field `{}`", name.text));
            return None;
        };
        let kind = self.linkage.field_at(field).kind;
        let mut entry = SourceField::plain(field, kind);
        if let Some(section) = table_of(self.document, value, &format!("`{}`", name.text)) {
            self.detailed(&section, kind, &mut entry);
        } else if let Ok(columns) = as_texts(value) {
            entry.columns = columns.into_iter().map(|column| column.text).collect();
        }
        if entry.columns.is_empty() {
            let message = format!(
                "`{}` takes a column, a list of columns, or {{ column = \"..\", .. }}",
                name.text
            );
            self.document.mistake(&value.span(), message);
        }
        Some(entry)
    }

    fn detailed(&self, section: &Section<'_, 'a>, kind: Kind, entry: &mut SourceField) {
        let mut columns = section.texts("column");
        columns.extend(section.texts("columns"));
        entry.columns = columns.into_iter().map(|column| column.text).collect();
        let mut formats = section.texts("format");
        formats.extend(section.texts("formats"));
        if let Some(format) = formats.first().filter(|_| kind != Kind::Date) {
            self.document.mistake(&format.at, "only a field of kind date has a format");
        }
        if !formats.is_empty() {
            entry.formats = formats.iter().filter_map(|format| self.format(format)).collect();
        }
        if let Some(codes) = section.section("codes") {
            if kind != Kind::Sex {
                self.document.mistake(codes.at(), "only a field of kind sex has codes");
            }
            entry.codes = self.codes(&codes);
        }
        entry.placeholders =
            section.texts("placeholders").iter().map(|p| p.text.trim().to_uppercase()).collect();
        section.finish();
    }

    fn format(&self, text: &Placed) -> Option<DateFormat> {
        DateFormat::compile(&text.text)
            .map_err(|error| self.document.mistake(&text.at, error.to_string()))
            .ok()
    }

    fn codes(&self, section: &Section<'_, 'a>) -> CodeMap {
        let entries: Vec<(Placed, Placed)> = section
            .entries()
            .filter_map(|(code, value)| {
                let meaning = as_text(value);
                if meaning.is_none() {
                    let message = "a sex code stands for \"F\", \"M\", \"X\" or \"\" (not known)";
                    self.document.mistake(&value.span(), message);
                }
                Some((code, meaning?))
            })
            .collect();
        let pairs =
            entries.iter().map(|(code, meaning)| (code.text.as_str(), meaning.text.as_str()));
        CodeMap::new(pairs).unwrap_or_else(|error| {
            self.document.mistake(section.at(), error.to_string());
            CodeMap::default()
        })
    }

    fn payload(&self, value: &Spanned<DeValue<'a>>) -> Option<Payload> {
        if let Some(column) = as_text(value) {
            return Some(Payload::Column(column.text));
        }
        let Some(section) = table_of(self.document, value, "a payload column") else {
            let message = "a payload column is \"name\" or { field = \"..\", coarsen = \"..\", name = \"..\" }";
            self.document.mistake(&value.span(), message);
            return None;
        };
        let field = section.required_text("field");
        let coarsen = section.text("coarsen");
        let name = section.required_text("name");
        section.finish();
        let (field, name) = (field?, name?);
        check_name(self.document, &name, "a derived payload column");
        let Some(ix) = self.linkage.field(&field.text) else {
            self.document.mistake(&field.at, format!("the spec has no field `{}`", field.text));
            return None;
        };
        let kind = self.linkage.field_at(ix).kind;
        let coarsen = self.coarsen(section.at(), kind, coarsen.as_ref())?;
        Some(Payload::Derived { field: ix, coarsen, name: name.text })
    }

    fn coarsen(
        &self,
        at: &std::ops::Range<usize>,
        kind: Kind,
        word: Option<&Placed>,
    ) -> Option<Coarsen> {
        let known: &[Coarsen] = match kind {
            Kind::Date => &[Coarsen::Year, Coarsen::Month],
            Kind::UkPostcode => &[Coarsen::District, Coarsen::Area],
            Kind::Sex => &[Coarsen::AsIs],
            _ => &[],
        };
        let word = word.map_or("as_is", |word| word.text.as_str());
        let found = known.iter().copied().find(|coarsen| coarsen.name() == word);
        if found.is_none() {
            let words: Vec<&str> = known.iter().map(|coarsen| coarsen.name()).collect();
            let message = if words.is_empty() {
                format!("a field of kind {} cannot be payload", kind.name())
            } else {
                format!(
                    "as payload, a field of kind {} is coarsened to {}",
                    kind.name(),
                    words.join(" or ")
                )
            };
            self.document.mistake(at, message);
        }
        found
    }

    /// Every column has one role, every payload column one name, every field one entry.
    fn check_roles(&self, root: &Section<'_, 'a>, source: &Source) {
        let mut roles: BTreeMap<&str, &str> = BTreeMap::new();
        let identifiers =
            source.fields.iter().flat_map(|f| &f.columns).map(|c| (c, "an identifier"));
        let plain = source.payload.iter().filter_map(|payload| match payload {
            Payload::Column(column) => Some((column, "payload")),
            Payload::Derived { .. } => None,
        });
        let dropped = source.drop.iter().map(|c| (c, "dropped"));
        let record_id = std::iter::once((&source.record_id, "the record id"));
        for (column, role) in record_id.chain(identifiers).chain(plain).chain(dropped) {
            if let Some(other) = roles.insert(column, role) {
                let message =
                    format!("the column `{column}` is {other} and {role}; it has one role");
                self.document.mistake(root.at(), message);
            }
        }
        let mut names: Vec<&str> = source.payload.iter().map(Payload::name).collect();
        names.push("record_ref");
        names.push("person_id");
        names.sort_unstable();
        for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
            let message = format!("two payload columns would be called `{}`", pair[0]);
            self.document.mistake(root.at(), message);
        }
        let missing = source.payload.iter().filter_map(|payload| match payload {
            Payload::Derived { field, name, .. } => Some((field, name)),
            Payload::Column(_) => None,
        });
        for (field, name) in missing.filter(|(f, _)| !source.fields.iter().any(|e| e.field == **f))
        {
            let field = &self.linkage.field_at(*field).name;
            let message = format!("`{name}` is taken from `{field}`, which this source lacks");
            self.document.mistake(root.at(), message);
        }
    }
}
