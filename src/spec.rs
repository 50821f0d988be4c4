//! The agreed linkage and its companions, parsed once into types that cannot be wrong.
//!
//! `linkage.toml` ([`Linkage`]) is agreed by all parties; `source.toml` ([`Source`]) is an
//! agency's own; `extract.toml` ([`Extract`]) says what one research extract holds. Each parser
//! reports every mistake at once, with its line.

mod audit;
mod date_format;
mod document;
mod extract;
mod kind;
mod linkage;
pub mod ready;
mod recipe;
mod rules;
mod senders;
mod sex_codes;
mod source;
pub mod templates;
mod text_layout;

pub use audit::{ExtractLimits, TokenLimits};
pub use date_format::{CalendarDate, DateFormat, DateFormatError};
pub use document::{Mistake, SpecError};
pub use extract::{
    AgreementColumn, Chosen, Extract, ExtractAgreement, ExtractColumn, ExtractDataset,
    ExtractReporting, Labels, PEOPLE,
};
pub use kind::{Derivation, Kind};
pub use linkage::{Dataset, Linkage, is_device, is_name};
pub use recipe::{
    Choice, Field, FieldIx, MOST_PARTS, MOST_RECIPE_PARTS, MOST_RECIPES, Part, Recipe, RecipeIx,
};
pub use rules::{DEFAULT_LARGEST_BLOCK, DEFAULT_THRESHOLD, MatchKey, Method, Rules, Veto};
pub use senders::{AGENCY_LETTERS, Sender, Senders, is_agency};
pub use sex_codes::{CodeMap, CodeMapError, Sex};
pub use source::{Coarsen, Payload, RecordLists, Source, SourceField};
pub use text_layout::{Delimiter, Encoding, TextLayout};
