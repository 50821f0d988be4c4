//! The agency's step: from its own records to token, payload and reference tables.
//!
//! Everything before the token is private to this module and cannot be printed or cloned; the
//! one way out of it is [`pseudonymise`].

mod arrange;
mod canary;
mod derive;
mod error;
mod estimate;
mod guess;
mod held;
mod listed;
mod normalise;
mod plan;
mod profile;
mod publish;
mod read;
mod reading;
mod record;
mod report;
mod tally;
mod tokenise;
mod withdraw;

use std::path::PathBuf;

use rayon::prelude::*;

use crate::count::Policy;
use crate::delivery::Sealing;
use crate::key::{AgencyKey, LinkageKey};
use crate::observe::Observer;
use crate::spec::{Linkage, Source};
use crate::token::Token;

pub use error::AgencyError;
pub use estimate::{Estimate, estimate};
pub use guess::{GuessTokens, parts_of};
pub use profile::{
    ColumnReport, CsvLayout, Looks, MOST_DISTINCT, Meaning, Notice, Profile, Profiled, Sure,
    profile,
};
pub use read::{Input, ReadError};
pub use tally::{FieldTally, LeftOut, ListTally, ListedTally, RecipeTally, Tally};
pub use withdraw::{Withdraw, Withdrawn, withdraw};

use arrange::Gathered;
use held::Held;
use listed::Listed;
use plan::Plan;
use tokenise::{Buffers, Door, Tokeniser};

/// Chunks of input under way at once, for each thread.
const CHUNKS_PER_THREAD: usize = 2;

/// Bytes that the chunks under way may take before no further one is read.
const MOST_UNDER_WAY: u64 = 512 << 20;

/// They may take this share of the memory.
const SHARE_UNDER_WAY: u64 = 8;

/// One agency's step.
#[derive(Debug)]
pub struct Pseudonymise<'j> {
    /// The agreed linkage.
    pub linkage: &'j Linkage,
    /// The agency's description of its file.
    pub source: &'j Source,
    /// The project's linkage key.
    pub linkage_key: &'j LinkageKey,
    /// The agency's own key.
    pub agency_key: &'j AgencyKey,
    /// The files with its records.
    pub inputs: &'j [Input],
    /// The folder for the tables.
    pub out: PathBuf,
    /// For whom the token table is sealed; else it is written in the clear.
    pub seal: Option<&'j Sealing<'j>>,
    /// Bytes of memory to keep to, about. What does not fit waits, encrypted, in the folder `out`
    /// while the tables are made; the tables do not depend on it.
    pub memory: u64,
    /// The rules of a second quality report that may leave the agency; none if there is to be none.
    pub release: Option<Policy>,
}

/// What came of an agency's step.
#[derive(Debug)]
pub struct Pseudonymised {
    /// What was read, refused and made.
    pub tally: Tally,
    /// The fingerprint of the linkage key in this project.
    pub key_check: Token,
    /// The digest of the canaries' tokens.
    pub canary: [u8; 32],
    /// The files written: tokens, payload, references, quality.
    pub files: Vec<PathBuf>,
}

/// Reads the inputs, makes the tokens, and writes the tables in the order of the references.
///
/// # Errors
/// If a list of records or an input cannot be read as declared, the source mapping does not fit
/// it, a record id stands twice, or a table cannot be written. Then no table is there.
pub fn pseudonymise(
    job: &Pseudonymise<'_>,
    observer: &dyn Observer,
) -> Result<Pseudonymised, AgencyError> {
    at_the_door(job, |Opened { door, batches, size }| {
        let canary = canary::digest(job.linkage, door.tokeniser);
        observer.stage("read", size);
        let payload = door.plan.payload_fields(batches.types());
        let mut tally = Tally::new(job.linkage);
        let mut gathered = Gathered::new(job.memory, job.source.several_rows, &job.out);
        in_order(
            batches,
            |chunk| Ok(door.hold(&chunk.parse()?)),
            job.memory,
            observer,
            |(held, counts): (Held, Tally)| {
                observer.records(counts.rows);
                tally.add(&counts);
                gathered.add(held)
            },
        )?;
        tally.listed = door.listed.tally();

        observer.stage("pseudonymise", Some(tally.used_rows));
        let key_check = job.linkage_key.check_value(&job.linkage.project);
        let outcome = publish::Outcome { job, payload, key_check, canary, tally };
        publish::publish(outcome, gathered, &door, observer)
    })
}

/// The inputs, and the door that their rows go through.
struct Opened<'d> {
    door: Door<'d>,
    batches: read::Batches,
    /// Bytes of the inputs, where that is known.
    size: Option<u64>,
}

/// Opens what a job reads, and works with it.
fn at_the_door<T>(
    job: &Pseudonymise<'_>,
    work: impl FnOnce(Opened<'_>) -> Result<T, AgencyError>,
) -> Result<T, AgencyError> {
    let listed = Listed::read(job.source)?;
    let tokeniser = Tokeniser::new(job.linkage, job.linkage_key);
    let source = read::open(job.inputs, &job.source.layout)?;
    let plan = Plan::new(job.linkage, job.source, source.columns())?;
    let refs = job.agency_key.record_refs(&job.linkage.project, &job.source.dataset);
    let size = source.size();
    let batches = source.select(&plan.wanted())?;
    let (listed, tokeniser, refs) = (&listed, &tokeniser, &refs);
    let door = Door { plan: &plan, listed, tokeniser, refs, buffers: Buffers::default() };
    work(Opened { door, batches, size })
}

/// Reads and normalises the inputs, and counts; no token is made and nothing is written.
///
/// # Errors
/// If a list of records or an input cannot be read as declared, or the source mapping does not
/// fit it.
pub fn check(
    linkage: &Linkage,
    source: &Source,
    inputs: &[Input],
    observer: &dyn Observer,
) -> Result<Tally, AgencyError> {
    let listed = Listed::read(source)?;
    let opened = read::open(inputs, &source.layout)?;
    let plan = Plan::new(linkage, source, opened.columns())?;
    observer.stage("check", opened.size());
    let batches = opened.select(&plan.wanted())?;
    let mut tally = Tally::new(linkage);
    let buffers = Buffers::default();
    in_order(
        batches,
        |chunk| Ok(buffers.count(&chunk.parse()?, &plan, &listed)),
        u64::MAX,
        observer,
        |counts: Tally| {
            observer.records(counts.rows);
            tally.add(&counts);
            Ok(())
        },
    )?;
    tally.listed = listed.tally();
    Ok(tally)
}

/// Works on the chunks on all threads and takes the results in the input's order; of several
/// failures the first in the input counts. The observer hears of bytes of input.
fn in_order<T: Send>(
    mut batches: read::Batches,
    work: impl Fn(read::Chunk) -> Result<T, AgencyError> + Sync,
    memory: u64,
    observer: &dyn Observer,
    mut take: impl FnMut(T) -> Result<(), AgencyError>,
) -> Result<(), AgencyError> {
    let width = rayon::current_num_threads() * CHUNKS_PER_THREAD;
    let most = MOST_UNDER_WAY.min(memory / SHARE_UNDER_WAY);
    let mut position = 0;
    loop {
        let mut chunks = Vec::with_capacity(width);
        let (mut failure, mut last, mut weight) = (None, false, 0);
        while chunks.len() < width && weight < most && !last {
            match batches.next_chunk() {
                Some(Ok(chunk)) => {
                    weight += chunk.weight();
                    chunks.push(chunk);
                }
                Some(Err(error)) => {
                    failure = Some(error);
                    last = true;
                }
                None => last = true,
            }
        }
        let done: Vec<Result<T, AgencyError>> = chunks.into_par_iter().map(&work).collect();
        for outcome in done {
            take(outcome?)?;
        }
        observer.advance(batches.position() - position);
        position = batches.position();
        match failure {
            Some(error) => return Err(error.into()),
            None if last => return Ok(()),
            None => {}
        }
    }
}
