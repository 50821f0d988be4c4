//! `[[agreement]]`: what several datasets' payloads say alike of a person.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::DeValue;

use super::super::date_format::DateFormat;
use super::super::document::{Document, Placed, Section, as_text, table_of};
use super::super::linkage::check_name;
use super::super::source::Coarsen;
use super::{ExtractDataset, coarsening};

/// Columns of several datasets that say the same of a person. How often linked records agree in
/// them is a check on the links that needs no truth.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtractAgreement {
    /// What the columns say, for the report.
    pub name: String,
    /// The columns, two or more, each of another dataset, in the extract's order of datasets.
    pub columns: Vec<AgreementColumn>,
    /// The share of true links whose cells differ for a recording error, as the analyst states it.
    pub error: Option<f64>,
}

/// A payload column of one dataset, and how its cells are made comparable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementColumn {
    /// The dataset.
    pub dataset: String,
    /// The payload's column, which need not be in the extract.
    pub column: String,
    /// How much of a value is compared.
    pub coarsen: Coarsen,
    /// The format of a date that is coarsened.
    pub format: DateFormat,
    codes: BTreeMap<String, String>,
}

impl AgreementColumn {
    /// What a cell stands for, without regard to case; nothing if it is not known.
    #[must_use]
    pub fn meaning(&self, cell: &str) -> Option<String> {
        let cell = folded(cell);
        let meaning = self.codes.get(&cell).cloned().unwrap_or(cell);
        (!meaning.is_empty()).then_some(meaning)
    }
}

/// Reads every `[[agreement]]` of an extract of these datasets.
pub(super) fn read(
    document: &Document<'_>,
    root: &Section<'_, '_>,
    datasets: &[ExtractDataset],
) -> Vec<ExtractAgreement> {
    let mut names = BTreeSet::new();
    let mut agreements = Vec::new();
    for section in root.sections("agreement") {
        let name = section.required_text("name");
        if let Some(name) = &name {
            check_name(document, name, "an agreement");
            if !names.insert(name.text.clone()) {
                document.mistake(&name.at, format!("`{}` is named twice", name.text));
            }
        }
        let columns = columns(document, &section, datasets);
        let error = section.share("error");
        section.finish();
        if let Some(name) = name {
            agreements.push(ExtractAgreement { name: name.text, columns, error });
        }
    }
    agreements
}

fn columns(
    document: &Document<'_>,
    section: &Section<'_, '_>,
    datasets: &[ExtractDataset],
) -> Vec<AgreementColumn> {
    let mut columns = Vec::new();
    let listed = section.section("columns");
    for (dataset, value) in listed.iter().flat_map(Section::entries) {
        let place = datasets.iter().position(|known| known.name == dataset.text);
        if place.is_none() {
            let message = format!("the extract has no [datasets.{}]", dataset.text);
            document.mistake(&dataset.at, message);
        }
        columns.push((place, column(document, dataset, value)));
    }
    if columns.len() < 2 {
        let at = listed.as_ref().map_or_else(|| section.at(), Section::at);
        let message = "`columns` takes two datasets or more: { DATASET = \"column\", .. }";
        document.mistake(at, message);
    }
    columns.sort_by_key(|(place, _)| *place);
    columns.into_iter().filter_map(|(_, column)| column).collect()
}

fn column(
    document: &Document<'_>,
    dataset: Placed,
    value: &Spanned<DeValue<'_>>,
) -> Option<AgreementColumn> {
    let dataset = dataset.text;
    if let Some(column) = as_text(value) {
        return Some(AgreementColumn {
            dataset,
            column: column.text,
            coarsen: Coarsen::AsIs,
            format: DateFormat::iso(),
            codes: BTreeMap::new(),
        });
    }
    let Some(section) = table_of(document, value, "a column") else {
        document.mistake(&value.span(), "a column is \"name\" or { column = \"name\", .. }");
        return None;
    };
    let column = section.required_text("column");
    let (coarsen, format) = coarsening(document, &section);
    let codes = section.section("codes").map(|listed| codes(document, &listed)).unwrap_or_default();
    section.finish();
    Some(AgreementColumn {
        dataset,
        column: column?.text,
        coarsen: coarsen?,
        format: format?,
        codes,
    })
}

/// What each listed cell stands for; an empty text is for "not known".
fn codes(document: &Document<'_>, listed: &Section<'_, '_>) -> BTreeMap<String, String> {
    let mut codes = BTreeMap::new();
    for (code, value) in listed.entries() {
        let Some(meaning) = as_text(value) else {
            document.mistake(&value.span(), "a code stands for one text in quotes");
            continue;
        };
        if codes.insert(folded(&code.text), folded(&meaning.text)).is_some() {
            let message =
                format!("`{}` is listed twice; case does not distinguish codes", code.text);
            document.mistake(&code.at, message);
        }
    }
    codes
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::super::templates::TEMPLATES;
    use super::super::Extract;

    const DATASETS: &str = "extract = \"x\"\n[datasets.a]\ncolumns = [\"*\"]\n[datasets.b]\n\
                            columns = [\"*\"]\n";

    fn parse(agreements: &str) -> Result<Extract, Vec<String>> {
        Extract::parse("extract.toml", &format!("{DATASETS}{agreements}"))
            .map_err(|error| error.mistakes.into_iter().map(|mistake| mistake.message).collect())
    }

    #[test]
    fn a_cell_means_what_its_code_says_whatever_its_case() {
        let text = "[[agreement]]\nname = \"sex\"\nerror = 0.01\n\
                    columns = { b = \"sex\", a = { column = \"gender\", codes = { 1 = \"M\", \
                    F = \"f\", X = \"\" } } }\n";
        let extract = parse(text).expect("no mistake");
        let [sex] = extract.agreements.as_slice() else { panic!("one agreement") };
        assert_eq!(sex.error, Some(0.01));
        let [a, b] = sex.columns.as_slice() else { panic!("two columns") };
        assert_eq!((a.dataset.as_str(), b.dataset.as_str()), ("a", "b"), "the extract's order");
        let meanings = [" 1 ", "m", "f", "x", "", " ", "Y"].map(|cell| a.meaning(cell));
        let wanted = [Some("m"), Some("m"), Some("f"), None, None, None, Some("y")];
        assert_eq!(meanings, wanted.map(|text| text.map(str::to_owned)));
        assert_eq!(b.meaning("1").as_deref(), Some("1"));
    }

    #[test]
    fn every_mistake_of_an_agreement_is_named() {
        for (text, wanted) in [
            ("columns = { a = \"c\", b = \"c\" }", "lacks `name`"),
            ("name = \"n\"", "two datasets or more"),
            ("name = \"n\"\ncolumns = { a = \"c\" }", "two datasets or more"),
            ("name = \"n\"\ncolumns = { a = \"c\", d = \"c\" }", "no [datasets.d]"),
            ("name = \"n\"\ncolumns = { a = \"c\", b = 3 }", "a column is"),
            ("name = \"n\"\ncolumns = { a = \"c\", b = { name = \"c\" } }", "lacks `column`"),
            ("name = \"n\"\ncolumns = { a = \"c\", b = \"c\" }\nerror = 2.0", "`error` is a share"),
            ("name = \"n\"\ncolumns = { a = \"c\", b = \"c\" }\ncolour = \"x\"", "no `colour`"),
            (
                "name = \"n\"\ncolumns = { a = \"c\", b = { column = \"c\", coarsen = \"x\" } }",
                "`coarsen` is",
            ),
            (
                "name = \"n\"\ncolumns = { a = \"c\", b = { column = \"c\", codes = { m = \"\", M = \"\" } } }",
                "`M` is listed twice",
            ),
        ] {
            let mistakes = parse(&format!("[[agreement]]\n{text}\n")).expect_err(text);
            assert!(mistakes.iter().any(|m| m.contains(wanted)), "{text}: {mistakes:?}");
        }
        let one = "[[agreement]]\nname = \"n\"\ncolumns = { a = \"c\", b = \"c\" }\n";
        let mistakes = parse(&format!("{one}{one}")).expect_err("two of one name");
        assert_eq!(mistakes, ["`n` is named twice"]);
    }

    #[test]
    fn the_example_in_the_template_is_one() {
        let template = &TEMPLATES[0];
        let text = template.extract("trial", &template.datasets());
        let lines = text.lines().map(|line| {
            let code = line.strip_prefix("# ").filter(|rest| {
                ["[[agreement]]", "name ", "columns =", "error "]
                    .iter()
                    .any(|s| rest.starts_with(s))
            });
            code.unwrap_or(line)
        });
        let lines: Vec<&str> = lines.collect();
        let extract = Extract::parse("extract.toml", &lines.join("\n")).expect("no mistake");
        let names: Vec<&str> = extract.agreements.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["birth_year", "sex"]);
        assert!(extract.agreements.iter().all(|agreement| agreement.columns.len() == 2));
    }
}
