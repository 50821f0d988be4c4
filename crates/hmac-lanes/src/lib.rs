#![doc = include_str!("../README.md")]

mod kernel;
mod key;
mod messages;
mod unkeyed;

pub use kernel::Kernel;
pub use key::{HmacKey, TAG_BYTES, Tag};
pub use messages::{CHUNK_BYTES, Message, Messages};
pub use unkeyed::Unkeyed;
