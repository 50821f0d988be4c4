//! A floor under linkage quality, on made-up agencies that no rule was fitted to.

use super::support::{Project, run, sealink};

const DATASETS: [&str; 4] = ["health", "education", "social_care", "police"];

#[test]
fn quality_on_made_up_agencies_keeps_its_floor() {
    let project = Project::of_template(&DATASETS);
    let synth = project.at("synth");
    run(sealink("synth")
        .args(["-q", "--people", "6000", "--seed", "20260"])
        .arg("--out")
        .arg(&synth))
    .ends(0);
    let spec = std::fs::read_to_string(synth.join("linkage.toml")).expect("the spec");
    project.put("linkage.toml", spec);
    for dataset in DATASETS {
        let read = |file: &str| std::fs::read(synth.join(dataset).join(file)).expect("a file");
        let source = String::from_utf8(read("source.toml")).expect("text");
        project.agency(dataset, &source, read("records.csv")).ends(0);
    }
    run(&mut project.link(&DATASETS)).ends(0);
    let mut evaluate = sealink("evaluate");
    evaluate.args(["--format", "json", "--map"]).arg(project.at("linked/person_map.parquet"));
    evaluate.arg("--truth").arg(synth.join("truth.csv")).arg("--refs");
    evaluate.args(DATASETS.map(|dataset| project.table(dataset, "refs")));
    let evaluation = run(&mut evaluate).ends(0).json();
    let across = |name: &str| evaluation["across"][name].as_f64().expect("a count");
    let (both, found, truth) = (across("both"), across("found"), across("truth"));
    assert!(both / found >= 0.998, "precision {}", both / found);
    assert!(both / truth >= 0.98, "recall {}", both / truth);
}
