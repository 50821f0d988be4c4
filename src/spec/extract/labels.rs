//! What a researcher's program shows for a column and for its codes.

use std::collections::BTreeMap;

use super::super::document::{Document, Section, as_text};

/// The longest variable label: Stata takes no longer one. More is for the description.
const LONGEST_LABEL: usize = 80;

/// The labels of a column of an extract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The variable label; empty if none is given.
    pub variable: String,
    /// The value labels: what codes stand for, by code.
    pub values: BTreeMap<String, String>,
}

impl Labels {
    /// Reads `label` and `value_labels` of a column.
    pub(super) fn read(document: &Document<'_>, section: &Section<'_, '_>) -> Self {
        let mut labels = Self::default();
        if let Some(label) = section.text("label") {
            if label.text.chars().count() > LONGEST_LABEL || !is_line(&label.text) {
                let message = format!(
                    "`label` is a line of up to {LONGEST_LABEL} characters; `description` takes more"
                );
                document.mistake(&label.at, message);
            }
            labels.variable = label.text;
        }
        for (code, value) in section.section("value_labels").iter().flat_map(Section::entries) {
            match as_text(value).filter(|label| is_line(&label.text)) {
                Some(label) => _ = labels.values.insert(code.text, label.text),
                None => document.mistake(&value.span(), "a value label is one line in quotes"),
            }
        }
        labels
    }
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::super::{Chosen, Extract};

    fn parse(column: &str) -> Result<Extract, Vec<String>> {
        let text = format!("extract = \"x\"\n[datasets.a]\ncolumns = [{column}]\n");
        Extract::parse("extract.toml", &text)
            .map_err(|error| error.mistakes.into_iter().map(|mistake| mistake.message).collect())
    }

    #[test]
    fn all_columns_and_some_as_told() {
        let told = "\"*\", { column = \"sex\", label = \"Sex\", value_labels = { 1 = \"Male\" } }";
        let extract = parse(told).expect("no mistake");
        let Chosen::All(told) = &extract.datasets[0].chosen else { panic!("all columns") };
        assert_eq!(told[0].labels.variable, "Sex");
        assert_eq!(told[0].labels.values["1"], "Male");
    }

    #[test]
    fn every_mistake_of_a_label_is_named() {
        let long = format!("{{ column = \"c\", label = \"{}\" }}", "x".repeat(81));
        for (column, wanted) in [
            (long.as_str(), "up to 80 characters"),
            ("{ column = \"c\", label = \" \" }", "`label` is a line"),
            ("{ column = \"c\", label = \"a\\nb\" }", "`label` is a line"),
            ("{ column = \"c\", value_labels = { 1 = 2 } }", "a value label is one line"),
            ("{ column = \"c\", value_labels = { 1 = \"\" } }", "a value label is one line"),
            ("{ column = \"c\", value_labels = \"x\" }", "`value_labels` is a table"),
            ("\"a\", \"*\"", "`*` comes first"),
            ("\"*\", \"*\"", "`*` comes first"),
        ] {
            let mistakes = parse(column).expect_err(wanted);
            assert!(mistakes.iter().any(|mistake| mistake.contains(wanted)), "{mistakes:?}");
        }
    }
}
