//! One record's values: normalised by field, derived by choice. The buffers are reused row by row.

use super::derive::derive;
use super::normalise::{Normalised, Refusal, Warning, normalise};
use super::plan::FieldPlan;
use super::tally::FieldTally;
use crate::spec::{Choice, Linkage, SourceField};

/// Short texts, end to end.
#[derive(Default)]
pub(super) struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        self.bytes.get(start..self.ends[place]).expect("the ends lie between texts")
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|place| self.get(place))
    }

    /// Adds a text unless it is there already.
    pub fn add(&mut self, text: &str) {
        if !self.iter().any(|known| known == text) {
            self.bytes.push_str(text);
            self.ends.push(self.bytes.len());
        }
    }
}

/// The values of the record in hand.
pub(super) struct Record {
    /// Normalised values, by the spec's field.
    fields: Vec<Texts>,
    /// Derived values, by choice.
    derived: Vec<Texts>,
    cell: String,
    scratch: String,
}

impl Record {
    pub fn new(linkage: &Linkage, choices: usize) -> Self {
        let texts = |n: usize| (0..n).map(|_| Texts::default()).collect();
        Self {
            fields: texts(linkage.fields.len()),
            derived: texts(choices),
            cell: String::new(),
            scratch: String::new(),
        }
    }

    /// Forgets the last record.
    pub fn clear(&mut self) {
        self.fields.iter_mut().for_each(Texts::clear);
    }

    /// Takes in one cell of a field, and counts what became of it.
    pub fn absorb(&mut self, field: &FieldPlan<'_>, cell: &str, tally: &mut FieldTally) {
        match self.normalised(field.source, field.kind, cell) {
            Ok(warning) => {
                tally.accepted += 1;
                warning.into_iter().for_each(|warning: Warning| tally.warn(warning.code()));
                self.fields[usize::from(field.source.field.0)].add(&self.cell);
            }
            Err(Refusal::Blank) => tally.blank += 1,
            Err(refusal) => tally.refuse(refusal.code()),
        }
    }

    fn normalised(
        &mut self,
        source: &SourceField,
        kind: crate::spec::Kind,
        cell: &str,
    ) -> Normalised {
        self.cell.clear();
        if !source.placeholders.is_empty() {
            let upper = cell.trim().to_uppercase();
            if source.placeholders.contains(&upper) {
                return Err(Refusal::Placeholder);
            }
        }
        normalise(kind, source, cell, &mut self.cell)
    }

    /// The values of a field.
    pub fn values(&self, field: crate::spec::FieldIx) -> &Texts {
        &self.fields[usize::from(field.0)]
    }

    /// Derives what the recipes ask for, once for all of them.
    pub fn derive(&mut self, choices: &[Choice], linkage: &Linkage) {
        for (choice, derived) in choices.iter().zip(&mut self.derived) {
            derived.clear();
            let kind = linkage.field_at(choice.field).kind;
            for value in self.fields[usize::from(choice.field.0)].iter() {
                derive(kind, choice.derivation, value, &mut self.scratch, &mut |text| {
                    derived.add(text);
                });
            }
        }
    }

    /// The values of a choice.
    pub fn derived(&self, choice: usize) -> &Texts {
        &self.derived[choice]
    }
}
