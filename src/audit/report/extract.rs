//! The audit of an extract as text.

use std::fmt::Write as _;

use super::super::extract::{ExtractReport, Shown};
use super::percent;

impl ExtractReport {
    /// The report as Markdown that reads well as it is.
    #[must_use]
    pub fn text(&self) -> String {
        let known: Vec<String> =
            self.quasi_identifiers.iter().map(|quasi| format!("`{}`", quasi.name)).collect();
        let mut text = format!(
            "# What the extract `{}` gives away\n\n\
             **What was checked.** {} people, each with all their rows together, were put into \
             classes that are alike in {}. The limits: at least {} people in a class, and at least \
             {} different values of each sensitive column in it. Counts of 1 to 9 people, and what \
             they would follow from, are not told.\n\n\
             **What the attacker is assumed to have.** The extract, and of a child all of these \
             values; of several rows of a child, all of their values. No key and no token.\n\n",
            self.extract,
            self.people,
            known.join(", "),
            self.smallest_class_wanted,
            self.diversity_wanted,
        );
        let _ = writeln!(
            text,
            "**Result: {}** {} classes; the smallest has {} people. In classes that are too small: \
             {}. Alone in their class: {}.\n",
            if self.passed { "Passed." } else { "Failed." },
            self.classes,
            self.smallest_class,
            shown(&self.in_small_classes),
            shown(&self.unique),
        );
        text.push_str(
            "| known beforehand | alone, were it not known | in small classes, were it not known \
             |\n|---|---:|---:|\n",
        );
        for quasi in &self.quasi_identifiers {
            let (unique, small) = (&quasi.unique_without, &quasi.in_small_classes_without);
            let _ = writeln!(text, "| `{}` | {} | {} |", quasi.name, shown(unique), shown(small));
        }
        if !self.sensitive.is_empty() {
            text.push_str("\n| sensitive | in classes with too few values |\n|---|---:|\n");
        }
        for sensitive in &self.sensitive {
            let shown = shown(&sensitive.in_uniform_classes);
            let _ = writeln!(text, "| `{}` | {shown} |", sensitive.name);
        }
        text.push('\n');
        if !self.passed {
            text.push_str(TO_MEND);
        }
        text.push_str(NOT_COVERED);
        text
    }
}

fn shown(shown: &Shown) -> String {
    match shown.share {
        Some(share) if shown.people.most > 0 => format!("{} ({})", shown.people, percent(share)),
        _ => shown.people.to_string(),
    }
}

const TO_MEND: &str = "\
**What can be done.** Give fewer datasets or columns, or coarser ones (the table shows what drives \
small classes); take more people; or decide, and write down why, that where the extract is used \
protects it enough, and set `smallest_class` and `diversity` under `[audit]` in extract.toml by \
that decision.\n\n";

const NOT_COVERED: &str = "\
**What is not covered.** Columns that are not named as known beforehand: whoever knows one of them \
finds more. Values that are different and yet mean the same, or are rare in the population. What \
follows from two extracts, or from two releases of one, and what tables made from the extract show: \
these are the output checker's task.\n";
