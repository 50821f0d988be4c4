//! An evaluation as tables to read.

use std::fmt::Write as _;

use super::super::say::{count, counted};
use crate::evaluate::{
    Agreement, Band, Calibration, Estimate, Evaluation, FEWEST_PAIRS, Group, Groups, Spread,
};

/// The most characters of a group's value that are shown.
const MOST_CHARACTERS: usize = 28;

/// An evaluation as a table.
pub fn text(evaluation: &Evaluation) -> String {
    let mut text = format!(
        "{} records of {} entities; {} people in the map, {} records unlisted\n\n",
        count(evaluation.records),
        count(evaluation.entities),
        count(evaluation.people),
        count(evaluation.unlisted),
    );
    head(&mut text, "pairs");
    row(&mut text, "all", &evaluation.all);
    row(&mut text, "across datasets", &evaluation.across);
    row(&mut text, "within datasets", &evaluation.within);
    for agencies in evaluation.agencies.iter().filter(|agencies| any(&agencies.pairs)) {
        row(&mut text, &agencies.agencies.join(" × "), &agencies.pairs);
    }
    text.push_str(
        "\n  Intervals: 95 %, Wilson's, for as many independent pairs as the clustered ones are \
         worth. They\n  say what chance does, not whether the truth is like the data that matter.\n",
    );
    whole(&mut text, evaluation);
    for groups in &evaluation.by {
        let spread = groups.spread_across.as_ref();
        by(&mut text, "across datasets", groups, |group| group.across, spread);
        by(&mut text, "all pairs", groups, |group| group.all, groups.spread_all.as_ref());
    }
    if let Some(given) = &evaluation.calibration {
        calibration(&mut text, given);
    }
    text.truncate(text.trim_end().len());
    text
}

/// All pairs, and those across datasets, as a table.
#[cfg(all(feature = "agency", feature = "research"))]
pub fn summary(evaluation: &Evaluation) -> String {
    let mut text = String::new();
    head(&mut text, "pairs");
    row(&mut text, "all", &evaluation.all);
    row(&mut text, "across datasets", &evaluation.across);
    text.truncate(text.trim_end().len());
    text
}

fn whole(text: &mut String, evaluation: &Evaluation) {
    let (b_cubed, clusters) = (evaluation.b_cubed, evaluation.clusters);
    let _ = writeln!(
        text,
        "\n  B-cubed: precision {:.4}, recall {:.4}, F1 {:.4}\n  \
         entities found exactly: {} of {} ({} of {} with several records)\n  \
         people that mix entities: {}; entities split over people: {}; largest person: {} records",
        b_cubed.precision,
        b_cubed.recall,
        b_cubed.f1(),
        count(clusters.exact),
        count(evaluation.entities),
        count(clusters.exact_of_several),
        count(clusters.entities_of_several),
        count(clusters.mixed_people),
        count(clusters.split_entities),
        count(clusters.largest_person),
    );
}

fn any(agreement: &Agreement) -> bool {
    agreement.pairs.truth + agreement.pairs.found > 0
}

fn head(text: &mut String, what: &str) {
    let _ = writeln!(
        text,
        "  {what:<30}{:<22}{:<22}{:>6}{:>11}{:>9}{:>9}",
        "precision", "recall", "F1", "both", "false", "missed"
    );
}

fn row(text: &mut String, name: &str, agreement: &Agreement) {
    let Agreement { pairs, precision, recall, f1 } = agreement;
    let _ = writeln!(
        text,
        "  {name:<30}{:<22}{:<22}{:>6}{:>11}{:>9}{:>9}",
        estimate(*precision),
        estimate(*recall),
        f1.map_or_else(|| "–".to_owned(), |f1| format!("{f1:.4}")),
        count(pairs.both),
        count(pairs.found - pairs.both),
        count(pairs.truth - pairs.both),
    );
}

fn estimate(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "–".to_owned(),
        |Estimate { share, low, high }| format!("{share:.4} {low:.4}–{high:.4}"),
    )
}

fn by(
    text: &mut String,
    side: &str,
    groups: &Groups,
    of: impl Fn(&Group) -> Agreement,
    spread: Option<&Spread>,
) {
    let _ = writeln!(text, "\n  by {}, {side}", shown(&groups.column));
    head(text, "at least one record of");
    for group in &groups.groups {
        let value = group.value.as_deref().map_or_else(|| "(not listed)".to_owned(), shown);
        row(text, &value, &of(group));
    }
    if let Some(Spread { recall, lowest, highest }) = spread {
        let (lowest, highest) = (shown(lowest), shown(highest));
        let _ = writeln!(
            text,
            "  recall differs by {recall:.4}, from {lowest} to {highest} (of groups with \
             {FEWEST_PAIRS} true pairs or more)",
        );
    }
}

/// A group's value, short and without anything that a terminal would obey.
fn shown(value: &str) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    let mut characters = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    let mut shown: String = characters.by_ref().take(MOST_CHARACTERS).collect();
    if characters.next().is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}

fn calibration(text: &mut String, calibration: &Calibration) {
    let _ = writeln!(
        text,
        "\n  {:<30}{:>10}{:>10}  {:<22}{:>8}",
        "probability of the link", "records", "claimed", "right", "surely"
    );
    let mut row = |name: &str, band: &Band| {
        let _ = writeln!(
            text,
            "  {name:<30}{:>10}{:>10.4}  {:<22}{:>8.4}",
            count(band.records),
            band.claimed,
            estimate(Some(band.right)),
            band.surely_right,
        );
    };
    for band in &calibration.bands {
        row(&format!("{} to {}", band.from, band.to), band);
    }
    if let Some(all) = &calibration.all {
        row("all", all);
    }
    text.push_str(
        "  A linked record is right if another record of its person is of its entity, surely right \
         if every\n  one is; the share of true links lies between.\n",
    );
    if calibration.not_judged > 0 {
        let records = counted(calibration.not_judged, "record", "records");
        let _ =
            writeln!(text, "  Not judged, since the truth lacks others of the person: {records}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_short_and_harmless() {
        assert_eq!(shown("polish"), "polish");
        assert_eq!(shown(""), "(empty)");
        assert_eq!(shown("\u{1b}[2J"), "\u{fffd}[2J");
        assert_eq!(shown(&"é".repeat(28)), "é".repeat(28));
        assert_eq!(shown(&"é".repeat(29)), format!("{}…", "é".repeat(27)));
    }
}
