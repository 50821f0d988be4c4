//! Ten thousand canaries in good rows and bad ones go through every command; nothing that is
//! printed or written holds one, nor any key.

use std::path::Path;
use std::process::{Command, Output};

use super::super::people::Random;
use super::super::support::{Project, sealink, set_mode};
use super::canaries::{Aviary, Canary};
use super::cases::{HEADER, SOURCE, joined, lines};
use super::running::{on_a_terminal, paused};
use super::search::Search;
use super::sweep::{Surface, Sweep};
use super::travel;

/// People enough for ten thousand different values.
const PEOPLE: usize = 1250;

pub const DATASETS: [&str; 2] = ["a", "b"];

const EXTRACT: &str = r#"
extract = "x"
[datasets.a]
columns = ["*"]
[datasets.b]
columns = ["*"]
[[agreement]]
name = "ethnicity"
columns = { a = "ethnicity", b = "ethnicity" }
[[agreement]]
name = "birth_year"
columns = { a = "birth_year", b = "birth_year" }
[report]
subgroups = ["ethnicity", "birth_year"]
"#;

/// A project with two agencies whose every value and key is a canary.
pub struct Flock {
    pub project: Project,
    pub hidden: Vec<String>,
    pub ids: Vec<String>,
    pub keys: Vec<(&'static str, [u8; 32])>,
    /// The commands that made the keys of deliveries, and what they printed.
    pub keygens: Vec<(Command, Output)>,
}

impl Flock {
    pub fn new(people: usize, seed: u64) -> Self {
        let mut aviary = Aviary::new(seed);
        let project = Project::of_template(&DATASETS);
        let keys = ["linkage.key", "linker.key", "a/agency.key", "b/agency.key"];
        let mut random = Random(seed ^ 0xFACE);
        let mut keys: Vec<(&str, [u8; 32])> =
            keys.into_iter().map(|path| (path, put_key(&project, path, &mut random))).collect();
        let (more, keygens) = travel::keys(&project);
        keys.extend(more);
        let people: Vec<Canary> = (0..people).map(|_| aviary.person()).collect();
        let mut flock = Self { project, hidden: aviary.hidden, ids: Vec::new(), keys, keygens };
        flock.write(&people);
        flock
    }

    /// The records of both agencies, who share a third of the people, and the truth.
    fn write(&mut self, people: &[Canary]) {
        let third = people.len() / 3;
        let mut truth = "agency,record_id,entity_id,group\n".to_owned();
        for (dataset, held) in DATASETS.into_iter().zip([0..2 * third, third..people.len()]) {
            let mut rows = Vec::new();
            for place in held {
                let mut row = people[place].row();
                row[0] = format!("{}-{dataset}", row[0]);
                self.ids.push(row[0].clone());
                let whole = spoil(&mut row, place);
                if whole {
                    truth.push_str(&format!("{dataset},{},{place},{}\n", row[0], place % 3));
                }
                rows.push(row);
            }
            let records = joined(&[HEADER.as_bytes(), b"\n", &lines(&rows)]);
            let source = SOURCE.replace("dataset   = \"a\"", &format!("dataset = \"{dataset}\""));
            self.project.put(&format!("{dataset}/records.csv"), records);
            self.project.put(&format!("{dataset}/source.toml"), source);
        }
        self.project.put("truth.csv", truth);
        self.project.put("extract.toml", EXTRACT);
    }

    pub fn search(&self) -> Search {
        Search::with_secrets(self.hidden.iter().chain(&self.ids), &self.keys)
    }

    fn at(&self, path: &str) -> std::path::PathBuf {
        self.project.at(path)
    }

    pub fn check(&self, dataset: &str) -> Command {
        let mut command = sealink("check");
        command.arg("--spec").arg(self.at("linkage.toml"));
        command.arg("--source").arg(self.at(dataset).join("source.toml"));
        command.arg(self.at(dataset).join("records.csv"));
        command
    }

    /// What is in an agency's file.
    pub fn profile(&self, dataset: &str) -> Command {
        let mut command = sealink("profile");
        command.arg(self.at(dataset).join("records.csv"));
        command
    }

    pub fn link(&self) -> Command {
        let mut command = self.project.link(&DATASETS);
        command.args(["--validate", "--disclosure", "threshold-10"]);
        command
    }

    pub fn extract(&self) -> Command {
        let mut command = self.project.extract(&DATASETS);
        command.arg("--csv");
        command
    }

    pub fn evaluate(&self) -> Command {
        let truth = self.at("truth.csv");
        let mut command = sealink("evaluate");
        command.arg("--map").arg(self.at("linked/person_map.parquet")).arg("--truth").arg(&truth);
        command.arg("--by").arg(format!("{}:group", truth.display()));
        command.arg("--refs").args(DATASETS.map(|dataset| self.project.table(dataset, "refs")));
        command
    }

    /// The linkage done again with its own model, and a record sealed.
    fn link_again(&self) -> Command {
        let map = super::super::tables::read(&self.at("linked/person_map.parquet"));
        let sealed = format!("dataset,record_ref\na,{}\n", map.texts("record_ref")[0]);
        let mut command = sealink("link");
        command.arg("--spec").arg(self.at("linkage.toml")).arg("--out").arg(self.at("again"));
        command.arg("--model").arg(self.at("linked/model.json"));
        command.arg("--sealed").arg(self.project.put("sealed.csv", sealed));
        command.args(DATASETS.map(|dataset| self.project.table(dataset, "tokens")));
        command
    }
}

/// Writes a key that is random, and the same in every run.
fn put_key(project: &Project, path: &str, random: &mut Random) -> [u8; 32] {
    let mut key = [0; 32];
    key.as_chunks_mut::<8>().0.iter_mut().for_each(|part| *part = random.next().to_le_bytes());
    let role = match path.rsplit('/').next() {
        Some("agency.key") => "agency",
        Some("linker.key") => "linker",
        _ => "linkage",
    };
    set_mode(&project.put(path, super::super::support::key_text_of(role, &key)), 0o600);
    key
}

/// Spoils every tenth row in one of several ways; whether it is still a record.
fn spoil(row: &mut Vec<String>, place: usize) -> bool {
    match place % 50 {
        5 => row[1].push('7'),
        15 => row[6] = format!("31/02/2011 {}", row[3]),
        25 => row[8] = format!("{} {}", row[8], row[5]),
        35 => row.truncate(9),
        45 => row.push(row[3].clone()),
        _ => {}
    }
    row.len() == 11
}

/// Every command on the flock, and every surface.
fn sweep_all<'s>(flock: &'s Flock, search: &'s Search) -> Sweep<'s> {
    let mut sweep = Sweep::new(search, &flock.ids);
    let root = flock.at("");
    for dataset in DATASETS {
        sweep.talk(3, || flock.profile(dataset));
        sweep.talk(3, || flock.check(dataset));
        sweep.talk(3, || flock.project.pseudonymise(dataset));
        paused(&mut sweep, flock, dataset);
    }
    sweep.talk(0, || flock.link());
    sweep.talk(0, || flock.link_again());
    sweep.talk(0, || flock.extract());
    sweep.talk(0, || flock.evaluate());
    travel::sweep(&mut sweep, flock);
    let terminal: [(i32, Command); 5] = [
        (3, flock.profile("a")),
        (3, flock.project.pseudonymise("a")),
        (3, flock.check("a")),
        (0, flock.link()),
        (0, flock.extract()),
    ];
    for (code, command) in &terminal {
        if let Some(shown) = on_a_terminal(command, *code) {
            assert!(shown.contains(&0x1B), "{command:?} drew no bar");
            sweep.look(Surface::Terminal, &format!("{command:?}"), &shown);
        }
    }
    let folders = [("a/out", 5), ("b/out", 5), ("linked", 7), ("again", 5), ("extract", 12)];
    for (folder, files) in folders {
        assert_eq!(sweep.folder(&root.join(folder), &root), files, "{folder}");
        for table in super::super::support::files_below(&root.join(folder)) {
            if table.extension().is_some_and(|ending| ending == "parquet") {
                sweep.talk(0, || inspect(&table));
            }
        }
    }
    sweep
}

fn inspect(table: &Path) -> Command {
    let mut command = sealink("inspect");
    command.arg(table);
    command
}

#[track_caller]
fn assert_none_of(people: usize, canaries: usize) {
    let flock = Flock::new(people, 13);
    let search = flock.search();
    let sweep = sweep_all(&flock, &search);
    eprintln!("{}", sweep.table());
    sweep.assert_clean();
    assert!(search.values() >= canaries, "{} canaries", search.values());
    // The tenth, the terminal, needs `script`, which not every machine has.
    assert!(sweep.surfaces().len() >= Surface::ALL.len() - 1, "{:?}", sweep.surfaces());
}

#[test]
fn none_of_10000_canaries_goes_past_the_agency() {
    assert_none_of(PEOPLE, 10_000);
}

#[test]
#[ignore = "takes minutes; run with --release"]
fn none_of_100000_canaries_goes_past_the_agency() {
    assert_none_of(10 * PEOPLE, 100_000);
}
