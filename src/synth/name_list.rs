//! Lists of names, commonest first, and how common each is.

use super::draw::{Draw, Purpose, mix};

/// The names of one tradition.
#[derive(Debug)]
pub(super) struct NameLists {
    pub girls: Ranked,
    pub boys: Ranked,
    pub surnames: Ranked,
}

/// A list of names with a tail of names put together from parts.
#[derive(Debug)]
pub(super) struct Ranked {
    names: Vec<&'static str>,
    /// For each cohort, the running sums of the names' weights.
    sums: [Vec<u32>; COHORTS],
    starts: Vec<&'static str>,
    ends: Vec<&'static str>,
    /// Of 1,000 draws, how many are from the tail.
    tail: u32,
}

/// How a list is weighed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// What is added to a rank: the weight of rank r is 1 / (r + offset), after Zipf and
    /// Mandelbrot. The smaller, the heavier the head.
    pub offset: u32,
    /// Of 1,000 draws, how many are from the tail.
    pub tail: u32,
    /// Whether the order differs by birth cohort.
    pub fashion: bool,
}

/// Cohorts of births that fashion tells apart.
pub(super) const COHORTS: usize = 3;

impl Ranked {
    /// The list under `[section]` of each text, one after the other.
    pub(super) fn new(texts: &[&'static str], section: &str, ends: &str, shape: Shape) -> Self {
        // Parts of different texts do not go together: only the first text with any counts.
        let parts = |name: &str| -> Vec<&'static str> {
            let of_texts = texts.iter().map(|text| section_of(text, name).collect::<Vec<_>>());
            of_texts.into_iter().find(|words| !words.is_empty()).unwrap_or_default()
        };
        let names: Vec<&str> = texts.iter().flat_map(|text| section_of(text, section)).collect();
        let starts = if section == "surnames" { "surname_starts" } else { "other_starts" };
        let (starts, ends) = (parts(starts), parts(ends));
        let tail = if starts.is_empty() || ends.is_empty() { 0 } else { shape.tail };
        let sums = std::array::from_fn(|cohort| running_sums(&names, cohort, shape));
        Self { names, sums, starts, ends, tail }
    }

    /// A name for someone of a cohort.
    pub(super) fn draw(&self, cohort: usize, draw: &mut Draw) -> String {
        let name = if draw.below(1000) < self.tail {
            self.compose(draw)
        } else {
            self.common(cohort, draw).to_owned()
        };
        if name.contains('_') { name.replace('_', " ") } else { name }
    }

    /// A name of the list.
    fn common(&self, cohort: usize, draw: &mut Draw) -> &'static str {
        let sums = &self.sums[cohort];
        let drawn = draw.below(sums.last().copied().unwrap_or(0));
        self.names[sums.partition_point(|&sum| sum <= drawn)]
    }

    /// A name of a start and an end; earlier parts are likelier, and some names have a spelling
    /// of their own.
    fn compose(&self, draw: &mut Draw) -> String {
        let start = early(&self.starts, draw);
        let end = early(&self.ends, draw);
        let mut name = String::with_capacity(start.len() + end.len() + 2);
        name.push_str(start);
        // A doubled letter where the parts meet, as in Cattermole beside Catermole.
        let meets = start.chars().last().filter(|last| "bdlmnprst".contains(*last));
        if let Some(letter) = meets.filter(|_| draw.percent(12)) {
            name.push(letter);
        }
        name.push_str(end);
        if end.len() > 2 && end.ends_with(['d', 'n', 'k', 't', 'l']) && draw.percent(14) {
            name.push(if draw.percent(50) { 'e' } else { 's' });
        }
        name
    }
}

/// A part from a list, the first about three times as likely as the last.
fn early(parts: &[&'static str], draw: &mut Draw) -> &'static str {
    let places = [draw.place(parts.len()), draw.place(parts.len())];
    let place = if draw.percent(50) { places[0].min(places[1]) } else { places[0] };
    parts[place]
}

fn running_sums(names: &[&str], cohort: usize, shape: Shape) -> Vec<u32> {
    let mut sum = 0;
    let weigh = |(rank, name): (u32, &&str)| {
        let weight = 10_000_000 / (rank + shape.offset);
        let liking = if shape.fashion { 70 + liking(name, cohort) % 61 } else { 100 };
        sum += weight / 100 * liking;
        sum
    };
    (1..).zip(names).map(weigh).collect()
}

/// How well a cohort likes a name, as a number of any size.
fn liking(name: &str, cohort: usize) -> u32 {
    let letters = name.bytes().fold(cohort as u64, |sum, byte| mix(sum ^ u64::from(byte)));
    Draw::new(letters, Purpose::Fashion, 0).below(1 << 16)
}

/// The words under `[name]`.
fn section_of(text: &'static str, name: &str) -> impl Iterator<Item = &'static str> {
    let header = format!("[{name}]");
    text.lines()
        .skip_while(move |line| *line != header)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[girls]\nAnn Bea\n[surnames]\nSmith Jones\nBrown\n[surname_starts]\nAsh\n\
        [surname_ends]\nton ley\n";

    #[test]
    fn the_first_name_is_the_commonest() {
        let shape = Shape { offset: 0, tail: 0, fashion: false };
        let list = Ranked::new(&[TEXT], "surnames", "surname_ends", shape);
        let mut draw = Draw::new(1, Purpose::Family, 0);
        let mut counts = [0; 3];
        for _ in 0..11_000 {
            let name = list.draw(0, &mut draw);
            counts[list.names.iter().position(|n| *n == name).expect("of the list")] += 1;
        }
        assert!(counts[0] > 5_500 && counts[1] > 2_700 && counts[2] > 1_700, "{counts:?}");
    }

    #[test]
    fn the_tail_is_put_together_from_parts() {
        let shape = Shape { offset: 0, tail: 1000, fashion: false };
        let list = Ranked::new(&[TEXT], "surnames", "surname_ends", shape);
        let mut draw = Draw::new(1, Purpose::Family, 0);
        assert!((0..100).all(|_| list.draw(0, &mut draw).starts_with("Ash")));
    }
}
