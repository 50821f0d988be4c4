//! Strict RFC 4180: finds the fields of one record after the other, or the first fault.
//!
//! Ordinary records, which is nearly all of them, are read by `quick`. It judges nothing: whatever
//! it does not know goes to `careful`, which alone says what is valid and what the fault is.

use memchr::{memchr, memchr3};

use super::fault::Fault;
use super::split::End;
use super::stops::Stops;
use super::{MAX_FIELD, MAX_ROW};

/// Walks over the records of a run.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    end: &'a End,
    delimiter: u8,
    /// Where the next record begins.
    next: usize,
    /// At `next` when a record begins.
    stops: Stops<'a>,
    fields: Vec<Field>,
}

/// Where a field's text stands in the run, without its quotes.
#[derive(Clone, Copy)]
pub(super) struct Field {
    start: usize,
    end: usize,
    /// Whether it holds doubled quotes, which stand for single ones.
    doubled: bool,
}

/// One record.
pub(super) struct Record<'r> {
    pub(super) fields: &'r [Field],
    /// Whether the line is entirely blank.
    pub(super) is_blank: bool,
}

/// A fault and the column where it stands, counted from 1, unless it is the whole record's.
pub(super) struct Misread {
    pub(super) column: Option<usize>,
    pub(super) fault: Fault,
}

/// Most fields are no longer than this.
const SHORT: usize = 16;

/// Where a field ends and the text goes on.
enum After {
    Field(usize),
    Record(usize),
}

impl Field {
    /// Appends the field's value.
    #[inline]
    pub(super) fn append(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let length = self.end - self.start;
        match bytes[self.start..].first_chunk::<SHORT>() {
            // A copy of constant length is one instruction; what was too much is cut off.
            Some(block) if length <= SHORT && !self.doubled => {
                let end = out.len() + length;
                out.extend_from_slice(block);
                out.truncate(end);
            }
            _ => self.append_any(bytes, out),
        }
    }

    fn append_any(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut raw = &bytes[self.start..self.end];
        if self.doubled {
            while let Some(quote) = memchr(b'"', raw) {
                out.extend_from_slice(&raw[..=quote]);
                raw = &raw[quote + 2..];
            }
        }
        out.extend_from_slice(raw);
    }
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8], end: &'a End, delimiter: u8) -> Self {
        let stops = Stops::new(bytes, delimiter);
        Self { bytes, end, delimiter, next: 0, stops, fields: Vec::new() }
    }

    pub(super) fn next(&mut self) -> Option<Result<Record<'_>, Misread>> {
        let start = self.next;
        if start == self.bytes.len() {
            return match self.end {
                End::Record | End::Input => None,
                End::Fault(fault) => Some(Err(Misread { column: Some(1), fault: fault.clone() })),
            };
        }
        if !self.quick(start) {
            if let Err(misread) = self.careful(start) {
                return Some(Err(misread));
            }
            self.stops.seek(self.next);
        }
        let is_blank = matches!(self.bytes[start], b'\n' | b'\r');
        Some(Ok(Record { fields: &self.fields, is_blank }))
    }

    /// Reads the record if it is whole, of ordinary length and without doubled quotes.
    fn quick(&mut self, start: usize) -> bool {
        self.fields.clear();
        let mut from = start;
        loop {
            let Some(mut stop) = self.stops.next() else {
                return false;
            };
            let mut end = stop;
            if self.bytes[stop] == b'"' {
                let Some(closing) = self.closing_quote() else {
                    return false;
                };
                if stop != from || self.stops.next() != Some(closing + 1) {
                    return false;
                }
                (from, end, stop) = (from + 1, closing, closing + 1);
            }
            self.fields.push(Field { start: from, end, doubled: false });
            match self.bytes[stop] {
                byte if byte == self.delimiter => from = stop + 1,
                b'\n' => {
                    self.next = stop + 1;
                    break;
                }
                b'\r' if self.bytes.get(stop + 1) == Some(&b'\n') => {
                    self.next = stop + 2;
                    self.stops.next();
                    break;
                }
                _ => return false,
            }
        }
        // Then no field is over its limit either.
        self.next - start <= MAX_FIELD
    }

    fn closing_quote(&mut self) -> Option<usize> {
        loop {
            let stop = self.stops.next()?;
            if self.bytes[stop] == b'"' {
                return Some(stop);
            }
        }
    }

    fn careful(&mut self, start: usize) -> Result<(), Misread> {
        self.fields.clear();
        let row_limit = start + MAX_ROW;
        let mut from = start;
        loop {
            let limit = row_limit.min(from + MAX_FIELD);
            let read = match self.bytes.get(from) {
                Some(b'"') => self.quoted(from, limit),
                _ => self.plain(from, limit),
            };
            let column = Some(self.fields.len() + 1);
            let (field, after) = read.map_err(|fault| match fault {
                Fault::FieldTooLong | Fault::QuotedTooLong if limit == row_limit => {
                    Misread { column: None, fault: Fault::RowTooLong }
                }
                fault => Misread { column, fault },
            })?;
            self.fields.push(field);
            match after {
                After::Field(next) => from = next,
                After::Record(next) => {
                    self.next = next;
                    return Ok(());
                }
            }
        }
    }

    /// A field without quotes, which may not end after `limit`.
    fn plain(&self, start: usize, limit: usize) -> Result<(Field, After), Fault> {
        let stop = self.bytes.len().min(limit + 2);
        let within = &self.bytes[start..stop];
        let stops = memchr3(self.delimiter, b'\n', b'"', within);
        let mut text = &within[..stops.unwrap_or(within.len())];
        let at = start + text.len();
        let after = match stops.map(|_| self.bytes[at]) {
            Some(b'\n') => {
                text = text.strip_suffix(b"\r").unwrap_or(text);
                After::Record(at + 1)
            }
            Some(_) => After::Field(at + 1),
            None => After::Record(at),
        };
        if let Some(lone) = memchr(b'\r', text)
            && (stops.is_some() || start + lone + 1 < stop)
        {
            return Err(Fault::LoneReturn);
        }
        let end = start + text.len();
        match stops {
            Some(_) if self.bytes[at] == b'"' => return Err(Fault::QuoteInField),
            None if stop == self.bytes.len() && end <= limit => self.may_end(text)?,
            _ if end > limit => return Err(Fault::FieldTooLong),
            _ => {}
        }
        Ok((Field { start, end, doubled: false }, after))
    }

    /// Whether a field without quotes may end where the run does.
    fn may_end(&self, text: &[u8]) -> Result<(), Fault> {
        match self.end {
            End::Fault(fault) => Err(fault.clone()),
            _ if text.ends_with(b"\r") => Err(Fault::LoneReturn),
            // A run that another follows ends in a line feed: it cannot end in a field.
            End::Record => Err(Fault::RowTooLong),
            End::Input => Ok(()),
        }
    }

    /// A field that begins with a quote, which may not be closed after `limit`.
    fn quoted(&self, open: usize, limit: usize) -> Result<(Field, After), Fault> {
        let start = open + 1;
        let stop = self.bytes.len().min(limit + 2);
        let (mut from, mut doubled) = (start, false);
        loop {
            let Some(quote) = memchr(b'"', &self.bytes[from.min(stop)..stop]) else {
                return Err(match self.end {
                    _ if stop < self.bytes.len() => Fault::QuotedTooLong,
                    End::Fault(fault) => fault.clone(),
                    End::Record | End::Input => Fault::UnterminatedQuote,
                });
            };
            let end = from + quote;
            if self.bytes.get(end + 1) == Some(&b'"') {
                doubled = true;
                from = end + 2;
                continue;
            }
            let after = self.after_closing(end + 1)?;
            return match end > limit {
                true => Err(Fault::QuotedTooLong),
                false => Ok((Field { start, end, doubled }, after)),
            };
        }
    }

    /// What may follow a closing quote: a delimiter, a line end or the end of the input.
    fn after_closing(&self, at: usize) -> Result<After, Fault> {
        match (&self.bytes[at..], self.end) {
            ([b'\n', ..], _) => Ok(After::Record(at + 1)),
            ([b'\r', b'\n', ..], _) => Ok(After::Record(at + 2)),
            ([byte, ..], _) if *byte == self.delimiter => Ok(After::Field(at + 1)),
            ([] | [b'\r'], End::Fault(fault)) => Err(fault.clone()),
            ([], End::Input) => Ok(After::Record(at)),
            ([b'\r', ..], _) => Err(Fault::LoneReturn),
            ([], End::Record) => Err(Fault::UnterminatedQuote),
            _ => Err(Fault::TextAfterQuote),
        }
    }
}
