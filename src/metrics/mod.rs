//! What a run came to, in numbers: the summary of a run, and the benchmark.

pub mod bench;
mod lag;
mod summary;

pub use lag::group_lag;
pub use summary::{GroupSummary, Summary};
