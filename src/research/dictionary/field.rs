//! A column of an extract as the data package describes it: what it means and its labels.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, SchemaRef};
use serde::Serialize;
use serde_json::Value;

use super::super::coarsen::texts;
use super::super::dataset::ExtractedDataset;
use crate::spec::{Coarsen, ExtractColumn};

/// A field of a table's schema.
#[derive(Serialize)]
pub struct TableField {
    /// The column.
    pub name: String,
    /// Its type.
    pub r#type: &'static str,
    /// The variable label.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it means.
    pub description: String,
    /// The value labels, if no cell holds anything else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<Category>,
    /// The value labels otherwise. By the standard a column has no values but its categories:
    /// programs may refuse others or take them for missing.
    #[serde(rename = "sealink:valueLabels", skip_serializing_if = "Vec::is_empty")]
    value_labels: Vec<Category>,
}

#[derive(Serialize)]
struct Category {
    value: Value,
    label: String,
}

/// The fields of a dataset's table.
pub(super) fn dataset_fields(dataset: &ExtractedDataset) -> Vec<TableField> {
    let fields = dataset.columns.iter().map(|shown| {
        let (column, r#type) = (&shown.told, type_name(&shown.data_type));
        let labels = &column.labels;
        let (mut categories, mut value_labels) = (Vec::new(), Vec::new());
        match categories_of(&labels.values, r#type).filter(|_| shown.labelled) {
            Some(all) => categories = all,
            None => value_labels = listed(&labels.values),
        }
        TableField {
            name: column.name.clone(),
            r#type,
            title: labels.variable.clone(),
            description: description(column),
            categories,
            value_labels,
        }
    });
    std::iter::once(person_field()).chain(fields).collect()
}

/// The fields of the table of people, with labels of the program's own.
pub fn people_fields(people: &SchemaRef) -> Vec<TableField> {
    let fields = people.fields().iter().skip(1).map(|field| {
        let name = field.name().as_str();
        let (title, description) = match name {
            "records" => (
                "Records in the extract".to_owned(),
                "Records of the person in the extract's datasets.".to_owned(),
            ),
            "link_status" => (
                "How the first link was made".to_owned(),
                "The match key, or `scored`, of the person's first link, or single.".to_owned(),
            ),
            "probability" => (
                "Probability of the weakest link".to_owned(),
                "Probability of the weakest link that holds the person's records together; empty \
                 for a single record and for links decided by rule."
                    .to_owned(),
            ),
            held => {
                let dataset = held.strip_prefix("in_").unwrap_or(held);
                (format!("Is in {dataset}"), format!("Whether {dataset} holds the person."))
            }
        };
        own_field(name, type_name(field.data_type()), title, description)
    });
    std::iter::once(person_field()).chain(fields).collect()
}

fn person_field() -> TableField {
    let description = "The person's number in this extract: p and 32 hexadecimal digits.";
    own_field("person_id", "string", "Person".to_owned(), description.to_owned())
}

fn own_field(name: &str, r#type: &'static str, title: String, description: String) -> TableField {
    let (categories, value_labels) = (Vec::new(), Vec::new());
    TableField { name: name.to_owned(), r#type, title, description, categories, value_labels }
}

/// What a column means, in a line for a reader: its label, description and codes.
pub fn meaning(column: &ExtractColumn) -> String {
    let mut meaning = description(column);
    let labels = &column.labels;
    if !labels.variable.is_empty() {
        meaning = format!("{}: {meaning}", labels.variable);
    }
    if !labels.values.is_empty() {
        let codes: Vec<String> =
            labels.values.iter().map(|(code, label)| format!("`{code}` {label}")).collect();
        meaning = format!("{meaning} Codes: {}.", codes.join(", "));
    }
    meaning
}

fn description(column: &ExtractColumn) -> String {
    let coarse = match column.coarsen {
        Coarsen::AsIs => String::new(),
        other => format!("`{}`, made coarser: {}.", column.column, other.name()),
    };
    let given = column.description.trim();
    match (given.is_empty(), coarse.is_empty()) {
        (true, true) => format!("`{}` as the agency supplied it.", column.column),
        (true, false) => coarse,
        (false, true) => given.to_owned(),
        (false, false) => format!("{given} ({coarse})"),
    }
}

fn listed(labels: &BTreeMap<String, String>) -> Vec<Category> {
    let category = |(code, label): (&String, &String)| Category {
        value: code.clone().into(),
        label: label.clone(),
    };
    labels.iter().map(category).collect()
}

/// The labels as categories of a field of this type, if it can have these: text, or whole numbers
/// in their order.
fn categories_of(labels: &BTreeMap<String, String>, r#type: &str) -> Option<Vec<Category>> {
    match r#type {
        "string" => Some(listed(labels)),
        "integer" => {
            let parsed = |(code, label)| Some((str::parse::<i64>(code).ok()?, label));
            let numbers: Option<BTreeMap<i64, &String>> =
                labels.iter().map(|(code, label)| parsed((code.as_str(), label))).collect();
            let category = |(code, label): (i64, &String)| Category {
                value: code.into(),
                label: label.clone(),
            };
            Some(numbers?.into_iter().map(category).collect())
        }
        _ => None,
    }
}

/// Whether every cell of these batches that is not empty has a label.
pub fn covers(labels: &BTreeMap<String, String>, cells: &[ArrayRef]) -> bool {
    let known = |cell: &str| cell.is_empty() || labels.contains_key(cell);
    let covers = |texts: Vec<StringArray>| texts.iter().flatten().flatten().all(known);
    labels.is_empty() || texts(cells).is_some_and(covers)
}

/// The standard's name of a type.
pub fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(..) => "datetime",
        data_type if data_type.is_integer() => "integer",
        data_type if data_type.is_numeric() => "number",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::Int32Array;

    use super::*;

    fn labels(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter().map(|(code, label)| ((*code).to_owned(), (*label).to_owned())).collect()
    }

    #[test]
    fn labels_are_categories_only_if_no_cell_holds_anything_else() {
        let sexes = labels(&[("M", "Male"), ("F", "Female")]);
        let column = |cells: &[Option<&str>]| -> ArrayRef {
            Arc::new(StringArray::from_iter(cells.iter().copied()))
        };
        assert!(covers(&sexes, &[column(&[Some("M"), None]), column(&[Some(""), Some("F")])]));
        assert!(!covers(&sexes, &[column(&[Some("M")]), column(&[Some("m")])]));
        let numbers: [ArrayRef; 1] = [Arc::new(Int32Array::from(vec![Some(1), None]))];
        assert!(covers(&labels(&[("1", "Male")]), &numbers));
        assert!(!covers(&labels(&[("01", "Male")]), &numbers));
    }

    #[test]
    fn codes_of_whole_numbers_are_numbers_in_their_order() {
        let codes = labels(&[("10", "ten"), ("9", "nine")]);
        let values = |r#type| -> Option<Vec<Value>> {
            Some(categories_of(&codes, r#type)?.into_iter().map(|c| c.value).collect())
        };
        assert_eq!(values("integer"), Some(vec![9.into(), 10.into()]));
        assert_eq!(values("string"), Some(vec!["10".into(), "9".into()]));
        assert_eq!(values("boolean").map(|values| values.len()), None);
        assert!(categories_of(&labels(&[("x", "no number")]), "integer").is_none());
    }
}
