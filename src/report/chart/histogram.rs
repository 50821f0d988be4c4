//! A histogram on a logarithmic scale: a few pairs are to be seen beside millions.

use maud::{Markup, html};

use super::scale::{of, powers, ticks};
use super::{Label, WIDTH, frame, line, rect, text};
use crate::count::Disclosed;
use crate::report::text::{thousands, tick as words_of};

const LEFT: f64 = 40.0;
const TOP: f64 = 26.0;
const HEIGHT: f64 = 170.0;

/// One column from one number to another; the second count is of those within.
pub struct Column {
    pub from: f64,
    pub to: f64,
    pub all: Disclosed,
    pub within: Disclosed,
}

/// A place on the axis that has a name.
pub struct Marked {
    pub at: f64,
    pub name: &'static str,
}

/// Columns of counts over an axis of bits.
pub fn histogram(label: &Label<'_>, columns: &[Column], marked: &[Marked]) -> Markup {
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else {
        return frame(label, 20.0, &text("soft", 0.0, 14.0, "There is no pair."));
    };
    let most = columns.iter().filter_map(|column| column.all.number()).max().unwrap_or(1).max(10);
    let (low, high) = (first.from, last.to);
    let x = |at: f64| LEFT + (at - low) / (high - low) * (WIDTH - LEFT - 6.0);
    let height = |count: Disclosed| match count.number() {
        // A column of one pair is to be seen too.
        Some(number) if number > 0 => {
            ((of(number).log10() + 0.15) / (of(most).log10() + 0.15)) * HEIGHT
        }
        _ => 0.0,
    };
    let base = TOP + HEIGHT;
    let body = html! {
        @for power in powers(most) {
            @let y = base - (of(power).log10() + 0.15) / (of(most).log10() + 0.15) * HEIGHT;
            (line("rule", LEFT, y, WIDTH, y))
            (text("soft end", LEFT - 5.0, y + 4.0, &thousands(power)))
        }
        @for column in columns {
            @let (left, width) = (x(column.from) + 0.5, x(column.to) - x(column.from) - 1.0);
            @let (all, within) = (height(column.all), height(column.within));
            @if column.all.number().is_none() { (text("soft mid", left + width / 2.0, base - 4.0, "·")) }
            (rect("bar-soft", left, base - all, width, all))
            (rect("bar", left, base - within, width, within))
        }
        (line("axis", LEFT, base, WIDTH, base))
        @for tick in ticks(low, high) { (text("soft mid", x(tick), base + 15.0, &words_of(tick))) }
        (text("soft mid", f64::midpoint(LEFT, WIDTH), base + 31.0, "match weight (bits)"))
        @for (row, mark) in marked.iter().enumerate() {
            // The first is named to its right, the second to its left.
            @let side = if row > 0 { ("mark-text end", -4.0) } else { ("mark-text", 4.0) };
            (line("mark", x(mark.at), 0.0, x(mark.at), base))
            (text(side.0, x(mark.at) + side.1, 10.0, mark.name))
        }
    };
    frame(label, base + 38.0, &body)
}
