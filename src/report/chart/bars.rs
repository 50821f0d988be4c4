//! Horizontal bars, each with its name above and its count at the end.

use maud::{Markup, html};

use super::{Label, WIDTH, frame, line, rect, scale, text};
use crate::count::Disclosed;

/// The height of a bar with its name, and of the bar.
const ROW: f64 = 36.0;
const THICK: f64 = 13.0;
/// Room for the count at the end.
const COUNT: f64 = 72.0;

/// One bar; a second count within it is drawn darker.
pub struct Bar {
    pub name: String,
    pub count: Disclosed,
    pub within: Option<Disclosed>,
}

/// Bars of counts, one below the other.
pub fn bars(label: &Label<'_>, bars: &[Bar]) -> Markup {
    let most = bars.iter().filter_map(|bar| bar.count.number()).max().unwrap_or(0).max(1);
    let room = WIDTH - COUNT;
    let length =
        |count: Disclosed| count.number().map_or(0.0, |n| scale::of(n) / scale::of(most) * room);
    let body = html! {
        @for (place, bar) in bars.iter().enumerate() {
            @let y = scale::place(place) * ROW;
            @let (whole, within) = (length(bar.count), bar.within.map(length));
            (text("", 0.0, y + 12.0, &bar.name))
            (line("rule", 0.0, y + 18.0 + THICK, room, y + 18.0 + THICK))
            (rect(if within.is_some() { "bar-soft" } else { "bar" }, 0.0, y + 18.0, whole, THICK))
            @if let Some(within) = within { (rect("bar", 0.0, y + 18.0, within, THICK)) }
            (text("", whole + 5.0, y + 18.0 + THICK - 2.0, &bar.count.to_string()))
        }
    };
    frame(label, ROW * scale::place(bars.len().max(1)), &body)
}
