//! The text of a key file: eight lines in a fixed order, the last a checksum that only the key
//! can make. `docs/format.md` states it.

use std::fmt::Write as _;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use chrono::NaiveDate;
use zeroize::Zeroizing;

use super::secret::Secret;
use super::{KEY_BYTES, KeyError, KeyProblem, LARGEST_TEXT, Role};
use crate::spec::is_name;
use crate::token::{Token, encoded, hex};

const OPENS: &str = "sealink-key/";
const HEADER: &str = "sealink-key/2";
const ANY_PROJECT: &str = "-";
const NEVER: &str = "never";
const DATE: &str = "%Y-%m-%d";

/// What a key file says of its key; no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// What the key is for.
    pub role: Role,
    /// The project it is for; any, if there is none.
    pub project: Option<String>,
    /// The number that names the key: random, not made from it.
    pub id: Token,
    /// The key check value: tells whether two keys are the same, and is useless without the key.
    pub check: Token,
    /// The last day on which it may be used, if it has one.
    pub expires: Option<NaiveDate>,
}

/// A key to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'n> {
    /// What the key is for.
    pub role: Role,
    /// The project it is for; any, if there is none.
    pub project: Option<&'n str>,
    /// The last day on which it may be used, if it has one.
    pub expires: Option<NaiveDate>,
}

/// The text of a new key file: 32 random bytes of the operating system, and a random id.
///
/// # Errors
/// If the operating system gives no random bytes.
pub fn generate(new: &NewKey<'_>) -> Result<(Zeroizing<String>, KeyFacts), KeyError> {
    let problem = |_| KeyError::new(KeyProblem::NoRandomBytes);
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(problem)?;
    let mut filled = Ok(());
    let secret = Secret::fill(|bytes| filled = getrandom::fill(bytes));
    filled.map_err(problem)?;
    let project = new.project.map(str::to_owned);
    let facts = KeyFacts {
        check: check_value(&secret, new.role, new.project),
        role: new.role,
        project,
        id: Token(id),
        expires: new.expires,
    };
    Ok((write(&facts, &secret), facts))
}

fn write(facts: &KeyFacts, secret: &Secret) -> Zeroizing<String> {
    // With room for all of it, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(LARGEST_TEXT));
    let prefix = Hrp::parse(facts.role.prefix()).expect("the prefixes are valid");
    let expires = facts.expires.map_or_else(|| NEVER.to_owned(), day);
    let mut put = || {
        writeln!(text, "{HEADER}\nrole: {}", facts.role.name())?;
        writeln!(text, "project: {}", facts.project.as_deref().unwrap_or(ANY_PROJECT))?;
        writeln!(text, "id: {}\ncheck: {}", hex(&facts.id.0), hex(&facts.check.0))?;
        write!(text, "expires: {expires}\nsecret: ")?;
        bech32::encode_upper_to_fmt::<Bech32, _>(&mut *text, prefix, secret.expose_secret())
            .map_err(|_| std::fmt::Error)?;
        text.push('\n');
        let sum = hex(&sum(secret, &text).0);
        writeln!(text, "sum: {sum}")
    };
    put().expect("a text takes what is written to it, and 32 bytes fit Bech32");
    text
}

/// A day as key files write it.
fn day(day: NaiveDate) -> String {
    day.format(DATE).to_string()
}

/// The day that a text names, if it is written `2026-11-22`.
#[must_use]
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, DATE).ok().filter(|parsed| day(*parsed) == text)
}

/// Reads a key file's text. Where a role is wanted, the secret of another is never decoded.
pub(super) fn parse(text: &str, wanted: Option<Role>) -> Result<(KeyFacts, Secret), KeyProblem> {
    let (header, rest) = text.split_once('\n').ok_or(KeyProblem::NotAKeyFile)?;
    let version = header.strip_prefix(OPENS).ok_or(KeyProblem::NotAKeyFile)?;
    if header != HEADER {
        let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        return Err(if is_version { KeyProblem::OtherVersion } else { KeyProblem::Damaged });
    }
    lines(text, rest, wanted)
}

fn lines(text: &str, rest: &str, wanted: Option<Role>) -> Result<(KeyFacts, Secret), KeyProblem> {
    let mut lines = rest.split('\n');
    let mut value = |name| {
        let line = lines.next().and_then(|line| line.strip_prefix(name));
        line.ok_or(KeyProblem::Damaged)
    };
    let role = Role::named(value("role: ")?).ok_or(KeyProblem::Damaged)?;
    if let Some(wanted) = wanted.filter(|wanted| *wanted != role) {
        return Err(KeyProblem::WrongRole { found: role, wanted });
    }
    if !role.is_read_here() {
        return Err(KeyProblem::NotForThisProgram(role));
    }
    let project = project(value("project: ")?).ok_or(KeyProblem::Damaged)?;
    let id = Token::from_hex(value("id: ")?).ok_or(KeyProblem::Damaged)?;
    let check = Token::from_hex(value("check: ")?).ok_or(KeyProblem::Damaged)?;
    let expires = expiry(value("expires: ")?).ok_or(KeyProblem::Damaged)?;
    let secret = decode(value("secret: ")?, role).ok_or(KeyProblem::Damaged)?;
    let stated = value("sum: ")?;
    let ends = lines.next() == Some("") && lines.next().is_none();
    let above = text.len().checked_sub("sum: \n".len() + stated.len());
    let above = above.filter(|_| ends).and_then(|length| text.get(..length));
    if above.map(|above| hex(&sum(&secret, above).0)).as_deref() != Some(stated) {
        return Err(KeyProblem::Damaged);
    }
    if check != check_value(&secret, role, project.as_deref()) {
        return Err(KeyProblem::CheckValue);
    }
    Ok((KeyFacts { role, project, id, check, expires }, secret))
}

fn project(text: &str) -> Option<Option<String>> {
    if text == ANY_PROJECT { Some(None) } else { is_name(text).then(|| Some(text.to_owned())) }
}

fn expiry(text: &str) -> Option<Option<NaiveDate>> {
    if text == NEVER { Some(None) } else { parse_day(text).map(Some) }
}

/// The secret that a word in Bech32 spells, decoded into its own place.
fn decode(text: &str, role: Role) -> Option<Secret> {
    let word = CheckedHrpstring::new::<Bech32>(text).ok()?;
    let mut bytes = word.byte_iter();
    if !word.hrp().as_str().eq_ignore_ascii_case(role.prefix()) || bytes.len() != KEY_BYTES {
        return None;
    }
    Some(Secret::fill(|secret| secret.fill_with(|| bytes.next().expect("they were counted"))))
}

/// A linkage key's is the protocol's, so that it can be compared with what tables state.
fn check_value(secret: &Secret, role: Role, project: Option<&str>) -> Token {
    let project = project.unwrap_or_default().as_bytes();
    secret.expand_token(&match role {
        Role::Linkage => encoded(&[b"sealink/1/check", project]),
        _ => encoded(&[b"sealink-key/2/check", role.name().as_bytes(), project]),
    })
}

/// What only the key can make of the lines above.
fn sum(secret: &Secret, above: &str) -> Token {
    let info = Zeroizing::new(encoded(&[b"sealink-key/2/sum", above.as_bytes()]));
    secret.expand_token(&info)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(role: Role) -> (Zeroizing<String>, KeyFacts) {
        let expires = parse_day("2027-02-28");
        generate(&NewKey { role, project: Some("a-project"), expires }).expect("random bytes")
    }

    #[test]
    fn a_key_file_says_what_it_was_made_with() {
        for role in Role::ALL {
            let (text, facts) = new(role);
            match parse(&text, None) {
                Ok((read, _)) => assert_eq!(read, facts),
                Err(problem) => assert_eq!(problem, KeyProblem::NotForThisProgram(role)),
            }
        }
    }

    #[test]
    fn every_altered_byte_and_every_cut_is_noticed() {
        let (text, facts) = new(Role::ALL[if cfg!(feature = "agency") { 0 } else { 2 }]);
        for place in 0..text.len() {
            assert!(parse(text.get(..place).expect("ASCII"), None).is_err(), "cut at {place}");
            for turned in [1, 2, 4, 8, 16, 32, 64] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[place] ^= turned;
                let altered = String::from_utf8(bytes).expect("ASCII");
                assert!(parse(&altered, None).is_err(), "byte {place} of {}", facts.role.name());
            }
        }
    }

    #[test]
    fn a_day_is_written_in_one_way() {
        assert!(parse_day("2028-02-29").is_some());
        for other in ["2027-02-29", "2027-2-01", "27-02-01", "+2027-02-01", "2027-02-01 ", ""] {
            assert!(parse_day(other).is_none(), "{other:?}");
        }
    }
}
