//! Receiving deliveries, the same for `open` and `link`: verified and decrypted into a folder that
//! passes, re-keyed if the linker wants it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::files;
use super::keys::KeyArguments;
use crate::delivery::{self, Opened, Received, Receiving};
use crate::format::write::PassingFolder;
use crate::spec::{Linkage, Senders};

/// From whom deliveries are taken, and how they are opened.
#[derive(Debug, Args)]
pub struct ReceivingArguments {
    /// Whose deliveries you take: a `senders.toml`.
    #[arg(long, value_name = "FILE")]
    senders: Option<PathBuf>,
    /// What you have opened so far, kept up to date by this program; `received.json` beside the
    /// list of senders if not given.
    #[arg(long, value_name = "FILE", requires = "senders")]
    received: Option<PathBuf>,
    /// Your linker key: tokens are made anew with it, and those that were delivered are discarded.
    #[cfg(feature = "linker")]
    #[arg(long, value_name = "FILE", requires = "senders")]
    rekey: Option<PathBuf>,
    #[command(flatten)]
    pub keys: KeyArguments,
}

/// Deliveries that were opened.
pub struct Receipt {
    /// Each with its decrypted files, which lie in the folder that passes.
    pub opened: Vec<Opened>,
    /// What has been received with these.
    pub received: Received,
    /// Keeps other runs from receiving until this one has taken note.
    pub turn: Option<File>,
}

impl ReceivingArguments {
    /// Whether tokens are to be made anew.
    pub const fn re_keys(&self) -> bool {
        #[cfg(feature = "linker")]
        return self.rekey.is_some();
        #[cfg(not(feature = "linker"))]
        return false;
    }

    /// Opens the deliveries one after the other into `passing`.
    pub fn receive(
        &self,
        deliveries: &[PathBuf],
        project: &str,
        linkage: Option<&Linkage>,
        passing: &PassingFolder,
        to_link: bool,
    ) -> Result<Receipt, Failure> {
        let path = self.senders.as_ref().ok_or_else(|| {
            Failure::usage("a delivery is opened with --senders FILE and --identity FILE")
        })?;
        let senders = Senders::parse(&path.display().to_string(), &files::text(path)?)?;
        let keys = self.keys.open()?;
        if keys.identities().is_empty() {
            return Err(Failure::usage("a delivery is opened with your --identity FILE"));
        }
        let ledger = self.received.clone().unwrap_or_else(|| path.with_file_name("received.json"));
        if self.re_keys() && linkage.is_none() {
            return Err(Failure::usage("--rekey is for tokens, which are opened with --spec FILE"));
        }
        let turn = turn(&ledger)?;
        let mut receipt = Receipt { opened: Vec::new(), received: Received::read(&ledger)?, turn };
        let receiving = Receiving {
            senders: &senders,
            identities: keys.identities(),
            project,
            linkage,
            to_link: to_link || self.re_keys(),
            today: super::today(),
        };
        for (place, delivery) in deliveries.iter().enumerate() {
            let into = passing.folder(&place.to_string())?;
            let opened = delivery::open(delivery, &receiving, &receipt.received, &into)?;
            receipt.received.note(&opened.manifest, &opened.sha256);
            receipt.opened.push(opened);
        }
        #[cfg(feature = "linker")]
        if let (Some(key), Some(linkage)) = (&self.rekey, linkage) {
            rekey(&keys.linker(key, project)?, linkage, &receipt.opened)?;
        }
        Ok(receipt)
    }
}

/// Waits for nobody: an error if another run is receiving with this ledger. Where folders cannot be
/// locked, none is.
fn turn(ledger: &Path) -> Result<Option<File>, Failure> {
    let folder = ledger.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) else { return Ok(None) };
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Failure::read_or_write(format!(
            "{}: another run is receiving deliveries; wait until it is done",
            ledger.display()
        ))),
        _ => Ok(Some(folder)),
    }
}

/// Makes all tokens anew, and leaves none of those that were delivered.
#[cfg(feature = "linker")]
fn rekey(key: &crate::key::LinkerKey, linkage: &Linkage, opened: &[Opened]) -> Result<(), Failure> {
    let tokens = |opened: &&Opened| opened.manifest.contents == delivery::Contents::Tokens;
    for path in opened.iter().filter(tokens).flat_map(Opened::tables) {
        crate::linker::rekey(path, linkage, key)?;
    }
    Ok(())
}
