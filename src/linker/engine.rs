//! Linking where another engine holds the records: the rules stay here, and the engine answers what
//! is asked of its tables.
//!
//! Records and candidate pairs may be too many for one machine. Then an engine, such as a cluster
//! that runs SQL, numbers the records in the order of dataset and reference, finds the pairs by
//! what [`Rules`] says, counts them ([`Pairs`]) and weighs them by tables that [`Scoring`] fills;
//! which links are made is decided here, one [`Batch`] of whole components at a time, and what all of
//! it comes to is added up by [`Outcome`]. The files are those of [`super::link`], byte for byte.

mod basis;
mod batch;
mod map;
mod outcome;
mod review;
mod rules;
mod scoring;
mod tables;

pub use basis::{Basis, PairOf};
pub use batch::{Batch, BestLink, Decided, Decision};
pub use map::Map;
pub use outcome::{Doubt, Outcome};
pub use review::Review;
pub use rules::Rules;
pub use scoring::{Facts, Scoring};
pub use tables::{DatasetTable, Tables};

pub use super::block::BlockCount;
pub use super::compare::{Names, Pattern};
pub use super::every_two::every_two;
pub use super::first_links::LinkedBy;
pub use super::weigh::{Kinds, OddsOf, Pairs, Setting, Sums, Weight, largest};
