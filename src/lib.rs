//! Privacy-preserving record linkage.
//!
//! Agencies that may not show each other who a child is turn identifiers into keyed tokens on
//! their own computers ([`agency`]); a trusted linker, who has no key, joins the token tables
//! ([`linker`]); researchers receive extracts in which a person is a number that means nothing
//! elsewhere ([`research`]). The roles share only words ([`spec`], [`token`], [`key`]) and files
//! ([`mod@format`]); `docs/architecture.md` has the map and the glossary.

#![forbid(unsafe_code)]

#[cfg(feature = "agency")]
pub mod agency;
pub mod audit;
#[cfg(feature = "cli")]
pub mod cli;
pub mod count;
pub mod delivery;
pub mod disclose;
#[cfg(feature = "linker")]
pub mod evaluate;
pub mod format;
pub mod guard;
pub mod interval;
pub mod key;
#[cfg(feature = "linker")]
pub mod linker;
pub mod observe;
pub mod reason;
pub mod report;
#[cfg(feature = "research")]
pub mod research;
pub mod spec;
#[cfg(feature = "cli")]
pub mod synth;
pub mod token;
