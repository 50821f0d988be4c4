//! The audit of a research extract: who stands out by what somebody may know beforehand.
//!
//! A *class* is the people who look alike in all quasi-identifiers and in which agencies know
//! them. Someone in a small class can be found by whoever knows that much (k-anonymity: Sweeney,
//! 2002); where all of a class have the same sensitive value, nobody needs to be found
//! (l-diversity: Machanavajjhala and others, 2007).

mod classes;
mod read;

use std::path::PathBuf;

use serde::Serialize;

use super::AuditError;
use super::column::float;
use crate::observe::Observer;
use crate::research::Count;
use crate::spec::{Extract, ExtractLimits};

use classes::{Classes, Codes};
use read::{Group, People};

/// What the membership of datasets is called among the quasi-identifiers.
pub const AGENCIES: &str = "agencies";

/// An extract to audit.
#[derive(Debug)]
pub struct AuditExtract<'j> {
    /// What the extract holds; without it only the membership of datasets is looked at.
    pub extract: Option<&'j Extract>,
    /// Its tables, that of people among them.
    pub tables: &'j [PathBuf],
}

/// What was found in an extract. Counts of 1 to 9 people are not told.
#[derive(Debug, Serialize)]
pub struct ExtractReport {
    /// The kind of audit.
    pub audit: &'static str,
    /// Whether every class is large and varied enough.
    pub passed: bool,
    /// The extract's id.
    pub extract: String,
    /// The fewest people who must look alike.
    pub smallest_class_wanted: u64,
    /// The fewest different sensitive values in a class.
    pub diversity_wanted: u64,
    /// People in the extract.
    pub people: Count,
    /// Classes of people who look alike.
    pub classes: u64,
    /// People in the smallest class.
    pub smallest_class: Count,
    /// People in classes that are too small.
    pub in_small_classes: Shown,
    /// People who are alone in their class.
    pub unique: Shown,
    /// What is taken for known beforehand, the membership of datasets first.
    pub quasi_identifiers: Vec<Quasi>,
    /// What must not be learnt.
    pub sensitive: Vec<Sensitive>,
}

/// A count of people, as far as it may be told, with its share.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Shown {
    /// How many people.
    pub people: Count,
    /// Their share of all people; null where the count is not told.
    pub share: Option<f64>,
}

/// A quasi-identifier, and what would be without it.
#[derive(Clone, Debug, Serialize)]
pub struct Quasi {
    /// Its name in the extract's spec.
    pub name: String,
    /// The extract's columns that it stands for.
    pub columns: Vec<String>,
    /// People who would be alone in their class without it.
    pub unique_without: Shown,
    /// People who would be in classes that are too small.
    pub in_small_classes_without: Shown,
}

/// A sensitive column.
#[derive(Clone, Debug, Serialize)]
pub struct Sensitive {
    /// Its name in the extract's spec.
    pub name: String,
    /// People in classes with too few different values, of which at least one is not empty.
    pub in_uniform_classes: Shown,
}

/// Audits an extract.
///
/// # Errors
/// If a table cannot be read, is none of this extract, or lacks a column that the spec names.
pub fn audit_extract(
    job: &AuditExtract<'_>,
    observer: &dyn Observer,
) -> Result<ExtractReport, AuditError> {
    let limits = job.extract.map_or_else(ExtractLimits::default, |extract| extract.audit.clone());
    let tables = read::open(job)?;
    observer.stage("audit", Some(tables.len() as u64));
    let people = People::read(&tables)?;
    let number = people.number() as u64;
    let groups = read::groups(&limits, &tables)?;
    let mut quasi = vec![people.agencies()];
    for group in &groups.quasi {
        quasi.push(people.codes(&tables, group)?);
    }
    let classes = Classes::of(people.number(), &quasi.iter().collect::<Vec<_>>());
    let mut sensitive = Vec::new();
    for group in &groups.sensitive {
        let codes = people.codes(&tables, group)?;
        let uniform = classes.people_where_fewer_than(limits.diversity, &codes);
        let in_uniform_classes = shown(uniform, number);
        sensitive.push(Sensitive { name: group.name.clone(), in_uniform_classes });
    }
    let small = classes.people_in_smaller_than(limits.smallest_class);
    let uniform = sensitive.iter().any(|s| s.in_uniform_classes.people != Count::of(0));
    Ok(ExtractReport {
        audit: "extract",
        passed: small == 0 && !uniform,
        extract: tables[0].manifest.extract.clone().unwrap_or_default(),
        smallest_class_wanted: limits.smallest_class,
        diversity_wanted: limits.diversity,
        people: Count::of(number),
        classes: classes.number(),
        smallest_class: Count::of(classes.smallest()),
        in_small_classes: shown(small, number),
        unique: shown(classes.people_in_smaller_than(2), number),
        quasi_identifiers: without_each(&people, &groups.quasi, &quasi, &limits),
        sensitive,
    })
}

/// For each quasi-identifier, what would be without it.
fn without_each(
    people: &People,
    groups: &[Group],
    quasi: &[Codes],
    limits: &ExtractLimits,
) -> Vec<Quasi> {
    let agencies = Group { name: AGENCIES.to_owned(), columns: people.agency_columns() };
    let named = std::iter::once(&agencies).chain(groups);
    let number = people.number() as u64;
    let each = named.enumerate().map(|(place, group)| {
        let others: Vec<&Codes> =
            quasi.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, codes)| codes).collect();
        let classes = Classes::of(people.number(), &others);
        Quasi {
            name: group.name.clone(),
            columns: group
                .columns
                .iter()
                .map(|(table, column)| format!("{table}.{column}"))
                .collect(),
            unique_without: shown(classes.people_in_smaller_than(2), number),
            in_small_classes_without: shown(
                classes.people_in_smaller_than(limits.smallest_class),
                number,
            ),
        }
    });
    each.collect()
}

/// A count of people out of all, as far as neither it nor the rest is a small one.
fn shown(part: u64, whole: u64) -> Shown {
    let people = Count::part(part, whole);
    let told = people.least == people.most && whole > 0;
    Shown { people, share: told.then(|| float(part) / float(whole)) }
}
