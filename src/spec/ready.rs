//! Ready source mappings of the returns that agencies export, as data.

use super::linkage::Linkage;
use super::source::{Payload, Source};
use super::templates;

/// A ready mapping of one return, or of one of its layouts.
#[derive(Clone, Copy, Debug)]
pub struct Ready {
    /// The name on the command line.
    pub name: &'static str,
    /// The return.
    pub title: &'static str,
    /// Which years or versions of the return have this layout.
    pub years: &'static str,
    /// The dataset of the template that such a file usually is.
    pub dataset: &'static str,
    text: &'static str,
    /// The column with the sex, where it was renamed.
    sex: &'static str,
}

/// Every ready mapping. Where a column was renamed there is one for each layout, the newest first.
pub const READY: [Ready; 10] = [
    Ready {
        name: "school-census",
        title: "School Census, pupils on roll (COLLECT)",
        years: "2023/24 onwards",
        dataset: "education",
        text: include_str!("ready/school-census.toml"),
        sex: "sex",
    },
    Ready {
        name: "school-census-gender",
        title: "School Census, pupils on roll (COLLECT)",
        years: "up to 2022/23",
        dataset: "education",
        text: include_str!("ready/school-census.toml"),
        sex: "gender",
    },
    Ready {
        name: "ssda903-header",
        title: "SSDA903, children looked after: Header",
        years: "SEX as 1, 2 up to 2024 or as M, F, U from 2025",
        dataset: "social_care",
        text: include_str!("ready/ssda903-header.toml"),
        sex: "SEX",
    },
    Ready {
        name: "children-in-need",
        title: "Children in need census, flattened",
        years: "2025 onwards",
        dataset: "social_care",
        text: include_str!("ready/children-in-need.toml"),
        sex: "Sex",
    },
    Ready {
        name: "children-in-need-gender",
        title: "Children in need census, flattened",
        years: "up to 2024",
        dataset: "social_care",
        text: include_str!("ready/children-in-need.toml"),
        sex: "GenderCurrent",
    },
    Ready {
        name: "annex-a",
        title: "Annex A, Ofsted's lists of children",
        years: "all years",
        dataset: "social_care",
        text: include_str!("ready/annex-a.toml"),
        sex: "Gender",
    },
    Ready {
        name: "csds-mpi",
        title: "Community Services Data Set, CYP001 MPI",
        years: "all years",
        dataset: "health",
        text: include_str!("ready/csds-mpi.toml"),
        sex: "Gender",
    },
    Ready {
        name: "mhsds-mpi",
        title: "Mental Health Services Data Set, MHS001 MPI",
        years: "version 6",
        dataset: "health",
        text: include_str!("ready/mhsds-mpi.toml"),
        sex: "Gender",
    },
    Ready {
        name: "mps-request",
        title: "MPS (Person_ID) request file",
        years: "all years",
        dataset: "health",
        text: include_str!("ready/mps-request.toml"),
        sex: "GENDER",
    },
    Ready {
        name: "police-nominals",
        title: "Police nominals, a generic extract",
        years: "no national layout",
        dataset: "police",
        text: include_str!("ready/police-nominals.toml"),
        sex: "sex",
    },
];

/// The ready mapping with this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Ready> {
    READY.iter().find(|ready| ready.name == name)
}

impl Ready {
    /// The text of a `source.toml` for this dataset.
    #[must_use]
    pub fn source(&self, dataset: &str) -> String {
        let layout = format!("Layout: {}.", self.years);
        self.text
            .replace("{dataset}", dataset)
            .replace("{sex}", self.sex)
            .replace("{variant}", &layout)
    }

    /// The format of the layout's dates of birth.
    #[must_use]
    pub fn birth_format(&self) -> Option<String> {
        let table: toml::Table = self.source(self.dataset).parse().ok()?;
        let format = table.get("fields")?.get("date_of_birth")?.get("format")?;
        format.as_str().map(str::to_owned)
    }

    /// The mapping, with the fields of the template's spec, which is given too.
    ///
    /// # Panics
    /// Never: a test reads every mapping.
    #[must_use]
    pub fn mapping(&self) -> (Linkage, Source) {
        let linkage = templates::TEMPLATES[0].plain_linkage();
        let source = Source::parse(self.name, &self.source(self.dataset), &linkage);
        (linkage, source.expect("a ready mapping fits the template"))
    }
}

/// Every column that a mapping names, in its order.
#[must_use]
pub fn columns(source: &Source) -> Vec<&str> {
    let fields = source.fields.iter().flat_map(|field| &field.columns);
    let payload = source.payload.iter().filter_map(|payload| match payload {
        Payload::Column(name) => Some(name),
        Payload::Derived { .. } => None,
    });
    let all = std::iter::once(&source.record_id).chain(fields).chain(payload).chain(&source.drop);
    all.map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ready_mapping_fits_the_template() {
        for ready in READY {
            let (linkage, source) = ready.mapping();
            assert!(linkage.dataset(ready.dataset).is_some(), "{}", ready.name);
            assert_eq!(source.dataset, ready.dataset);
            assert!(ready.birth_format().is_some(), "{}", ready.name);
            assert!(columns(&source).contains(&ready.sex), "{}", ready.name);
            assert!(!ready.source("x").contains("{sex}"), "{}", ready.name);
        }
    }

    #[test]
    fn names_are_different() {
        for ready in READY {
            assert_eq!(named(ready.name).map(|found| found.text), Some(ready.text));
            assert_eq!(READY.iter().filter(|other| other.name == ready.name).count(), 1);
        }
    }
}
