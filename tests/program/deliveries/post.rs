//! A project whose parties have keys to send each other deliveries, and means to forge them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sealink::delivery::DeliveryManifest;
use sealink::key::identity::Identity;
use sealink::key::signing::SigningKey;

use super::super::people::{LINKAGE, csv, rows, source};
use super::super::support::{Project, run, sealink};

/// Agencies `a` and `b` with a token table each, the keys to sign, and a linker who knows both.
pub struct Post {
    pub project: Project,
}

pub const AGENCIES: [&str; 2] = ["a", "b"];

impl Post {
    pub fn new(people: u64) -> Self {
        let project = Project::new(LINKAGE);
        for role in ["linker", "haven"] {
            keygen(&project, "identity", &format!("{role}.identity"));
        }
        let mut senders = String::new();
        for (place, agency) in (1..).zip(AGENCIES) {
            project.agency(agency, &source(agency), csv(&rows(place, 0..people))).ends(0);
            keygen(&project, "signing", &format!("{agency}.signing"));
            let public = fs::read_to_string(project.at(format!("{agency}.signing.pub")));
            let public = public.expect("the public half");
            let key = public.lines().nth(1).expect("the key's line");
            senders.push_str(&format!(
                "[[sender]]\nagency = \"agency {agency}\"\npublic_key = \"{key}\"\ndatasets = [\"{agency}\"]\nlinked = {}\n",
                agency == "b"
            ));
        }
        project.put("senders.toml", senders);
        Self { project }
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.project.at(path)
    }

    /// The command that seals files of an agency to the linker, into `outbox`.
    pub fn seal(&self, agency: &str, files: &[PathBuf]) -> Command {
        let mut command = sealink("seal");
        command.arg("--to").arg(self.at("linker.identity.pub"));
        command.arg("--sign").arg(self.at(&format!("{agency}.signing")));
        command.arg("--agency").arg(format!("agency {agency}"));
        command.arg("--out").arg(self.at("outbox")).args(files);
        command
    }

    /// Seals an agency's token table and counts as its delivery of this number.
    pub fn sealed(&self, agency: &str, number: u32) -> PathBuf {
        let counts = self.at(&format!("{agency}/out/{agency}.quality.json"));
        let mut command = self.seal(agency, &[self.project.table(agency, "tokens"), counts]);
        if number > 1 {
            command.arg("--previous").arg(self.delivery(agency, number - 1));
        }
        run(&mut command).ends(0);
        self.delivery(agency, number)
    }

    pub fn delivery(&self, agency: &str, number: u32) -> PathBuf {
        self.at(&format!("outbox/{agency}.tokens.{number:04}.delivery"))
    }

    /// The command that opens deliveries as the linker does, into `inbox`.
    pub fn open(&self, deliveries: &[PathBuf]) -> Command {
        let mut command = sealink("open");
        command.arg("--spec").arg(self.at("linkage.toml"));
        self.receive(&mut command);
        command.arg("--out").arg(self.at("inbox")).args(deliveries);
        command
    }

    /// Adds what the linker receives deliveries with.
    pub fn receive(&self, command: &mut Command) {
        command.arg("--senders").arg(self.at("senders.toml"));
        command.arg("--identity").arg(self.at("linker.identity"));
    }

    /// The manifest of a delivery.
    pub fn manifest(&self, delivery: &Path) -> DeliveryManifest {
        let bytes = fs::read(delivery.join("manifest.json")).expect("a manifest");
        DeliveryManifest::parse(&bytes).expect("a manifest")
    }

    /// Signs a manifest again as its agency would: what a dishonest or mistaken sender can do.
    pub fn sign_again(&self, delivery: &Path, manifest: &DeliveryManifest) {
        let agency = manifest.agency.replace("agency ", "");
        let key = fs::read_to_string(self.at(&format!("{agency}.signing"))).expect("a key");
        let key = SigningKey::parse(&key).expect("a signing key");
        let bytes = manifest.bytes();
        let signature = key.sign(&bytes, &manifest.comment()).expect("signed");
        fs::write(delivery.join("manifest.json"), &bytes).expect("written");
        fs::write(delivery.join("manifest.json.minisig"), signature).expect("written");
    }

    /// Puts other clear bytes into a delivery's first table and signs it again, with all hashes
    /// right.
    pub fn put_into(&self, delivery: &Path, clear: &[u8], rows: Option<u64>) {
        use sha2::Digest as _;
        let mut manifest = self.manifest(delivery);
        let file = manifest.files.iter_mut().find(|file| file.name.ends_with(".parquet"));
        let file = file.expect("a table");
        let text = fs::read_to_string(self.at("linker.identity")).expect("an identity");
        let recipient = Identity::parse(&text).expect("an identity").recipient().to_string();
        let recipient: age::x25519::Recipient = recipient.parse().expect("a recipient");
        let sealed = age::encrypt(&recipient, clear).expect("encrypted");
        let digest = |bytes: &[u8]| sealink::format::write::Digested {
            bytes: bytes.len() as u64,
            sha256: sealink::token::hex(&sha2::Sha256::digest(bytes)),
        };
        (file.plain, file.sealed) = (digest(clear), digest(&sealed));
        file.rows = rows.or(file.rows);
        fs::write(delivery.join(format!("{}.age", file.name)), &sealed).expect("written");
        self.sign_again(delivery, &manifest);
    }
}

fn keygen(project: &Project, role: &str, file: &str) {
    run(sealink("keygen").arg("--role").arg(role).arg("--out").arg(project.at(file))).ends(0);
}
