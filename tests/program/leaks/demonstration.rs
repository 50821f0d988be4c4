//! The demonstration's invented children: none of their numbers, names, postcodes and
//! addresses is in any file that `demo` makes beside the agencies' own records, or in what it says.

use std::path::{Path, PathBuf};

use super::super::support::{files_below, sealink};
use super::search::Search;
use super::sweep::Sweep;

/// Each agency's file, its delimiter, and its columns that identify a child; not birth dates,
/// which are days of contacts too.
const AGENCIES: [(&str, u8, &[&str]); 4] = [
    (
        "health/community_health.csv",
        b',',
        &["NHSNumber", "NHSNumber_Mother", "FamilyName", "GivenName", "Postcode"],
    ),
    (
        "education/pupil_on_roll.csv",
        b',',
        &["upn", "formerupn", "uniquelearnernumber", "surname", "forename", "postcode"],
    ),
    (
        "social_care/children_known.csv",
        b',',
        &["nhs_number", "upn", "surname", "forename", "uprn", "home_address"],
    ),
    (
        "police/nominals.csv",
        b';',
        &["forename1", "surname", "alias_surname", "address", "postcode"],
    ),
];

/// What the mappings name as saying nothing of a child.
const PLACEHOLDERS: [&str; 3] = ["UNKNOWN", "NOT GIVEN", "AM1 1AA"];

/// The cells of these columns that are long enough to be told from chance.
fn cells(path: &Path, delimiter: u8, wanted: &[&str]) -> Vec<String> {
    let bytes = std::fs::read(path).expect("a sample");
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned());
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let places: Vec<usize> = wanted
        .iter()
        .map(|name| header.iter().position(|column| column == *name).expect("the column is there"))
        .collect();
    let mut cells = Vec::new();
    for record in reader.records() {
        let record = record.expect("a row");
        cells.extend(places.iter().filter_map(|place| record.get(*place)).map(str::to_owned));
    }
    cells.retain(|cell| cell.chars().count() >= 7 && cell.len() < 200);
    cells.retain(|cell| !PLACEHOLDERS.contains(&cell.as_str()));
    cells
}

#[test]
fn the_demonstration_shows_its_children_to_their_agencies_alone() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let hidden: Vec<String> = AGENCIES
        .iter()
        .flat_map(|(file, delimiter, columns)| cells(&samples.join(file), *delimiter, columns))
        .collect();
    let search = Search::new(&hidden);
    assert!(search.values() > 3000, "{}", search.values());
    let mut sweep = Sweep::new(&search, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    sweep.talk(0, || {
        let mut command = sealink("demo");
        command.arg("--out").arg(folder.path().join("demo"));
        command
    });
    let own: Vec<PathBuf> =
        AGENCIES.iter().map(|(file, ..)| folder.path().join("demo/agencies").join(file)).collect();
    for path in files_below(folder.path()).iter().filter(|path| !own.contains(path)) {
        sweep.file(path, folder.path());
    }
    eprintln!("{}", sweep.table());
    sweep.assert_clean();
    // The control: the agencies' own records are found.
    own.iter().for_each(|path| sweep.file(path, folder.path()));
    assert!(sweep.hits().len() > 3000);
}
