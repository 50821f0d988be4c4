//! Public frequencies: how common names, places and birth years are, for all to read.
//!
//! The shipped list is approximate and says so; a better one, of the same form, replaces it kind
//! by kind.

use std::collections::{BTreeMap, BTreeSet};

use super::AuditError;

const SHIPPED: &str = include_str!("frequencies/uk.csv");

const HEADER: &str = "kind,value,share";

/// Rounding may carry the sum of shares this far above 1.
const LARGEST_SUM: f64 = 1.001;

/// How common public values are, by kind.
#[derive(Clone, Debug)]
pub struct Frequencies {
    lists: BTreeMap<String, Vec<(String, f64)>>,
    /// Kinds that a list of the user's replaced.
    replaced: BTreeSet<String>,
}

impl Frequencies {
    /// The shipped list.
    ///
    /// # Panics
    /// Never: the shipped list is part of the program and tested.
    #[must_use]
    pub fn shipped() -> Self {
        let lists = parse("the shipped list", SHIPPED).expect("the shipped list is sound");
        Self { lists, replaced: BTreeSet::new() }
    }

    /// The shipped list, with the kinds of `text` in the place of its own; `file` names the text
    /// in messages. Lines are `kind,value,share` after a header of these words; a line that opens
    /// with `#` is a remark. Shares are above 0 and sum to 1 at most within a kind.
    ///
    /// # Errors
    /// If a line is none of these, with its number and nothing that it holds.
    pub fn with(file: &str, text: &str) -> Result<Self, AuditError> {
        let mut all = Self::shipped();
        for (kind, list) in parse(file, text)? {
            all.replaced.insert(kind.clone());
            all.lists.insert(kind, list);
        }
        Ok(all)
    }

    /// The list of a kind: values with their shares, as the file orders them.
    #[must_use]
    pub fn list(&self, kind: &str) -> Option<&[(String, f64)]> {
        self.lists.get(kind).map(Vec::as_slice)
    }

    /// The kinds that are not the shipped ones.
    pub fn replaced(&self) -> impl Iterator<Item = &str> {
        self.replaced.iter().map(String::as_str)
    }
}

fn parse(file: &str, text: &str) -> Result<BTreeMap<String, Vec<(String, f64)>>, AuditError> {
    let failed = |line, what| AuditError::Frequencies { file: file.to_owned(), line, what };
    let mut lists: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines().map(str::trim));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    if lines.next().is_none_or(|(_, header)| header != HEADER) {
        return Err(failed(1, "the header is `kind,value,share`"));
    }
    for (number, line) in lines {
        let entry = entry(line).ok_or_else(|| {
            failed(
                number,
                "a line is a kind, a value without quotes or commas, and a share above 0",
            )
        })?;
        let (kind, value, share) = entry;
        lists.entry(kind.to_owned()).or_default().push((value.to_owned(), share));
        let sum: f64 = lists[kind].iter().map(|(_, share)| share).sum();
        if sum > LARGEST_SUM {
            return Err(failed(number, "the shares of this kind sum to more than 1"));
        }
    }
    Ok(lists)
}

fn entry(line: &str) -> Option<(&str, &str, f64)> {
    let mut cells = line.split(',').map(str::trim);
    let (kind, value, share) = (cells.next()?, cells.next()?, cells.next()?.parse().ok()?);
    let sound = cells.next().is_none()
        && !line.contains('"')
        && !kind.is_empty()
        && !value.is_empty()
        && share > 0.0
        && share <= 1.0;
    sound.then_some((kind, value, share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_has_the_kinds_that_the_attacker_needs() {
        let shipped = Frequencies::shipped();
        let sum = |kind: &str| -> f64 {
            shipped.list(kind).expect("a kind").iter().map(|(_, share)| share).sum()
        };
        for (kind, least, most) in [
            ("forename", 0.5, 0.7),
            ("surname", 0.2, 0.4),
            ("postcode_area", 0.999, 1.001),
            ("birth_year", 0.999, 1.001),
            ("sex", 0.999, 1.001),
        ] {
            assert!((least..most).contains(&sum(kind)), "{kind}: {}", sum(kind));
        }
        assert_eq!(shipped.replaced().count(), 0);
    }

    #[test]
    fn a_list_of_ones_own_replaces_a_kind_and_no_other() {
        let text = "# ours\nkind,value,share\nforename, ANNA ,0.5\nforename,BEN,0.25\n";
        let own = Frequencies::with("f", text).expect("sound");
        assert_eq!(own.list("forename").map(<[_]>::len), Some(2));
        assert!(own.list("surname").is_some_and(|list| list.len() > 100));
        assert_eq!(own.replaced().collect::<Vec<_>>(), ["forename"]);
    }

    #[test]
    fn a_bad_line_is_told_by_its_number_alone() {
        for (line, text) in [
            (1, "value,share\n"),
            (2, "kind,value,share\nforename,SECRETNAME\n"),
            (2, "kind,value,share\nforename,SECRETNAME,0\n"),
            (2, "kind,value,share\nforename,\"SECRETNAME\",0.1\n"),
            (3, "kind,value,share\nforename,SECRETNAME,0.6\nforename,B,0.6\n"),
        ] {
            let error = Frequencies::with("f", text).expect_err("a bad line").to_string();
            assert!(error.starts_with(&format!("f:{line}: ")), "{error}");
            assert!(!error.contains("SECRETNAME"), "{error}");
        }
    }
}
