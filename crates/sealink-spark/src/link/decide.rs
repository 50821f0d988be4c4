//! Who is one person, decided component by component.

use sealink::linker::LinkError;
use sealink::linker::engine::{Basis, Batch as Components, Decision, Outcome, PairOf, Weight};

use super::review::Kept;
use super::weights::weigh;
use super::{Run, no_value, token};
use crate::plan::{DECIDED, place_of_dataset};
use crate::session::{Batch, Values};

impl Run<'_> {
    /// Decides all components, bucket by bucket.
    pub(super) fn decide(
        &self,
        basis: Basis<'_>,
        outcome: &mut Outcome<'_>,
        buckets: u64,
    ) -> Result<(), LinkError> {
        self.observer.stage("cluster", Some(buckets));
        match basis.scoring {
            Some(scoring) => {
                self.session.run(&self.plan.inside(scoring.name_columns().count()))?;
                self.session.run(&self.plan.apart(buckets))?;
                self.session.run(&self.plan.no_best())?;
                self.session.run(&self.plan.no_doubts())?;
            }
            None => self.session.run(&self.plan.inside_by_keys())?,
        }
        self.session.run(&self.plan.members())?;
        self.session.run(&self.plan.no_decisions())?;
        let mut kept = Kept::new(self);
        for bucket in 0..buckets {
            let mut components = Components::new(basis);
            self.session.rows(&self.plan.members_of(bucket), |batch| {
                add_members(&mut components, &batch)
            })?;
            self.session.rows(&self.plan.pairs_of(bucket), |batch| {
                add_pairs(&mut components, &basis, &batch)
            })?;
            let decided = components.decide()?;
            outcome.add(&decided);
            self.keep(&decided.decisions)?;
            kept.add(decided)?;
            self.observer.advance(1);
        }
        kept.settle_best()?;
        for bucket in (0..buckets).filter(|_| basis.scoring.is_some()) {
            kept.look_apart(&basis, outcome, bucket)?;
        }
        kept.settle_doubts()
    }

    /// Keeps decisions on the cluster.
    fn keep(&self, decisions: &[Decision]) -> Result<(), LinkError> {
        let key = |decision: &Decision| i32::try_from(decision.link?.key?).ok();
        let columns = vec![
            ("id", Values::I64(decisions.iter().map(|d| Some(d.record.cast_signed())).collect())),
            (
                "person",
                Values::Binary(decisions.iter().map(|d| Some(d.person.0.to_vec())).collect()),
            ),
            ("match_key", Values::I32(decisions.iter().map(key).collect())),
            ("weight", Values::F64(decisions.iter().map(|d| d.link?.weight).collect())),
        ];
        self.session.put(DECIDED, columns)?;
        Ok(self.session.run(&self.plan.keep_decisions())?)
    }
}

fn add_members(components: &mut Components<'_>, batch: &Batch) -> Result<(), LinkError> {
    let (ids, refs) = (batch.i64("id")?, batch.binary("record_ref")?);
    let (recipes, tokens) = (batch.i32_list("recipes")?, batch.i64_list("tokens")?);
    let sides = batch.i32_list("sides")?;
    for row in 0..batch.rows() {
        let record = ids.get(row).ok_or_else(|| no_value("id"))?.cast_unsigned();
        let record_ref = token(refs.get(row).ok_or_else(|| no_value("record_ref"))?)?;
        let recipes = recipes.get(row).unwrap_or_default();
        let tokens = tokens.get(row).unwrap_or_default();
        let held = recipes.iter().zip(tokens).filter_map(|(recipe, token)| {
            Some((u8::try_from(*recipe).ok()?, token.cast_unsigned()))
        });
        components.add(record, place_of_dataset(record), record_ref, held.collect());
        for dataset in sides.get(row).unwrap_or_default() {
            components.ask(record, usize::try_from(*dataset).map_err(|_| no_value("sides"))?);
        }
    }
    Ok(())
}

fn add_pairs(
    components: &mut Components<'_>,
    basis: &Basis<'_>,
    batch: &Batch,
) -> Result<(), LinkError> {
    pairs(basis, batch)?.try_for_each(|pair| {
        components.add_pair(pair?);
        Ok(())
    })
}

/// The pairs of a batch, row by row.
pub(super) fn pairs<'p>(
    basis: &'p Basis<'_>,
    batch: &'p Batch,
) -> Result<impl Iterator<Item = Result<PairOf, LinkError>> + 'p, LinkError> {
    let (first, second) = (batch.i64("a")?, batch.i64("b")?);
    let shown = shown(basis, batch)?;
    Ok((0..batch.rows()).map(move |row| {
        let first = first.get(row).ok_or_else(|| no_value("a"))?.cast_unsigned();
        let second = second.get(row).ok_or_else(|| no_value("b"))?.cast_unsigned();
        let (pattern, weight) = shown(row)?;
        Ok(PairOf { first, second, pattern, weight })
    }))
}

/// What the pair of a row shows: its pattern, and its weight where links are scored.
type Shown<'s> = Box<dyn Fn(usize) -> Result<(u32, Option<Weight>), LinkError> + 's>;

fn shown<'s>(basis: &'s Basis<'_>, batch: &'s Batch) -> Result<Shown<'s>, LinkError> {
    let Some(scoring) = basis.scoring else {
        let patterns = batch.i32("p")?;
        let pattern = move |row| Some(patterns.get(row)?.cast_unsigned());
        return Ok(Box::new(move |row| Ok((pattern(row).ok_or_else(|| no_value("p"))?, None))));
    };
    let evidence = batch.text("evidence")?;
    Ok(Box::new(move |row| {
        let evidence = evidence.get(row).ok_or_else(|| no_value("evidence"))?;
        let (pattern, weight) = weigh(scoring, evidence)?;
        Ok((pattern, Some(weight)))
    }))
}
