//! `senders.toml`: whose deliveries a receiver takes, and by which key each is known.

use super::document::{Document, Section, SpecError};
use super::linkage::check_name;
use crate::key::signing::{SignerId, VerifyingKey};

/// One sender whom the receiver trusts.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The name that its deliveries give as their agency.
    pub agency: String,
    /// What its signatures are checked with; read to the receiver over another channel, once.
    pub public_key: VerifyingKey,
    /// The datasets that it may deliver.
    pub datasets: Vec<String>,
    /// Whether it may deliver what comes out of the linkage: person maps and extracts.
    pub linked: bool,
}

/// The senders whom a receiver trusts.
#[derive(Clone, Debug)]
pub struct Senders(Vec<Sender>);

impl Senders {
    /// Parses the text of a `senders.toml`; `file` names it in messages.
    ///
    /// # Errors
    /// All mistakes at once, each with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        let document = Document::new(file, text);
        let table = document.table();
        let root = Section::new(&document, &table, 0..0, "the list of senders");
        let sections = root.sections("sender");
        if sections.is_empty() {
            document.mistake(root.at(), "there is no `[[sender]]`");
        }
        let senders = sections.iter().filter_map(|section| sender(&document, section)).collect();
        let senders = Self(senders);
        senders.refuse_doubles(&document, &root);
        root.finish();
        drop(sections);
        drop(root);
        document.finish(Some(senders))
    }

    /// The sender who is known by the key of this number.
    #[must_use]
    pub fn by_key(&self, signer: SignerId) -> Option<&Sender> {
        self.0.iter().find(|sender| sender.public_key.id() == signer)
    }

    fn refuse_doubles(&self, document: &Document<'_>, root: &Section<'_, '_>) {
        for (place, sender) in self.0.iter().enumerate() {
            let before = &self.0[..place];
            if before.iter().any(|other| other.agency == sender.agency) {
                let message = format!("the agency `{}` stands twice", sender.agency);
                document.mistake(root.at(), message);
            }
            if before.iter().any(|other| other.public_key.id() == sender.public_key.id()) {
                document.mistake(root.at(), "two senders have one public key");
            }
        }
    }
}

/// What an agency's name is made of.
pub const AGENCY_LETTERS: &str = "up to 200 bytes of visible letters and blanks between them";

/// Whether a name can be an agency's: it stands in messages, and in a signature's one-line comment.
#[must_use]
pub fn is_agency(name: &str) -> bool {
    // Letters that turn the direction of writing, or are not seen, make one name look as another.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    !name.is_empty() && name.len() <= 200 && name.trim() == name && !name.contains(hidden)
}

fn sender(document: &Document<'_>, section: &Section<'_, '_>) -> Option<Sender> {
    let agency = section.required_text("agency");
    let key = section.required_text("public_key");
    let datasets = section.texts("datasets");
    datasets.iter().for_each(|dataset| check_name(document, dataset, "a dataset"));
    let datasets = datasets.into_iter().map(|placed| placed.text).collect();
    let linked = section.flag("linked");
    section.finish();
    let (agency, key) = (agency?, key?);
    if !is_agency(&agency.text) {
        document.mistake(&agency.at, format!("an agency is named with {AGENCY_LETTERS}"));
    }
    let public_key = VerifyingKey::parse(&key.text);
    if public_key.is_none() {
        let message = "`public_key` is the second line of a minisign public key file: RW..";
        document.mistake(&key.at, message);
    }
    Some(Sender { agency: agency.text, public_key: public_key?, datasets, linked })
}
