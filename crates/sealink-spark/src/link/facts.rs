//! What must be known of the records before pairs are compared.

use sealink::linker::LinkError;
use sealink::linker::engine::{Facts, Sums, largest};

use super::{Run, no_value};

/// What is known of the records.
pub(super) struct Known {
    pub known: Facts,
    /// For each recipe, whether any record has several tokens.
    pub several: Vec<bool>,
    /// The recipes of which a block was too large, by their places.
    pub split: Vec<usize>,
}

impl Run<'_> {
    /// Counts records and tokens.
    pub(super) fn facts(&self) -> Result<Known, LinkError> {
        self.stage("block");
        let recipes = self.plan.rules.recipes.len();
        let datasets = self.job.tables.datasets.len();
        let mut known = Facts {
            records: vec![0; datasets],
            tokens: vec![vec![0; recipes]; datasets],
            split: Vec::new(),
            names: Vec::new(),
        };
        let (mut several, mut all) = (vec![false; recipes], vec![vec![0u64; recipes]; datasets]);
        self.session.rows(&self.plan.facts(), |batch| -> Result<(), LinkError> {
            let places = batch.i32("ds")?;
            for row in 0..batch.rows() {
                let number = |name: &str| -> Result<u64, LinkError> {
                    let number = batch.i64(name)?.get(row).ok_or_else(|| no_value(name))?;
                    Ok(number.unsigned_abs())
                };
                let place = places.get(row).and_then(|place| usize::try_from(place).ok());
                let place = place.ok_or_else(|| no_value("ds"))?;
                known.records[place] = number("records")?;
                for recipe in 0..recipes {
                    known.tokens[place][recipe] = number(&format!("n{recipe}"))?;
                    several[recipe] |= number(&format!("most{recipe}"))? > 1;
                    all[place][recipe] = number(&format!("all{recipe}"))?;
                }
            }
            Ok(())
        })?;
        self.check(&known)?;
        let largest = largest(known.records.iter().copied()).unwrap_or_default();
        known.names = self.name_sums(largest, all.get(largest).map_or(&[], Vec::as_slice))?;
        let split = self.split()?;
        known.split.clone_from(&split);
        Ok(Known { known, several, split })
    }

    /// Every table must have the records that its manifest tells, but for withdrawn ones.
    fn check(&self, known: &Facts) -> Result<(), LinkError> {
        let withdrawn = |place: usize| {
            self.job.tables.withdrawn().filter(|(of, _)| *of == place).count() as u64
        };
        for (place, (dataset, found)) in
            self.job.tables.datasets.iter().zip(&known.records).enumerate()
        {
            // A withdrawal may be of a record that the table never had.
            let least = dataset.records.saturating_sub(withdrawn(place));
            if !(least..=dataset.records).contains(found) {
                return Err(LinkError::Engine(format!(
                    "{}: Spark finds {found} records where the table's manifest tells {}",
                    dataset.path.display(),
                    dataset.records
                )));
            }
        }
        Ok(())
    }

    /// The recipes of which a block is too large.
    fn split(&self) -> Result<Vec<usize>, LinkError> {
        self.session.run(&self.plan.large())?;
        let mut split = Vec::new();
        self.session.rows(&self.plan.split(), |batch| -> Result<(), LinkError> {
            let recipes = batch.i32("r")?;
            split.extend(recipes.iter().flatten().filter_map(|r| usize::try_from(r).ok()));
            Ok(())
        })?;
        Ok(split)
    }

    /// The sums over the tokens that may tell how common a name is; `all` are how many tokens of
    /// each recipe the largest dataset has.
    fn name_sums(&self, largest: usize, all: &[u64]) -> Result<Vec<Sums>, LinkError> {
        let columns = &self.plan.rules.name_columns;
        let mut sums: Vec<Sums> =
            columns.iter().map(|recipe| Sums { tokens: all[*recipe], ..Sums::default() }).collect();
        if columns.is_empty() {
            return Ok(sums);
        }
        self.session.run(&self.plan.name_counts(largest))?;
        self.session.rows(&self.plan.name_sums(), |batch| -> Result<(), LinkError> {
            let recipes = batch.i32("r")?;
            let (others, squares) = (batch.text("others")?, batch.text("squares")?);
            for row in 0..batch.rows() {
                let recipe = recipes.get(row).and_then(|r| usize::try_from(r).ok());
                let place = columns.iter().position(|column| Some(*column) == recipe);
                let sum = place.map(|place| &mut sums[place]).ok_or_else(|| no_value("r"))?;
                sum.others = count(others.get(row), "others")?;
                sum.squares = count(squares.get(row), "squares")?;
            }
            Ok(())
        })?;
        Ok(sums)
    }
}

/// A number that is too wide for a column of numbers.
fn count<N: std::str::FromStr>(text: Option<&str>, column: &str) -> Result<N, LinkError> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| no_value(column))
}
