//! The files: the same for the same seed, whole, and fit for each other.

use super::{
    Agency, BTreeSet, ErrorScale, Extract, Linkage, Silent, Source, Synthesise, World, everything,
    synthesise,
};
use crate::agency::{self, Input};

#[test]
fn the_bytes_depend_on_the_seed_alone_whatever_the_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut worlds = Vec::new();
    for (seed, threads) in [(1, 1), (1, 3), (2, 3)] {
        let out = folder.path().join("world");
        let job = Synthesise { people: 9000, seed, errors: ErrorScale::USUAL, out: out.clone() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| synthesise(&job, &Silent)).expect("it is made");
        worlds.push(everything(&out));
    }
    assert_eq!(worlds[0].len(), 12);
    assert!(worlds[0] == worlds[1]);
    assert!(worlds[0] != worlds[2]);
}

#[test]
fn the_truth_names_every_record_once() {
    let world = World::new(3000, ErrorScale::USUAL);
    let truth = world.truth();
    assert_eq!(truth.len(), world.rows("truth.csv").len());
    let details = world.rows("truth_detail.csv");
    assert_eq!(details.len(), truth.len());
    let mut records = BTreeSet::new();
    for agency in Agency::ALL {
        let rows = world.records(agency);
        let made = world.made.agencies.iter().find(|made| made.dataset == agency.dataset());
        assert_eq!(made.map(|made| made.records as usize), Some(rows.len()));
        records
            .extend(rows.iter().map(|row| (agency.dataset().to_owned(), row["record_id"].clone())));
    }
    assert!(records.iter().eq(truth.keys()));
    for row in &details {
        assert!(truth.contains_key(&(row["agency"].clone(), row["record_id"].clone())));
    }
}

#[test]
fn the_counts_of_pairs_are_those_of_the_truth() {
    let world = World::new(3000, ErrorScale::USUAL);
    let truth = world.truth();
    let mut of_child: std::collections::BTreeMap<&str, Vec<&str>> = Default::default();
    for ((agency, _), child) in &truth {
        of_child.entry(child).or_default().push(agency);
    }
    let (mut within, mut across) = (0, 0);
    for agencies in of_child.values() {
        for (place, one) in agencies.iter().enumerate() {
            let same = agencies[..place].iter().filter(|other| *other == one).count() as u64;
            within += same;
            across += place as u64 - same;
        }
    }
    assert_eq!((world.made.pairs_within, world.made.pairs_across), (within, across));
    assert_eq!(world.made.unknown as usize, 3000 - of_child.len());
}

#[test]
fn the_specs_parse_and_no_row_is_left_out() {
    let world = World::new(2000, ErrorScale::USUAL);
    let linkage = Linkage::parse("linkage.toml", &world.text("linkage.toml")).expect("it parses");
    Extract::parse("extract.toml", &world.text("extract.toml")).expect("it parses");
    for agency in Agency::ALL {
        let name = agency.dataset();
        let text = world.text(&format!("{name}/source.toml"));
        let source = Source::parse("source.toml", &text, &linkage).expect("it parses");
        let inputs = [Input::Path(world.path(&format!("{name}/records.csv")))];
        let tally = agency::check(&linkage, &source, &inputs, &Silent).expect("it is read");
        assert_eq!(tally.rows_left_out(), 0, "{name}");
        assert_eq!(tally.rows, world.records(agency).len() as u64, "{name}");
        let numbers = tally.fields.get("nhs_number");
        assert!(numbers.is_none_or(|n| n.accepted > 50 * n.refused.values().sum::<u64>()));
    }
}

#[test]
fn without_errors_all_agencies_agree() {
    let world = World::new(2000, ErrorScale::NONE);
    let health = world.by_child(Agency::Health);
    let mut met = 0;
    for (child, records) in world.by_child(Agency::Education) {
        assert_eq!(records.len(), 1);
        let Some(other) = health.get(&child) else { continue };
        for column in ["forename", "surname", "middle_names", "postcode", "uprn"] {
            assert_eq!(records[0][column], other[0][column]);
        }
        met += 1;
    }
    assert!(met > 1000);
}
