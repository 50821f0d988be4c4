//! Where a server is, and whether what goes there may be read on the way.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use spark_connect_core::ChannelBuilder;
use thiserror::Error;

use super::token;

/// A Spark Connect server's address, and what it takes to be let in.
pub struct Remote {
    address: ChannelBuilder,
    token: Option<SecretString>,
}

impl Remote {
    /// From `sc://HOST:PORT`, with what Spark's own clients write behind it: `/;use_ssl=true`,
    /// `user_id=...`, and headers that a platform asks for (`x-...`). Never a token.
    ///
    /// # Errors
    ///
    /// The address is none, or has a parameter that is not known or is for a secret.
    pub fn parse(address: &str) -> Result<Self, RemoteProblem> {
        let mut parsed = ChannelBuilder::parse(address).map_err(|_| RemoteProblem::Address)?;
        if ["token", "authorization"].iter().any(|secret| parsed.get(secret).is_some()) {
            return Err(RemoteProblem::TokenInAddress);
        }
        if let Some((unknown, _)) = parsed.metadata().iter().find(|(key, _)| !is_header(key)) {
            return Err(RemoteProblem::Parameter(unknown.clone()));
        }
        parsed.session_id().map_err(|_| RemoteProblem::Address)?;
        parsed.set("user_agent", concat!("sealink/", env!("CARGO_PKG_VERSION")));
        Ok(Self { address: parsed, token: None })
    }

    /// The same over TLS, with the certificates that the system trusts.
    #[must_use]
    pub fn with_tls(mut self) -> Self {
        self.address.set("use_ssl", "true");
        self
    }

    /// The same with the bearer token that a file holds, which its owner alone may read.
    ///
    /// # Errors
    ///
    /// The file cannot be read, others may read it, or it holds no token.
    pub fn with_token(mut self, file: &Path) -> Result<Self, RemoteProblem> {
        self.token = Some(token::read(file)?);
        Ok(self)
    }

    /// Whether what is said can be read by whoever sees the network between here and the server.
    #[must_use]
    pub fn is_open_to_the_network(&self) -> bool {
        !self.address.use_ssl() && !self.address.is_loopback()
    }

    /// What the client's library needs, with the token in it.
    pub(super) fn channel(&self) -> Result<ChannelBuilder, RemoteProblem> {
        let mut channel = self.address.clone();
        match &self.token {
            Some(_) if self.is_open_to_the_network() => return Err(RemoteProblem::TokenInClear),
            Some(token) => channel.set("token", token.expose_secret()),
            // The library would take one from there.
            None if std::env::var_os(TOKEN_VARIABLE).is_some() => {
                return Err(RemoteProblem::TokenInEnvironment);
            }
            None => {}
        }
        Ok(channel)
    }
}

/// Headers that platforms ask for begin with `x-`.
fn is_header(key: &str) -> bool {
    key.starts_with("x-")
        && key.chars().all(|c| c.is_ascii_lowercase() || "-0123456789".contains(c))
}

const TOKEN_VARIABLE: &str = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

/// Why a server is not spoken with.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum RemoteProblem {
    /// It is no address.
    #[error("the remote is not of the form sc://HOST:PORT or sc://HOST:PORT/;use_ssl=true")]
    Address,
    /// A parameter that this program does not know, by name.
    #[error("the remote has the parameter {0:?}, which is not known here")]
    Parameter(String),
    /// A secret where others see it.
    #[error("the remote's address holds a token, which others can read\nhelp: put it into a file")]
    TokenInAddress,
    /// A token without TLS.
    #[error("the token would cross the network in clear\nhelp: use TLS")]
    TokenInClear,
    /// Tokens come from files alone.
    #[error(
        "{TOKEN_VARIABLE} is set, and no secret is read from the environment\nhelp: unset it and put the token into a file"
    )]
    TokenInEnvironment,
    /// The system's reason.
    #[error("the token's file cannot be read: {0}")]
    TokenFile(String),
    /// The mode, in octal.
    #[error("others may read the token's file (its mode is {0:03o})\nhelp: chmod 600")]
    TokenFileShared(u32),
    /// Not one line of visible ASCII.
    #[error("the token's file does not hold one line of visible characters")]
    NoToken,
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn token_file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(text.as_bytes()).expect("it takes a few bytes");
        file
    }

    fn problem(address: &str) -> Option<RemoteProblem> {
        Remote::parse(address).err()
    }

    #[test]
    fn an_address_is_host_and_port_and_what_platforms_ask_for() {
        for good in ["sc://a.example:15002", "sc://[::1]:1", "sc://a/;use_ssl=true;x-cluster-id=9"]
        {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in ["spark://a:1", "sc://", "sc://a:port", "sc://a/path", "a:15002"] {
            assert_eq!(problem(bad), Some(RemoteProblem::Address), "{bad}");
        }
        assert_eq!(problem("sc://a/;pass=1"), Some(RemoteProblem::Parameter("pass".into())));
    }

    #[test]
    fn a_token_in_the_address_is_refused_and_not_repeated() {
        for address in ["sc://a/;token=hunter2", "sc://a/;use_ssl=true;authorization=hunter2"] {
            let told = problem(address).expect("it is refused").to_string();
            assert!(told.contains("holds a token") && !told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn a_token_goes_out_by_tls_or_not_at_all_unless_the_host_is_this_one() {
        let file = token_file("hunter2\n");
        let with = |address: &str| Remote::parse(address).expect("good").with_token(file.path());
        let far = with("sc://a.example:1").expect("a token");
        assert_eq!(far.channel().err(), Some(RemoteProblem::TokenInClear));
        let sent = far.with_tls().channel().expect("over TLS");
        assert_eq!(sent.token().as_deref(), Some("hunter2"));
        assert!(sent.use_ssl());
        assert!(with("sc://127.0.0.1:1").expect("a token").channel().is_ok());
    }

    #[test]
    fn a_token_file_that_others_may_read_is_refused() {
        let file = token_file("hunter2");
        let shared = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(file.path(), shared).expect("it is ours");
        let remote = Remote::parse("sc://localhost").expect("good");
        assert_eq!(
            remote.with_token(file.path()).err(),
            Some(RemoteProblem::TokenFileShared(0o640))
        );
    }

    #[test]
    fn a_token_is_one_line_of_visible_characters() {
        for text in ["", "\n", "two words", "two\nlines\n", "caf\u{e9}"] {
            let remote = Remote::parse("sc://localhost").expect("good");
            let refused = remote.with_token(token_file(text).path()).err();
            assert_eq!(refused, Some(RemoteProblem::NoToken), "{text:?}");
        }
    }
}
