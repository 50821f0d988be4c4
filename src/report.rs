//! Reports for people: pages that need nothing but themselves.
//!
//! Roles fill plain structs of what is to be told; here these become HTML. Counts come in as
//! [`crate::count::Disclosed`] alone, so that no report can show one that no policy let through.
//! A page has no script and loads nothing: styles and charts are in it, light and dark by what the
//! reader prefers, readable on a telephone and in print. Each chart has a table beside it.

mod agency;
mod chart;
mod extract;
mod linkage;
mod overlap;
mod page;
mod text;

use crate::count::Preset;

pub use agency::{AgencyReport, ColumnRow, FieldRow, Reason, TokenColumnRow, render as agency};
pub use extract::{
    AgreementRow, AgreementRows, ColumnRow as ExtractColumnRow, ExtractReport, Subgroup, Subgroups,
    TableRow as ExtractTable, render as extract,
};
pub use linkage::{
    Amount, Blocked, DatasetRow, KeyRow, LinkageReport, Method, NamedCount, PatternChart, Presence,
    PresenceIn, Rated, Rates, Step, WeightBin, Weights, render as linkage,
};
pub use overlap::SetOfDatasets;

/// Writes the name of the rules into JSON.
fn name_of<S: serde::Serializer>(preset: &Preset, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(preset.name())
}
