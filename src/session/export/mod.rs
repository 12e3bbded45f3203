//! What can be taken out of a run besides its document and its picture.

mod metrics;

pub use metrics::MetricsExport;
