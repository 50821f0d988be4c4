//! What must be known of the records before pairs are compared.

use sealink::linker::LinkError;
use sealink::linker::engine::{BlockCount, Facts, Sums, largest};
use sealink::spec::RecipeIx;

use super::{Run, no_value};

/// What is known of the records.
pub(super) struct Known {
    pub known: Facts,
    /// For each recipe, whether any record has several tokens.
    pub several: Vec<bool>,
}

impl Run<'_> {
    /// Counts records, tokens and blocks.
    pub(super) fn facts(&self, any_sealed: bool) -> Result<Known, LinkError> {
        self.stage("block");
        let recipes = self.plan.rules.recipes.len();
        let datasets = self.job.tables.datasets.len();
        let mut known = Facts {
            records: vec![0; datasets],
            tokens: vec![vec![0; recipes]; datasets],
            blocks: Vec::new(),
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
        known.blocks = self.blocks(any_sealed)?;
        Ok(Known { known, several })
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

    /// What each blocking recipe gives; blocks that are too large are parted.
    fn blocks(&self, any_sealed: bool) -> Result<Vec<BlockCount>, LinkError> {
        let of = |place: &usize| {
            let recipe = u8::try_from(*place).expect("recipes are bits of a pattern");
            BlockCount { recipe: RecipeIx(recipe), ..BlockCount::default() }
        };
        let mut blocks: Vec<BlockCount> = self.plan.rules.blocking.iter().map(of).collect();
        self.count(&self.plan.block_counts(any_sealed), &mut blocks, |block, number| {
            block.pairs = number("pairs")?;
            block.split = number("blocks")?;
            block.split_records = number("records")?;
            block.left_records = block.split_records;
            Ok(())
        })?;
        let split: Vec<usize> =
            blocks.iter().filter(|b| b.split > 0).map(|b| b.recipe.index()).collect();
        if !split.is_empty() {
            self.session.run(&self.plan.large(&split))?;
            self.session.run(&self.plan.parts(&split))?;
            self.count(&self.plan.part_counts(any_sealed), &mut blocks, |block, number| {
                block.pairs += number("pairs")?;
                Ok(())
            })?;
            self.count(&self.plan.parted(), &mut blocks, |block, number| {
                block.left_records -= number("records")?;
                Ok(())
            })?;
        }
        Ok(blocks)
    }

    /// Takes the numbers of a query by the recipe `r` of each row.
    fn count(
        &self,
        query: &str,
        blocks: &mut [BlockCount],
        take: impl Fn(&mut BlockCount, &dyn Fn(&str) -> Result<u64, LinkError>) -> Result<(), LinkError>,
    ) -> Result<(), LinkError> {
        self.session.rows(query, |batch| -> Result<(), LinkError> {
            let recipes = batch.i32("r")?;
            for row in 0..batch.rows() {
                let recipe = recipes.get(row).and_then(|recipe| usize::try_from(recipe).ok());
                let block = blocks.iter_mut().find(|block| Some(block.recipe.index()) == recipe);
                let number = |column: &str| -> Result<u64, LinkError> {
                    let number = batch.i64(column)?.get(row).ok_or_else(|| no_value(column))?;
                    Ok(number.unsigned_abs())
                };
                take(block.ok_or_else(|| no_value("r"))?, &number)?;
            }
            Ok(())
        })
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
                sum.others = parsed(others.get(row), "others")?;
                sum.squares = parsed(squares.get(row), "squares")?;
            }
            Ok(())
        })?;
        Ok(sums)
    }
}

/// A number that is too wide for a column of numbers.
fn parsed<N: std::str::FromStr>(text: Option<&str>, column: &str) -> Result<N, LinkError> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| no_value(column))
}
