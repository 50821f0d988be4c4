//! Names written as they sound, or in another of their spellings.

use super::super::draw::Draw;

/// The name in another accepted spelling, or else spelt by ear.
pub(in super::super) fn by_ear(name: &str, draw: &mut Draw) -> String {
    if draw.percent(75)
        && let Some(group) = groups().find(|group| group.contains(&name))
        && group.len() > 1
    {
        let others: Vec<&str> = group.into_iter().filter(|other| *other != name).collect();
        return (*draw.one(&others)).to_owned();
    }
    let found: Vec<(usize, &str, &str)> = SOUNDS
        .iter()
        .flat_map(|(is, heard)| name.match_indices(is).map(move |(at, _)| (at, *is, *heard)))
        .collect();
    if found.is_empty() {
        return name.to_owned();
    }
    let (at, is, heard) = *draw.one(&found);
    let (before, rest) = name.split_at(at);
    let (_, after) = rest.split_at(is.len());
    format!("{before}{heard}{after}")
}

fn groups() -> impl Iterator<Item = Vec<&'static str>> {
    SPELLINGS.lines().map(|line| line.split(' ').collect())
}

/// Spellings of one name, a group a line.
const SPELLINGS: &str = include_str!("spellings.txt");

/// Letters, and others that sound alike.
const SOUNDS: [(&str, &str); 56] = [
    ("ph", "f"),
    ("Ph", "F"),
    ("f", "ph"),
    ("ie", "y"),
    ("y", "ie"),
    ("i", "y"),
    ("y", "i"),
    ("ck", "k"),
    ("c", "k"),
    ("C", "K"),
    ("K", "C"),
    ("k", "ck"),
    ("ll", "l"),
    ("l", "ll"),
    ("nn", "n"),
    ("n", "nn"),
    ("tt", "t"),
    ("t", "tt"),
    ("ss", "s"),
    ("rr", "r"),
    ("mm", "m"),
    ("ei", "ie"),
    ("ai", "ay"),
    ("ay", "ai"),
    ("ee", "i"),
    ("i", "ee"),
    ("oo", "u"),
    ("u", "oo"),
    ("ou", "ow"),
    ("au", "aw"),
    ("s", "z"),
    ("z", "s"),
    ("sz", "sh"),
    ("cz", "ch"),
    ("w", "v"),
    ("kh", "k"),
    ("Kh", "K"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("q", "k"),
    ("ah", "a"),
    ("a", "ah"),
    ("eigh", "ay"),
    ("ley", "ly"),
    ("leigh", "ley"),
    ("son", "sen"),
    ("er", "ar"),
    ("en", "an"),
    ("e", "a"),
    ("a", "e"),
    ("wicz", "vich"),
    ("ski", "sky"),
    ("ska", "ski"),
    ("Mac", "Mc"),
    ("Mc", "Mac"),
];

#[cfg(test)]
mod tests {
    use super::super::super::draw::Purpose;
    use super::*;

    #[test]
    fn names_take_another_of_their_spellings() {
        let mut draw = Draw::new(1, Purpose::Order, 0);
        let group = groups().find(|group| group.contains(&"Muhammad")).expect("it has several");
        let heard: Vec<String> = (0..50).map(|_| by_ear("Muhammad", &mut draw)).collect();
        assert!(heard.iter().filter(|name| group.contains(&name.as_str())).count() > 20);
        assert!(heard.iter().all(|name| name != "Muhammad"));
    }

    #[test]
    fn no_name_is_in_two_groups() {
        let mut names: Vec<&str> = groups().flatten().collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
