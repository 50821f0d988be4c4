//! Values that are spoilt or stand in the wrong place.

use super::super::dates;
use super::super::meaning::Meaning;
use super::{LEAST, List, Seen, cells};
use crate::agency::normalise::Refusal;
use crate::spec::Kind;

impl Seen<'_> {
    /// Dates of birth of which day and month may be the other way round.
    pub(super) fn order_of_dates(&self, at: usize, list: &mut List) {
        if self.judged[at].meaning != Meaning::DateOfBirth {
            return;
        }
        let Some(order) = dates::reading(&self.columns[at].dates).order else { return };
        let (day, month, either) = (order.day_first, order.month_first, order.either);
        let (code, what, count) = match order.settled {
            true => ("order_mistakes", "the fewer are mistakes", day.min(month)),
            false => ("order_open", "find out which, and declare the format", day + month + either),
        };
        let text = format!(
            "{}: {day} dates can only be day/month, {month} only month/day, {either} either: {what}",
            self.labels[at]
        );
        list.say(code, &[at], count, text);
    }

    /// Dates that have lost their century, or their form.
    pub(super) fn lost_dates(&self, at: usize, list: &mut List) {
        let (judged, label, counts) = (&self.judged[at], &self.labels[at], &self.columns[at].dates);
        let is_birth = judged.called == Some(Meaning::DateOfBirth);
        if counts.short_year >= LEAST && (is_birth || !judged.named) {
            let text = format!(
                "{label}: years of two digits in {}, their century lost: export again with four",
                cells(counts.short_year)
            );
            list.say("short_years", &[at], counts.short_year, text);
        }
        if counts.excel_day >= LEAST && is_birth {
            let text = format!(
                "{label}: days as Excel counts them in {}: export the column as dates",
                cells(counts.excel_day)
            );
            list.say("excel_days", &[at], counts.excel_day, text);
        }
    }

    /// Digits that a spreadsheet has lost.
    pub(super) fn lost_digits(&self, at: usize, list: &mut List) {
        let count = self.columns[at].kind(Kind::NhsNumber).of(Refusal::ScientificNotation);
        let judged = &self.judged[at];
        let is_number = judged.meaning.field().is_some_and(|(_, kind)| kind.is_number());
        if count > 0 && (is_number || judged.meaning == Meaning::RecordId || !judged.named) {
            let text = format!(
                "{}: a spreadsheet has rounded numbers (9.43E+09) in {}: export the column as text",
                self.labels[at],
                cells(count)
            );
            list.say("scientific_notation", &[at], count, text);
        }
    }

    /// Postcodes at the end of other text, or in a column for part of an address.
    pub(super) fn hidden_postcodes(&self, at: usize, list: &mut List) {
        let count = self.columns[at].shapes.ends_in_postcode;
        let is_text = matches!(
            self.judged[at].meaning,
            Meaning::FullAddress | Meaning::AddressPart | Meaning::Text | Meaning::Code
        );
        let part = self.columns[at].kind(Kind::UkPostcode).valid;
        let is_part = self.judged[at].meaning == Meaning::AddressPart && part > 0;
        if is_text && count >= LEAST || is_part {
            let count = count + if is_part { part } else { 0 };
            let text = format!(
                "{}: postcodes in or at the end of {}: give them a column of their own at the source",
                self.labels[at],
                cells(count)
            );
            list.say("postcodes_in_text", &[at], count, text);
        }
    }
}
