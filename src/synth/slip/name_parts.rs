//! Surnames of two parts.

use super::super::draw::Draw;

/// Whether the surname has two parts that stand on their own.
pub(in super::super) fn is_double(surname: &str) -> bool {
    parts(surname).is_some()
}

/// One of the parts, the last more often.
pub(in super::super) fn dropped(surname: &str, draw: &mut Draw) -> String {
    let Some((one, two)) = parts(surname) else { return surname.to_owned() };
    if draw.percent(60) { two.to_owned() } else { one.to_owned() }
}

/// The parts in the other order.
pub(in super::super) fn turned(surname: &str) -> String {
    let Some((one, two)) = parts(surname) else { return surname.to_owned() };
    let joint = if surname.contains('-') { '-' } else { ' ' };
    format!("{two}{joint}{one}")
}

/// A space for the hyphen, a hyphen for the space, or neither.
pub(in super::super) fn joined_otherwise(surname: &str, draw: &mut Draw) -> String {
    let Some((one, two)) = parts(surname) else { return surname.to_owned() };
    let joint = match (draw.percent(12), surname.contains('-')) {
        (true, _) => "",
        (false, true) => " ",
        (false, false) => "-",
    };
    format!("{one}{joint}{two}")
}

/// The two parts; a particle such as `Al` or `De` is none.
fn parts(surname: &str) -> Option<(&str, &str)> {
    let (one, two) = surname.split_once(['-', ' '])?;
    (one.len() > 2 && two.len() > 2).then_some((one, two))
}

#[cfg(test)]
mod tests {
    use super::super::super::draw::Purpose;
    use super::*;

    #[test]
    fn only_whole_names_are_parts() {
        assert!(is_double("Walker-Smith") && is_double("Begum Khan"));
        assert!(!is_double("Al-Hassan") && !is_double("Smith"));
        assert_eq!(turned("Walker-Smith"), "Smith-Walker");
        let mut draw = Draw::new(1, Purpose::Order, 0);
        let joined: Vec<String> =
            (0..40).map(|_| joined_otherwise("Walker-Smith", &mut draw)).collect();
        assert!(joined.iter().all(|name| ["Walker Smith", "WalkerSmith"].contains(&name.as_str())));
        assert!(["Walker", "Smith"].contains(&dropped("Walker-Smith", &mut draw).as_str()));
    }
}
