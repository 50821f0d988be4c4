//! Lengths of texts in the delta encodings: the library makes room for as many as they claim.

use super::Refused;
use super::thrift::Thrift;

/// The most lengths in a page.
const MAX_LENGTHS: u64 = 1 << 22;

/// Checks a page of `DELTA_LENGTH_BYTE_ARRAY`.
pub(super) fn check_lengths(page: &[u8], values: u64) -> Result<(), Refused> {
    let head = Head::read(&mut Thrift::new(page, 0), values);
    head.map(|_| ()).ok_or(Refused::Damaged)
}

/// Checks a page of `DELTA_BYTE_ARRAY`: each text is a part of the one before and a part of its
/// own. All together must not be longer than a page may be.
pub(super) fn check_texts(page: &[u8], values: u64, most: u64) -> Result<(), Refused> {
    let (prefixes, end) = lengths(page, values).ok_or(Refused::Damaged)?;
    let own = page.get(end..).ok_or(Refused::Damaged)?;
    let (suffixes, _) = lengths(own, values).ok_or(Refused::Damaged)?;
    if prefixes.len() != suffixes.len() {
        return Err(Refused::Damaged);
    }
    let (mut all, mut last) = (0_u64, 0_u64);
    for (prefix, suffix) in prefixes.into_iter().zip(suffixes) {
        let prefix = u64::try_from(prefix).map_err(|_| Refused::Damaged)?;
        let suffix = u64::try_from(suffix).map_err(|_| Refused::Damaged)?;
        if prefix > last {
            return Err(Refused::Damaged);
        }
        last = prefix + suffix;
        all = all.saturating_add(last);
    }
    if all > most { Err(Refused::Page) } else { Ok(()) }
}

/// How a run of numbers is laid out.
struct Head {
    miniblocks: usize,
    in_miniblock: usize,
    values: usize,
    first: i32,
}

impl Head {
    fn read(thrift: &mut Thrift<'_>, most: u64) -> Option<Self> {
        let block = usize::try_from(thrift.varint().ok()?).ok()?;
        let miniblocks = usize::try_from(thrift.varint().ok()?).ok()?;
        let values = thrift.varint().ok()?;
        let first = i32::try_from(thrift.zigzag().ok()?).ok()?;
        if miniblocks == 0 || !block.is_multiple_of(miniblocks) || values > most.min(MAX_LENGTHS) {
            return None;
        }
        let values = usize::try_from(values).ok()?;
        Some(Self { miniblocks, in_miniblock: block / miniblocks, values, first })
    }
}

/// The numbers of a run in `DELTA_BINARY_PACKED`, and where it ends.
fn lengths(bytes: &[u8], most: u64) -> Option<(Vec<i32>, usize)> {
    let mut thrift = Thrift::new(bytes, 0);
    let head = Head::read(&mut thrift, most)?;
    let mut numbers = Vec::new();
    let mut place = bytes.len() - thrift.left();
    if head.values == 0 {
        return Some((numbers, place));
    }
    let mut last = head.first;
    numbers.push(last);
    while numbers.len() < head.values {
        let mut thrift = Thrift::new(bytes.get(place..)?, 0);
        let least = i32::try_from(thrift.zigzag().ok()?).ok()?;
        let widths_at = bytes.len() - thrift.left();
        place = widths_at.checked_add(head.miniblocks)?;
        for width in bytes.get(widths_at..place)? {
            let left = (head.values - numbers.len()).min(head.in_miniblock);
            if left == 0 {
                break;
            }
            let width = usize::from(*width);
            let packed = bytes.get(place..)?;
            if width > 32 || packed.len() < left.checked_mul(width)?.div_ceil(8) {
                return None;
            }
            for number in 0..left {
                last = last.wrapping_add(least).wrapping_add(unpacked(packed, number, width));
                numbers.push(last);
            }
            place += head.in_miniblock.checked_mul(width)? / 8;
        }
    }
    Some((numbers, place))
}

/// The number at a place among numbers of `width` bits, the lowest bit first.
fn unpacked(packed: &[u8], place: usize, width: usize) -> i32 {
    let bit = place * width;
    let mut window = [0; 8];
    let from = packed.get(bit / 8..).unwrap_or_default();
    let have = from.len().min(8);
    window[..have].copy_from_slice(&from[..have]);
    let bits = (u64::from_le_bytes(window) >> (bit % 8)) & ((1_u64 << width) - 1);
    u32::try_from(bits).expect("at most 32 bits").cast_signed()
}
