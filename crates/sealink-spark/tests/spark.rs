//! What runs on a real server. Each test is skipped with a word where Java or Python is absent.

#![allow(clippy::disallowed_methods, reason = "tests write their own inputs")]

#[path = "spark/agencies.rs"]
mod agencies;
#[path = "spark/cluster.rs"]
mod cluster;
#[path = "spark/linking.rs"]
mod linking;
#[path = "spark/session.rs"]
mod session;
#[path = "spark/sql.rs"]
mod sql;
#[path = "spark/tls.rs"]
mod tls;
