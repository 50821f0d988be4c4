//! Makes the children and their records, a run of families at a time, on all threads.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Synthesise;
use super::agency::Agency;
use super::births::Births;
use super::calendar::age;
use super::child::{Child, children};
use super::draw::{Draw, Purpose};
use super::family::Family;
use super::geography::Geography;
use super::names::Names;
use super::numbers::Numbers;
use super::rates::{Rates, Slip};
use super::record::{Stay, Writing};
use super::tradition::{FACTS, Tradition};
use crate::observe::Observer;

/// Every record of every agency, not yet in order.
#[derive(Debug)]
pub(super) struct MadeRecords {
    pub families: u32,
    pub runs: Vec<Run>,
}

/// The records of a run of families.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The rows of each agency without their ids, one after the other.
    pub rows: [Vec<u8>; 4],
    pub marks: [Vec<Mark>; 4],
}

/// Where a row ends in its run, and what is true of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub end: u32,
    pub child: u32,
    pub tradition: Tradition,
    pub is_twin: bool,
    pub has_sibling: bool,
    pub has_nhs_number: bool,
    pub age: u8,
}

const FAMILIES_PER_RUN: u32 = 2048;

/// Makes the records of a job.
pub(super) fn make(job: &Synthesise, observer: &dyn Observer) -> MadeRecords {
    let starts = first_children(job);
    let families = u32::try_from(starts.len()).expect("no more families than children");
    let rates = |agency| Rates::of(agency, job.errors.0);
    let world = World {
        job,
        starts: &starts,
        names: Names::new(),
        numbers: Numbers::new(job.seed, job.people),
        places: Geography::new(job.seed, families),
        rates: Agency::ALL.map(rates),
        rates_of_duplicates: Agency::ALL.map(|agency| rates(agency).of_duplicates()),
    };
    let runs = (0..families.div_ceil(FAMILIES_PER_RUN))
        .into_par_iter()
        .map(|run| {
            let first = run * FAMILIES_PER_RUN;
            let made = world.run(first..families.min(first + FAMILIES_PER_RUN));
            let last = families.min(first + FAMILIES_PER_RUN) as usize;
            let until = starts.get(last).copied().unwrap_or(job.people);
            observer.advance(u64::from(until - starts[first as usize]));
            made
        })
        .collect();
    MadeRecords { families, runs }
}

/// The number of each family's first child; the last family may be cut short.
fn first_children(job: &Synthesise) -> Vec<u32> {
    let mut starts = Vec::with_capacity(job.people as usize / 3 * 2);
    let mut next = 0;
    for family in 0.. {
        if next >= job.people {
            break;
        }
        starts.push(next);
        next += Births::of(job.seed, family).children();
    }
    starts
}

struct World<'w> {
    job: &'w Synthesise,
    starts: &'w [u32],
    names: Names,
    numbers: Numbers,
    places: Geography,
    rates: [Rates; 4],
    rates_of_duplicates: [Rates; 4],
}

impl World<'_> {
    fn run(&self, families: std::ops::Range<u32>) -> Run {
        let mut run = Run::default();
        for number in families {
            self.family(number, &mut run);
        }
        run
    }

    fn family(&self, number: u32, run: &mut Run) {
        let seed = self.job.seed;
        let births = Births::of(seed, number);
        let mut draw = Family::draw(seed, number);
        let family = Family::of(number, &births, &self.names, &self.places, &mut draw);
        let first = self.starts[number as usize];
        let mut children = children(first, &births, &family, &self.names, &mut draw);
        children.truncate((self.job.people - first) as usize);
        if let [only] = &mut children[..] {
            only.sibling = None;
        }
        let mut draw = Draw::new(seed, Purpose::Records, u64::from(number));
        for agency in Agency::ALL {
            let stay = Stay::of_family(&family, &self.rates[agency as usize], &mut draw);
            for child in &children {
                if agency.knows(child, &family, &mut draw) {
                    self.records(agency, child, &family, stay, run, &mut draw);
                }
            }
        }
    }

    /// The record of a child at an agency, and any duplicates of it.
    fn records(
        &self,
        agency: Agency,
        child: &Child,
        family: &Family,
        stay: Stay,
        run: &mut Run,
        draw: &mut Draw,
    ) {
        let mut rates = &self.rates[agency as usize];
        loop {
            let stay = stay.of_child(family, rates, draw);
            let (numbers, places) = (&self.numbers, &self.places);
            let record =
                Writing { agency, rates, child, family, numbers, places, stay }.record(draw);
            let has_nhs_number = !record.nhs_number.is_empty();
            let cells = agency.cells(record, child, family.tradition.facts(), draw);
            let rows = &mut run.rows[agency as usize];
            write_row(&cells, rows);
            run.marks[agency as usize].push(Mark {
                end: u32::try_from(rows.len()).expect("a run is far below four gigabytes"),
                child: child.number,
                tradition: family.tradition,
                is_twin: child.is_twin,
                has_sibling: child.sibling.is_some(),
                has_nhs_number,
                age: u8::try_from(age(child.born)).expect("children are young"),
            });
            // A pupil on two rolls is written down twice as well as once; elsewhere a duplicate
            // is there because something in it is wrong.
            if agency != Agency::Education {
                rates = &self.rates_of_duplicates[agency as usize];
            }
            if !self.rates[agency as usize].happens(Slip::Duplicate, draw) {
                return;
            }
        }
    }
}

/// Cells as RFC 4180 has them, each led by a comma, for the record id comes before them.
fn write_row(cells: &[String], rows: &mut Vec<u8>) {
    for cell in cells {
        rows.push(b',');
        if cell.contains([',', '"', '\r', '\n']) {
            rows.push(b'"');
            rows.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            rows.push(b'"');
        } else {
            rows.extend_from_slice(cell.as_bytes());
        }
    }
    rows.extend_from_slice(b"\r\n");
}

/// The tradition's word in the truth.
pub(super) fn tradition_name(tradition: Tradition) -> &'static str {
    FACTS[tradition as usize].name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_and_quotes_are_quoted() {
        let mut rows = Vec::new();
        write_row(&["a".into(), "b,c".into(), "d\"e".into(), String::new()], &mut rows);
        assert_eq!(rows, b",a,\"b,c\",\"d\"\"e\",\r\n");
    }
}
