//! The model as a file: written with every linkage, and read back to repeat it.

use serde::{Deserialize, Serialize};

use super::{CLASSES, Likelihood, Model, Population, Rates};
use crate::format::checksum;
use crate::linker::weigh::evidence::Comparison;

const FORMAT: &str = "linkage-model/1";

/// A model as a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    format: String,
    /// Over the file's text.
    checksum: String,
    /// The spec that the model was fitted with.
    pub spec: String,
    /// How many pairs there are of each class, for each that could be of one person.
    across: Rates,
    within: Rates,
    /// How many records of each dataset have a partner in another.
    covered: Vec<Covered>,
    comparisons: Vec<Levels>,
}

/// The shares of the records of two datasets that have a partner in the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Covered {
    datasets: [String; 2],
    share: [f64; 2],
}

/// The levels of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    comparison: String,
    levels: Vec<Probabilities>,
}

/// The probability of a level in each class of pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Probabilities {
    level: String,
    same: f64,
    sibling: f64,
    twin: f64,
    stranger: f64,
}

/// Why a model cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The file is not a model.
    #[error("not a model of a linkage (line {line}, column {column})")]
    Unreadable {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// The file is of another version.
    #[error("not of the format {FORMAT}")]
    Format,
    /// The file differs from what was written.
    #[error("altered since it was written")]
    Altered,
    /// A number is not a probability or a rate.
    #[error("{0}: a number that is not between 0 and 1")]
    Number(String),
    /// The spec compares something else.
    #[error("{0}: the spec has another comparison or other levels here")]
    Comparison(String),
    /// The spec has other datasets.
    #[error("it says nothing of the datasets {0} and {1}")]
    Datasets(String, String),
}

impl ModelFile {
    /// Reads a model.
    ///
    /// # Errors
    /// If the text is not a model of this version, or is not as it was written.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let file: Self = serde_json::from_str(text).map_err(|error| ModelError::Unreadable {
            line: error.line(),
            column: error.column(),
        })?;
        if file.format != FORMAT {
            return Err(ModelError::Format);
        }
        if !checksum::is_whole(text.as_bytes()) {
            return Err(ModelError::Altered);
        }
        file.check_numbers()?;
        Ok(file)
    }

    /// The text of the file.
    ///
    /// # Panics
    /// Never: a model is plain text and numbers.
    #[must_use]
    pub fn json(&self) -> Vec<u8> {
        let file = Self { checksum: checksum::placeholder(), ..self.clone() };
        let json = serde_json::to_vec_pretty(&file).expect("a model is plain text and numbers");
        checksum::stamped(&json)
    }

    fn check_numbers(&self) -> Result<(), ModelError> {
        let fits = |numbers: &[f64]| numbers.iter().all(|n| (0.0..=1.0).contains(n));
        for (name, rates) in [("across", self.across), ("within", self.within)] {
            // Siblings may be more than the pairs of one person at most.
            let finite =
                [rates.same, rates.sibling, rates.twin].iter().all(|n| (0.0..1e6).contains(n));
            if !finite || rates.same <= 0.0 {
                return Err(ModelError::Number(name.to_owned()));
            }
        }
        if self.covered.iter().any(|covered| !fits(&covered.share)) {
            return Err(ModelError::Number("covered".to_owned()));
        }
        for levels in &self.comparisons {
            let numbers = |p: &Probabilities| fits(&[p.same, p.sibling, p.twin, p.stranger]);
            if !levels.levels.iter().all(numbers) {
                return Err(ModelError::Number(levels.comparison.clone()));
            }
        }
        Ok(())
    }

    /// Writes a model down.
    pub(in crate::linker) fn of(
        model: &Model,
        comparisons: &[Comparison],
        datasets: &[[String; 2]],
        spec: &str,
    ) -> Self {
        let covered = datasets
            .iter()
            .zip(&model.covered)
            .map(|(datasets, share)| Covered { datasets: datasets.clone(), share: *share });
        let comparisons =
            comparisons.iter().zip(&model.levels).map(|(comparison, levels)| Levels {
                comparison: comparison.name.clone(),
                levels: comparison
                    .of
                    .levels()
                    .iter()
                    .zip(levels)
                    .map(|(level, of)| named(level, *of))
                    .collect(),
            });
        Self {
            format: FORMAT.to_owned(),
            checksum: checksum::placeholder(),
            spec: spec.to_owned(),
            across: model.rates[0],
            within: model.rates[1],
            covered: covered.collect(),
            comparisons: comparisons.collect(),
        }
    }

    /// The model for these comparisons and datasets.
    ///
    /// # Errors
    /// If the file is of other comparisons, or lacks two of the datasets.
    pub(in crate::linker) fn model(
        &self,
        comparisons: &[Comparison],
        datasets: &[[String; 2]],
        populations: [Population; 2],
    ) -> Result<Model, ModelError> {
        let covered = datasets.iter().map(|pair| self.covered(pair)).collect::<Result<_, _>>()?;
        let of = |comparison: &Comparison| self.levels(comparison);
        let levels = comparisons.iter().map(of).collect::<Result<_, _>>()?;
        let rates = [self.across, self.within];
        Ok(Model { rates, covered, levels, ..Model::new(comparisons, populations) })
    }

    fn covered(&self, datasets: &[String; 2]) -> Result<[f64; 2], ModelError> {
        let found = self.covered.iter().find(|covered| covered.datasets == *datasets);
        let lacks = || ModelError::Datasets(datasets[0].clone(), datasets[1].clone());
        found.map(|covered| covered.share).ok_or_else(lacks)
    }

    fn levels(&self, comparison: &Comparison) -> Result<Vec<Likelihood>, ModelError> {
        let lacks = || ModelError::Comparison(comparison.name.clone());
        let found = self.comparisons.iter().find(|levels| levels.comparison == comparison.name);
        let found = found.ok_or_else(lacks)?;
        let names = found.levels.iter().map(|level| level.level.as_str());
        if !names.eq(comparison.of.levels().iter().copied()) {
            return Err(lacks());
        }
        Ok(found.levels.iter().map(Probabilities::likelihood).collect())
    }
}

fn named(level: &str, of: Likelihood) -> Probabilities {
    let [same, sibling, twin, stranger] = of;
    Probabilities { level: level.to_owned(), same, sibling, twin, stranger }
}

impl Probabilities {
    const fn likelihood(&self) -> [f64; CLASSES] {
        [self.same, self.sibling, self.twin, self.stranger]
    }
}
