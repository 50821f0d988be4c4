//! A profile for people: at most a screen for a usual file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::agency::{ColumnReport, Looks, Meaning, Profiled, Sure};
use crate::cli::say::{count, counted};
use crate::spec::ready::READY;

/// The whole text.
pub fn text(profiled: &Profiled, input: &str, spec: &str, file: Option<&str>) -> String {
    let mut text = head(profiled);
    table(&mut text, profiled);
    others(&mut text, profiled);
    if !profiled.warnings.is_empty() {
        text.push_str("\n  Look at:\n");
        for notice in &profiled.warnings {
            let _ = writeln!(text, "  - {}", notice.text);
        }
    }
    let open = profiled.proposal.as_ref().is_some_and(|proposal| proposal.contains("\n# DECIDE"));
    let first = if open { "decide what it marks DECIDE" } else { "read each line of it" };
    let _ = match (file, profiled.header) {
        (Some(file), _) => write!(
            text,
            "\nwrote {file}\nNext: {first}, then \
             sealink check --spec {spec} --source {file} {input}"
        ),
        (None, true) => write!(text, "\nNext: sealink profile {input} --out source.toml"),
        (None, false) => write!(
            text,
            "\nNone of the names in the first row is known, so that it may be somebody's record: \
             they are not shown.\nIf it is the header: sealink profile {input} --header"
        ),
    };
    text
}

fn head(profiled: &Profiled) -> String {
    let mut text = format!(
        "{} of {}",
        counted(profiled.rows, "row", "rows"),
        counted(profiled.columns.len() as u64, "column", "columns"),
    );
    if let Some(csv) = &profiled.csv {
        let delimiter = match csv.delimiter {
            ',' => "commas".to_owned(),
            '\t' => "tabs".to_owned(),
            other => format!("`{other}`"),
        };
        let _ = write!(text, ", CSV with {delimiter}, {}", csv.encoding);
    }
    text.push('\n');
    if profiled.left_out > 0 {
        let rows = counted(profiled.left_out, "row has", "rows have");
        let _ = writeln!(text, "{rows} too few or too many fields and would be left out");
    }
    if let Some(looks) = &profiled.looks_like {
        text.push_str(&like(looks));
    }
    text
}

fn like(looks: &Looks) -> String {
    let mut text = format!(
        "looks like {} ({}): {} of its {} columns\n",
        looks.title, looks.years, looks.found, looks.of
    );
    for (old, new) in &looks.renamed {
        let _ = writeln!(text, "  {old} is called {new} here");
    }
    if !looks.missing.is_empty() {
        let _ = writeln!(text, "  not here: {}", listed(&looks.missing));
    }
    text
}

/// Names of columns beyond which only a number is given.
const MOST_NAMES: usize = 12;

fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > MOST_NAMES {
        let _ = write!(text, " and {} more", names.len() - MOST_NAMES);
    }
    text
}

/// Whether a column has a line of its own: it may identify somebody, or a person must decide.
fn has_line(column: &ColumnReport) -> bool {
    column.seems.field().is_some()
        || column.sure == Sure::Unsure
        || matches!(column.seems, Meaning::RecordId | Meaning::FullName)
}

/// Characters of a name, and of a reason, that a line shows.
const WIDE: usize = 28;

fn table(text: &mut String, profiled: &Profiled) {
    let shown: Vec<&ColumnReport> = profiled.columns.iter().filter(|c| has_line(c)).collect();
    if shown.is_empty() {
        return;
    }
    let width = shown.iter().map(|c| label(c).chars().count()).max().unwrap_or(0).max(6);
    let _ = writeln!(
        text,
        "\n  {:<width$}  {:<15}{:<8}{:>10}{:>10}{:>10}{:>9}{:>11}  why",
        "column", "seems", "", "valid", "missing", "placeh.", "refused", "different"
    );
    for column in shown {
        let distinct = match column.distinct_is_more {
            true => format!(">{}", count(column.distinct)),
            false => count(column.distinct),
        };
        let _ = writeln!(
            text,
            "  {:<width$}  {:<15}{:<8}{:>10}{:>10}{:>10}{:>9}{distinct:>11}  {}",
            label(column),
            column.seems.title(),
            column.sure.word(),
            count(column.valid),
            count(column.missing),
            count(column.placeholder),
            count(column.refused),
            column.why,
        );
    }
}

fn label(column: &ColumnReport) -> String {
    let Some(name) = &column.name else { return format!("column {}", column.column) };
    match name.chars().count() > WIDE {
        true => name.chars().take(WIDE - 2).chain("..".chars()).collect(),
        false => name.clone(),
    }
}

/// The columns that identify nobody, by what they hold.
fn others(text: &mut String, profiled: &Profiled) {
    let mut groups: BTreeMap<Meaning, Vec<String>> = BTreeMap::new();
    for column in profiled.columns.iter().filter(|column| !has_line(column)) {
        groups.entry(column.seems).or_default().push(label(column));
    }
    if !groups.is_empty() {
        text.push_str("\n  Other columns\n");
    }
    for (meaning, names) in groups {
        let _ = writeln!(text, "  {:<16}{}", meaning.title(), listed(&names));
    }
}

/// The ready mappings.
pub fn list() -> String {
    let mut text = format!("  {:<26}{:<14}return\n", "ready mapping", "usually");
    for ready in READY {
        let _ = writeln!(
            text,
            "  {:<26}{:<14}{} ({})",
            ready.name, ready.dataset, ready.title, ready.years
        );
    }
    text.push_str("\nNext: sealink profile --ready NAME --dataset DATASET --out source.toml");
    text
}
