//! How fast the pipeline is, beside its bound in the same run: `cargo bench --bench pipeline`.
//!
//! Generates one agency's CSV file and a second one that overlaps it, pseudonymises both from CSV
//! to Parquet with the shipped template, and links them. The bound of pseudonymising is the bare
//! HMAC-SHA-256 of as many messages of the same length on as many threads. Rows are given by
//! an argument: `cargo bench --bench pipeline -- 1000000`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::cast_precision_loss, reason = "figures are printed with a few digits")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use rayon::prelude::*;
use sealink::agency::{Input, Pseudonymise, Pseudonymised, pseudonymise};
use sealink::key::{AgencyKey, LinkageKey};
use sealink::linker::{Link, link};
use sealink::observe::Silent;
use sealink::spec::{Linkage, Source, templates};
use sha2::Sha256;

const DEFAULT_ROWS: u64 = 200_000;
/// Bytes of a typical message: two parts, a name and a date.
const MESSAGE_BYTES: usize = 24;

const SOURCE: &str = r#"
record_id = "id"
[fields]
nhs_number = "nhs_number"
forename = "forename"
middle_names = "middle"
surname = "surname"
date_of_birth = "dob"
sex = "sex"
postcode = "postcode"
[columns]
payload = ["payload"]
"#;

fn main() {
    let rows = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(DEFAULT_ROWS);
    let folder = tempfile::tempdir().expect("a folder for the files");
    let template = templates::named("uk-children").expect("the template is shipped");
    let text = template.linkage("bench", &template.datasets());
    let linkage = Linkage::parse("linkage.toml", &text).expect("the template is sound");
    println!("{rows} rows an agency, {} threads", rayon::current_num_threads());

    let mut tables = Vec::new();
    for (dataset, first) in [("health", 0), ("education", rows / 3)] {
        let csv = folder.path().join(format!("{dataset}.csv"));
        write_records(&csv, first, rows);
        let out = folder.path().join("out");
        let (done, time) = timed(|| run_agency(&linkage, dataset, &csv, &out));
        let tokens: u64 = done.tally.recipes.values().map(|recipe| recipe.tokens).sum();
        let bound = bare_hmac(tokens);
        println!(
            "pseudonymise {dataset}: {:.2} s, {:.0} rows/s, {:.2} M tokens/s; bare HMAC {:.2} M/s; ratio {:.2}",
            time.as_secs_f64(),
            rows as f64 / time.as_secs_f64(),
            tokens as f64 / time.as_secs_f64() / 1e6,
            tokens as f64 / bound.as_secs_f64() / 1e6,
            bound.as_secs_f64() / time.as_secs_f64(),
        );
        tables.push(out.join(format!("{dataset}.tokens.parquet")));
    }
    let job = Link {
        linkage: &linkage,
        tables: &tables,
        out: folder.path().join("linked"),
        expect_no_overlap: false,
    };
    let (linked, time) = timed(|| link(&job, &Silent).expect("the tables link"));
    println!(
        "link: {:.2} s, {:.0} records/s, {} candidate pairs, {} people",
        time.as_secs_f64(),
        2.0 * rows as f64 / time.as_secs_f64(),
        linked.summary.candidate_pairs,
        linked.summary.people,
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn run_agency(linkage: &Linkage, dataset: &str, csv: &Path, out: &Path) -> Pseudonymised {
    let text = format!("dataset = \"{dataset}\"{SOURCE}");
    let source = Source::parse("source.toml", &text, linkage).expect("the mapping is sound");
    let job = Pseudonymise {
        linkage,
        source: &source,
        linkage_key: &LinkageKey::from_bytes(&mut [1; 32]),
        agency_key: &AgencyKey::from_bytes(&mut [2; 32]),
        inputs: &[Input::Path(PathBuf::from(csv))],
        out: out.to_owned(),
    };
    pseudonymise(&job, &Silent).expect("the records are sound")
}

/// HMAC-SHA-256 of as many messages, with the keyed state cloned for each.
fn bare_hmac(messages: u64) -> Duration {
    const STEP: u64 = 10_000;
    let keyed: Hmac<Sha256> = Hmac::new_from_slice(&[3; 32]).expect("any length will do");
    let (sum, time) = timed(|| {
        (0..messages.div_ceil(STEP))
            .into_par_iter()
            .map(|step| {
                let mut message = [b'A'; MESSAGE_BYTES];
                let mut sum = 0u64;
                for number in step * STEP..(step + 1) * STEP {
                    message[..8].copy_from_slice(&number.to_le_bytes());
                    let mut state = keyed.clone();
                    state.update(&message);
                    sum += u64::from(state.finalize().into_bytes()[0]);
                }
                sum
            })
            .sum::<u64>()
    });
    assert!(sum > 0, "the sum keeps the work from being left out");
    time
}

fn write_records(path: &Path, first: u64, rows: u64) {
    const FORENAMES: [&str; 8] =
        ["Amelia", "Muhammad", "Oliver", "Zoë", "Jack", "Aisha", "Mary-Jane", "Kacper"];
    const MIDDLE: [&str; 4] = ["", "Rose", "James", "Ali"];
    const PARTS: [&str; 10] =
        ["ash", "ber", "cor", "dal", "ell", "far", "gar", "hol", "ing", "ton"];
    let mut text = String::from("id,nhs_number,forename,middle,surname,dob,sex,postcode,payload\n");
    for person in first..first + rows {
        let draw = |salt: u64, below: u64| {
            let mixed = (person * 31 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            usize::try_from((mixed >> 33) % below).expect("a small number")
        };
        let surname: String = (0..3).map(|part| PARTS[draw(part, 10)]).collect();
        let _ = writeln!(
            text,
            "{person},{},{},{},{surname},{}-{:02}-{:02},{},M{} {}AB,{}",
            nhs_number(person),
            FORENAMES[draw(4, 8)],
            MIDDLE[draw(5, 4)],
            2005 + draw(6, 18),
            1 + draw(7, 12),
            1 + draw(8, 28),
            ["F", "M"][draw(9, 2)],
            1 + draw(10, 90),
            draw(11, 10),
            draw(12, 1000),
        );
    }
    let file = sealink::format::write::whole(path, text.as_bytes()).expect("written");
    file.publish().expect("published");
}

/// The person's number with its check digit; empty where the stem has none.
fn nhs_number(person: u64) -> String {
    let stem = format!("{:09}", 400_000_000 + person);
    let sum: u32 = stem.bytes().zip((2..=10).rev()).map(|(d, w)| u32::from(d - b'0') * w).sum();
    match 11 - sum % 11 {
        11 => format!("{stem}0"),
        10 => String::new(),
        check => format!("{stem}{check}"),
    }
}
