//! What pages quote from a report that their reader opens in a browser: its figures, taken anew
//! from the report's JSON, and the names of its sections.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A page that has been followed.
pub struct Page {
    text: String,
    /// Where its commands ran.
    folder: tempfile::TempDir,
}

impl Page {
    pub const fn new(text: String, folder: tempfile::TempDir) -> Self {
        Self { text, folder }
    }

    /// A report of its commands.
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.read(path)).expect("JSON")
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(Path::new(path))).expect("a report")
    }

    /// Asserts that the page says this, `{}` standing for the figures in their order.
    #[track_caller]
    pub fn says(&self, said: &str, figures: &[String]) {
        let mut parts = said.split("{}");
        let mut whole = parts.next().expect("a first part").to_owned();
        let rest: Vec<&str> = parts.collect();
        assert_eq!(rest.len(), figures.len(), "{said}");
        for (figure, part) in figures.iter().zip(rest) {
            whole += &format!("{figure}{part}");
        }
        assert!(self.text.contains(&whole), "the page does not say: {whole}");
    }

    /// Asserts that the page goes through the sections of a report one by one: a list of their
    /// numbers and names.
    #[track_caller]
    pub fn goes_through(&self, report: &str) {
        let report = self.read(report);
        let headings = report.split("<h2").skip(1).filter_map(|rest| {
            let (_, rest) = rest.split_once('>')?;
            rest.split('<').next()
        });
        let headings: Vec<&str> = headings.collect();
        assert!(headings.len() > 3, "{headings:?}");
        for heading in headings {
            let (number, name) = heading.split_once(' ').expect("a section has a number");
            let line = format!("\n{number}. *{name}");
            assert!(self.text.contains(&line), "the page leaves out {heading}");
        }
    }
}

/// A count in a report.
#[track_caller]
pub fn count(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}

/// A small number as a word.
pub fn word(value: &Value) -> String {
    const WORDS: [&str; 11] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(usize::try_from(count(value)).expect("small")).expect("a small number").to_string()
}

/// A share in percent.
pub fn percent(value: &Value) -> String {
    format!("{:.1}", value.as_f64().expect("a share") * 100.0)
}

/// The agency's own report on its file.
pub fn of_the_agency(page: &Page) {
    page.goes_through("ashmere/health/out/health.quality.html");
    let report = page.json("ashmere/health/out/health.quality.json");
    assert_eq!(report["rows"], report["used_rows"]);
    page.says("all {} rows were used", &[report["rows"].to_string()]);
    let refused = |field: &str, reason: &str| word(&report["fields"][field]["refused"][reason]);
    let warned = |field: &str, reason: &str| word(&report["fields"][field]["warned"][reason]);
    page.says(
        "{} NHS numbers with a wrong check digit, {} forenames that are placeholders, \
         {} postcodes that stand for \"not known\", {} births on 1 January",
        &[
            refused("nhs_number", "check_digit"),
            refused("forename", "placeholder"),
            refused("postcode", "pseudo_postcode"),
            warned("date_of_birth", "first_of_january"),
        ],
    );
}

/// The linkage report.
pub fn of_the_linker(page: &Page) {
    page.goes_through("linked/linkage.html");
    let report = page.json("linked/linkage.json");
    let linked = |dataset: &str| {
        let linked = count(&report["datasets"][dataset]["linked"]) * 1000;
        let tenths = (linked * 2).div_ceil(count(&report["records"][dataset])) / 2;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    page.says("{} % of health, {} % of social care", &[linked("health"), linked("social_care")]);
    let list = |name: &str| report[name].as_array().expect("a list").clone();
    let vetoes = list("kept_apart");
    let pupil = vetoes.iter().find(|veto| veto["constraint"] == "different_pupil_numbers");
    let pupil = pupil.expect("the spec has it")["pairs"].to_string();
    page.says("different pupil numbers did {} times", &[pupil]);
    weights(page, &report["match_weights"]["histogram"]);
    let review: u64 = report["review"].as_object().expect("reasons").values().map(count).sum();
    page.says("{} pairs that were not linked, each with a reason", &[review.to_string()]);
    let blind = &report["validation"]["without_identifiers"];
    let (found, false_ones) = (&blind["recall"]["all"], &blind["false_links"]["all"]);
    page.says(
        "{} % of the pairs that a number confirms were found again (95 % interval: {} to {} %), \
         and at most {} %",
        &[&found["share"], &found["low"], &found["high"], &false_ones["share"]].map(percent),
    );
}

/// The two hills of match weights.
fn weights(page: &Page, histogram: &Value) {
    let bins = histogram.as_array().expect("bins");
    let between = |from: f64, to: f64| -> u64 {
        let inside = |bin: &&Value| {
            bin["from"].as_f64().expect("bits") >= from && bin["to"].as_f64().expect("bits") <= to
        };
        bins.iter().filter(inside).map(|bin| count(&bin["pairs"])).sum()
    };
    let (above, all) = (between(8.0, f64::MAX), between(f64::MIN, f64::MAX));
    assert!(above * 2 > all, "{above} of {all}");
    page.says(
        "most pairs lie above +8; the {} between −4 and +4 are the ones to wonder about",
        &[between(-4.0, 4.0).to_string()],
    );
}

/// The report of an extract.
pub fn of_the_researcher(page: &Page) {
    page.goes_through("extract/report.html");
}

#[test]
fn a_figure_that_is_not_the_report_s_is_found_out() {
    let page = |text: &str| Page::new(text.to_owned(), tempfile::tempdir().expect("a folder"));
    page("all 861 rows were used").says("all {} rows", &["861".to_owned()]);
    let wrong = || page("all 860 rows were used").says("all {} rows", &["861".to_owned()]);
    assert!(std::panic::catch_unwind(wrong).is_err());
}
