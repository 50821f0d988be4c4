//! Text within TOML.

use std::fmt::Write as _;

/// A TOML string on one line.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control()
                || ('\u{202A}'..='\u{202E}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c) =>
            {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn any_name_is_a_string_of_one_line() {
        for name in ["plain", "with \"quotes\" and \\", "two\nlines\t", "\u{202e}turned", "é"] {
            let quoted = quoted(name);
            assert!(!quoted.contains('\n'));
            let table: toml::Table = format!("x = {quoted}").parse().expect("it is TOML");
            assert_eq!(table["x"].as_str(), Some(name));
        }
    }
}
