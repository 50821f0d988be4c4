//! How fast the pipeline is, beside its bound in the same run: `cargo bench --bench pipeline`.
//!
//! Makes up four agencies, pseudonymises each from CSV to Parquet with the shipped template, and
//! links them. The bound of pseudonymising is the bare HMAC-SHA-256 of as many messages of about
//! the same length on as many threads. The number of children is 100,000 unless an argument gives
//! another: `cargo bench --bench pipeline -- 1000000`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::cast_precision_loss, reason = "figures are printed with a few digits")]

#[path = "bound/bare.rs"]
mod bare;

use std::path::Path;
use std::time::{Duration, Instant};

use bare::bare_hmac;
use sealink::agency::{Input, Pseudonymise, Pseudonymised, pseudonymise};
use sealink::key::{AgencyKey, LinkageKey};
use sealink::linker::{Link, link};
use sealink::observe::Silent;
use sealink::spec::{Linkage, Source};
use sealink::synth::{ErrorScale, Synthesise, synthesise};

const DEFAULT_PEOPLE: u32 = 100_000;
/// Bytes of memory that pseudonymising and linking may take.
const MEMORY: u64 = 4 << 30;

fn main() {
    let people = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(DEFAULT_PEOPLE);
    let folder = tempfile::tempdir().expect("a folder for the files");
    let out = folder.path().to_owned();
    let made = synthesise(&Synthesise { people, seed: 1, errors: ErrorScale::USUAL, out }, &Silent)
        .expect("the agencies are made");
    let text = std::fs::read_to_string(folder.path().join("linkage.toml")).expect("the spec");
    let linkage = Linkage::parse("linkage.toml", &text).expect("the template is sound");
    println!("{people} children, {} threads", rayon::current_num_threads());

    let mut tables = Vec::new();
    for agency in &made.agencies {
        let (done, time) = timed(|| run_agency(&linkage, agency.dataset, folder.path()));
        let tokens: u64 = done.tally.recipes.values().map(|recipe| recipe.tokens).sum();
        let bound = bare_hmac(tokens);
        println!(
            "pseudonymise {}: {} rows, {:.2} s, {:.0} rows/s, {:.2} M tokens/s; bare HMAC {:.2} M/s; ratio {:.2}",
            agency.dataset,
            agency.records,
            time.as_secs_f64(),
            f64::from(agency.records) / time.as_secs_f64(),
            tokens as f64 / time.as_secs_f64() / 1e6,
            tokens as f64 / bound.as_secs_f64() / 1e6,
            bound.as_secs_f64() / time.as_secs_f64(),
        );
        tables.push(folder.path().join("out").join(format!("{}.tokens.parquet", agency.dataset)));
    }
    let job = Link {
        linkage: &linkage,
        tables: &tables,
        out: folder.path().join("linked"),
        expect_no_overlap: false,
        model: None,
        sealed: &[],
        validate: false,
        memory: MEMORY,
        release: None,
    };
    let (linked, time) = timed(|| link(&job, &Silent).expect("the tables link"));
    let records: u64 = linked.summary.records.values().sum();
    println!(
        "link: {records} records, {:.2} s, {:.0} records/s, {} candidate pairs, {} people",
        time.as_secs_f64(),
        records as f64 / time.as_secs_f64(),
        linked.summary.candidate_pairs,
        linked.summary.people,
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn run_agency(linkage: &Linkage, dataset: &str, folder: &Path) -> Pseudonymised {
    let own = folder.join(dataset);
    let text = std::fs::read_to_string(own.join("source.toml")).expect("the mapping");
    let source = Source::parse("source.toml", &text, linkage).expect("the mapping is sound");
    let job = Pseudonymise {
        linkage,
        source: &source,
        linkage_key: &LinkageKey::from_bytes(&mut [1; 32]),
        agency_key: &AgencyKey::from_bytes(&mut [2; 32]),
        inputs: &[Input::Path(own.join("records.csv"))],
        out: folder.join("out"),
        seal: None,
        memory: MEMORY,
        release: None,
    };
    pseudonymise(&job, &Silent).expect("the records are sound")
}
