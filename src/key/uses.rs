//! What each key is for: recipe keys, record references, person ids.

#[cfg(any(feature = "agency", feature = "linker"))]
use zeroize::Zeroizing;

#[cfg(any(feature = "agency", feature = "linker"))]
use super::KEY_BYTES;
#[cfg(any(feature = "linker", feature = "research"))]
use super::LinkerKey;
#[cfg(feature = "agency")]
use super::{AgencyKey, LinkageKey};
#[cfg(feature = "research")]
use crate::token::TOKEN_BYTES;
use crate::token::{Keyed, Messages, Token, encoded};
#[cfg(feature = "agency")]
use crate::token::{encode_part, head, part_head};

#[cfg(feature = "agency")]
impl LinkageKey {
    /// The key's fingerprint in a project: shown by every command, useless without the key.
    #[must_use]
    pub fn check_value(&self, project: &str) -> Token {
        let mut value = [0; crate::token::TOKEN_BYTES];
        let info = encoded(&[b"sealink/1/check", project.as_bytes()]);
        self.expand(&info, &mut value);
        Token(value)
    }

    /// The key of one recipe, tied to the recipe's definition.
    pub(crate) fn recipe_key(&self, project: &str, recipe: &str, definition: &[u8; 32]) -> Keyed {
        let info =
            encoded(&[b"sealink/1/token", project.as_bytes(), recipe.as_bytes(), definition]);
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        self.expand(&info, key.as_mut_slice());
        Keyed::new(&key)
    }
}

/// What makes an agency's record references in one project and dataset.
#[cfg(feature = "agency")]
pub struct RecordRefs {
    keyed: Keyed,
    /// What every message begins with.
    start: Box<[u8]>,
}

#[cfg(feature = "agency")]
impl AgencyKey {
    /// The references of one project and dataset.
    #[must_use]
    pub fn record_refs(&self, project: &str, dataset: &str) -> RecordRefs {
        let mut start = head(4).to_vec();
        for part in ["sealink/1/record", project, dataset] {
            encode_part(part.as_bytes(), &mut start);
        }
        RecordRefs { keyed: Keyed::new(self.expose_secret()), start: start.into() }
    }
}

#[cfg(feature = "agency")]
impl RecordRefs {
    /// The reference of the record with this local id.
    #[must_use]
    pub fn of(&self, record_id: &str) -> Token {
        let (mut messages, mut refs) = (Messages::default(), Vec::new());
        self.push(record_id, &mut messages);
        self.refs(&messages, &mut refs);
        refs[0]
    }

    /// Adds the message of the record with this local id.
    pub(crate) fn push(&self, record_id: &str, messages: &mut Messages) {
        let mut message = messages.begin();
        message.extend(&self.start);
        message.extend(&part_head(record_id.as_bytes()));
        message.extend(record_id.as_bytes());
        message.finish();
    }

    /// The references of records that were pushed, appended to `out`.
    pub(crate) fn refs(&self, messages: &Messages, out: &mut Vec<Token>) {
        self.keyed.tokens(messages, out);
    }
}

/// What makes the person ids of one extract.
#[cfg(feature = "research")]
pub struct PersonIds {
    keyed: Keyed,
    extract: String,
}

#[cfg(feature = "research")]
impl LinkerKey {
    /// The person ids of one extract.
    #[must_use]
    pub fn person_ids(&self, extract: &str) -> PersonIds {
        PersonIds { keyed: Keyed::new(self.expose_secret()), extract: extract.to_owned() }
    }
}

#[cfg(feature = "research")]
impl PersonIds {
    /// The extract's id of the linker's person.
    #[must_use]
    pub fn of(&self, person: Token) -> Token {
        self.keyed.token(&self.message(person))
    }

    /// [`PersonIds::of`] of many people, in order; several are made at once.
    #[must_use]
    pub fn of_all(&self, people: &[Token]) -> Vec<Token> {
        let (mut messages, mut ids) = (Messages::default(), Vec::with_capacity(people.len()));
        // Messages end with the person.
        let mut start = self.message(Token([0; TOKEN_BYTES]));
        start.truncate(start.len() - TOKEN_BYTES);
        for people in people.chunks(AT_ONCE) {
            messages.clear();
            for person in people {
                let mut message = messages.begin();
                message.extend(&start);
                message.extend(&person.0);
                message.finish();
            }
            self.keyed.tokens(&messages, &mut ids);
        }
        ids
    }

    fn message(&self, person: Token) -> Vec<u8> {
        encoded(&[b"sealink/1/person", self.extract.as_bytes(), &person.0])
    }
}

/// Messages made at a time: they stay near the core.
#[cfg(any(feature = "linker", feature = "research"))]
const AT_ONCE: usize = 4096;

/// What makes the tokens of one recipe anew.
#[cfg(feature = "linker")]
pub struct Rekeying(Keyed);

#[cfg(feature = "linker")]
impl LinkerKey {
    /// What makes the tokens of a recipe anew in a project.
    #[must_use]
    pub fn rekeying(&self, project: &str, recipe: &str) -> Rekeying {
        let info = encoded(&[b"sealink/1/rekey", project.as_bytes(), recipe.as_bytes()]);
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        self.expand(&info, key.as_mut_slice());
        Rekeying(Keyed::new(&key))
    }

    /// The fingerprint of what makes a project's tokens anew.
    #[must_use]
    pub fn rekeying_check(&self, project: &str) -> Token {
        let mut value = [0; crate::token::TOKEN_BYTES];
        self.expand(&encoded(&[b"sealink/1/rekey-check", project.as_bytes()]), &mut value);
        Token(value)
    }
}

#[cfg(feature = "linker")]
impl Rekeying {
    /// The tokens that take the places of these, in order.
    #[must_use]
    pub fn of(&self, tokens: &[Token]) -> Vec<Token> {
        let (mut messages, mut anew) = (Messages::default(), Vec::with_capacity(tokens.len()));
        for tokens in tokens.chunks(AT_ONCE) {
            messages.clear();
            tokens.iter().for_each(|token| messages.push(&token.0));
            self.0.tokens(&messages, &mut anew);
        }
        anew
    }
}
