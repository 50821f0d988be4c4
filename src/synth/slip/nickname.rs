//! Short and pet names that stand where a forename should.

use super::super::draw::Draw;

/// A short or pet name for the forename, if it has one.
pub(in super::super) fn nickname(forename: &str, draw: &mut Draw) -> Option<String> {
    let line = NICKNAMES.lines().find_map(|line| {
        let (name, short) = line.split_once(' ')?;
        (name == forename).then_some(short)
    });
    match line {
        Some(short) => {
            let short: Vec<&str> = short.split(' ').collect();
            Some((*draw.one(&short)).to_owned())
        }
        None => None,
    }
}

/// A forename a line, then what it is shortened to.
const NICKNAMES: &str = include_str!("nicknames.txt");

#[cfg(test)]
mod tests {
    use super::super::super::draw::Purpose;
    use super::*;

    #[test]
    fn a_forename_is_shortened_as_families_do() {
        let mut draw = Draw::new(1, Purpose::Order, 0);
        let short = nickname("Thomas", &mut draw).expect("Thomas is shortened");
        assert!(["Tom", "Tommy"].contains(&short.as_str()));
        assert_eq!(nickname("Zainab", &mut draw).as_deref(), Some("Zee"));
        assert_eq!(nickname("Xyz", &mut draw), None);
    }
}
