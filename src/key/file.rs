//! A key in memory, and reading it from its file.

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

use chrono::NaiveDate;
use zeroize::Zeroize;

use super::opening::Opening;
use super::secret::Secret;
use super::{KEY_BYTES, KeyError, KeyProblem, Role, text};

/// A key of one role.
pub struct Key<R> {
    secret: Secret,
    role: PhantomData<R>,
}

impl<R: KeyRole> fmt::Debug for Key<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} key (secret)", R::ROLE.name())
    }
}

/// What a key is to be used for.
#[derive(Clone, Copy, Debug)]
pub struct KeyUse<'u> {
    /// The project of the work, if it is known: a key of another is refused.
    pub project: Option<&'u str>,
    /// The day of the work: a key that has expired is refused.
    pub today: NaiveDate,
}

impl<R: KeyRole> Key<R> {
    /// The key with these bytes, which are wiped.
    #[must_use]
    pub fn from_bytes(bytes: &mut [u8; KEY_BYTES]) -> Self {
        let secret = Secret::fill(|place| place.copy_from_slice(bytes));
        bytes.zeroize();
        Self { secret, role: PhantomData }
    }

    /// Reads a key file of this role.
    ///
    /// # Errors
    /// If the file cannot be read, others than its owner can read it, it is a link, it cannot be
    /// opened, it is not a whole key file, or it holds a key of another role or project or one
    /// that has expired.
    pub fn read(path: &Path, opening: &Opening, job: &KeyUse<'_>) -> Result<Self, KeyError> {
        let (text, _) = opening.open(path)?;
        Self::parse(&text, job).map_err(|problem| KeyError { path: path.to_owned(), problem })
    }

    fn parse(text: &str, job: &KeyUse<'_>) -> Result<Self, KeyProblem> {
        let (facts, secret) = text::parse(text, Some(R::ROLE))?;
        if let (Some(found), Some(wanted)) = (facts.project, job.project)
            && found != wanted
        {
            return Err(KeyProblem::WrongProject { found, wanted: wanted.to_owned() });
        }
        if let Some(last) = facts.expires.filter(|last| *last < job.today) {
            return Err(KeyProblem::Expired(last));
        }
        Ok(Self { secret, role: PhantomData })
    }

    #[cfg(any(feature = "agency", feature = "research"))]
    pub(super) fn expose_secret(&self) -> &[u8; KEY_BYTES] {
        self.secret.expose_secret()
    }

    /// HKDF-Expand-SHA256 with the key.
    #[cfg(any(feature = "agency", feature = "linker"))]
    pub(crate) fn expand(&self, info: &[u8], out: &mut [u8]) {
        self.secret.expand(info, out);
    }
}

/// A role as a type, so that one role's key cannot stand in for another's.
pub trait KeyRole {
    /// The role.
    const ROLE: Role;
}

/// The type-level name of [`Role::Linkage`].
pub enum ForLinkage {}
/// The type-level name of [`Role::Agency`].
pub enum ForAgency {}
/// The type-level name of [`Role::Linker`].
pub enum ForLinker {}

impl KeyRole for ForLinkage {
    const ROLE: Role = Role::Linkage;
}
impl KeyRole for ForAgency {
    const ROLE: Role = Role::Agency;
}
impl KeyRole for ForLinker {
    const ROLE: Role = Role::Linker;
}

#[cfg(test)]
mod tests {
    use super::super::{NewKey, generate, parse_day};
    use super::*;

    type AnyLinkage = Key<ForLinkage>;

    fn new(role: Role, project: Option<&str>, expires: Option<&str>) -> String {
        let expires = expires.and_then(parse_day);
        generate(&NewKey { role, project, expires }).expect("random bytes").0.to_string()
    }

    fn job<'p>(project: &'p str, today: &str) -> KeyUse<'p> {
        KeyUse { project: Some(project), today: parse_day(today).expect("a day") }
    }

    #[test]
    fn a_generated_key_is_read_back_by_its_role_alone() {
        let text = new(Role::Linkage, None, None);
        assert!(AnyLinkage::parse(&text, &job("any", "2026-01-01")).is_ok());
        let other = Key::<ForLinker>::parse(&text, &job("any", "2026-01-01"));
        let wrong = KeyProblem::WrongRole { found: Role::Linkage, wanted: Role::Linker };
        assert_eq!(other.expect_err("another role"), wrong);
    }

    #[test]
    fn a_key_serves_its_project_until_its_last_day() {
        let text = new(Role::Agency, Some("one"), Some("2026-03-31"));
        let read = |project, today| Key::<ForAgency>::parse(&text, &job(project, today));
        assert!(read("one", "2026-03-31").is_ok());
        let expired = KeyProblem::Expired(parse_day("2026-03-31").expect("a day"));
        assert_eq!(read("one", "2026-04-01").expect_err("a day later"), expired);
        let wrong = KeyProblem::WrongProject { found: "one".into(), wanted: "two".into() };
        assert_eq!(read("two", "2026-03-31").expect_err("another project"), wrong);
    }

    #[test]
    fn a_key_never_prints_itself() {
        let key = AnyLinkage::from_bytes(&mut [7; KEY_BYTES]);
        assert_eq!(format!("{key:?}"), "linkage key (secret)");
    }
}
