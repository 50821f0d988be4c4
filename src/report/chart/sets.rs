//! Which sets of datasets hold how many people (an `UpSet` plot; Lex and others, 2014).

use maud::{Markup, html};

use super::scale::{of, place};
use super::{Label, WIDTH, frame, line, n, rect, text};
use crate::count::Disclosed;

const LEFT: f64 = 92.0;
const TOP: f64 = 16.0;
const HEIGHT: f64 = 110.0;
const ROW: f64 = 22.0;

/// A set of datasets, each by its place, and who is in these and no other.
pub struct SetBar {
    pub datasets: Vec<usize>,
    pub people: Disclosed,
}

/// Sets, largest first, over the datasets that they are of.
pub fn sets(label: &Label<'_>, datasets: &[String], sets: &[SetBar]) -> Markup {
    let most = sets.iter().filter_map(|set| set.people.number()).max().unwrap_or(1).max(1);
    let step = ((WIDTH - LEFT) / place(sets.len().max(1))).min(34.0);
    let base = TOP + HEIGHT;
    let x = |column: usize| LEFT + (place(column) + 0.5) * step;
    let y = |row: usize| base + 18.0 + place(row) * ROW;
    let body = html! {
        @for (row, dataset) in datasets.iter().enumerate() {
            (text("end", LEFT - 10.0, y(row) + 4.0, dataset))
            (line("rule", LEFT, y(row), LEFT + step * place(sets.len()), y(row)))
        }
        (line("axis", LEFT, base, LEFT + step * place(sets.len()), base))
        @for (column, set) in sets.iter().enumerate() {
            @let height = set.people.number().map_or(0.0, |people| of(people) / of(most) * HEIGHT);
            (rect("bar", x(column) - step * 0.32, base - height, step * 0.64, height))
            (text("soft mid", x(column), base - height - 4.0, &short(set.people)))
            @if let (Some(first), Some(last)) = (set.datasets.first(), set.datasets.last()) {
                (line("whisker", x(column), y(*first), x(column), y(*last)))
            }
            @for row in 0..datasets.len() {
                @let class = if set.datasets.contains(&row) { "bar" } else { "dot-off" };
                circle class=(class) cx=(n(x(column))) cy=(n(y(row))) r="5" {}
            }
        }
    };
    frame(label, y(datasets.len()) - 6.0, &body)
}

/// A count that fits over a narrow bar.
fn short(count: Disclosed) -> String {
    match count.number() {
        Some(number) if number >= 1_000_000 => format!("{:.1}M", of(number) / 1e6),
        Some(number) if number >= 10_000 => format!("{:.0}k", of(number) / 1e3),
        Some(number) if number >= 1000 => format!("{:.1}k", of(number) / 1e3),
        Some(number) => number.to_string(),
        None => "·".to_owned(),
    }
}
