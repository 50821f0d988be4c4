//! No identifier and no key leaves through any door: canaries are looked for in all that the
//! program shows and writes, at the end and on the way.

mod canaries;
mod cases;
mod demonstration;
mod footers;
mod forms;
mod pipeline;
mod planted;
mod profiled;
mod projects;
mod pseudonyms;
mod refused;
mod running;
mod search;
mod sweep;
mod traced;
mod travel;
