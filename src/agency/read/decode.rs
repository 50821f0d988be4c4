//! Bytes of an input as UTF-8, a block at a time.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::fault::Fault;
use crate::spec::Encoding;

/// An input's text. UTF-8 passes through unchecked (the parser checks it, on every core); other
/// encodings are decoded here.
pub(super) struct Text {
    raw: Box<dyn Read + Send>,
    encoding: Encoding,
    decoder: Option<Decoder>,
    /// Bytes taken from `raw` so far.
    taken: u64,
}

/// Whether there is more text after what was filled in.
pub(super) enum Filled {
    More,
    End,
    /// The next byte does not belong to the encoding.
    Malformed(Fault),
}

impl Text {
    /// `encoding` is resolved: not `Utf16`, which does not say which byte comes first.
    pub(super) fn new(raw: Box<dyn Read + Send>, encoding: Encoding, mark: usize) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 => None,
            Encoding::Windows1252 => Some(WINDOWS_1252),
            Encoding::Utf16Be => Some(UTF_16BE),
            Encoding::Utf16 | Encoding::Utf16Le => Some(UTF_16LE),
        };
        let decoder = decoder.map(encoding_rs::Encoding::new_decoder_without_bom_handling);
        Self { raw, encoding, decoder, taken: mark as u64 }
    }

    /// How far into the input this is, in bytes.
    pub(super) fn position(&self) -> u64 {
        self.taken
    }

    /// Appends the text of the next `want` bytes of the input.
    pub(super) fn fill(&mut self, out: &mut Vec<u8>, want: usize) -> io::Result<Filled> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(match take(&mut self.raw, out, want, &mut self.taken)? {
                true => Filled::More,
                false => Filled::End,
            });
        };
        let mut raw = Vec::with_capacity(want);
        let more = take(&mut self.raw, &mut raw, want, &mut self.taken)?;
        let undefined = match self.encoding {
            Encoding::Windows1252 => raw.iter().position(is_undefined_in_windows_1252),
            _ => None,
        };
        let defined = &raw[..undefined.unwrap_or(raw.len())];
        let whole = decode(decoder, defined, out, !more);
        Ok(match (whole && undefined.is_none(), more) {
            (false, _) => Filled::Malformed(Fault::InvalidText(self.encoding)),
            (true, true) => Filled::More,
            (true, false) => Filled::End,
        })
    }
}

/// Appends up to `want` bytes; whether there may be more.
fn take(raw: &mut dyn Read, out: &mut Vec<u8>, want: usize, taken: &mut u64) -> io::Result<bool> {
    out.reserve(want);
    let got = raw.take(want as u64).read_to_end(out)?;
    *taken += got as u64;
    Ok(got == want)
}

/// Decodes all of `raw`; false if it is malformed somewhere, with what stands before that decoded.
fn decode(decoder: &mut Decoder, mut raw: &[u8], out: &mut Vec<u8>, last: bool) -> bool {
    let mut scratch = [0; 16 * 1024];
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(raw, &mut scratch, last);
        out.extend_from_slice(&scratch[..written]);
        raw = &raw[read..];
        match result {
            DecoderResult::InputEmpty => return true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return false,
        }
    }
}

/// Bytes without a character, which the Web's standard makes control characters of.
fn is_undefined_in_windows_1252(byte: &u8) -> bool {
    matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)
}
