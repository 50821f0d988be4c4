//! Columns whose name says one thing and whose values another, and numbers of another scheme.

use super::super::meaning::{Meaning, Sure};
use super::super::{share, values};
use super::{LEAST, List, Seen, cells};
use crate::agency::normalise::{Refusal, Warning};
use crate::spec::Kind;

impl Seen<'_> {
    /// The name says one thing and the values another.
    pub(super) fn mixed_up(&self, at: usize, list: &mut List) {
        let (judged, label) = (&self.judged[at], &self.labels[at]);
        let Some((_, kind)) = judged.meaning.field().filter(|_| judged.meaning.has_check()) else {
            return;
        };
        let (title, count) = (judged.meaning.title(), self.columns[at].kind(kind).valid);
        match judged.called {
            Some(called) if called != judged.meaning => {
                let is_id = called == Meaning::RecordId;
                let code = if is_id { "number_as_record_id" } else { "mixed_up" };
                let text = format!(
                    "{label}: its name says {}, but it holds {title}s in {}: name the right column",
                    called.title(),
                    cells(count)
                );
                list.say(code, &[at], count, text);
            }
            Some(_) if judged.sure == Sure::Unsure => {
                let refused = values::usable(&self.columns[at], kind) - count;
                let text = format!(
                    "{label}: its name says {title}, but {} hold none: is it the right column?",
                    cells(refused)
                );
                list.say("few_are_valid", &[at], refused, text);
            }
            None if judged.named => {
                let text = format!(
                    "{label}: {title}s in {}, which its name does not say: whose are they?",
                    cells(count)
                );
                list.say("unexpected_numbers", &[at], count, text);
            }
            _ => {}
        }
    }

    /// Forenames where surnames should be, or the other way round.
    pub(super) fn names_swapped(&self, at: usize, list: &mut List) {
        let judged = &self.judged[at];
        let title = match (judged.called, judged.values) {
            (Some(Meaning::Forename), Meaning::Surname) => "surnames",
            (Some(Meaning::Surname), Meaning::Forename) => "forenames",
            _ => return,
        };
        let names = &self.columns[at].names;
        let count = names.forenames.max(names.surnames);
        let text = format!(
            "{}: common {title} in {}: are forename and surname swapped?",
            self.labels[at],
            cells(count)
        );
        list.say("names_swapped", &[at], count, text);
    }

    /// Numbers of another scheme among those of the column's own.
    pub(super) fn other_numbers(&self, at: usize, list: &mut List) {
        let (judged, label, column) = (&self.judged[at], &self.labels[at], &self.columns[at]);
        let others: [Kind; 3] = match judged.meaning {
            Meaning::NhsNumber => [Kind::Uln, Kind::Upn, Kind::UkPostcode],
            Meaning::Upn | Meaning::FormerUpn => [Kind::Uln, Kind::NhsNumber, Kind::UkPostcode],
            Meaning::Uln | Meaning::Forename | Meaning::MiddleNames | Meaning::Surname => {
                [Kind::NhsNumber, Kind::Upn, Kind::UkPostcode]
            }
            _ => return,
        };
        let own = judged.meaning.field().map_or(Kind::Text, |(_, kind)| kind);
        for kind in others {
            let count = column.kind(kind).valid;
            // One mistyped number in eleven passes the check of another scheme.
            let failed = column.kind(own).of(Refusal::CheckDigit);
            let is_mixed = count >= LEAST && (failed == 0 || share::at_least(count, failed, 30));
            if is_mixed {
                let text = format!(
                    "{label}: {}s among its {}s, in {}: they make no token, or a wrong one",
                    Meaning::of_kind(kind).title(),
                    judged.meaning.title(),
                    cells(count)
                );
                list.say("other_numbers", &[at], count, text);
            }
        }
    }

    /// NHS numbers that are not of England and Wales, or nobody's.
    pub(super) fn other_blocks(&self, at: usize, list: &mut List) {
        if self.judged[at].meaning != Meaning::NhsNumber {
            return;
        }
        let (label, numbers) = (&self.labels[at], self.columns[at].kind(Kind::NhsNumber));
        let elsewhere = numbers.odd(Warning::ElsewhereRange);
        if elsewhere > 0 {
            let text = format!(
                "{label}: numbers of Scotland, Northern Ireland or Ireland in {}: they meet CHI and \
                 H&C numbers of others only from a column and field of their own",
                cells(elsewhere)
            );
            list.say("elsewhere_range", &[at], elsewhere, text);
        }
        let tests = numbers.odd(Warning::TestRange);
        if tests > 0 {
            let text =
                format!("{label}: NHS numbers for tests, which are nobody's, in {}", cells(tests));
            list.say("test_range", &[at], tests, text);
        }
    }
}
