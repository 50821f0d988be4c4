//! The commands that came with keys in files and with deliveries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::{Case, DATASETS, Place, agency_step, init, linkage, pseudonymise};
use super::snapshot::{self, Files};
use super::support::{Project, run, sealink};
use super::trial::Folder;

/// The table of these commands.
pub fn all() -> Vec<Case> {
    vec![
        sealing(),
        sealing_at_once(),
        opening(),
        opening_the_next(),
        rekeying(),
        linkage_of_deliveries(),
        audit(),
        withdrawal(),
        forgetting(),
        destruction(),
        wrapping(),
    ]
}

fn sealing() -> Case {
    Case {
        name: "seal",
        command: |at| {
            let mut command = sealink("seal");
            sealed_by_a(&mut command, at.inputs);
            command.arg("--out").arg(&at.out).args(tokens_of_a(at.inputs));
            command
        },
        published: &[&[
            "a.tokens.0001.delivery/a.quality.json",
            "a.tokens.0001.delivery/a.tokens.parquet",
        ]],
        inputs: &["a/out/a.tokens.parquet", "a.signing", "linker.identity.pub"],
        view: Some(opened),
        done: Some(1),
        hides: Some("a/out/a.tokens.parquet"),
        ..init()
    }
}

fn sealing_at_once() -> Case {
    Case {
        name: "ps --seal-to",
        command: |at| {
            let mut command = pseudonymise(at, "a/agency.key");
            sealed_by_a(&mut command, at.inputs);
            command
        },
        earlier: None,
        published: &[&[
            "a.refs.parquet",
            "a.payload.parquet",
            "a.quality.json",
            "a.quality.html",
            "a.tokens.0001.delivery/a.quality.json",
            "a.tokens.0001.delivery/a.tokens.parquet",
        ]],
        view: Some(opened),
        done: Some(1),
        hides: Some("clear/a.tokens.parquet"),
        ..agency_step()
    }
}

fn opening() -> Case {
    Case {
        name: "open",
        command: |at| open(at, &["a.tokens.0001", "b.tokens.0001"]),
        published: &[&["a.quality.json", "a.tokens.parquet", "b.tokens.parquet", "received.json"]],
        inputs: &[
            "outbox/a.tokens.0001.delivery/manifest.json",
            "outbox/b.tokens.0001.delivery/b.tokens.parquet.age",
            "senders.toml",
            "linker.identity",
        ],
        ..init()
    }
}

/// A ledger is never taken away, or an old delivery could be played again.
fn opening_the_next() -> Case {
    Case {
        name: "open, the next",
        command: |at| open(at, &["a.tokens.0002"]),
        published: &[&["a.tokens.parquet"], &["received.json"]],
        before: &[|at| open(at, &["a.tokens.0001"])],
        inputs: &["outbox/a.tokens.0002.delivery/a.tokens.parquet.age", "linker.identity"],
        ..init()
    }
}

fn rekeying() -> Case {
    Case {
        name: "open --rekey",
        command: |at| {
            let mut command = open(at, &["a.tokens.0001", "b.tokens.0001"]);
            command.arg("--rekey").arg(at.inputs.join("linker.key"));
            command
        },
        ..opening()
    }
}

fn linkage_of_deliveries() -> Case {
    Case {
        name: "link deliveries",
        command: |at| {
            let mut command = sealink("link");
            received(&mut command, at);
            command.arg("--out").arg(at.out.join("linked"));
            command.args(deliveries(at, &["a.tokens.0001", "b.tokens.0001"]));
            command
        },
        earlier: None,
        published: &[
            &[
                "linked/linkage.json",
                "linked/linkage.html",
                "linked/model.json",
                "linked/review.parquet",
                "linked/person_map.parquet",
            ],
            &["received.json"],
        ],
        inputs: &["linkage.toml", "outbox/a.tokens.0001.delivery/a.tokens.parquet.age"],
        ..linkage()
    }
}

fn audit() -> Case {
    Case {
        name: "audit",
        command: |at| audit_of(at, &DATASETS),
        earlier: Some(|at| audit_of(at, &DATASETS[..2])),
        published: &[&["audit.md", "audit.json"]],
        inputs: &["linkage.toml", "b/out/b.tokens.parquet"],
        ..init()
    }
}

fn withdrawal() -> Case {
    Case {
        name: "withdraw",
        command: |at| withdraw(at, "left.csv"),
        earlier: Some(|at| withdraw(at, "left_before.csv")),
        published: &[&["a.withdrawn.parquet"]],
        inputs: &["a/out/a.refs.parquet", "left.csv"],
        ..init()
    }
}

/// Tables that are replaced are never missing.
fn forgetting() -> Case {
    Case {
        name: "forget",
        command: |at| {
            let mut command = sealink("forget");
            command.arg("--withdrawn").arg(at.inputs.join("a.withdrawn.parquet"));
            command.arg("--in-place");
            command.args(["refs", "payload", "tokens"].map(|kind| table(&at.out, kind)));
            command
        },
        published: &[&["a.refs.parquet"], &["a.payload.parquet"], &["a.tokens.parquet"]],
        before: &[|at| {
            let mut command = Command::new("cp");
            command.arg("-r").arg(at.inputs.join("a/out")).arg(&at.out);
            command
        }],
        inputs: &["a.withdrawn.parquet"],
        ..init()
    }
}

fn destruction() -> Case {
    Case {
        name: "key destroy",
        command: |at| {
            let mut command = sealink("key");
            command.arg("destroy").arg(at.out.join("doomed.key")).args(["--holder", "agency a"]);
            command.arg("--out").arg(at.out.join("destroyed.json"));
            command
        },
        published: &[&["destroyed.json"]],
        before: &[|at| {
            let mut command = Command::new("install");
            command.args(["-D", "-m", "600"]).arg(at.inputs.join("linker.key"));
            command.arg(at.out.join("doomed.key"));
            command
        }],
        removes: Some("doomed.key"),
        done: Some(2),
        ..init()
    }
}

fn wrapping() -> Case {
    Case {
        name: "key wrap",
        command: |at| {
            let mut command = sealink("key");
            command.arg("wrap").arg(at.inputs.join("linkage.key"));
            command.arg("--recipient").arg(at.inputs.join("linker.identity.pub"));
            command.arg("--out").arg(at.out.join("wrapped.key"));
            command
        },
        published: &[&["wrapped.key"]],
        inputs: &["linkage.key", "linker.identity.pub"],
        view: Some(shown),
        done: Some(2),
        ..init()
    }
}

/// Adds what agency `a` seals with.
fn sealed_by_a(command: &mut Command, inputs: &Path) {
    command.arg("--seal-to").arg(inputs.join("linker.identity.pub"));
    command.arg("--sign").arg(inputs.join("a.signing")).args(["--agency", "agency a"]);
}

fn tokens_of_a(inputs: &Path) -> [PathBuf; 2] {
    ["tokens.parquet", "quality.json"].map(|name| inputs.join(format!("a/out/a.{name}")))
}

fn deliveries(at: &Place, names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| at.inputs.join(format!("outbox/{name}.delivery"))).collect()
}

fn open(at: &Place, names: &[&str]) -> Command {
    let mut command = sealink("open");
    received(&mut command, at);
    command.arg("--out").arg(&at.out).args(deliveries(at, names));
    command
}

/// Adds what the linker receives with; the ledger lies where the command writes.
fn received(command: &mut Command, at: &Place) {
    command.arg("--spec").arg(at.inputs.join("linkage.toml"));
    command.arg("--senders").arg(at.inputs.join("senders.toml"));
    command.arg("--identity").arg(at.inputs.join("linker.identity"));
    command.arg("--received").arg(at.out.join("received.json"));
}

fn audit_of(at: &Place, datasets: &[&str]) -> Command {
    let mut command = sealink("audit");
    command.arg("--spec").arg(at.inputs.join("linkage.toml")).arg("--out").arg(&at.out);
    command.args(datasets.iter().map(|d| at.inputs.join(format!("{d}/out/{d}.tokens.parquet"))));
    command
}

fn withdraw(at: &Place, list: &str) -> Command {
    let mut command = sealink("withdraw");
    command.arg("--refs").arg(at.inputs.join("a/out/a.refs.parquet"));
    command.arg("--list").arg(at.inputs.join(list)).arg("--out").arg(&at.out);
    command
}

fn table(folder: &Path, kind: &str) -> PathBuf {
    folder.join(format!("a.{kind}.parquet"))
}

/// In the place of each delivery what its receiver finds in it.
fn opened(inputs: &Path, mut files: Files) -> Files {
    let of = |name: &String| name.split_once('/').map(|(folder, _)| folder.to_owned());
    let mut folders: Vec<String> = files.keys().filter_map(of).collect();
    folders.dedup();
    for delivery in folders.iter().filter(|folder| folder.ends_with(".delivery")) {
        let (trial, prefix) = (Folder::new(), format!("{delivery}/"));
        let is_of = |name: &str| name.starts_with(&prefix);
        let parts: Files = files.clone().into_iter().filter(|(name, _)| is_of(name)).collect();
        snapshot::lay(&parts, &trial.at("outbox"));
        let (at, into) = (Place { inputs, out: trial.at("ledger") }, trial.at("inbox"));
        let mut command = sealink("open");
        received(&mut command, &at);
        command.arg("--out").arg(&into).arg(trial.at("outbox").join(delivery));
        if run(&mut command).code == Some(0) {
            files.retain(|name, _| !is_of(name));
            let found = snapshot::of(&into).files.into_iter();
            files.extend(found.map(|(name, bytes)| (format!("{prefix}{name}"), bytes)));
        }
    }
    files
}

/// In the place of each wrapped key what is shown of it to whom it is wrapped.
fn shown(inputs: &Path, mut files: Files) -> Files {
    for (name, bytes) in &mut files {
        let trial = Folder::new();
        snapshot::lay(&Files::from([(name.clone(), bytes.clone())]), &trial.at("keys"));
        let file = trial.at("keys").join(name);
        let mut command = sealink("key");
        command.arg("show").arg(&file);
        command.arg("--identity").arg(inputs.join("linker.identity"));
        let ran = run(&mut command);
        if ran.code == Some(0) {
            *bytes = ran.stdout.replace(&*file.to_string_lossy(), "the key").into_bytes();
        }
    }
    files
}

/// Adds the parties' keys, deliveries, withdrawals and a clear table to compare with.
pub fn post(project: &Project) {
    let keygen = |role: &str, file: &str| {
        run(sealink("keygen").arg("--role").arg(role).arg("--out").arg(project.at(file))).ends(0);
    };
    keygen("identity", "linker.identity");
    let mut senders = String::new();
    for agency in &DATASETS[..2] {
        keygen("signing", &format!("{agency}.signing"));
        let public = fs::read_to_string(project.at(format!("{agency}.signing.pub")));
        let public = public.expect("the public half");
        let key = public.lines().nth(1).expect("the key's line");
        senders.push_str(&format!(
            "[[sender]]\nagency = \"agency {agency}\"\npublic_key = \"{key}\"\n\
             datasets = [\"{agency}\"]\nlinked = false\n"
        ));
    }
    project.put("senders.toml", senders);
    let clear = Place { inputs: &project.at(""), out: project.at("clear") };
    run(&mut pseudonymise(&clear, "a/agency.key")).ends(0);
    let sealed = |tables: &[PathBuf], agency: &str, previous: Option<&str>| {
        let mut command = sealink("seal");
        command.arg("--to").arg(project.at("linker.identity.pub"));
        command.arg("--sign").arg(project.at(format!("{agency}.signing")));
        command.arg("--agency").arg(format!("agency {agency}"));
        command.arg("--out").arg(project.at("outbox")).args(tables);
        if let Some(previous) = previous {
            command.arg("--previous").arg(project.at("outbox").join(previous));
        }
        run(&mut command).ends(0);
    };
    sealed(&tokens_of_a(&project.at("")), "a", None);
    sealed(&[project.table("b", "tokens")], "b", None);
    sealed(&[table(&clear.out, "tokens")], "a", Some("a.tokens.0001.delivery"));
    project.put("left.csv", "record_id\na-canary\n");
    let records = fs::read_to_string(project.at("a/records.csv")).expect("the records");
    let first = records.lines().nth(1).and_then(|row| row.split(',').next());
    project.put("left_before.csv", format!("record_id\n{}\n", first.expect("an id")));
    let at = Place { inputs: &project.at(""), out: project.at("") };
    run(&mut withdraw(&at, "left.csv")).ends(0);
}
