//! What a careless or dishonest sender tries with deliveries, each signed and whole in itself.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sealink::delivery::Check;

use super::super::people::EXTRACT;
use super::super::support::{assert_nothing_in, names_below, run, sealink};
use super::super::tables;
use super::post::{AGENCIES, Post};

fn link(post: &Post) -> Command {
    let mut command = sealink("link");
    command.arg("--spec").arg(post.at("linkage.toml")).arg("--out").arg(post.at("linked"));
    command
}

/// Gives a file of a delivery another name and signs again.
fn rename(post: &Post, delivery: &Path, from: &str, to: &str) {
    let mut manifest = post.manifest(delivery);
    let file = manifest.files.iter_mut().find(|file| file.name == from);
    to.clone_into(&mut file.expect("the file").name);
    let within = |name: &str| delivery.join(format!("{name}.age"));
    fs::rename(within(from), within(to)).expect("renamed");
    post.sign_again(delivery, &manifest);
}

#[test]
fn a_delivery_under_another_datasets_names_is_refused() {
    let post = Post::new(30);
    run(&mut post.open(&[post.sealed("b", 1)])).ends(0);
    let b = fs::read(post.at("inbox/b.tokens.parquet")).expect("read");
    let a = post.sealed("a", 1);
    rename(&post, &a, "a.tokens.parquet", "b.tokens.parquet");
    run(&mut post.open(std::slice::from_ref(&a))).ends(i32::from(Check::Files.exit_code()));
    assert_eq!(fs::read(post.at("inbox/b.tokens.parquet")).expect("read"), b);
    rename(&post, &a, "b.tokens.parquet", "a.tokens.parquet");
    rename(&post, &a, "a.quality.json", "b.quality.json");
    run(&mut post.open(&[a])).ends(i32::from(Check::Files.exit_code()));
    // Nor does an honest sender make one.
    let renamed = post.at("b.tokens.parquet");
    fs::copy(post.project.table("a", "tokens"), &renamed).expect("copied");
    fs::remove_dir_all(post.at("outbox")).expect("removed");
    run(&mut post.seal("a", &[renamed])).ends(4).says(&["a.tokens.parquet"]);
}

#[test]
fn two_deliveries_with_files_of_one_name_do_not_replace_each_other() {
    let post = Post::new(60);
    run(&mut post.project.link(&AGENCIES)).ends(0);
    let only = "[datasets.c]\ncolumns = [\"serial\", \"remark\"]\n";
    post.project.put("extract.toml", EXTRACT.replace(only, ""));
    run(&mut post.project.extract(&AGENCIES)).ends(0);
    let senders = fs::read_to_string(post.at("senders.toml")).expect("read");
    post.project.put("senders.toml", senders.replace("linked = false", "linked = true"));
    let files: Vec<PathBuf> = names_below(&post.at("extract"))
        .into_iter()
        .map(|name| post.at("extract").join(name))
        .collect();
    let mut deliveries = Vec::new();
    for agency in AGENCIES {
        run(&mut post.seal(agency, &files)).ends(0);
        let delivery = post.at(&format!("extract-of-{agency}"));
        fs::rename(post.at("outbox/trial.extract.0001.delivery"), &delivery).expect("renamed");
        deliveries.push(delivery);
    }
    run(&mut post.open(&deliveries)).ends(4).says(&["twice", "a folder of its own"]);
    assert_nothing_in(post.at("inbox"));
    assert!(!post.at("received.json").exists());
}

#[test]
fn a_linker_is_not_given_payload() {
    let post = Post::new(30);
    let tokens = AGENCIES.map(|agency| post.sealed(agency, 1));
    run(&mut post.seal("a", &[post.project.table("a", "payload")])).ends(0);
    let payload = post.at("outbox/a.payload.0001.delivery");
    let code = i32::from(Check::Project.exit_code());
    let mut command = link(&post);
    post.receive(&mut command);
    run(command.args(&tokens).arg(&payload)).ends(code).says(&["payload"]);
    assert_nothing_in(post.at("linked"));
    let mut command = post.open(std::slice::from_ref(&payload));
    command.arg("--rekey").arg(post.at("linker.key"));
    run(&mut command).ends(code).says(&["payload"]);
    // In one go, and one after the other.
    run(post.open(&tokens).arg(&payload)).ends(code).says(&["payload"]);
    run(&mut post.open(&tokens)).ends(0);
    run(&mut post.open(std::slice::from_ref(&payload))).ends(code).says(&["tokens"]);
    fs::remove_file(post.at("received.json")).expect("removed");
    run(&mut post.open(&[payload])).ends(0);
    run(&mut post.open(&tokens)).ends(code).says(&["payload"]);
}

#[test]
fn a_key_that_would_re_key_nothing_is_no_key_forgotten() {
    let post = Post::new(60);
    let mut command = link(&post);
    post.receive(&mut command);
    command.arg("--rekey").arg(post.at("linker.key"));
    command.args(AGENCIES.map(|agency| post.project.table(agency, "tokens")));
    run(&mut command).ends(2).says(&["--rekey", "deliveries"]);
    let mut command = sealink("open");
    post.receive(&mut command);
    command.args(["--project", "trial", "--rekey"]).arg(post.at("linker.key"));
    run(command.arg("--out").arg(post.at("inbox")).arg(post.sealed("a", 1)))
        .ends(2)
        .says(&["--rekey", "--spec"]);
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let post = Post::new(30);
    let text = fs::read_to_string(post.at("linker.identity")).expect("an identity");
    let secret = text.lines().find(|line| line.starts_with("AGE-SECRET")).expect("a secret");
    for word in [secret.to_owned(), secret.to_lowercase()] {
        let mut command = sealink("seal");
        command.arg("--to").arg(&word).arg("--sign").arg(post.at("a.signing"));
        command.args(["--agency", "agency a", "--out"]).arg(post.at("outbox"));
        let ran = run(command.arg(post.project.table("a", "tokens")));
        assert!(!ran.stderr.contains(&word), "the secret is repeated");
        ran.ends(2).says(&["a secret"]);
    }
}

#[test]
fn an_agency_has_a_name_that_can_be_printed() {
    let post = Post::new(30);
    let table = post.project.table("a", "tokens");
    for name in ["", "  ", "agency\na", "agency\u{1b}[2Ja", "agency\u{202e}a", &"a".repeat(201)] {
        let mut command = sealink("seal");
        command.arg("--to").arg(post.at("linker.identity.pub"));
        command.arg("--sign").arg(post.at("a.signing")).arg("--agency").arg(name);
        run(command.arg("--out").arg(post.at("outbox")).arg(&table)).ends(2).says(&["--agency"]);
    }
    let delivery = post.sealed("a", 1);
    let senders = fs::read_to_string(post.at("senders.toml")).expect("read");
    for (from, to) in [
        ("agency = \"agency b\"", "agency = \"agency\\nb\""),
        ("agency = \"agency b\"", "agency = \"\""),
        ("datasets = [\"b\"]", "datasets = [\"x / a\"]"),
    ] {
        assert!(senders.contains(from));
        post.project.put("senders.toml", senders.replace(from, to));
        run(&mut post.open(std::slice::from_ref(&delivery))).ends(2).says(&["senders.toml"]);
    }
}

#[test]
fn a_first_delivery_sealed_again_says_what_to_do() {
    let post = Post::new(30);
    post.sealed("a", 1);
    let tokens = post.project.table("a", "tokens");
    run(&mut post.seal("a", &[tokens])).ends(1).says(&["exists", "--previous"]);
}

#[test]
fn the_last_number_of_all_has_none_after_it() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let mut manifest = post.manifest(&delivery);
    (manifest.sequence, manifest.previous) = (u64::MAX, Some("0".repeat(64)));
    post.sign_again(&delivery, &manifest);
    let mut command = post.seal("a", &[post.project.table("a", "tokens")]);
    run(command.arg("--previous").arg(&delivery)).ends(4).says(&["number"]);
}

#[test]
fn what_is_no_file_in_a_delivery_is_refused_and_not_waited_for() {
    let post = Post::new(30);
    for name in ["manifest.json", "manifest.json.minisig", "a.tokens.parquet.age"] {
        let delivery = post.sealed("a", 1);
        fs::remove_file(delivery.join(name)).expect("removed");
        let made = Command::new("mkfifo").arg(delivery.join(name)).status().expect("mkfifo");
        assert!(made.success());
        let mut child = post.open(&[delivery]).stderr(Stdio::null()).spawn().expect("it starts");
        let code = ended(&mut child);
        assert!(matches!(code, Some(10 | 15)), "{name}: {code:?}");
        fs::remove_dir_all(post.at("outbox")).expect("removed");
    }
}

/// The exit code of a child that ends within ten seconds.
fn ended(child: &mut Child) -> Option<i32> {
    for _ in 0..100 {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code();
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    child.kill().expect("killed");
    child.wait().expect("ended").code()
}

#[test]
fn two_runs_do_not_receive_at_once() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let held = File::open(post.at("")).expect("the folder of the ledger");
    held.lock().expect("locked");
    run(&mut post.open(std::slice::from_ref(&delivery))).ends(1).says(&["another run"]);
    drop(held);
    run(&mut post.open(&[delivery])).ends(0);
}

/// Withdraws one record of `a`, as the agency's withdrawals of this number, and opens them.
fn withdraw(post: &Post, record: usize, number: u32) {
    let refs = post.project.table("a", "refs");
    let id = tables::read(&refs).texts("record_id")[record].clone();
    let list = post.project.put("list.csv", format!("record_id\n{id}\n"));
    let mut command = sealink("withdraw");
    command.arg("--refs").arg(refs).arg("--list").arg(list).arg("--out").arg(post.at("a/out"));
    run(&mut command).ends(0);
    let delivery = |number| post.at(&format!("outbox/a.withdrawals.{number:04}.delivery"));
    let mut seal = post.seal("a", &[post.at("a/out/a.withdrawn.parquet")]);
    if number > 1 {
        seal.arg("--previous").arg(delivery(number - 1));
    }
    run(&mut seal).ends(0);
    run(&mut post.open(&[delivery(number)])).ends(0);
}

#[test]
fn a_delivery_opened_again_does_not_bring_withdrawn_records_back() {
    let post = Post::new(60);
    let first = post.sealed("a", 1);
    run(&mut post.open(std::slice::from_ref(&first))).ends(0);
    // The second list has one record alone; that of the first stays withdrawn.
    for number in [1, 2] {
        withdraw(&post, number as usize, number);
        let without = fs::read(post.at("inbox/a.tokens.parquet")).expect("read");
        run(&mut post.open(std::slice::from_ref(&first))).ends(0);
        assert_eq!(fs::read(post.at("inbox/a.tokens.parquet")).expect("read"), without);
        let list = tables::read(&post.at("inbox/a.withdrawn.parquet")).texts("record_ref");
        assert_eq!(list.len(), number as usize);
    }
}

#[test]
fn counts_are_counts_and_not_records() {
    let post = Post::new(30);
    let records = post.at("a.quality.json");
    let tokens = post.project.table("a", "tokens");
    for bytes in [
        fs::read(post.at("a/records.csv")).expect("read"),
        b"{\"format\":\"quality/1\"}".to_vec(),
        b"{\"format\":\"else\"}".to_vec(),
        fs::read(post.at("b/out/b.quality.json")).expect("read"),
    ] {
        fs::write(&records, bytes).expect("written");
        run(&mut post.seal("a", &[tokens.clone(), records.clone()]))
            .ends(4)
            .says(&["a.quality.json", "counts"]);
    }
}

#[test]
fn inspect_shows_a_delivery_and_trusts_nothing_in_it() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let mut command = sealink("inspect");
    let ran = run(command.arg(&delivery)).ends(0);
    for says in ["not verified", "agency a", "a.tokens.parquet", "sequence"] {
        assert!(ran.stdout.contains(says), "no {says} in\n{}", ran.stdout);
    }
    let json = run(command.args(["--format", "json"])).ends(0).json();
    assert_eq!((&json["verified"], &json["sequence"]), (&false.into(), &1.into()));
    fs::write(delivery.join("manifest.json"), "[".repeat(100_000)).expect("written");
    run(sealink("inspect").arg(&delivery)).ends(4).says(&["manifest"]);
}
