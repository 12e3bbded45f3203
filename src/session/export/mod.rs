//! What can be taken out of a run besides its picture: its document and its metrics, a slice of work at a time.

mod document;
mod metrics;

pub use document::DocumentExport;
pub use metrics::MetricsExport;
