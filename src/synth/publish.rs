//! Brings the records into an order of chance, gives them ids, and writes every file.

use std::io::Write;
use std::path::Path;

use super::agency::Agency;
use super::draw::{Draw, Purpose};
use super::make::{MadeRecords, Mark, Run, tradition_name};
use super::spread::Spread;
use super::{Made, SynthError, Synthesise, Synthesised};
use crate::format::write::{self, NewFile};
use crate::format::{FormatError, Problem};
use crate::observe::Observer;
use crate::reason::reason;
use crate::spec::templates;

/// Writes what was made; the truth gets its name last.
pub(super) fn publish(
    job: &Synthesise,
    made: MadeRecords,
    observer: &dyn Observer,
) -> Result<Synthesised, SynthError> {
    let rows = made.runs.iter().flat_map(|run| &run.marks).map(|marks| marks.len() as u64).sum();
    observer.stage("write", Some(rows));
    let mut truth = Truth::create(&job.out, job.people)?;
    let mut files = specs(job)?;
    let mut agencies = Vec::with_capacity(Agency::ALL.len());
    let MadeRecords { families, mut runs } = made;
    for agency in Agency::ALL {
        agencies.push(Made {
            dataset: agency.dataset(),
            records: 0,
            children: 0,
            with_nhs_number: 0,
        });
        let made = agencies.last_mut().expect("it was just put there");
        files.push(records(job, agency, &mut runs, &mut truth, made)?);
        let source = job.out.join(agency.dataset()).join("source.toml");
        files.push(write::whole(&source, agency.source().as_bytes())?);
        observer.advance(u64::from(made.records));
    }
    let counts = truth.counts;
    files.extend([truth.detail, truth.truth]);
    let paths = files.iter().map(|file| file.path().to_owned()).collect();
    write::publish_all(files)?;
    let people = counts.iter().copied();
    let (within, across) = people.fold((0, 0), |(within, across), counts| {
        let all: u64 = counts.iter().map(|&n| u64::from(n)).sum();
        let inside: u64 = counts.iter().map(|&n| pairs(u64::from(n))).sum();
        (within + inside, across + pairs(all) - inside)
    });
    let unknown = counts.iter().filter(|counts| counts.iter().all(|&n| n == 0)).count();
    for (place, made) in agencies.iter_mut().enumerate() {
        let children = counts.iter().filter(|counts| counts[place] > 0).count();
        made.children = u32::try_from(children).expect("no more than there are");
    }
    Ok(Synthesised {
        people: job.people,
        families,
        unknown: u32::try_from(unknown).expect("no more than there are"),
        agencies,
        pairs_across: across,
        pairs_within: within,
        files: paths,
    })
}

const fn pairs(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

/// The specs that all roles need.
fn specs(job: &Synthesise) -> Result<Vec<NewFile>, SynthError> {
    let template = &templates::TEMPLATES[0];
    let datasets: Vec<String> =
        Agency::ALL.iter().map(|agency| agency.dataset().to_owned()).collect();
    let project = format!("synthetic-{}", job.seed);
    let linkage = template.linkage(&project, &datasets);
    let extract = template.extract(&project, &datasets);
    Ok(vec![
        write::whole(&job.out.join("linkage.toml"), linkage.as_bytes())?,
        write::whole(&job.out.join("extract.toml"), extract.as_bytes())?,
    ])
}

/// Writes one agency's file and its part of the truth, and lets go of its rows.
fn records(
    job: &Synthesise,
    agency: Agency,
    runs: &mut [Run],
    truth: &mut Truth,
    made: &mut Made,
) -> Result<NewFile, SynthError> {
    let place = agency as usize;
    let path = job.out.join(agency.dataset()).join("records.csv");
    let mut file = NewFile::create(&path)?;
    let mut draw = Draw::new(job.seed, Purpose::Order, place as u64);
    let mut order = order(runs, place);
    draw.shuffle(&mut order);
    let ids = Ids::new(job.seed, agency, order.len());
    let header = agency.columns().join(",");
    let failed = |error: &std::io::Error| disk(&path, error);
    write!(file, "record_id,{header}\r\n").map_err(|error| failed(&error))?;
    let mut id = String::new();
    for (number, &(run, row)) in (0..).zip(&order) {
        let run = &runs[run as usize];
        let (mark, bytes) = row_of(run, place, row as usize);
        ids.write(number, &mut id);
        file.write_all(id.as_bytes())
            .and_then(|()| file.write_all(bytes))
            .map_err(|error| failed(&error))?;
        truth.add(agency, &id, mark)?;
        made.records += 1;
        made.with_nhs_number += u32::from(mark.has_nhs_number);
    }
    for run in runs {
        run.rows[place] = Vec::new();
        run.marks[place] = Vec::new();
    }
    Ok(file)
}

/// The run and the place in it of every row.
fn order(runs: &[Run], place: usize) -> Vec<(u32, u32)> {
    let rows = (0..).zip(runs);
    rows.flat_map(|(run, made)| (0..).zip(&made.marks[place]).map(move |(row, _)| (run, row)))
        .collect()
}

fn row_of(run: &Run, place: usize, row: usize) -> (&Mark, &[u8]) {
    let marks = &run.marks[place];
    let start = if row == 0 { 0 } else { marks[row - 1].end as usize };
    (&marks[row], &run.rows[place][start..marks[row].end as usize])
}

/// Record ids that tell nothing of the child.
struct Ids {
    prefix: &'static str,
    digits: usize,
    spread: Spread,
}

impl Ids {
    fn new(seed: u64, agency: Agency, records: usize) -> Self {
        let digits = (records * 10).to_string().len().max(6);
        let size = 10_u64.pow(u32::try_from(digits).expect("a few digits"));
        let mut draw = Draw::new(seed, Purpose::RecordIds, agency as u64);
        Self { prefix: agency.id_prefix(), digits, spread: Spread::new(size, &mut draw) }
    }

    fn write(&self, number: u64, id: &mut String) {
        use std::fmt::Write as _;
        id.clear();
        let (prefix, digits) = (self.prefix, self.digits);
        let _ = write!(id, "{prefix}{:0digits$}", self.spread.of(number));
    }
}

/// The files of truth, and how many records each child has at each agency.
struct Truth {
    truth: NewFile,
    detail: NewFile,
    counts: Vec<[u8; 4]>,
    digits: usize,
}

impl Truth {
    fn create(out: &Path, people: u32) -> Result<Self, SynthError> {
        let begin = |name: &str, header: &str| write::whole(&out.join(name), header.as_bytes());
        Ok(Self {
            truth: begin("truth.csv", "agency,record_id,entity_id\r\n")?,
            detail: begin(
                "truth_detail.csv",
                "agency,record_id,tradition,twin,sibling,nhs_number_present,age_band\r\n",
            )?,
            counts: vec![[0; 4]; people as usize],
            digits: people.to_string().len().max(4),
        })
    }

    fn add(&mut self, agency: Agency, id: &str, mark: &Mark) -> Result<(), SynthError> {
        let count = &mut self.counts[mark.child as usize][agency as usize];
        *count = count.saturating_add(1);
        let (dataset, digits, entity) = (agency.dataset(), self.digits, u64::from(mark.child) + 1);
        write!(self.truth, "{dataset},{id},C{entity:0digits$}\r\n")
            .map_err(|error| disk(self.truth.path(), &error))?;
        write!(
            self.detail,
            "{dataset},{id},{},{},{},{},{}\r\n",
            tradition_name(mark.tradition),
            u8::from(mark.is_twin),
            u8::from(mark.has_sibling),
            u8::from(mark.has_nhs_number),
            age_band(mark.age),
        )
        .map_err(|error| disk(self.detail.path(), &error))?;
        Ok(())
    }
}

const fn age_band(age: u8) -> &'static str {
    match age {
        0..=4 => "0-4",
        5..=10 => "5-10",
        11..=15 => "11-15",
        _ => "16-18",
    }
}

fn disk(path: &Path, error: &std::io::Error) -> SynthError {
    let reason = reason(error);
    FormatError { path: path.to_owned(), problem: Problem::Write(reason) }.into()
}
