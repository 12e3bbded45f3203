//! Why something that was asked for is not done.

use std::fmt;

use serde::Serialize;

/// A request that cannot be granted: which field is at fault and why, in a sentence for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The field as the person sees it: a property such as `linger.ms`, or a command's field such as `partitions`.
    pub field: String,
    pub message: String,
}

impl Refusal {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for Refusal {}

/// Refuses `value` unless it lies within the limits, both included.
pub fn within<T: PartialOrd + fmt::Display>(field: &str, value: T, least: T, most: T) -> Result<(), Refusal> {
    if value < least || value > most {
        return Err(Refusal::new(field, format!("{value} is not between {least} and {most}")));
    }
    Ok(())
}
