//! How a match weight adds up, comparison by comparison.

use maud::{Markup, html};

use super::scale::{place, ticks};
use super::{Label, WIDTH, frame, line, rect, text};
use crate::report::text::{bits, tick as words_of};

const ROW: f64 = 22.0;
const LEFT: f64 = 148.0;
const TOP: f64 = 4.0;
/// Room for the bits at the end of a bar.
const BITS: f64 = 38.0;

/// What one comparison adds.
pub struct Fall {
    pub name: String,
    pub bits: f64,
}

/// Bars from the weight before the comparisons to the one after them all.
pub fn waterfall(label: &Label<'_>, falls: &[Fall], total: f64) -> Markup {
    let mut at = 0.0;
    let mut ends = vec![0.0];
    for fall in falls {
        at += fall.bits;
        ends.push(at);
    }
    let low = ends.iter().copied().fold(0.0, f64::min).min(total);
    let high = ends.iter().copied().fold(1.0, f64::max).max(total);
    let x = |bits: f64| LEFT + BITS + (bits - low) / (high - low) * (WIDTH - LEFT - 2.0 * BITS);
    let base = TOP + ROW * place(falls.len() + 1);
    let bar = |class: &str, y: f64, from: f64, to: f64| {
        let (left, right) = (x(from.min(to)), x(from.max(to)));
        rect(class, left, y + 4.0, (right - left).max(1.0), ROW - 9.0)
    };
    let body = html! {
        (line("axis", x(0.0), TOP, x(0.0), base))
        @for (row, (fall, ends)) in falls.iter().zip(ends.windows(2)).enumerate() {
            @let y = TOP + place(row) * ROW;
            @let (class, side) = if fall.bits < 0.0 { ("bar-against", ("soft halo end", -4.0)) } else { ("bar-soft", ("soft halo", 4.0)) };
            (text("end", LEFT - 4.0, y + 15.0, &fall.name))
            (bar(class, y, ends[0], ends[1]))
            (text(side.0, x(ends[1]) + side.1, y + 15.0, &bits(fall.bits)))
        }
        @let y = TOP + place(falls.len()) * ROW;
        (text("end strong", LEFT - 4.0, y + 15.0, "match weight"))
        (bar("bar", y, 0.0, total))
        @let side = if total < 0.0 { ("strong end", -4.0) } else { ("strong", 4.0) };
        (text(side.0, x(total) + side.1, y + 15.0, &bits(total)))
        @for tick in ticks(low, high) { (text("soft mid", x(tick), base + 13.0, &words_of(tick))) }
    };
    frame(label, base + 18.0, &body)
}
