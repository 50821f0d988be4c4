//! The shipped templates: specs to start from, as data.

use super::linkage::Linkage;

/// A template by name, and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    linkage: &'static str,
    datasets: &'static [&'static str],
}

/// Every shipped template; the first is the default.
pub const TEMPLATES: [Template; 1] = [Template {
    name: "uk-children",
    purpose: "children of the United Kingdom in the records of health, education, social care and police",
    linkage: include_str!("templates/uk-children.toml"),
    datasets: &["health", "education", "social_care", "police"],
}];

/// The template with this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

impl Template {
    /// The datasets of the template, unless others are named.
    #[must_use]
    pub fn datasets(&self) -> Vec<String> {
        self.datasets.iter().map(|name| (*name).to_owned()).collect()
    }

    /// The `linkage.toml` of a project with these datasets.
    #[must_use]
    pub fn linkage(&self, project: &str, datasets: &[String]) -> String {
        let quoted: Vec<String> = datasets.iter().map(|name| format!("\"{name}\"")).collect();
        self.linkage.replace("{project}", project).replace("{datasets}", &quoted.join(", "))
    }

    /// The spec of this template with its own datasets, of no project in particular.
    ///
    /// # Panics
    /// Never: a test parses every template.
    #[must_use]
    pub fn plain_linkage(&self) -> Linkage {
        let text = self.linkage("template", &self.datasets());
        Linkage::parse(self.name, &text).expect("a template is a sound spec")
    }

    /// An `extract.toml` that shows all of each dataset's payload.
    #[must_use]
    pub fn extract(&self, project: &str, datasets: &[String]) -> String {
        let mut text = format!(
            "# One research extract: what it holds and how finely. A new `extract` id gives every\n\
             # person a new number, so that two extracts cannot be joined by it.\n\
             extract = \"{project}-1\"\n\
             title   = \"First extract of {project}\"\n\n\
             # `columns` lists payload columns: \"*\" for all, or each by name, if need be coarser:\n\
             #   {{ column = \"referral_date\", format = \"%d/%m/%Y\", coarsen = \"month\" }}\n\
             #   {{ column = \"school_postcode\", coarsen = \"district\", name = \"school_district\" }}\n\
             # and, if wanted, with what a researcher's program shows for it and for its codes:\n\
             #   {{ column = \"sex\", label = \"Sex\", value_labels = {{ M = \"Male\", F = \"Female\" }} }}\n\
             # Columns like these may follow \"*\", too.\n\
             # A dataset that is not listed is left out.\n"
        );
        for dataset in datasets {
            text.push_str(&format!("\n[datasets.{dataset}]\ncolumns = [\"*\"]\n"));
        }
        text.push_str(AGREEMENT);
        text.push_str(REPORT);
        text
    }

    /// A `source.toml` for one dataset, to be edited until it fits the agency's file.
    #[must_use]
    pub fn source(&self, dataset: &str) -> String {
        include_str!("templates/source.toml").replace("{dataset}", dataset)
    }
}

/// How `extract.toml` names columns that should agree, as a comment.
const AGREEMENT: &str = r#"
# Payload columns that say the same of a person. How often linked people agree in them is a check on
# the links that needs no truth, best where the linkage does not compare the column. They need not
# be in the extract. `error` is the share of true links whose records are thought to differ.
# [[agreement]]
# name    = "birth_year"
# columns = { health = "birth_year", police = { column = "dob", format = "%d/%m/%Y", coarsen = "year" } }
# [[agreement]]
# name    = "sex"
# columns = { health = "sex", education = { column = "gender", codes = { 1 = "M", 2 = "F", 9 = "" } } }
# error   = 0.01
"#;

/// How `extract.toml` says what the report tells, as a comment.
const REPORT: &str = r#"
# What report.html tells: linkage rates by these columns of the extract, and counts without small
# ones by the rules of a threshold of 10 (others: opensafely, hes).
# [report]
# subgroups  = ["sex", "ethnicity"]
# disclosure = "threshold-10"
"#;

/// What each role does with a new project's files, and in what order.
#[must_use]
pub fn readme(project: &str, datasets: &[String]) -> String {
    let list = |ending: &str| {
        let line = |dataset: &String| format!("        {dataset}/out/{dataset}.{ending}");
        datasets.iter().map(line).collect::<Vec<_>>().join(" \\\n")
    };
    let recipient = |dataset: &String| format!("        --recipient {dataset}.identity.pub");
    let recipients = datasets.iter().map(recipient).collect::<Vec<_>>().join(" \\\n");
    include_str!("templates/README.md")
        .replace("{project}", project)
        .replace("{first}", datasets.first().map_or("", String::as_str))
        .replace("{recipients}", &recipients)
        .replace("{tokens}", &list("tokens.parquet"))
        .replace("{payloads}", &list("payload.parquet"))
}
