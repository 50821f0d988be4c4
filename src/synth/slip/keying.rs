//! Typing errors. Four in five wrong words have one error, and nearly all errors are a letter
//! left out, one too many, a wrong one, or two that changed places (Damerau, 1964); the shares of
//! the four are near those that Pollock and Zamora (1984) counted.

use super::super::draw::Draw;

/// The name with one or two typing errors.
pub(in super::super) fn keyed(name: &str, draw: &mut Draw) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    slip(&mut letters, draw);
    if draw.percent(20) {
        slip(&mut letters, draw);
    }
    letters.into_iter().collect()
}

/// A number with one digit wrong, or two neighbours that changed places.
pub(in super::super) fn miskeyed_digits(number: &str, draw: &mut Draw) -> String {
    let mut digits: Vec<char> = number.chars().collect();
    let place = 1 + draw.place(digits.len().saturating_sub(2).max(1));
    if draw.percent(30) && digits[place - 1] != digits[place] {
        digits.swap(place - 1, place);
    } else if let Some(digit) = digits[place].to_digit(10) {
        let other = (digit + draw.between(1, 9)) % 10;
        digits[place] = char::from_digit(other, 10).unwrap_or('0');
    }
    digits.into_iter().collect()
}

/// One error; the first letter is rarely concerned.
fn slip(letters: &mut Vec<char>, draw: &mut Draw) {
    if letters.len() < 2 {
        return;
    }
    let first = usize::from(!draw.percent(8));
    let place = first + draw.place(letters.len() - first);
    match draw.weighted(&[34, 24, 26, 16]) {
        0 if letters.len() > 2 => {
            letters.remove(place);
        }
        1 => {
            let letter =
                if draw.percent(60) { letters[place] } else { neighbour(letters[place], draw) };
            letters.insert(place, letter.to_ascii_lowercase());
        }
        2 => letters[place] = neighbour(letters[place], draw),
        _ => {
            let other = if place + 1 < letters.len() { place + 1 } else { place - 1 };
            let (one, two) = (letters[place], letters[other]);
            letters[place] = cased_as(two, one);
            letters[other] = cased_as(one, two);
        }
    }
}

/// A letter beside this one on the keyboard.
fn neighbour(letter: char, draw: &mut Draw) -> char {
    let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let lower = letter.to_ascii_lowercase();
    let found = (0..3).find_map(|row| rows[row].find(lower).map(|column| (row, column)));
    let Some((row, column)) = found else { return letter };
    let mut near = Vec::with_capacity(6);
    for (other, from, to) in [
        (row, column.saturating_sub(1), column + 1),
        (row + 1, column.saturating_sub(1), column),
        (row.wrapping_sub(1), column, column + 1),
    ] {
        let keys = rows.get(other).map_or(&[][..], |keys| keys.as_bytes());
        near.extend((from..=to).filter_map(|at| keys.get(at)).map(|&key| char::from(key)));
    }
    near.retain(|&key| key != lower);
    cased_as(*draw.one(&near), letter)
}

fn cased_as(letter: char, like: char) -> char {
    if like.is_uppercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::super::super::draw::Purpose;
    use super::*;

    #[test]
    fn neighbours_are_keys_that_touch() {
        let mut draw = Draw::new(1, Purpose::Order, 0);
        for _ in 0..50 {
            assert!("weadzx".contains(neighbour('s', &mut draw)));
            assert!("OL".contains(neighbour('P', &mut draw)));
        }
        assert_eq!(neighbour('é', &mut draw), 'é');
    }

    #[test]
    fn a_typed_name_is_near_the_right_one() {
        let mut draw = Draw::new(1, Purpose::Order, 0);
        for _ in 0..500 {
            let typed = keyed("Alexander", &mut draw);
            assert!(typed.len().abs_diff(9) <= 2);
            assert_eq!(miskeyed_digits("9990001234", &mut draw).len(), 10);
            assert!(!keyed("Jo", &mut draw).is_empty());
        }
    }
}
