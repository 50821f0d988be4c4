//! A floor under linkage quality, on made-up agencies that no rule was fitted to.

use serde_json::Value;

use super::support::{Project, run, sealink};

/// The agencies that `synth` makes up.
pub const DATASETS: [&str; 4] = ["health", "education", "social_care", "police"];

/// Made-up agencies about so many people, pseudonymised.
pub fn made_up(people: u32, seed: u32) -> Project {
    made_up_with(people, seed, &[])
}

/// The same, with more arguments for `synth`.
pub fn made_up_with(people: u32, seed: u32, more: &[&str]) -> Project {
    let project = Project::of_template(&DATASETS);
    let synth = project.at("synth");
    let (people, seed) = (people.to_string(), seed.to_string());
    let mut make = sealink("synth");
    make.args(["-q", "--people", &people, "--seed", &seed]).args(more);
    run(make.arg("--out").arg(&synth)).ends(0);
    let spec = std::fs::read_to_string(synth.join("linkage.toml")).expect("the spec");
    project.put("linkage.toml", spec);
    for dataset in DATASETS {
        let read = |file: &str| std::fs::read(synth.join(dataset).join(file)).expect("a file");
        let source = String::from_utf8(read("source.toml")).expect("text");
        project.agency(dataset, &source, read("records.csv")).ends(0);
    }
    project
}

/// The last linkage against the truth, and that of twins apart.
pub fn truth(project: &Project) -> Value {
    let mut evaluate = sealink("evaluate");
    evaluate.args(["--format", "json", "--map"]).arg(project.at("linked/person_map.parquet"));
    evaluate.arg("--truth").arg(project.at("synth/truth.csv"));
    evaluate.arg("--by").arg(format!("{}:twin", project.at("synth/truth_detail.csv").display()));
    evaluate.arg("--refs").args(DATASETS.map(|dataset| project.table(dataset, "refs")));
    run(&mut evaluate).ends(0).json()
}

#[test]
fn quality_on_made_up_agencies_keeps_its_floor() {
    let project = made_up(6000, 20260);
    run(&mut project.link(&DATASETS)).ends(0);
    let evaluation = truth(&project);
    let share = |pairs: &Value, name: &str| pairs[name]["share"].as_f64().expect("a share");
    let across = &evaluation["across"];
    assert!(share(across, "precision") >= 0.998, "{across}");
    assert!(share(across, "recall") >= 0.98, "{across}");
    let groups = evaluation["by"][0]["groups"].as_array().expect("groups");
    let twins = groups.iter().find(|group| group["value"] == "1").expect("twins");
    assert!(share(&twins["across"], "precision") >= 0.97, "{twins}");
    assert!(share(&twins["across"], "recall") >= 0.95, "{twins}");
}
