//! Runs sealink's linkage on a Spark cluster, over Spark Connect: Spark holds records and pairs,
//! and the rules, the model and the decisions stay sealink's ([`sealink::linker::engine`]).

pub mod link;
pub mod plan;
pub mod session;
