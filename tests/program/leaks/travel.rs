//! The sweep over what travels: keys made, deliveries sealed, opened, re-keyed, linked and audited,
//! records withdrawn and forgotten.

use std::fs;
use std::process::{Command, Output};

use super::super::support::{Project, sealink};
use super::pipeline::{DATASETS, Flock};
use super::sweep::Sweep;

/// Secrets by the names of their files.
type Secrets = Vec<(&'static str, [u8; 32])>;

/// Makes the keys of deliveries: their secrets, and what was printed meanwhile.
pub fn keys(project: &Project) -> (Secrets, Vec<(Command, Output)>) {
    let (mut secrets, mut printed) = (Vec::new(), Vec::new());
    let mut senders = String::new();
    for (role, file) in
        [("identity", "linker.identity"), ("signing", "a.signing"), ("signing", "b.signing")]
    {
        let mut command = sealink("keygen");
        command.arg("--role").arg(role).arg("--out").arg(project.at(file));
        let output = command.output().expect("the program starts");
        assert!(output.status.success(), "{command:?}");
        let text = fs::read_to_string(project.at(file)).expect("a key");
        secrets.push((file, if role == "identity" { identity(&text) } else { signing(&text) }));
        printed.push((command, output));
        if role == "signing" {
            let dataset = &file[..1];
            let public = fs::read_to_string(project.at(format!("{file}.pub"))).expect("a key");
            let public = public.lines().nth(1).expect("its line");
            senders += &format!(
                "[[sender]]\nagency = \"{dataset}\"\npublic_key = \"{public}\"\ndatasets = [\"{dataset}\"]\n"
            );
        }
    }
    project.put("senders.toml", senders);
    (secrets, printed)
}

fn identity(text: &str) -> [u8; 32] {
    let line = text.lines().find(|line| line.starts_with("AGE-SECRET")).expect("the secret");
    let (_, bytes) = bech32::decode(line).expect("Bech32");
    bytes.try_into().expect("32 bytes")
}

/// The seed of a signing key: it stands behind the numbers of algorithms, the salt and limits of a
/// password, and the key's own number; its public half follows.
fn signing(text: &str) -> [u8; 32] {
    let boxed = minisign::SecretKeyBox::from_string(text.trim_end()).expect("a signing key");
    let key = boxed.into_unencrypted_secret_key().expect("a signing key");
    let public = minisign::PublicKey::from_secret_key(&key).expect("a key").to_bytes();
    let bytes = key.to_bytes();
    assert_eq!(bytes[94..126], public[10..42], "the seed stands elsewhere");
    bytes[62..94].try_into().expect("32 bytes")
}

pub fn sweep(sweep: &mut Sweep<'_>, flock: &Flock) {
    let root = flock.project.at("");
    for (command, output) in &flock.keygens {
        sweep.printed(command, output);
    }
    for dataset in DATASETS {
        sweep.talk(0, || seal(flock, dataset));
    }
    sweep.talk(0, || open(flock));
    sweep.talk(0, || link(flock));
    for with_key in [false, true] {
        let code = audit(flock, with_key).output().expect("the program starts").status.code();
        let code = code.filter(|code| [0, 5].contains(code)).expect("an audit, passed or failed");
        sweep.talk(code, || audit(flock, with_key));
    }
    sweep.talk(0, || withdraw(flock));
    sweep.talk(0, || forget(flock));
    let folders =
        [("outbox", 8), ("inbox", 4), ("from-post", 5), ("audit", 2), ("gone", 1), ("after", 1)];
    for (folder, files) in folders {
        assert_eq!(sweep.folder(&root.join(folder), &root), files, "{folder}");
    }
    sweep.file(&root.join("received.json"), &root);
}

fn seal(flock: &Flock, dataset: &str) -> Command {
    let project = &flock.project;
    let _ = fs::remove_dir_all(project.at(format!("outbox/{dataset}.tokens.0001.delivery")));
    let mut command = sealink("seal");
    command.arg("--to").arg(project.at("linker.identity.pub"));
    command.arg("--sign").arg(project.at(format!("{dataset}.signing")));
    command.args(["--agency", dataset]).arg("--out").arg(project.at("outbox"));
    command.arg(project.table(dataset, "tokens"));
    command.arg(project.at(format!("{dataset}/out/{dataset}.quality.json")));
    command
}

fn receive(flock: &Flock, verb: &str, out: &str) -> Command {
    let project = &flock.project;
    let mut command = sealink(verb);
    command.arg("--spec").arg(project.at("linkage.toml")).arg("--out").arg(project.at(out));
    command.arg("--senders").arg(project.at("senders.toml"));
    command.arg("--identity").arg(project.at("linker.identity"));
    command.arg("--rekey").arg(project.at("linker.key"));
    command.args(DATASETS.map(|d| project.at(format!("outbox/{d}.tokens.0001.delivery"))));
    command
}

fn open(flock: &Flock) -> Command {
    receive(flock, "open", "inbox")
}

fn link(flock: &Flock) -> Command {
    receive(flock, "link", "from-post")
}

fn audit(flock: &Flock, with_key: bool) -> Command {
    let project = &flock.project;
    let mut command = sealink("audit");
    command.arg("--spec").arg(project.at("linkage.toml")).arg("--out").arg(project.at("audit"));
    if with_key {
        command.arg("--with-key").arg(project.at("linkage.key"));
    }
    command.arg(project.at("inbox/a.tokens.parquet"));
    command
}

fn withdraw(flock: &Flock) -> Command {
    let project = &flock.project;
    let id = super::super::tables::read(&project.table("a", "refs")).texts("record_id")[0].clone();
    let list = project.put("list.csv", format!("record_id\n{id}\n"));
    let mut command = sealink("withdraw");
    command.arg("--refs").arg(project.table("a", "refs")).arg("--list").arg(list);
    command.arg("--out").arg(project.at("gone"));
    command
}

fn forget(flock: &Flock) -> Command {
    let project = &flock.project;
    let mut command = sealink("forget");
    command.arg("--withdrawn").arg(project.at("gone/a.withdrawn.parquet"));
    command.arg("--out").arg(project.at("after")).arg(project.at("inbox/a.tokens.parquet"));
    command
}
