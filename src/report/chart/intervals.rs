//! Shares with their intervals, one below the other on one axis.

use maud::{Markup, html};

use super::scale::{place, ticks};
use super::{Label, WIDTH, frame, line, n, text};

const ROW: f64 = 34.0;
const LEFT: f64 = 6.0;
const TOP: f64 = 4.0;

/// A share with its interval, if it is told.
pub struct Interval {
    pub name: String,
    /// The share and the ends of its interval, 0 to 1.
    pub share: Option<[f64; 3]>,
}

/// The narrower axes that are used where all intervals lie on them.
const AXES: [[f64; 2]; 7] =
    [[0.98, 1.0], [0.9, 1.0], [0.8, 1.0], [0.5, 1.0], [0.0, 0.05], [0.0, 0.2], [0.0, 0.5]];

/// Shares and their intervals over an axis from 0 to 100 %, or over the end of it on which they all
/// lie. Those that are not told are left to the table.
pub fn intervals(label: &Label<'_>, rows: &[Interval]) -> Markup {
    let rows: Vec<&Interval> = rows.iter().filter(|row| row.share.is_some()).collect();
    if rows.is_empty() {
        return frame(label, 20.0, &text("soft", 0.0, 14.0, "There is no share that can be told."));
    }
    let told = || rows.iter().filter_map(|row| row.share);
    let least = told().map(|[_, low, _]| low).fold(1.0, f64::min);
    let most = told().map(|[_, _, high]| high).fold(0.0, f64::max);
    let fits = |axis: &[f64; 2]| axis[0] <= least && most <= axis[1];
    let [low, high] = AXES.into_iter().find(fits).unwrap_or([0.0, 1.0]);
    let x = |share: f64| LEFT + (share - low) / (high - low) * (WIDTH - 2.0 * LEFT - 10.0);
    let base = TOP + ROW * place(rows.len());
    let digits = usize::from(high - low < 0.1);
    let body = html! {
        @for tick in ticks(low, high) {
            (line("rule", x(tick), TOP, x(tick), base))
            (text("soft mid", x(tick).clamp(19.0, WIDTH - 22.0), base + 14.0, &format!("{:.digits$} %", tick * 100.0)))
        }
        @for (row, shown) in rows.iter().enumerate() {
            @let y = TOP + place(row) * ROW;
            (text("halo", 0.0, y + 12.0, &shown.name))
            @if let Some([share, from, to]) = shown.share {
                (line("whisker", x(from), y + 24.0, x(to), y + 24.0))
                circle class="bar" cx=(n(x(share))) cy=(n(y + 24.0)) r="5" {}
            }
        }
        (line("axis", LEFT, base, WIDTH - LEFT, base))
    };
    frame(label, base + 20.0, &body)
}
