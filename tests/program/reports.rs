//! Reports: pages that need nothing but themselves, and counts that give nobody away.

mod extract;
mod release;

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{run, sealink};

/// The demonstration in a folder of its own.
struct Demo(tempfile::TempDir);

impl Demo {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        run(sealink("demo").arg("-q").arg("--out").arg(folder.path())).ends(0);
        Self(folder)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// The tables of all agencies.
    fn tables(&self, kind: &str) -> Vec<PathBuf> {
        ["health", "education", "social_care", "police"]
            .map(|name| self.at(&format!("agencies/{name}/out/{name}.{kind}.parquet")))
            .to_vec()
    }

    /// The command that links the agencies into a folder.
    fn link(&self, out: &str) -> std::process::Command {
        let mut command = sealink("link");
        command.arg("--spec").arg(self.at("agreed/linkage.toml")).arg("--out").arg(self.at(out));
        command.args(self.tables("tokens"));
        command
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between two texts, each time.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    let parts = text.split(before).skip(1);
    parts.map(|part| part.split(after).next().expect("a split has a first part")).collect()
}

/// The places to which a page leads or from which it would load.
fn places(page: &str) -> Vec<&str> {
    [" href=\"", " src=\"", "url(", "@import"].iter().flat_map(|b| between(page, b, "\"")).collect()
}

const PAGES: [&str; 6] = [
    "linker/linkage.html",
    "research/extract/report.html",
    "agencies/health/out/health.quality.html",
    "agencies/education/out/education.quality.html",
    "agencies/social_care/out/social_care.quality.html",
    "agencies/police/out/police.quality.html",
];

#[test]
fn a_report_needs_nothing_but_itself() {
    let demo = Demo::new();
    for page in PAGES {
        let text = read(&demo.at(page));
        assert!(!text.contains("<script"), "{page} has a script");
        let outside = places(&text).into_iter().find(|p| !p.starts_with('#') && *p != "data:,");
        assert_eq!(outside, None, "{page} leads out of itself");
        assert!(text.contains("default-src 'none'"), "{page} may load things");
        assert!(text.contains("prefers-color-scheme: dark") && text.contains("@media print"));
        let root = demo.0.path().to_str().expect("a plain name");
        assert!(!text.contains(root), "{page} names a folder of this computer");
    }
}

#[test]
fn a_report_can_be_read_by_a_screen_reader() {
    let demo = Demo::new();
    for page in PAGES {
        let text = read(&demo.at(page));
        assert!(text.contains("<html lang=\"en-GB\">") && text.contains("<main id=\"report\""));
        let levels: Vec<u32> = between(&text, "<h", ">")
            .iter()
            .filter_map(|tag| tag.chars().next()?.to_digit(10))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{page}");
        assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{page} skips a heading");
        let charts = between(&text, "<svg", "</svg>");
        assert!(charts.len() >= 2, "{page} has charts");
        for chart in &charts {
            for told in ["<title id=", "<desc id=", "role=\"img\"", "aria-labelledby="] {
                assert!(chart.contains(told), "{page}: a chart has no {told}");
            }
        }
        // Each chart is in a figure, and what follows the figure is its table.
        for after in text.split("</figure>").skip(1) {
            let next = after.trim_start_matches("<div>");
            assert!(next.starts_with("<div class=\"table\""), "{page}: a chart without a table");
        }
        assert_eq!(text.matches("<figure>").count(), charts.len());
    }
}

#[test]
fn a_report_is_the_same_whatever_the_threads_and_the_order_of_tables() {
    let demo = Demo::new();
    let first = read(&demo.at("linker/linkage.html"));
    let mut command = sealink("link");
    command.arg("--spec").arg(demo.at("agreed/linkage.toml")).arg("--out").arg(demo.at("again"));
    command.args(["--threads", "1", "--validate"]).args(demo.tables("tokens").iter().rev());
    run(&mut command).ends(0);
    assert!(read(&demo.at("again/linkage.html")) == first, "another report");
}

#[test]
fn the_linkage_report_tells_what_the_json_tells() {
    let demo = Demo::new();
    let page = read(&demo.at("linker/linkage.html"));
    let json: serde_json::Value =
        serde_json::from_str(&read(&demo.at("linker/linkage.json"))).expect("JSON");
    let cell = |number: &serde_json::Value| {
        let number = number.as_u64().expect("a count");
        let text = if number < 1000 {
            number.to_string()
        } else {
            format!("{},{:03}", number / 1000, number % 1000)
        };
        format!(">{text}<")
    };
    assert!(
        page.contains(&cell(&json["people"])) && page.contains(&cell(&json["candidate_pairs"]))
    );
    let sum = |list: &str, of: &str| -> u64 {
        json[list].as_array().expect("a list").iter().map(|one| one[of].as_u64().expect("n")).sum()
    };
    assert_eq!(json["people"], sum("combinations", "people"));
    for one in json["combinations"].as_array().expect("sets") {
        assert!(page.contains(&cell(&one["people"])));
    }
    for (dataset, links) in json["datasets"].as_object().expect("datasets") {
        let count = |of: &str| links[of].as_u64().expect("a count");
        let all = count("linked") + count("duplicates_only") + count("single");
        assert_eq!(json["records"][dataset], all, "{dataset}");
        assert!(page.contains(&cell(&links["linked"])));
    }
    let bins = json["match_weights"]["histogram"].as_array().expect("bins");
    let pairs: u64 = bins.iter().map(|bin| bin["pairs"].as_u64().expect("a count")).sum();
    assert_eq!(json["candidate_pairs"], pairs, "every pair has a place in the histogram");
    for pattern in json["match_weights"]["patterns"].as_array().expect("patterns") {
        let bits = |of: &str| pattern[of].as_f64().expect("bits");
        let steps = pattern["steps"].as_array().expect("steps").iter();
        let steps: f64 = steps.map(|step| step["bits"].as_f64().expect("bits")).sum();
        let sum = bits("before") + steps + bits("family");
        assert!((sum - bits("match_weight")).abs() < 1e-9, "{pattern}");
    }
    for word in ["GUILD", "RECORD 6.3", "Quality assurance framework", "Not for release"] {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn the_quality_report_says_what_was_refused_and_where_each_column_goes() {
    let demo = Demo::new();
    let page = read(&demo.at("agencies/police/out/police.quality.html"));
    let json: serde_json::Value =
        serde_json::from_str(&read(&demo.at("agencies/police/out/police.quality.json")))
            .expect("JSON");
    for (code, meaning) in json["meanings"].as_object().expect("meanings") {
        assert!(page.contains(&code.replace('_', " ")));
        assert!(page.contains(&maud_escaped(meaning.as_str().expect("a text"))), "{code}");
    }
    for column in ["nominal_ref", "alias_surname", "incident_type", "officer_ic"] {
        assert!(page.contains(&format!("<code>{column}</code>")), "{column}");
    }
    for row in json["left_out_rows"].as_array().expect("rows") {
        assert!(page.contains(&format!(">{}<", row["row"])), "{row}");
    }
    assert_eq!(page.matches("%</td>").count(), 24, "each token column has its figure");
}

/// A text as a page has it.
fn maud_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
