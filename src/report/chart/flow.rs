//! A flow from step to step, what is left out at each standing beside.

use maud::{Markup, html};

use super::{Label, frame, line, n, rect, scale, text};

/// The height of a step's box, and from one step to the next.
const BOX: f64 = 46.0;
const STEP: f64 = 70.0;
/// The width of the boxes of the flow, and where the boxes beside begin.
const MAIN: f64 = 212.0;
const BESIDE: f64 = 232.0;

/// A step of the flow.
pub struct FlowStep {
    /// What there is.
    pub what: &'static str,
    /// How much of it.
    pub count: String,
    /// What goes no further between this step and the next: name and count.
    pub out: Option<(&'static str, String)>,
}

/// The flow from the first step to the last.
pub fn flow(label: &Label<'_>, steps: &[FlowStep]) -> Markup {
    let last = steps.len().saturating_sub(1);
    let body = html! {
        @for (place, step) in steps.iter().enumerate() {
            @let y = scale::place(place) * STEP + 1.0;
            (rect(if place == last { "box-main" } else { "box" }, 1.0, y, MAIN, BOX))
            (text("strong", 12.0, y + 19.0, &step.count))
            (text("", 12.0, y + 36.0, step.what))
            @if place < last {
                (arrow(MAIN / 2.0, y + BOX, y + STEP))
            }
            @if let Some((what, count)) = &step.out {
                @let middle = y + BOX + (STEP - BOX) / 2.0;
                (line("axis", MAIN / 2.0, middle, BESIDE, middle))
                (text("strong", BESIDE + 5.0, middle - 1.0, count))
                (text("soft", BESIDE + 5.0, middle + 13.0, what))
            }
        }
    };
    frame(label, STEP * scale::place(last) + BOX + 2.0, &body)
}

fn arrow(x: f64, from: f64, to: f64) -> Markup {
    let head = format!("M{} {}l-4 -6h8z", n(x), n(to));
    html! {
        (line("axis", x, from, x, to - 6.0))
        path class="axis" style="fill:var(--soft)" d=(head) {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::WIDTH;
    use super::*;

    #[test]
    fn a_flow_is_as_wide_as_every_chart() {
        const { assert!(BESIDE < WIDTH && MAIN < BESIDE) }
    }
}
