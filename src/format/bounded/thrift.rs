//! Thrift's compact protocol, as far as it takes to walk over it without allocating anything.

use super::Refused;

/// Why a walk stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The bytes end too early.
    Short,
    /// The bytes are not Thrift, or not of what was expected.
    Wrong,
    /// There are more structures than may be.
    TooMany,
}

impl From<Flaw> for Refused {
    fn from(flaw: Flaw) -> Self {
        if flaw == Flaw::TooMany { Self::Footer } else { Self::Damaged }
    }
}

/// The kinds of value, as the protocol numbers them.
pub(super) mod kind {
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const BYTE: u8 = 3;
    pub const I16: u8 = 4;
    pub const I32: u8 = 5;
    pub const I64: u8 = 6;
    pub const DOUBLE: u8 = 7;
    pub const BINARY: u8 = 8;
    pub const LIST: u8 = 9;
    pub const SET: u8 = 10;
    pub const STRUCT: u8 = 12;
}

/// Structures within structures; the format itself goes to seven.
const MOST_DEEP: u8 = 24;

/// A walk over bytes.
pub(super) struct Thrift<'b> {
    rest: &'b [u8],
    structures_left: u64,
}

impl<'b> Thrift<'b> {
    pub(super) const fn new(bytes: &'b [u8], most_structures: u64) -> Self {
        Self { rest: bytes, structures_left: most_structures }
    }

    /// How many bytes are still to come.
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    fn byte(&mut self) -> Result<u8, Flaw> {
        let (first, rest) = self.rest.split_first().ok_or(Flaw::Short)?;
        self.rest = rest;
        Ok(*first)
    }

    /// An unsigned number of at most ten bytes.
    pub(super) fn varint(&mut self) -> Result<u64, Flaw> {
        let mut value = 0;
        for place in 0..10 {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << (7 * place);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Flaw::Wrong)
    }

    /// A signed number.
    pub(super) fn zigzag(&mut self) -> Result<i64, Flaw> {
        let value = self.varint()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// A number that must not be negative.
    pub(super) fn size(&mut self, kind: u8) -> Result<u64, Flaw> {
        if !matches!(kind, kind::I16 | kind::I32 | kind::I64) {
            return Err(Flaw::Wrong);
        }
        u64::try_from(self.zigzag()?).map_err(|_| Flaw::Wrong)
    }

    fn pass(&mut self, bytes: u64) -> Result<(), Flaw> {
        let bytes = usize::try_from(bytes).map_err(|_| Flaw::Wrong)?;
        self.rest = self.rest.get(bytes..).ok_or(Flaw::Short)?;
        Ok(())
    }

    /// The kind and number of a list's elements. Each takes a byte at least.
    pub(super) fn list(&mut self) -> Result<(u8, u64), Flaw> {
        let head = self.byte()?;
        let (kind, short) = (head & 0x0F, u64::from(head >> 4));
        let elements = if short == 15 { self.varint()? } else { short };
        if elements > self.rest.len() as u64 {
            return Err(Flaw::Short);
        }
        Ok((kind, elements))
    }

    /// Walks over a structure's fields, which must come in the order of their numbers and once
    /// each; `take` is given the number and kind, and says whether it read the value itself.
    pub(super) fn structure(
        &mut self,
        depth: u8,
        mut take: impl FnMut(&mut Self, i64, u8) -> Result<bool, Flaw>,
    ) -> Result<(), Flaw> {
        self.structures_left = self.structures_left.checked_sub(1).ok_or(Flaw::TooMany)?;
        let mut last = 0;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0F;
            if kind == 0 {
                return Ok(());
            }
            let number = match i64::from(head >> 4) {
                0 => self.zigzag()?,
                step => last + step,
            };
            if number <= last || number > i64::from(i16::MAX) {
                return Err(Flaw::Wrong);
            }
            last = number;
            if !take(self, number, kind)? {
                self.skip(kind, depth)?;
            }
        }
    }

    /// Walks over a value.
    pub(super) fn skip(&mut self, kind: u8, depth: u8) -> Result<(), Flaw> {
        if depth >= MOST_DEEP {
            return Err(Flaw::Wrong);
        }
        match kind {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.pass(1),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(|_| ()),
            kind::DOUBLE => self.pass(8),
            kind::BINARY => {
                let bytes = self.varint()?;
                self.pass(bytes)
            }
            kind::LIST | kind::SET => self.skip_list(depth),
            kind::STRUCT => self.structure(depth + 1, |_, _, _| Ok(false)),
            // The format has neither maps nor UUIDs.
            _ => Err(Flaw::Wrong),
        }
    }

    fn skip_list(&mut self, depth: u8) -> Result<(), Flaw> {
        let (kind, elements) = self.list()?;
        // Writers differ in how many bytes a truth value takes here; the footer has no such list.
        if elements > 0 && matches!(kind, kind::TRUE | kind::FALSE) {
            return Err(Flaw::Wrong);
        }
        for _ in 0..elements {
            self.skip(kind, depth + 1)?;
        }
        Ok(())
    }
}
