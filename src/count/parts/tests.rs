//! Nobody can work out a hidden count from what is shown: tried by somebody who knows every rule.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::count::Earlier;

const RELEASED: [Preset; 3] = [Preset::OpenSafely, Preset::Hes, Preset::Threshold10];

fn told(preset: Preset, counts: &[u64]) -> Parts {
    let mut policy = Policy::new(preset, Earlier::default());
    let parts: Vec<(String, Count)> = (0..)
        .zip(counts)
        .map(|(place, count): (u32, _)| (place.to_string(), Count::of(*count)))
        .collect();
    policy.parts("t", &parts)
}

fn text(parts: &Parts) -> String {
    let cells: Vec<String> = parts.cells.iter().map(ToString::to_string).collect();
    format!("{} = {}", cells.join(" + "), parts.total)
}

#[test]
fn golden_tables_of_each_preset() {
    let golden = |preset, counts: &[u64]| text(&told(preset, counts));
    // One small cell would be what the others leave of the total.
    assert_eq!(golden(Preset::Threshold10, &[3, 120, 40, 0]), "[c] + 120 + [c] + 0 = 163");
    assert_eq!(golden(Preset::Threshold10, &[30, 120, 40]), "30 + 120 + 40 = 190");
    // Both must be nine: the total goes.
    assert_eq!(golden(Preset::Threshold10, &[9, 9]), "[c] + [c] = [c]");
    assert_eq!(golden(Preset::OpenSafely, &[3, 120, 41]), "[redacted] + 120 + 40 = 165");
    assert_eq!(golden(Preset::Hes, &[3, 120, 41]), "* + 120 + 40 = 165");
    // All must be seven: the total goes.
    assert_eq!(golden(Preset::Hes, &[7, 7, 7, 7]), "* + * + * + * = *");
    assert_eq!(golden(Preset::Exact, &[3, 120, 41]), "3 + 120 + 41 = 164");
}

#[test]
fn rows_with_small_counts_are_put_together() {
    let rows = |rows: &[(&str, [u64; 2])]| -> Rows {
        rows.iter().map(|(name, n)| ((*name).to_owned(), n.map(Count::of).to_vec())).collect()
    };
    let policy = Policy::new(Preset::Threshold10, Earlier::default());
    let given = rows(&[("a", [6, 20]), ("b", [30, 0]), ("c", [40, 50]), ("d", [12, 3])]);
    let wanted = rows(&[("b", [30, 0]), ("c", [40, 50]), ("rest", [18, 23])]);
    assert!(policy.gathered(given.clone(), "rest") == wanted);
    let exact = Policy::new(Preset::Exact, Earlier::default());
    assert!(exact.gathered(given.clone(), "rest") == given);
    let one = rows(&[("a", [6, 20]), ("b", [30, 40])]);
    assert!(policy.gathered(one, "rest") == rows(&[("b", [30, 40]), ("rest", [6, 20])]));
}

#[test]
fn sums_that_are_told_elsewhere_give_no_part_away() {
    // 3 and 40 are hidden for the total, but the first three make a sum that is told: 3 would be
    // what is left of it. And so on, until nothing follows from any sum or from several together.
    let counts = [3, 120, 60, 40].map(Count::of);
    let parts: Vec<(String, Count)> =
        counts.iter().enumerate().map(|(place, n)| (place.to_string(), *n)).collect();
    let told = |sums: &[Vec<usize>]| {
        let mut policy = Policy::new(Preset::Threshold10, Earlier::default());
        text(&policy.parts_of("t", &parts, sums))
    };
    assert_eq!(told(&[]), "[c] + 120 + 60 + [c] = 223");
    assert_eq!(told(&[vec![0, 1, 2]]), "[c] + [c] + [c] + [c] = 223");
    assert_eq!(told(&[vec![0, 3]]), "[c] + 120 + 60 + [c] = 223");
    let cells = |hidden: &[usize]| -> Vec<Disclosed> {
        let show = |(place, n): (usize, &Count)| {
            let preset = Preset::Threshold10;
            if hidden.contains(&place) { preset.hidden() } else { preset.show(*n) }
        };
        counts.iter().enumerate().map(show).collect()
    };
    // Of a + b, b + c and a + c, none gives one away, and the three give all.
    let (ab, bc, ac): (&[usize], &[usize], &[usize]) = (&[0, 1], &[1, 2], &[0, 2]);
    assert_eq!(follows(&cells(&[0, 1, 2]), &[ab, bc]), None);
    assert_eq!(follows(&cells(&[0, 1, 2]), &[ab, bc, ac]), Some(0));
}

/// Every table of three cells up to 40, by what is shown of it. Tables that look alike are what
/// somebody with all the rules in hand cannot tell apart. Of larger totals not all are here.
#[test]
fn whoever_knows_the_rules_cannot_work_out_a_hidden_part() {
    const MOST: u64 = 40;
    for preset in RELEASED {
        let (least, most) = preset.small().expect("it hides");
        let mut alike: BTreeMap<String, Vec<[u64; 3]>> = BTreeMap::new();
        for a in 0..=MOST {
            for b in 0..=MOST {
                for c in 0..=MOST {
                    let counts = [a, b, c];
                    alike.entry(text(&told(preset, &counts))).or_default().push(counts);
                }
            }
        }
        for (shown, tables) in alike {
            let parts = told(preset, &tables[0]);
            if parts.total.number().is_some_and(|total| preset.range(total).1 > MOST) {
                continue;
            }
            for (place, cell) in parts.cells.iter().enumerate() {
                let values: BTreeSet<u64> = tables.iter().map(|table| table[place]).collect();
                let small = values.iter().any(|value| (least..=most).contains(value));
                let open = cell.number().is_some() || !small || values.len() > 1;
                assert!(open, "{}: {shown} gives away {values:?}", preset.name());
            }
        }
    }
}

/// All the ways in which the hidden cells may make up a total, within rounding.
fn ways(preset: Preset, cells: &[Disclosed], total: (u64, u64)) -> Vec<Vec<u64>> {
    let most = 40;
    let mut ways: Vec<Vec<u64>> = vec![Vec::new()];
    for cell in cells {
        let (low, high) = cell.number().map_or((0, most), |number| preset.range(number));
        ways = ways
            .into_iter()
            .flat_map(|way| (low..=high).map(move |n| [way.as_slice(), &[n]].concat()))
            .filter(|way| way.iter().sum::<u64>() <= total.1)
            .collect();
    }
    ways.retain(|way| way.iter().sum::<u64>() >= total.0);
    ways
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_hidden_cell_of_a_table_follows_from_its_totals(
        counts in prop::collection::vec(prop::collection::vec(0u64..25, 2), 2..4),
        preset in 0usize..3,
    ) {
        let preset = RELEASED[preset];
        let rows: Vec<(String, Vec<Count>)> = (0..)
            .zip(&counts)
            .map(|(row, counts): (u32, _)| {
                (row.to_string(), counts.iter().map(|n| Count::of(*n)).collect())
            })
            .collect();
        let table = Policy::new(preset, Earlier::default()).table("t", &["a", "b"], &rows);
        for (row, told) in table.rows.iter().enumerate() {
            let whole = told.cells.iter().all(|cell| cell.number().is_some());
            prop_assert!(whole || told.total.number().is_none(), "row {} tells its total", row);
        }
        for (column, total) in table.totals.iter().enumerate() {
            let cells: Vec<Disclosed> = table.rows.iter().map(|row| row.cells[column]).collect();
            let Some(total) = total.number() else { continue };
            let ways = ways(preset, &cells, preset.range(total));
            for (row, cell) in cells.iter().enumerate().filter(|(_, c)| c.number().is_none()) {
                let values: BTreeSet<u64> = ways.iter().map(|way| way[row]).collect();
                prop_assert!(values.len() > 1, "{:?} follows in {:?} = {}", cell, cells, total);
            }
        }
    }
}
