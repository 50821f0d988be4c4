//! Charts as SVG in the page: coloured by the page's own style, so that they are light or dark
//! with it, with a title and a description that are read aloud.
//!
//! A chart is 360 units wide, so that its text is as large on a telephone as the page's own.

mod bars;
mod flow;
mod histogram;
mod intervals;
mod scale;
mod sets;
mod waterfall;

use maud::{Markup, html};

pub use bars::{Bar, bars};
pub use flow::{FlowStep, flow};
pub use histogram::{Column, Marked, histogram};
pub use intervals::{Interval, intervals};
pub use sets::{SetBar, sets};
pub use waterfall::{Fall, waterfall};

/// The width of every chart, in its own units.
pub const WIDTH: f64 = 360.0;

/// What a chart is called and what it shows, for who cannot see it.
pub struct Label<'l> {
    /// The chart's name in the page, unique there.
    pub id: &'l str,
    pub title: &'l str,
    pub description: String,
}

/// The frame around a chart of some height.
fn frame(label: &Label<'_>, height: f64, body: &Markup) -> Markup {
    let (title, description) = (format!("{}-title", label.id), format!("{}-desc", label.id));
    html! {
        svg role="img" xmlns="http://www.w3.org/2000/svg" width=(n(WIDTH)) height=(n(height))
            viewBox={ "0 0 " (n(WIDTH)) " " (n(height)) }
            aria-labelledby={ (title) " " (description) } {
            title id=(title) { (label.title) }
            desc id=(description) { (label.description) }
            (body)
        }
    }
}

/// A coordinate with a tenth of a unit.
fn n(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A rectangle.
fn rect(class: &str, x: f64, y: f64, width: f64, height: f64) -> Markup {
    html! { rect class=(class) x=(n(x)) y=(n(y)) width=(n(width.max(0.0))) height=(n(height.max(0.0))) {} }
}

/// A line.
fn line(class: &str, x1: f64, y1: f64, x2: f64, y2: f64) -> Markup {
    html! { line class=(class) x1=(n(x1)) y1=(n(y1)) x2=(n(x2)) y2=(n(y2)) {} }
}

/// A line of text with its baseline at `y`.
fn text(class: &str, x: f64, y: f64, words: &str) -> Markup {
    html! { text class=(class) x=(n(x)) y=(n(y)) { (words) } }
}
