//! What each key is for: recipe keys, record references, person ids.

#[cfg(feature = "agency")]
use zeroize::Zeroizing;

#[cfg(feature = "research")]
use super::LinkerKey;
#[cfg(feature = "agency")]
use super::{AgencyKey, KEY_BYTES, LinkageKey};
use crate::token::{Keyed, Token, encoded};

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

    pub(crate) fn expand(&self, info: &[u8], out: &mut [u8]) {
        hkdf::Hkdf::<sha2::Sha256>::from_prk(self.expose_secret())
            .expect("32 bytes are a full key")
            .expand(info, out)
            .expect("32 bytes are less than the most HKDF gives");
    }
}

/// What makes an agency's record references in one project and dataset.
#[cfg(feature = "agency")]
pub struct RecordRefs {
    keyed: Keyed,
    project: String,
    dataset: String,
}

#[cfg(feature = "agency")]
impl AgencyKey {
    /// The references of one project and dataset.
    #[must_use]
    pub fn record_refs(&self, project: &str, dataset: &str) -> RecordRefs {
        RecordRefs {
            keyed: Keyed::new(self.expose_secret()),
            project: project.to_owned(),
            dataset: dataset.to_owned(),
        }
    }
}

#[cfg(feature = "agency")]
impl RecordRefs {
    /// The reference of the record with this local id.
    #[must_use]
    pub fn of(&self, record_id: &str) -> Token {
        let parts: [&[u8]; 4] = [
            b"sealink/1/record",
            self.project.as_bytes(),
            self.dataset.as_bytes(),
            record_id.as_bytes(),
        ];
        self.keyed.token(&encoded(&parts))
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
        let parts: [&[u8]; 3] = [b"sealink/1/person", self.extract.as_bytes(), &person.0];
        self.keyed.token(&encoded(&parts))
    }
}
