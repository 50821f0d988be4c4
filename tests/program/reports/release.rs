//! Reports that leave: no small count, none that follows, none that differs by a few from before.

use std::fs;

use serde_json::Value;

use super::super::support::{assert_nothing_in, run, sealink};
use super::super::tables;
use super::{Demo, between, read};

/// The least and the most that is not told, and to what is rounded.
const RULES: [(&str, u64, u64, u64); 3] =
    [("threshold-10", 1, 9, 1), ("opensafely", 0, 7, 5), ("hes", 1, 7, 5)];

fn json(demo: &Demo, path: &str) -> Value {
    serde_json::from_str(&read(&demo.at(path))).expect("JSON")
}

/// Every number that stands by itself in a cell of a page's tables.
fn numbers(page: &str) -> Vec<u64> {
    let cells = between(page, "<td class=\"n\">", "</td>").into_iter();
    cells.filter_map(|cell| cell.replace(',', "").parse().ok()).collect()
}

#[test]
fn a_release_tells_no_small_count_and_the_linker_keeps_the_exact_report() {
    let demo = Demo::new();
    for (rules, least, most, base) in RULES {
        run(demo.link(rules).args(["--validate", "--disclosure", rules])).ends(0);
        let exact = read(&demo.at(&format!("{rules}/linkage.html")));
        assert!(exact == read(&demo.at("linker/linkage.html")), "the linker's own has changed");
        let page = read(&demo.at(&format!("{rules}/linkage.release.html")));
        let release = json(&demo, &format!("{rules}/linkage.release.json"));
        assert_eq!(release["disclosure"], rules);
        let mut told = 0;
        for (name, count) in release["counts"].as_object().expect("counts") {
            let Some(number) = count.as_u64() else { continue };
            told += 1;
            assert!(number % base == 0, "{rules}: {name} is not rounded");
            assert!(!(least..=most).contains(&number), "{rules}: {name} is {number}");
        }
        assert!(told > 50, "{rules} tells {told} counts");
        let small = numbers(&page).into_iter().find(|n| (least..=most).contains(n) || n % base > 0);
        assert_eq!(small, None, "{rules}: the page tells a count");
        assert!(numbers(&exact).iter().any(|n| (1..=7).contains(n)), "there are some to hide");
        assert!(!page.contains("Not for release"));
    }
}

/// What is told of a table and its total, and what it truly holds.
#[test]
fn a_release_tells_the_true_counts_where_it_tells_any() {
    let demo = Demo::new();
    run(demo.link("out").args(["--disclosure", "threshold-10"])).ends(0);
    let (exact, release) =
        (json(&demo, "out/linkage.json"), json(&demo, "out/linkage.release.json"));
    assert_eq!(release["people"], exact["people"]);
    let mut hidden = (0, 0);
    let sets = release["combinations"].as_array().expect("sets");
    for (told, truth) in sets.iter().zip(exact["combinations"].as_array().expect("sets")) {
        assert_eq!(told["datasets"], truth["datasets"]);
        let truth = truth["people"].as_u64().expect("a count");
        match told["people"].as_u64() {
            Some(told) => assert_eq!(told, truth),
            None => hidden = (hidden.0 + 1, hidden.1 + truth),
        }
    }
    // One small set would be what the others leave of all people: a second one is hidden too.
    assert!(hidden.0 >= 2 && hidden.1 >= 10, "{hidden:?}");
}

#[test]
fn a_count_that_differs_by_a_few_from_an_earlier_release_is_not_told() {
    let demo = Demo::new();
    let release = ["--disclosure", "threshold-10"];
    run(demo.link("first").args(release)).ends(0);
    let first = demo.at("first/linkage.release.json");
    let again = |out: &str, sealed: Option<&str>| {
        let mut command = demo.link(out);
        command.args(release).arg("--earlier").arg(&first);
        if let Some(list) = sealed {
            fs::write(demo.at("sealed.csv"), list).expect("a file");
            command.arg("--sealed").arg(demo.at("sealed.csv"));
        }
        run(&mut command).ends(0);
        json(&demo, &format!("{out}/linkage.release.json"))["counts"].clone()
    };
    let before = json(&demo, "first/linkage.release.json")["counts"].clone();
    assert_eq!(again("same", None), before, "nothing has changed");
    // Two linked records are sealed: the release must not tell that two fewer are linked.
    let map = tables::read(&demo.at("first/person_map.parquet"));
    let linked = map.texts("link_status").into_iter().zip(map.texts("dataset"));
    let linked: Vec<usize> = linked
        .enumerate()
        .filter(|(_, (status, dataset))| status != "single" && dataset == "health")
        .map(|(place, _)| place)
        .collect();
    let refs = map.texts("record_ref");
    let list =
        format!("dataset,record_ref\nhealth,{}\nhealth,{}\n", refs[linked[0]], refs[linked[9]]);
    let after = again("sealed", Some(&list));
    assert!(before["records/health/linked"].is_u64());
    assert!(after["records/health/linked"].is_string(), "{}", after["records/health/linked"]);
    for (name, count) in after.as_object().expect("counts") {
        if let (Some(now), Some(then)) = (count.as_u64(), before[name].as_u64()) {
            assert!(now == then || now.abs_diff(then) > 9, "{name}: {then}, then {now}");
        }
    }
}

#[test]
fn what_is_no_earlier_release_of_the_project_is_refused() {
    let demo = Demo::new();
    let refused = |text: &str, says: &str| {
        fs::write(demo.at("earlier.json"), text).expect("a file");
        let mut command = demo.link("refused");
        command.args(["--disclosure", "hes", "--earlier"]).arg(demo.at("earlier.json"));
        run(&mut command).ends(2).says(&[says]);
        assert_nothing_in(demo.at("refused"));
    };
    refused("{}", "not a release");
    refused("{\"project\": \"other\", \"counts\": {}}", "of the project other");
    refused(&read(&demo.at("linker/linkage.json")), "not a release");
    run(demo.link("refused").args(["--disclosure", "exact"])).ends(2).says(&["threshold-10"]);
    run(demo.link("refused").arg("--earlier").arg(demo.at("earlier.json"))).ends(2);
    assert_nothing_in(demo.at("refused"));
}

#[test]
fn an_agency_releases_its_quality_report_without_rows_and_small_counts() {
    let demo = Demo::new();
    let own = |file: &str| demo.at(&format!("agencies/police/{file}"));
    let mut command = sealink("pseudonymise");
    command.arg("--spec").arg(demo.at("agreed/linkage.toml")).arg("--out").arg(demo.at("out"));
    command
        .arg("--source")
        .arg(own("source.toml"))
        .arg("--key")
        .arg(demo.at("custodian/linkage.key"));
    command.arg("--agency-key").arg(own("agency.key")).args(["--disclosure", "opensafely"]);
    run(command.arg(own("nominals.csv"))).ends(3);
    assert_eq!(
        read(&demo.at("out/police.quality.html")),
        read(&own("out/police.quality.html")),
        "the agency's own report is exact"
    );
    let page = read(&demo.at("out/police.quality.release.html"));
    assert!(page.contains("[redacted]") && !page.contains("Rows left out"));
    let odd = numbers(&page).into_iter().find(|n| *n < 8 || n % 5 > 0);
    assert_eq!(odd, None, "the page tells a count");
    let release = json(&demo, "out/police.quality.release.json");
    assert_eq!(release["left_out_rows"], serde_json::json!([]));
}
