//! Payload columns that are taken from a field's value.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};

use crate::agency::derive::derive;
use crate::agency::plan::{PayloadPlan, Plan};
use crate::agency::record::Record;
use crate::spec::{Coarsen, Derivation, Kind, Payload};

/// Payload columns that are taken from a field's value, under construction.
pub(super) struct DerivedPayload<'p> {
    columns: Vec<(&'p Payload, StringBuilder)>,
}

impl<'p> DerivedPayload<'p> {
    pub fn new(plan: &Plan<'p>) -> Self {
        let derived = plan.payload.iter().filter_map(|payload| match payload {
            PayloadPlan::Derived(payload) => Some((*payload, StringBuilder::new())),
            PayloadPlan::Column(_) => None,
        });
        Self { columns: derived.collect() }
    }

    /// Adds the record's first value, coarsened.
    pub fn push(&mut self, record: &Record) {
        for (payload, column) in &mut self.columns {
            let Payload::Derived { field, coarsen, .. } = payload else { continue };
            match record.first_value(*field) {
                Some(value) => append_coarsened(value, *coarsen, column),
                None => column.append_null(),
            }
        }
    }

    /// All payload columns, in the source's order; those of the batch are given by `column`.
    pub fn finish(self, plan: &Plan<'_>, column: impl Fn(usize) -> ArrayRef) -> Vec<ArrayRef> {
        let mut derived = self.columns.into_iter();
        plan.payload
            .iter()
            .map(|payload| match payload {
                PayloadPlan::Column(place) => column(*place),
                PayloadPlan::Derived(_) => {
                    let (_, mut column) = derived.next().expect("one builder a derived column");
                    Arc::new(column.finish()) as ArrayRef
                }
            })
            .collect()
    }
}

/// Appends a normalised value, coarsened. Dates are YYYYMMDD, postcodes compact.
fn append_coarsened(value: &str, coarsen: Coarsen, column: &mut StringBuilder) {
    let digits = |range: std::ops::Range<usize>| value.get(range).unwrap_or_default();
    match coarsen {
        Coarsen::Year => column.append_value(digits(0..4)),
        Coarsen::Month => column.append_value(format!("{}-{}", digits(0..4), digits(4..6))),
        Coarsen::District => append_of_postcode(value, Derivation::District, column),
        Coarsen::Area => append_of_postcode(value, Derivation::Area, column),
        Coarsen::AsIs => column.append_value(value),
    }
}

fn append_of_postcode(value: &str, derivation: Derivation, column: &mut StringBuilder) {
    let mut emit = |text: &str| column.write_str(text).expect("memory takes what is written");
    derive(Kind::UkPostcode, derivation, value, &mut String::new(), &mut emit);
    column.append_value("");
}
