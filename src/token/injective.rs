//! No two lists of parts share an encoding: every encoding is read back, by a reader that shares no
//! code with the writer, as the list that it was made of. If two lists shared one, one of them
//! would be read back as the other.

use std::collections::BTreeSet;

use super::encoded;

/// Parts that invite mistakes: the encoding's own bytes, separators, homographs (Latin, Cyrillic
/// and Greek A, full width, composed and decomposed accents) and words that shift into each other.
const PIECES: [&str; 20] = [
    "",
    "\0",
    "\u{1}",
    "\u{2}",
    "\0\u{1}",
    "|",
    ",",
    " ",
    "A",
    "\u{410}",
    "\u{391}",
    "\u{ff21}",
    "\u{e9}",
    "e\u{301}",
    "ANN",
    "ANNA",
    "A SMITH",
    "SMITH",
    "2012-01-21",
    "\u{1}\u{1}\0\u{1}A",
];

/// Small pseudo-random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).expect("it is below a usize")
    }

    fn parts(&mut self) -> Vec<Vec<u8>> {
        (0..self.below(6)).map(|_| self.part()).collect()
    }

    fn part(&mut self) -> Vec<u8> {
        match self.below(8) {
            0 => {
                (0..self.below(300)).map(|_| u8::try_from(self.below(4)).expect("small")).collect()
            }
            1 => vec![b'A'; 250 + self.below(20)],
            _ => (0..=self.below(2)).flat_map(|_| PIECES[self.below(20)].bytes()).collect(),
        }
    }
}

/// The parts of an encoding, if it is one.
fn decoded(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut take = |length: usize| {
        let (taken, rest) = bytes.split_at_checked(length)?;
        bytes = rest;
        Some(taken)
    };
    let [1, count] = *take(2)? else { return None };
    let mut parts = Vec::new();
    for _ in 0..count {
        let [high, low] = *take(2)? else { return None };
        parts.push(take(usize::from(high) * 256 + usize::from(low))?.to_vec());
    }
    bytes.is_empty().then_some(parts)
}

/// Lists that differ from this one by where its parts end, their order or their number.
fn shifted(parts: &[Vec<u8>]) -> Vec<Vec<Vec<u8>>> {
    let mut lists = vec![vec![parts.concat()]];
    for place in 0..parts.len() {
        let mut without = parts.to_vec();
        let part = without.remove(place);
        let mut doubled = parts.to_vec();
        doubled.insert(place, part);
        let mut with_empty = parts.to_vec();
        with_empty.insert(place, Vec::new());
        lists.extend([without, doubled, with_empty]);
    }
    for place in 1..parts.len() {
        let mut moved = parts.to_vec();
        if let Some(byte) = moved[place - 1].pop() {
            moved[place].insert(0, byte);
        }
        let mut swapped = parts.to_vec();
        swapped.swap(place - 1, place);
        lists.extend([moved, swapped]);
    }
    lists
}

fn encode(parts: &[Vec<u8>]) -> Vec<u8> {
    encoded(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Tries so many lists, some random and some shifted from those.
fn assert_injective(cases: usize) {
    let mut random = Random(5);
    let mut tried = 0;
    while tried < cases {
        let parts = random.parts();
        let own = encode(&parts);
        assert_eq!(decoded(&own).as_deref(), Some(&*parts));
        let others = shifted(&parts);
        tried += 1 + others.len();
        for other in others {
            let encoding = encode(&other);
            assert_eq!(encoding == own, other == parts, "{other:?} and {parts:?}");
            assert_eq!(decoded(&encoding), Some(other));
        }
    }
}

#[test]
fn no_two_lists_of_parts_share_an_encoding() {
    assert_injective(100_000);
}

#[test]
#[ignore = "takes a minute: 10^7 cases; run with --release"]
fn no_two_of_ten_million_lists_of_parts_share_an_encoding() {
    assert_injective(10_000_000);
}

#[test]
fn texts_that_look_alike_or_run_together_have_encodings_of_their_own() {
    let lists: [&[&str]; 16] = [
        &["A"],
        &["\u{410}"],
        &["\u{391}"],
        &["\u{ff21}"],
        &["\u{e9}"],
        &["e\u{301}"],
        &["ANN", "A SMITH"],
        &["ANNA", " SMITH"],
        &["ANNA SMITH"],
        &["ANN", "A", "SMITH"],
        &["ANN|A SMITH"],
        &["ANN\0A SMITH"],
        &["", "ANN"],
        &["ANN", ""],
        &["ANN"],
        &[],
    ];
    let encodings: BTreeSet<Vec<u8>> = lists
        .iter()
        .map(|list| encoded(&list.iter().map(|part| part.as_bytes()).collect::<Vec<_>>()))
        .collect();
    assert_eq!(encodings.len(), lists.len());
    // The control: joined by a separator, some of these lists are one.
    let joined: BTreeSet<String> = lists.iter().map(|list| list.join("|")).collect();
    assert!(joined.len() < lists.len());
}
