//! Deliveries: what one organisation sends another, encrypted to the receiver alone and signed by
//! the sender.
//!
//! A delivery is a folder of encrypted files with a manifest and its signature. Everything in it
//! can be checked with the programs `minisign`, `sha256sum` and `age` too; `docs/format.md` has
//! its layout and the order in which it is verified.

mod check;
mod contents;
mod manifest;
mod open;
mod parcel;
mod received;
mod seal;
mod unpack;

pub use check::{Check, OpenError, Refusal};
pub use contents::Contents;
pub use manifest::{DeliveredFile, DeliveryManifest, MANIFEST, SIGNATURE};
pub use open::{Opened, Receiving, open};
pub use parcel::{About, Parcel, Previous, SealError, Sealing};
pub use received::Received;
pub use seal::{Seal, SealedDelivery, seal};
