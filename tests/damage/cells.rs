//! Cells that a spreadsheet would run.

use super::people::{EXTRACT, HEADER, LINKAGE, csv, rows, source};
use super::support::{Project, run};

/// Cells that some spreadsheet, in some language, takes for a formula, or that try to hide one.
const NAUGHTY: [&str; 52] = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://x.example\",\"click\")",
    "=IMPORTXML(\"http://x.example\",\"//a\")",
    "=WEBSERVICE(\"http://x.example\")",
    "=DDE(\"cmd\";\"/C calc\";\"x\")",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\t\t=1+1",
    "\t@x",
    "==1",
    "=-1",
    "=+1",
    "+=1",
    "-=1",
    "@=1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1+1)",
    "=",
    "+",
    "-",
    "@",
    "=\"",
    "=\"\"",
    "=1,2",
    "=1;2",
    "=1\n=2",
    "a\n=2",
    "a,=2",
    "\"=1\"",
    "'=1",
    "''=1",
    "=é",
    "=\u{202e}1",
    "=\u{200b}1",
    "+44 20 7946 0000",
    "-0",
    "-1e9",
    "1=1",
    "a@b",
    "plain",
    "",
    " =1",
];

/// What must not open a cell.
const OPENS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

#[test]
fn no_cell_of_an_extract_runs_in_a_spreadsheet() {
    let project = Project::new(LINKAGE);
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut text = format!("{HEADER}\n");
    for (place, cell) in NAUGHTY.iter().enumerate() {
        let cell = quoted(cell);
        text.push_str(&format!(
            "{place},,kim,,lee,,{:02}/03/2011,1,,,{place},01/01/2024,{cell},\n",
            1 + place % 28
        ));
    }
    project.agency("a", &source("a"), text).ends(0);
    for (place, dataset) in [(2, "b"), (3, "c")] {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..40))).ends(0);
    }
    run(project.link(&["a", "b", "c"]).arg("--expect-no-overlap")).ends(0);
    project.put("extract.toml", EXTRACT);
    run(project.extract(&["a", "b", "c"]).arg("--csv")).ends(0);
    let mut seen = 0;
    for name in ["a", "b", "c", "people"] {
        let path = project.at(format!("extract/{name}.csv"));
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a CSV file");
        for record in reader.records() {
            for cell in &record.expect("a row") {
                assert!(!cell.starts_with(OPENS), "{name}: {cell:?}");
                seen += usize::from(cell.starts_with('\''));
            }
        }
    }
    let naughty = NAUGHTY.iter().filter(|cell| cell.starts_with(OPENS)).count();
    assert!(seen >= naughty, "{seen} of {naughty} cells were disarmed");
}
