//! Errors of machines that read paper forms: letters and digits that look alike.

use super::super::draw::Draw;

/// The text with one look-alike in it, if it has any letter that has one.
pub(in super::super) fn scanned(text: &str, draw: &mut Draw) -> String {
    let found: Vec<(usize, &str, &str)> = ALIKE
        .iter()
        .flat_map(|(is, seen)| text.match_indices(is).map(move |(at, _)| (at, *is, *seen)))
        .collect();
    if found.is_empty() {
        return text.to_owned();
    }
    let (at, is, seen) = *draw.one(&found);
    let (before, rest) = text.split_at(at);
    let (_, after) = rest.split_at(is.len());
    format!("{before}{seen}{after}")
}

const ALIKE: [(&str, &str); 20] = [
    ("O", "0"),
    ("I", "l"),
    ("l", "1"),
    ("i", "l"),
    ("S", "5"),
    ("B", "8"),
    ("Z", "2"),
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("d", "cl"),
    ("vv", "w"),
    ("w", "vv"),
    ("nn", "m"),
    ("h", "b"),
    ("e", "c"),
    ("u", "v"),
    ("a", "o"),
    ("E", "F"),
    ("0", "O"),
];

#[cfg(test)]
mod tests {
    use super::super::super::draw::Purpose;
    use super::*;

    #[test]
    fn one_look_alike_is_read() {
        let mut draw = Draw::new(1, Purpose::Order, 0);
        assert_eq!(scanned("Orxyk", &mut draw), "0rxyk");
        assert_eq!(scanned("krny", &mut draw), "kmy");
        assert_eq!(scanned("xyz", &mut draw), "xyz");
    }
}
