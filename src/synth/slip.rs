//! The ways in which what is written down differs from what is so.

mod hearing;
mod keying;
mod name_parts;
mod nickname;
mod scanning;
mod spelling;
mod when;

pub(super) use hearing::by_ear;
pub(super) use keying::{keyed, miskeyed_digits};
pub(super) use name_parts::{dropped, is_double, joined_otherwise, turned};
pub(super) use nickname::nickname;
pub(super) use scanning::scanned;
pub(super) use spelling::without_accents;
pub(super) use when::{guessed, one_part_wrong, turned_date, wrong};
