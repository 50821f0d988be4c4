//! What a person should look at: columns that are mixed up, and values that are lost.

mod across;
mod mixed_up;
mod spoilt;

use super::column::Column;
use super::judge::Judged;
use super::pairs::Pairs;
use super::report::Notice;

/// Everything that was counted, for the notices.
pub struct Seen<'s> {
    pub labels: &'s [String],
    pub columns: &'s mut [Column],
    pub judged: &'s [Judged],
    pub pairs: &'s Pairs,
}

/// Fewer cells than this, of a kind that a column is not of, may be chance.
const LEAST: u64 = 3;

fn cells(count: u64) -> String {
    format!("{count} {}", if count == 1 { "cell" } else { "cells" })
}

/// All notices, column by column, then those of several columns.
pub fn notices(mut seen: Seen<'_>) -> Vec<Notice> {
    let mut list = List(Vec::new());
    for at in 0..seen.judged.len() {
        seen.mixed_up(at, &mut list);
        seen.names_swapped(at, &mut list);
        seen.other_numbers(at, &mut list);
        seen.other_blocks(at, &mut list);
        seen.order_of_dates(at, &mut list);
        seen.lost_dates(at, &mut list);
        seen.lost_digits(at, &mut list);
        seen.hidden_postcodes(at, &mut list);
        seen.record_id(at, &mut list);
    }
    seen.names_crossed(&mut list);
    seen.several_births(&mut list);
    seen.nothing_to_link(&mut list);
    list.0
}

struct List(Vec<Notice>);

impl List {
    fn say(&mut self, code: &'static str, columns: &[usize], count: u64, text: String) {
        let columns = columns.iter().map(|at| at + 1).collect();
        self.0.push(Notice { code, columns, count, text });
    }
}
