//! The text of a cell without what cannot be seen.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The cell without white space, control and invisible characters at its ends.
pub fn trim(cell: &str) -> &str {
    if let [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] = cell.as_bytes() {
        return cell;
    }
    cell.trim_matches(|char: char| !char.is_ascii_graphic() && is_blank(char))
}

/// The cell in compatibility form (NFKC, so that full-width digits are digits), with plain
/// hyphens, without invisible characters, and trimmed. ASCII is only trimmed.
pub fn plain(cell: &str) -> Cow<'_, str> {
    let cell = trim(cell);
    if cell.is_ascii() {
        return Cow::Borrowed(cell);
    }
    let plain: String =
        visible(cell.chars()).map(|char| if is_dash(char) { '-' } else { char }).collect();
    Cow::Owned(trim(&plain).to_owned())
}

/// Characters in compatibility form (NFKC), without the invisible ones.
pub fn visible(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    chars.filter(|&char| !is_invisible(char)).nfkc().filter(|&char| !is_invisible(char))
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() || char.is_control() || is_invisible(char)
}

/// Zero-width, joining, direction and other format characters, which copying brings along.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

fn is_dash(char: char) -> bool {
    matches!(char, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_taken_away() {
        assert_eq!(trim("\u{feff} \u{a0}a b\u{200b}\r\n\0"), "a b");
        assert_eq!(plain("\u{200e}21\u{2011}0\u{200b}1"), "21-01");
        assert_eq!(plain("\u{3000}９４３\u{a0}５"), "943 5");
    }

    #[test]
    fn ascii_is_borrowed() {
        assert!(matches!(plain(" a "), Cow::Borrowed("a")));
    }
}
