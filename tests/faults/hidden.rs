//! What must not touch the disk in the clear, even under a passing name: pieces of a file are
//! looked for in whatever lies there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::snapshot;
use super::trial::Prepared;

/// The length of a piece, in bytes: too long to be met by chance.
const PIECE: usize = 24;

/// Says in which files of a folder a hidden input's content is.
pub fn found(prepared: &Prepared<'_>, hidden: &str, folder: &Path) -> Vec<String> {
    let clear = fs::read(prepared.inputs.join(hidden)).expect("the hidden input");
    let others = prepared.placed.iter().chain(&prepared.raw).map(|(_, bytes)| &**bytes);
    let pieces = pieces(&clear, others);
    let left = snapshot::of(folder);
    let named = left.files.iter().map(|(name, bytes)| (name.as_str(), bytes));
    let passing = left.passing.iter().map(String::as_str).zip(&left.under_way);
    let holding = named.chain(passing).filter(|(_, bytes)| holds(bytes, &pieces));
    holding.map(|(name, _)| format!("{name} holds what is in {hidden}")).collect()
}

/// The pieces of a file that are in no other: what tables have in common tells nothing.
fn pieces<'b>(clear: &'b [u8], others: impl Iterator<Item = &'b [u8]>) -> BTreeSet<&'b [u8]> {
    let mut pieces: BTreeSet<&[u8]> = clear.chunks_exact(PIECE).collect();
    for other in others {
        other.windows(PIECE).for_each(|window| {
            pieces.remove(window);
        });
    }
    pieces
}

fn holds(bytes: &[u8], pieces: &BTreeSet<&[u8]>) -> bool {
    bytes.windows(PIECE).any(|window| pieces.contains(window))
}

#[test]
fn a_part_of_what_is_hidden_is_found() {
    let clear: Vec<u8> = (0..400_u32).flat_map(|n| (n * n).to_be_bytes()).collect();
    let pieces = pieces(&clear, std::iter::empty());
    assert!(holds(&clear[..500], &pieces) && holds(&clear[700..900], &pieces));
    assert!(!holds(&[7; 4000], &pieces) && !holds(b"", &pieces));
}
