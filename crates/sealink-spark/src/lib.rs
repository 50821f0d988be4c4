//! Runs sealink's linkage on a Spark cluster, over Spark Connect.

pub mod session;
