use super::*;
use crate::spec::templates;

fn linkage() -> Linkage {
    let template = templates::named("uk-children").expect("the template is shipped");
    Linkage::parse("spec", &template.linkage("test", &template.datasets())).expect("sound")
}

/// The pattern in which these recipes agree, these differ, and the rest are missing.
fn pattern(linkage: &Linkage, agree: &[&str], differ: &[&str]) -> Pattern {
    let bits = |names: &[&str]| {
        names.iter().fold(0, |bits, name| {
            let place = linkage.recipes.iter().position(|recipe| recipe.id == *name);
            bits | 1 << place.expect("the recipe is in the template")
        })
    };
    Pattern { agree: bits(agree), known: bits(agree) | bits(differ), names: Names::default() }
}

fn shown(agree: &[&str], differ: &[&str]) -> Vec<(String, &'static str)> {
    let linkage = linkage();
    let comparisons = Comparisons::new(&linkage);
    let levels = comparisons.levels(pattern(&linkage, agree, differ));
    let named = comparisons.list.iter().zip(levels).filter(|(_, level)| *level != UNKNOWN);
    named.map(|(c, level)| (c.name.clone(), c.of.levels()[usize::from(level)])).collect()
}

fn level(shown: &[(String, &'static str)], comparison: &str) -> Option<&'static str> {
    shown.iter().find(|(name, _)| name == comparison).map(|(_, level)| *level)
}

#[test]
fn nothing_known_says_nothing() {
    assert!(shown(&[], &[]).is_empty());
}

#[test]
fn a_recipe_that_agrees_says_that_all_its_parts_do() {
    let shown = shown(&["forename_dob"], &[]);
    assert_eq!(level(&shown, "forename"), Some("same"));
    assert_eq!(level(&shown, "date_of_birth"), Some("same"));
    assert_eq!(level(&shown, "surname"), None);
}

#[test]
fn a_recipe_that_disagrees_alone_does_not_say_which_part_differs() {
    let shown = shown(&[], &["forename_dob"]);
    assert_eq!(level(&shown, "forename"), None);
    assert_eq!(level(&shown, "date_of_birth"), None);
}

#[test]
fn a_disagreement_is_laid_to_the_one_part_that_is_not_known_to_agree() {
    let shown = shown(&["surname_dob", "forename_sound"], &["forename_dob", "postcode_dob"]);
    assert_eq!(level(&shown, "forename"), Some("sound"));
    assert_eq!(level(&shown, "postcode"), Some("different"));
}

#[test]
fn twins_show_a_different_forename() {
    let differ = ["forename_dob", "nickname_dob", "forename_sound"];
    let shown = shown(&["surname_dob", "postcode_dob"], &differ);
    assert_eq!(level(&shown, "forename"), Some("different"));
    assert_eq!(level(&shown, "surname"), Some("same"));
    assert_eq!(level(&shown, "postcode"), Some("unit"));
}

#[test]
fn names_that_agree_show_that_the_date_differs_in_part() {
    let differ = ["forename_dob", "surname_dob", "names_dob"];
    let shown = shown(&["names_year", "names_sound_ym"], &differ);
    assert_eq!(level(&shown, "date_of_birth"), Some("two_parts"));
    assert_eq!(level(&shown, "forename"), Some("same"));
}

/// The pattern with this many names in common, whatever their places.
fn with_names(pattern: Pattern, shared: u8, possible: u8) -> Pattern {
    Pattern { names: Names { shared, possible }, ..pattern }
}

fn level_with_names(agree: &[&str], differ: &[&str], names: [u8; 2], of: Of) -> &'static str {
    let linkage = linkage();
    let comparisons = Comparisons::new(&linkage);
    let pattern = with_names(pattern(&linkage, agree, differ), names[0], names[1]);
    let levels = comparisons.levels(pattern);
    let place = comparisons.list.iter().position(|c| c.of == of).expect("it is compared");
    if levels[place] == UNKNOWN { "unknown" } else { of.levels()[usize::from(levels[place])] }
}

const NAMES_DIFFER: [&str; 4] = ["forename_dob", "surname_dob", "nickname_dob", "forename_sound"];

#[test]
fn names_in_common_that_differ_in_their_own_places_are_swapped() {
    let agree = ["any_name_dob", "postcode_dob"];
    let given = |names| level_with_names(&agree, &NAMES_DIFFER, names, Of::GivenName);
    assert_eq!(given([2, 2]), "swapped");
    assert_eq!(given([1, 2]), "different");
    assert_eq!(level_with_names(&agree, &NAMES_DIFFER, [1, 2], Of::AnyName), "one");
    assert_eq!(level_with_names(&agree, &NAMES_DIFFER, [0, 2], Of::AnyName), "none");
    assert_eq!(level_with_names(&agree, &NAMES_DIFFER, [2, 2], Of::FamilyName), "unknown");
}

#[test]
fn a_middle_name_shows_as_another_name() {
    let differ = ["forename_dob", "nickname_dob", "forename_sound"];
    let agree = ["surname_dob", "any_name_dob"];
    assert_eq!(level_with_names(&agree, &differ, [2, 2], Of::GivenName), "other");
    assert_eq!(level_with_names(&agree, &differ, [1, 2], Of::GivenName), "different");
}

#[test]
fn names_that_sound_alike_and_are_in_common_are_the_same() {
    let given = |names| level_with_names(&["names_sound_md"], &[], names, Of::GivenName);
    assert_eq!(given([2, 2]), "same");
    assert_eq!(given([1, 2]), "sound");
}

#[test]
fn further_names_count_where_both_names_agree() {
    let agree = ["forename_dob", "surname_dob"];
    let more = |names| level_with_names(&agree, &[], names, Of::MoreNames);
    assert_eq!(more([3, 3]), "same");
    assert_eq!(more([2, 3]), "different");
    assert_eq!(more([2, 2]), "unknown", "there are no further names");
}

#[test]
fn names_are_not_counted_where_the_date_keeps_them_from_meeting() {
    let names = ["names_year", "names_sound_ym"];
    let differ = ["any_name_dob", "forename_dob", "surname_dob"];
    let more =
        |agree: &[&str], differ: &[&str]| level_with_names(agree, differ, [0, 3], Of::MoreNames);
    assert_eq!(more(&names, &differ), "unknown");
    assert_eq!(more(&["names_year", "sector_dob"], &["any_name_dob"]), "different");
}

#[test]
fn a_first_of_january_says_little() {
    let date = |agree: &[&str], differ: &[&str]| level_with_names(agree, differ, [0, 0], Of::Date);
    let names = ["forename_postcode", "names_sector"];
    // Both have both names with a date, and one has none with a date that is no 1 January.
    let differ = ["forename_dob", "surname_dob"];
    assert_eq!(date(&names, &differ), "new_year");
    assert_eq!(date(&names, &[&differ[..], &["names_dob"]].concat()), "different");
    assert_eq!(date(&["forename_dob", "surname_dob"], &[]), "same_new_year");
    assert_eq!(date(&["forename_dob", "surname_dob", "names_dob"], &[]), "same");
}
