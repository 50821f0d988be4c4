//! A linkage whose records and pairs lie in Spark, while its rules are sealink's.

mod components;
mod decide;
mod facts;
mod keys;
mod map_copy;
mod patterns;
mod review;
mod spark_pairs;
mod weights;

use std::path::{Path, PathBuf};

use sealink::linker::engine::{
    Basis, Facts, LinkedBy, Map, Outcome, Pairs as _, Pattern, Rules, Scoring, Tables,
};
use sealink::linker::{LinkError, LinkSummary, ModelFile};
use sealink::observe::Observer;
use sealink::spec::Linkage;
use sealink::token::{TOKEN_BYTES, Token};

use crate::plan::{Plan, SEALED, WITHDRAWN};
use crate::session::{Batch, Error, Session, Values};
use spark_pairs::SparkPairs;

/// A linkage to run on a cluster.
pub struct Job<'j> {
    /// The agreed linkage.
    pub linkage: &'j Linkage,
    /// The token tables.
    pub tables: &'j Tables,
    /// Where the cluster finds the table of each dataset, in their order.
    pub sources: Vec<String>,
    /// A folder of the cluster's for what passes: a database is made there and dropped at the end.
    pub scratch: &'j str,
    /// The name of that database.
    pub database: String,
    /// The folder, of this computer, for the files.
    pub out: PathBuf,
    /// An empty folder of the cluster's for a copy of the map, if there is to be one.
    pub map_at: Option<&'j str>,
    /// A model to score with; without one, a model is fitted.
    pub model: Option<&'j ModelFile>,
    /// Records that must be linked to no other, by dataset.
    pub sealed: &'j [(String, Token)],
    /// Whether it is in order that no two datasets share a person.
    pub expect_no_overlap: bool,
}

/// What came of a run.
#[derive(Debug)]
pub struct Linked {
    /// What was compared, linked and refused.
    pub summary: LinkSummary,
    /// The files written: the report, the model, the list for review, the person map.
    pub files: Vec<PathBuf>,
}

/// Links the records of the tables and writes the linker's files: the same, byte for byte, that it
/// makes alone. What passes on the cluster is dropped, whether the run succeeds, fails or is
/// interrupted (see [`Session::heed_interrupts`]).
///
/// # Errors
/// If the cluster refuses or fails, no two datasets overlap, or the map cannot be written. Then no
/// map is there; but where only its copy cannot be, the files are.
pub fn link(session: &Session, job: Job<'_>, observer: &dyn Observer) -> Result<Linked, LinkError> {
    let rules = Rules::of(job.linkage);
    let plan = Plan::new(job.database.clone(), rules, job.tables, job.sources.clone());
    let records: u64 = job.tables.datasets.iter().map(|dataset| dataset.records).sum();
    // A wish: a server that does not take it divides as it is set up to.
    let _ = session.run(&Plan::partitions(records));
    let database = Database { session, end: Some(plan.end()) };
    let begun = session.run(&plan.begin(job.scratch));
    let run = Run { session, plan, job, observer };
    let linked = begun.map_err(LinkError::from).and_then(|()| run.link());
    match (linked, database.end()) {
        (Ok(linked), Ok(())) => Ok(linked),
        (Err(error), Ok(())) => Err(error),
        (Ok(_), Err(error)) => Err(error.into()),
        (Err(error), Err(_)) => Err(left_behind(error, &run.job.database)),
    }
}

/// The run's database. It is dropped, and if the program panics too.
struct Database<'d> {
    session: &'d Session,
    /// The statement that drops it, until it has been sent.
    end: Option<String>,
}

impl Database<'_> {
    fn end(mut self) -> Result<(), Error> {
        self.end.take().map_or(Ok(()), |sql| self.session.run_at_the_end(&sql))
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if let Some(sql) = self.end.take() {
            // Why the program panics is told; there is nobody to tell this.
            let _ = self.session.run_at_the_end(&sql);
        }
    }
}

/// An error after which the database could not be dropped.
fn left_behind(error: LinkError, database: &str) -> LinkError {
    match error {
        LinkError::Engine(what) => LinkError::Engine(format!(
            "{what}\nhelp: the database {database} is still there, if it had been made: drop it"
        )),
        other => other,
    }
}

impl From<Error> for LinkError {
    fn from(error: Error) -> Self {
        Self::Engine(error.to_string())
    }
}

/// A run under way.
struct Run<'r> {
    session: &'r Session,
    plan: Plan,
    job: Job<'r>,
    observer: &'r dyn Observer,
}

impl Run<'_> {
    fn link(&self) -> Result<Linked, LinkError> {
        let map_at = self.job.map_at;
        if let Some(folder) = map_at {
            self.begin_copy(folder)?;
        }
        let sealed = self.read()?;
        let facts = self.facts(sealed > 0)?;
        let any_large = facts.known.blocks.iter().any(|block| block.split > 0);
        self.find_pairs(&facts.several, any_large, sealed > 0)?;
        let patterns = self.patterns()?;
        let scored = self.plan.rules.scored;
        let fitted = scored.then(|| self.fit(&patterns, &facts.known)).transpose()?;
        let scoring = fitted.as_ref().map(|(scoring, _)| scoring);
        let Job { linkage, tables, .. } = self.job;
        let basis = Basis { linkage, tables, patterns: &patterns, scoring };
        let mut outcome = Outcome::new(basis);
        match &fitted {
            Some((scoring, round)) => self.find_links(&patterns, scoring, *round, &mut outcome)?,
            None => self.find_links_by_keys(&basis, &mut outcome)?,
        }
        let buckets = self.find_components()?;
        self.decide(basis, &mut outcome, buckets)?;
        let summary = outcome.summary(&facts.known, sealed);
        if summary.shares_no_person() && !self.job.expect_no_overlap {
            return Err(LinkError::NoOverlap);
        }
        let files = self.write(basis, &summary)?;
        if let (Some(folder), Some(map)) = (map_at, files.last()) {
            self.copy_map(map, folder)?;
        }
        Ok(Linked { summary, files })
    }

    /// Fits a model, unless one is given, and finds every record's best partners by it; gives the
    /// round in which they were found.
    fn fit(&self, patterns: &[Pattern], facts: &Facts) -> Result<(Scoring, usize), LinkError> {
        self.stage("score");
        let mut pairs = SparkPairs::new(self.session, &self.plan, patterns);
        let Job { linkage, tables, model, .. } = self.job;
        let scoring = Scoring::fit(linkage, tables, patterns, facts, model, &mut pairs)?;
        pairs.find_partners(scoring.odds())?;
        Ok((scoring, pairs.round().unwrap_or_default()))
    }

    /// Numbers the records, and gives how many are sealed.
    fn read(&self) -> Result<u64, LinkError> {
        self.stage("read");
        for source in self.plan.sources() {
            self.session.run(&source)?;
        }
        let withdrawn: Vec<(usize, Token)> = self.job.tables.withdrawn().collect();
        self.put_records(WITHDRAWN, &withdrawn)?;
        self.session.run(&self.plan.records(!withdrawn.is_empty()))?;
        let mut sealed = self.job.tables.places(self.job.sealed)?;
        sealed.sort_unstable();
        sealed.dedup();
        if !sealed.is_empty() {
            self.put_records(SEALED, &sealed)?;
            self.session.run(&self.plan.sealed())?;
            let found = self.number(&self.plan.count_sealed(), "records")?;
            let missing = (sealed.len() as u64).saturating_sub(found);
            if missing > 0 {
                return Err(LinkError::Sealed(missing));
            }
        }
        Ok(sealed.len() as u64)
    }

    fn put_records(&self, view: &str, records: &[(usize, Token)]) -> Result<(), LinkError> {
        let dataset = |(place, _): &(usize, Token)| i32::try_from(*place).ok();
        let record_ref = |(_, record): &(usize, Token)| Some(record.0.to_vec());
        let columns = vec![
            ("ds", Values::I32(records.iter().map(dataset).collect())),
            ("record_ref", Values::Binary(records.iter().map(record_ref).collect())),
        ];
        Ok(self.session.put(view, columns)?)
    }

    /// Writes the files: the map from the records in order, with what was decided of them.
    fn write(&self, basis: Basis<'_>, summary: &LinkSummary) -> Result<Vec<PathBuf>, LinkError> {
        self.stage("write");
        let out = &self.job.out;
        let review = basis.scoring.map(|_| self.write_review(basis, out)).transpose()?;
        let mut map = Map::create(basis.linkage, basis.tables, out)?;
        self.session.rows(&self.plan.map(), |batch| add_to(&mut map, &batch))?;
        map.publish(summary, basis.scoring.zip(review), self.job.model.is_some())
    }

    /// A count that a query gives.
    fn number(&self, query: &str, column: &str) -> Result<u64, LinkError> {
        let mut number = 0;
        self.session.rows(query, |batch| -> Result<(), LinkError> {
            let found = batch.i64(column)?;
            number += found.iter().flatten().map(i64::unsigned_abs).sum::<u64>();
            Ok(())
        })?;
        Ok(number)
    }

    fn stage(&self, name: &'static str) {
        self.observer.stage(name, None);
    }
}

fn add_to(map: &mut Map<'_>, batch: &Batch) -> Result<(), LinkError> {
    let (datasets, refs) = (batch.i32("ds")?, batch.binary("record_ref")?);
    let (people, keys) = (batch.binary("person")?, batch.i32("match_key")?);
    let weights = batch.f64("weight")?;
    for row in 0..batch.rows() {
        let person = people.get(row).map(token).transpose()?;
        let key = keys.get(row).and_then(|key| usize::try_from(key).ok());
        let weight = weights.get(row);
        let link = (key.is_some() || weight.is_some()).then_some(LinkedBy { key, weight });
        let dataset = datasets.get(row).and_then(|place| usize::try_from(place).ok());
        let dataset = dataset.ok_or_else(|| no_value("ds"))?;
        let record_ref = token(refs.get(row).ok_or_else(|| no_value("record_ref"))?)?;
        map.add(dataset, record_ref, person, link)?;
    }
    Ok(())
}

/// Sixteen bytes that came from the cluster.
fn token(bytes: &[u8]) -> Result<Token, LinkError> {
    let bytes: [u8; TOKEN_BYTES] = bytes.try_into().map_err(|_| no_value("record_ref"))?;
    Ok(Token(bytes))
}

/// A column lacks a value where there must be one.
fn no_value(column: &str) -> LinkError {
    LinkError::Engine(format!("Spark's column {column} lacks a value"))
}

/// How the cluster finds a file of this computer: by the same path, unless a prefix stands for it.
#[must_use]
pub fn source_of(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    format!("file://{}", path.display())
}
