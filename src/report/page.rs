//! What all pages have: the frame, sections, tables, and charts with their tables.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::count::Preset;

const STYLE: &str = include_str!("page.css");

/// A page.
pub struct Page<'p> {
    /// What kind of report it is.
    pub kind: &'static str,
    /// What it is about.
    pub title: &'p str,
    /// The rules by which its counts are told.
    pub preset: Preset,
    /// Whom it is for.
    pub readers: &'p str,
    /// The figures that come first, each with its name.
    pub facts: Vec<(&'static str, String)>,
    /// The parts of the page.
    pub sections: Vec<Section>,
    /// Where it comes from: names and values.
    pub origin: Vec<(&'static str, String)>,
}

/// A part of a page, under a heading of its own.
pub struct Section {
    /// Its name in links.
    pub id: &'static str,
    pub heading: &'static str,
    pub body: Markup,
}

impl Page<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        let markup = html! {
            (DOCTYPE)
            html lang="en-GB" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="generator" content="sealink";
                    meta http-equiv="Content-Security-Policy"
                        content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                    link rel="icon" href="data:,";
                    title { (self.kind) ": " (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#report" { "To the report" }
                    (self.header())
                    (self.contents())
                    main id="report" tabindex="-1" {
                        @for section in &self.sections {
                            section aria-labelledby=(section.id) {
                                h2 id=(section.id) { (section.heading) }
                                (section.body)
                            }
                        }
                    }
                    (self.footer())
                }
            }
        };
        markup.into_string()
    }

    fn header(&self) -> Markup {
        let stays = self.preset == Preset::Exact;
        html! {
            header {
                p.kicker { (self.kind) }
                h1 { (self.title) }
                div.note.stay[stays] {
                    p { strong { @if stays { "Not for release. " } @else { "Disclosure control. " } } (self.preset.describe()) }
                    p { (self.readers) }
                }
                dl.facts {
                    @for (name, value) in &self.facts { div { dt { (name) } dd { (value) } } }
                }
            }
        }
    }

    fn contents(&self) -> Markup {
        html! {
            nav aria-label="Contents" {
                ul {
                    @for section in &self.sections {
                        li { a href={ "#" (section.id) } { (section.heading) } }
                    }
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer {
                dl { @for (name, value) in &self.origin { dt { (name) } dd { code { (value) } } } }
            }
        }
    }
}

/// A column of a table: its heading, and whether it holds numbers.
pub type Column<'c> = (&'c str, bool);

/// A heading of words.
pub const fn of_words(heading: &str) -> Column<'_> {
    (heading, false)
}

/// A heading of numbers.
pub const fn of_numbers(heading: &str) -> Column<'_> {
    (heading, true)
}

/// A table; the first cell of a row is its heading.
pub fn table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.table tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr {
                    @for (heading, numbers) in columns { th.n[*numbers] scope="col" { (heading) } }
                } }
                tbody {
                    @for row in rows { tr {
                        @for (place, (cell, (_, numbers))) in row.iter().zip(columns).enumerate() {
                            @if place == 0 { th scope="row" { (cell) } }
                            @else { td.n[*numbers] { (cell) } }
                        }
                    } }
                }
            }
        }
    }
}

/// A chart with what is to be said of it, beside the table of what it shows.
pub fn beside(chart: &Markup, caption: &str, table: &Markup) -> Markup {
    html! {
        div.pair {
            figure { (chart) figcaption { (caption) } }
            (table)
        }
    }
}

/// A text in which what stands between backticks is code.
pub fn coded(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// Any text or number as a cell.
pub fn cell(value: impl std::fmt::Display) -> Markup {
    html! { (value.to_string()) }
}
