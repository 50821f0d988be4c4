//! Record ids, and what columns show together.

use super::super::judge::Judged;
use super::super::meaning::{Meaning, Sure};
use super::super::pairs;
use super::{List, Seen, cells};

impl Seen<'_> {
    fn places(&self, meaning: Meaning) -> Vec<usize> {
        (0..self.judged.len()).filter(|&at| self.judged[at].meaning == meaning).collect()
    }

    /// Record ids that stand in several rows, or in none.
    pub(super) fn record_id(&mut self, at: usize, list: &mut List) {
        if self.judged[at].meaning != Meaning::RecordId || self.judged[at].sure == Sure::Unsure {
            return;
        }
        let (label, column) = (&self.labels[at], &mut self.columns[at]);
        let counted = column.distinct.counted();
        if counted.repeated > 0 {
            let sampled = if counted.more { " of those looked at" } else { "" };
            let text = format!(
                "{label}: {} record ids{sampled} stand in several rows; if such rows are one record, say several_rows = true",
                counted.repeated
            );
            list.say("record_id_repeats", &[at], counted.repeated, text);
        }
        if column.blank > 0 {
            let text = format!(
                "{label}: no record id in {}, whose rows will be left out",
                cells(column.blank)
            );
            list.say("no_record_id", &[at], column.blank, text);
        }
    }

    /// Rows in which forename and surname look swapped.
    pub(super) fn names_crossed(&self, list: &mut List) {
        for &first in &self.places(Meaning::Forename) {
            for &second in &self.places(Meaning::Surname) {
                let counts = pairs::of(self.pairs, first, second);
                if counts.crossed > 0 {
                    let text = format!(
                        "{} and {}: forename and surname look swapped in {} or more of the rows",
                        self.labels[first], self.labels[second], counts.crossed
                    );
                    list.say("names_crossed", &[first, second], counts.crossed, text);
                }
            }
        }
    }

    /// Several columns of dates of birth.
    pub(super) fn several_births(&self, list: &mut List) {
        let births = self.places(Meaning::DateOfBirth);
        if births.len() > 1 {
            let labels: Vec<&str> = births.iter().map(|&at| self.labels[at].as_str()).collect();
            let text =
                format!("{} all look like dates of birth: whose are they?", labels.join(" and "));
            list.say("several_births", &births, births.len() as u64, text);
        }
    }

    /// No identifier, or no record id.
    pub(super) fn nothing_to_link(&self, list: &mut List) {
        let links = |one: &Judged| one.meaning.field().is_some() && one.meaning != Meaning::Sex;
        if !self.judged.iter().any(links) {
            let text =
                "no column seems to hold an identifier: there is nothing to link by".to_owned();
            list.say("no_identifier", &[], 0, text);
        }
        let has_id = |one: &Judged| one.meaning == Meaning::RecordId && one.sure > Sure::Unsure;
        if !self.judged.iter().any(has_id) {
            let text =
                "no column is certainly a record id: each record needs one of your own".to_owned();
            list.say("record_id_unknown", &[], 0, text);
        }
    }
}
