//! `extract.toml`: what one research extract holds, and how finely.

mod agreement;
mod labels;
mod report;

use toml::Spanned;
use toml::de::DeValue;

use super::audit::ExtractLimits;
use super::date_format::DateFormat;
use super::document::{Document, Section, SpecError, as_text, table_of};
use super::linkage::check_name;
use super::source::Coarsen;

pub use agreement::{AgreementColumn, ExtractAgreement};
pub use labels::Labels;
pub use report::ExtractReporting;

/// The name of the extract's table of people, which no dataset may have.
pub const PEOPLE: &str = "people";

/// How a chosen payload column is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractColumn {
    /// The payload's column.
    pub column: String,
    /// Its name in the extract.
    pub name: String,
    /// How much of its value is shown; [`Coarsen::AsIs`] is all of it.
    pub coarsen: Coarsen,
    /// The format of a date that is coarsened.
    pub format: DateFormat,
    /// What the column means, for the data dictionary.
    pub description: String,
    /// What programs show for it and for its codes.
    pub labels: Labels,
}

impl ExtractColumn {
    /// A payload column as it is, under its own name.
    #[must_use]
    pub fn as_is(column: &str) -> Self {
        Self {
            column: column.to_owned(),
            name: column.to_owned(),
            coarsen: Coarsen::AsIs,
            format: DateFormat::iso(),
            description: String::new(),
            labels: Labels::default(),
        }
    }
}

/// Which columns of a dataset's payload are in the extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// All of them: these as they say, the others as they are.
    All(Vec<ExtractColumn>),
    /// These.
    Columns(Vec<ExtractColumn>),
}

/// One dataset of the extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractDataset {
    /// The dataset's name in the linkage.
    pub name: String,
    /// Its columns.
    pub chosen: Chosen,
}

/// The description of one research extract.
#[derive(Clone, Debug, PartialEq)]
pub struct Extract {
    /// The extract's id; a new id gives every person a new number.
    pub id: String,
    /// The title for the data package.
    pub title: String,
    /// The datasets; those not listed are left out.
    pub datasets: Vec<ExtractDataset>,
    /// Columns of several datasets that should agree in the records of one person.
    pub agreements: Vec<ExtractAgreement>,
    /// What an audit of the extract judges by.
    pub audit: ExtractLimits,
    /// What its report tells.
    pub report: ExtractReporting,
}

impl Extract {
    /// Parses the text of an `extract.toml`; `file` names it in messages.
    ///
    /// # Errors
    /// All mistakes at once, each with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        let document = Document::new(file, text);
        let table = document.table();
        let root = Section::new(&document, &table, 0..0, "the extract");
        let extract = read(&document, &root);
        root.finish();
        drop(root);
        document.finish(extract)
    }

    /// The dataset with this name, if the extract holds it.
    #[must_use]
    pub fn dataset(&self, name: &str) -> Option<&ExtractDataset> {
        self.datasets.iter().find(|dataset| dataset.name == name)
    }
}

fn read(document: &Document<'_>, root: &Section<'_, '_>) -> Option<Extract> {
    let id = root.required_text("extract");
    if let Some(id) = &id {
        check_name(document, id, "an extract");
    }
    let title = root.text("title").map(|title| title.text);
    if let Some(section) = root.section("datasets")
        && section.entries().any(|(name, _)| name.text == PEOPLE)
    {
        document.mistake(section.at(), "`people` is the name of another table of the extract");
    }
    let datasets: Vec<ExtractDataset> = root
        .section("datasets")
        .map(|section| {
            section
                .entries()
                .filter_map(|(name, value)| {
                    // It names a file.
                    check_name(document, &name, "a dataset");
                    let section = table_of(document, value, &format!("[datasets.{}]", name.text));
                    if section.is_none() {
                        let message =
                            format!("`{}` is a table: [datasets.{}]", name.text, name.text);
                        document.mistake(&value.span(), message);
                    }
                    Some(dataset(document, name.text, &section?))
                })
                .collect()
        })
        .unwrap_or_default();
    if datasets.is_empty() {
        document.mistake(root.at(), "the extract lists no dataset: [datasets.NAME]");
    }
    let agreements = agreement::read(document, root, &datasets);
    let audit = ExtractLimits::read(document, root);
    let report = ExtractReporting::read(document, root);
    let id = id?.text;
    let title = title.unwrap_or_else(|| id.clone());
    Some(Extract { title, id, datasets, agreements, audit, report })
}

fn dataset(document: &Document<'_>, name: String, section: &Section<'_, '_>) -> ExtractDataset {
    let listed = section.list("columns");
    section.finish();
    let is_all = |value: &Spanned<DeValue<'_>>| value.get_ref().as_str() == Some("*");
    let (all, listed) = match listed.as_slice() {
        [first, rest @ ..] if is_all(first) => (true, rest),
        listed => (false, listed),
    };
    for value in listed.iter().filter(|value| is_all(value)) {
        document.mistake(&value.span(), "`*` comes first, and once");
    }
    let columns: Vec<ExtractColumn> =
        listed.iter().filter_map(|value| column(document, value)).collect();
    let mut names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.push("person_id");
    names.sort_unstable();
    for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        let message = format!("two columns of `{name}` would be called `{}`", pair[0]);
        document.mistake(section.at(), message);
    }
    let chosen = if all { Chosen::All(columns) } else { Chosen::Columns(columns) };
    ExtractDataset { name, chosen }
}

fn column(document: &Document<'_>, value: &Spanned<DeValue<'_>>) -> Option<ExtractColumn> {
    if let Some(column) = as_text(value) {
        return Some(ExtractColumn::as_is(&column.text));
    }
    let Some(section) = table_of(document, value, "a column") else {
        document.mistake(&value.span(), "a column is \"name\" or { column = \"name\", .. }");
        return None;
    };
    let column = section.required_text("column");
    let name = section.text("name");
    let (coarsen, format) = coarsening(document, &section);
    let description = section.text("description").map(|text| text.text).unwrap_or_default();
    let labels = Labels::read(document, &section);
    section.finish();
    let column = column?.text;
    Some(ExtractColumn {
        name: name.map_or_else(|| column.clone(), |name| name.text),
        column,
        coarsen: coarsen?,
        format: format?,
        description,
        labels,
    })
}

/// How much of a column's value is shown, and the format of its dates.
fn coarsening(
    document: &Document<'_>,
    section: &Section<'_, '_>,
) -> (Option<Coarsen>, Option<DateFormat>) {
    let coarsen = section.text("coarsen").map_or(Some(Coarsen::AsIs), |word| {
        let all = [Coarsen::Year, Coarsen::Month, Coarsen::District, Coarsen::Area];
        let found = all.into_iter().find(|coarsen| coarsen.name() == word.text);
        if found.is_none() {
            document.mistake(&word.at, "`coarsen` is year, month, district or area");
        }
        found
    });
    let format = section.text("format").map_or(Some(DateFormat::iso()), |text| {
        DateFormat::compile(&text.text)
            .map_err(|error| document.mistake(&text.at, error.to_string()))
            .ok()
    });
    (coarsen, format)
}
