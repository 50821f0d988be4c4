//! Each check of a delivery fails for its own reason, with its own exit code, and leaves nothing.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use sealink::delivery::Check;

use super::super::support::{assert_nothing_in, run, set_mode};
use super::post::Post;

/// Asserts that a delivery is refused by this check and nothing of it is left.
#[track_caller]
fn refused(post: &Post, delivery: &Path, check: Check) {
    let code = i32::from(check.exit_code());
    let name = format!("the check of {}", check.name());
    run(&mut post.open(&[delivery.to_owned()])).ends(code).says(&[&name, "delivery"]);
    assert_nothing_in(post.at("inbox"));
    assert!(!post.at("received.json").exists(), "a refused delivery was noted");
}

fn first_file(delivery: &Path) -> PathBuf {
    delivery.join("a.tokens.parquet.age")
}

#[test]
fn the_codes_of_the_checks_are_ten_to_twenty_one() {
    let codes: Vec<u8> = Check::ALL.iter().map(|check| check.exit_code()).collect();
    assert_eq!(codes, (10..=21).collect::<Vec<u8>>());
}

#[test]
fn a_delivery_without_a_trusted_signature_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let (manifest, signature) =
        (delivery.join("manifest.json"), delivery.join("manifest.json.minisig"));
    let (good, signed) = (fs::read(&manifest).expect("read"), fs::read(&signature).expect("read"));
    let altered = String::from_utf8(good.clone()).expect("UTF-8").replace("\"a\"", "\"b\"");
    fs::write(&manifest, altered).expect("written");
    refused(&post, &delivery, Check::Signature);
    fs::write(&manifest, &good).expect("written");

    fs::remove_file(&signature).expect("removed");
    refused(&post, &delivery, Check::Signature);
    // The signature of another sender, under this sender's name.
    let other = post.sealed("b", 1);
    fs::copy(other.join("manifest.json.minisig"), &signature).expect("copied");
    refused(&post, &delivery, Check::Signature);
    let mut stranger = post.manifest(&delivery);
    stranger.agency = "agency b".to_owned();
    post.sign_again(&delivery, &stranger);
    refused(&post, &delivery, Check::Project);

    fs::write(&manifest, &good).expect("written");
    fs::write(&signature, &signed).expect("written");
    let senders = fs::read_to_string(post.at("senders.toml")).expect("read");
    let only_b = senders.split("[[sender]]").last().map(|rest| format!("[[sender]]{rest}"));
    fs::write(post.at("senders.toml"), only_b.expect("two senders")).expect("written");
    refused(&post, &delivery, Check::Signature);
    fs::write(post.at("senders.toml"), senders).expect("written");
    run(&mut post.open(&[delivery])).ends(0);
}

#[test]
fn a_delivery_of_another_project_spec_or_dataset_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let good = post.manifest(&delivery);
    for alter in [
        |m: &mut sealink::delivery::DeliveryManifest| m.project = "other".to_owned(),
        |m: &mut sealink::delivery::DeliveryManifest| m.spec = "0".repeat(64),
        |m: &mut sealink::delivery::DeliveryManifest| m.protocol = "sealink/0".to_owned(),
        |m: &mut sealink::delivery::DeliveryManifest| m.dataset = Some("b".to_owned()),
        |m: &mut sealink::delivery::DeliveryManifest| m.dataset = None,
    ] {
        let mut manifest = good.clone();
        alter(&mut manifest);
        post.sign_again(&delivery, &manifest);
        refused(&post, &delivery, Check::Project);
    }
}

#[test]
fn tokens_of_another_key_than_the_first_delivery_are_refused() {
    let post = Post::new(30);
    let first = post.sealed("a", 1);
    run(&mut post.open(&[first])).ends(0);
    post.project.put_key("linkage.key", "linkage", 9);
    run(&mut post.project.pseudonymise("b")).ends(0);
    let other = post.sealed("b", 1);
    let code = i32::from(Check::Canary.exit_code());
    run(&mut post.open(&[other])).ends(code).says(&["canary digest and key", "linkage key"]);
    assert!(!post.at("inbox/b.tokens.parquet").exists());
}

#[test]
fn an_old_delivery_is_not_taken_again_and_none_is_skipped() {
    let post = Post::new(30);
    let deliveries: Vec<PathBuf> = (1..=3).map(|number| post.sealed("a", number)).collect();
    let open = |place: usize| run(&mut post.open(&[deliveries[place].clone()]));
    let sequence = i32::from(Check::Sequence.exit_code());
    open(0).ends(0);
    // The same one again does no harm; one that is missing in between does.
    open(0).ends(0);
    open(2).ends(sequence).says(&["only number 1", "those between"]);
    open(1).ends(0);
    open(2).ends(0);
    open(1).ends(sequence).says(&["number 3 has been opened"]);
    // Another first delivery, sealed without --previous.
    fs::remove_dir_all(&deliveries[0]).expect("removed");
    let again = post.sealed("a", 1);
    run(&mut post.open(&[again])).ends(sequence).says(&["--previous"]);
    // Another third one than the one that was opened.
    fs::remove_dir_all(&deliveries[2]).expect("removed");
    let other = post.sealed("a", 3);
    run(&mut post.open(&[other])).ends(sequence);
}

#[test]
fn a_record_of_what_was_received_that_was_altered_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    run(&mut post.open(std::slice::from_ref(&delivery))).ends(0);
    let ledger = fs::read_to_string(post.at("received.json")).expect("read");
    assert!(ledger.contains("\"sequence\": 1"));
    let altered = ledger.replace("\"sequence\": 1", "\"sequence\": 0");
    fs::write(post.at("received.json"), altered).expect("written");
    run(&mut post.open(&[delivery])).ends(1).says(&["received.json", "altered"]);
}

#[test]
fn an_expired_delivery_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let mut manifest = post.manifest(&delivery);
    manifest.expires = NaiveDate::from_ymd_opt(2020, 2, 29).expect("a day");
    post.sign_again(&delivery, &manifest);
    refused(&post, &delivery, Check::Expiry);
    let mut command = post.seal("a", &[post.project.table("a", "tokens")]);
    run(command.args(["--expires", "2020-02-29"])).ends(2).says(&["expired"]);
}

#[test]
fn a_delivery_with_other_files_than_it_names_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let file = first_file(&delivery);
    let bytes = fs::read(&file).expect("read");
    fs::write(&file, &bytes[1..]).expect("written");
    refused(&post, &delivery, Check::Files);
    fs::remove_file(&file).expect("removed");
    refused(&post, &delivery, Check::Files);
    std::os::unix::fs::symlink(post.at("linkage.key"), &file).expect("linked");
    refused(&post, &delivery, Check::Files);
    fs::remove_file(&file).expect("removed");
    fs::write(&file, &bytes).expect("written");
    fs::write(delivery.join("more.parquet.age"), b"more").expect("written");
    refused(&post, &delivery, Check::Files);
    fs::remove_file(delivery.join("more.parquet.age")).expect("removed");

    let good = post.manifest(&delivery);
    for name in ["../a.tokens.parquet", "/a.parquet", ".hidden.parquet", "-rf.parquet", "a.txt"] {
        let mut manifest = good.clone();
        manifest.files[1].name = name.to_owned();
        post.sign_again(&delivery, &manifest);
        refused(&post, &delivery, Check::Files);
    }
    let mut manifest = good.clone();
    manifest.files[1].plain.bytes = u64::MAX;
    post.sign_again(&delivery, &manifest);
    refused(&post, &delivery, Check::Files);
    post.sign_again(&delivery, &good);
    run(&mut post.open(&[delivery])).ends(0);
}

#[test]
fn an_encrypted_file_that_was_altered_is_refused_before_it_is_decrypted() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let file = first_file(&delivery);
    let mut bytes = fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("written");
    refused(&post, &delivery, Check::SealedHash);
}

#[test]
fn what_the_identity_cannot_decrypt_whole_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    fs::copy(post.at("linker.identity"), post.at("kept")).expect("copied");
    fs::copy(post.at("haven.identity"), post.at("linker.identity")).expect("copied");
    set_mode(&post.at("linker.identity"), 0o600);
    refused(&post, &delivery, Check::Decryption);
    fs::copy(post.at("kept"), post.at("linker.identity")).expect("copied");

    // Altered within, with a signature over the altered bytes: the encryption itself notices.
    let file = first_file(&delivery);
    let mut bytes = fs::read(&file).expect("read");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, &bytes).expect("written");
    let mut manifest = post.manifest(&delivery);
    use sha2::Digest as _;
    manifest.files[1].sealed.sha256 = sealink::token::hex(&sha2::Sha256::digest(&bytes));
    post.sign_again(&delivery, &manifest);
    refused(&post, &delivery, Check::Decryption);
}

#[test]
fn what_decrypts_to_other_bytes_or_more_than_was_signed_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let good = post.manifest(&delivery);
    let mut other = good.clone();
    other.files[1].plain.sha256 = "0".repeat(64);
    post.sign_again(&delivery, &other);
    refused(&post, &delivery, Check::PlainHash);
    let mut shorter = good.clone();
    shorter.files[1].plain.bytes -= 1;
    post.sign_again(&delivery, &shorter);
    refused(&post, &delivery, Check::PlainHash);
}

#[test]
fn what_is_no_parquet_in_the_clear_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let table = fs::read(post.project.table("a", "tokens")).expect("read");
    let encrypted = [b"PARE", &table[4..table.len() - 4], b"PARE"].concat();
    for clear in [&encrypted[..], b"", b"PAR1", &table[..table.len() - 1]] {
        post.put_into(&delivery, clear, None);
        refused(&post, &delivery, Check::Magic);
    }
}

#[test]
fn a_table_of_another_kind_key_or_spec_than_promised_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let read = |kind: &str, of: &str| fs::read(post.project.table(of, kind)).expect("read");
    let tokens = read("tokens", "a");
    let mut damaged = tokens.clone();
    damaged[tokens.len() / 2] ^= 4;
    for clear in [read("payload", "a"), read("refs", "a"), read("tokens", "b"), damaged] {
        post.put_into(&delivery, &clear, None);
        refused(&post, &delivery, Check::Schema);
    }
    post.project.put_key("linkage.key", "linkage", 9);
    run(&mut post.project.pseudonymise("a")).ends(0);
    post.put_into(&delivery, &read("tokens", "a"), None);
    refused(&post, &delivery, Check::Schema);
    post.put_into(&delivery, &tokens, None);
    run(&mut post.open(&[delivery])).ends(0);
}

#[test]
fn another_number_of_rows_than_promised_is_refused() {
    let post = Post::new(30);
    let delivery = post.sealed("a", 1);
    let table = fs::read(post.project.table("a", "tokens")).expect("read");
    post.put_into(&delivery, &table, Some(7));
    refused(&post, &delivery, Check::Rows);
}
