//! A file that is encrypted to its recipients while it is written: no clear byte touches the disk.

use std::io::{self, BufWriter, Write};

use age::stream::StreamWriter;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::key::identity::Recipient;
use crate::token::hex;

/// Bytes read at a time.
const READ_BYTES: usize = 1 << 18;

/// How many bytes there are, and their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digested {
    /// The number of bytes.
    pub bytes: u64,
    /// Their SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl Digested {
    /// Reads to the end.
    ///
    /// # Errors
    /// If something cannot be read.
    pub fn of(reader: impl io::Read) -> io::Result<Self> {
        let mut digesting = Digesting::new(io::sink());
        io::copy(&mut io::BufReader::with_capacity(READ_BYTES, reader), &mut digesting)?;
        Ok(digesting.finish().1)
    }
}

/// Counts and hashes what passes through to `inner`.
pub struct Digesting<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W> Digesting<W> {
    /// Nothing has passed yet.
    pub fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// What passed, and what it passed to.
    pub fn finish(self) -> (W, Digested) {
        let sha256 = hex(&self.hasher.finalize());
        (self.inner, Digested { bytes: self.bytes, sha256 })
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// What lies on the disk: encrypted bytes.
type Sealed = Digesting<BufWriter<NamedTempFile>>;

/// A file under way that is encrypted as it is written.
pub(super) struct Encrypting(Digesting<StreamWriter<Sealed>>);

impl Encrypting {
    /// Begins with the header, from which the recipients alone learn the file's key.
    pub fn begin(file: BufWriter<NamedTempFile>, recipients: &[Recipient]) -> io::Result<Self> {
        let recipients = recipients.iter().map(Recipient::as_age);
        let encryptor = age::Encryptor::with_recipients(recipients)
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let stream = encryptor.wrap_output(Digesting::new(file))?;
        Ok(Self(Digesting::new(stream)))
    }

    /// Ends the encryption: the file, and the digests of what was encrypted and of the result.
    pub fn finish(self) -> io::Result<(BufWriter<NamedTempFile>, [Digested; 2])> {
        let (stream, plain) = self.0.finish();
        let (file, sealed) = stream.finish()?.finish();
        Ok((file, [plain, sealed]))
    }
}

impl Write for Encrypting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
