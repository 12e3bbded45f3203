//! Why something that was asked for is not done.

use std::fmt;

use serde::Serialize;

use crate::kernel::Delay;

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

/// Refuses a delay whose minimum is above its maximum or mean, or that takes more than ten minutes on average.
pub fn check_delay(field: &str, delay: &Delay) -> Result<(), Refusal> {
    let is_upside_down = match delay {
        Delay::Constant { .. } => false,
        Delay::Uniform { min_us, max_us } => min_us > max_us,
        Delay::Exponential { min_us, mean_us } => min_us > mean_us,
    };
    if is_upside_down {
        return Err(Refusal::new(field, "its minimum is above the rest"));
    }
    within(field, delay.mean().as_millis(), 0, 600_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Span;

    #[test]
    fn a_delay_with_its_minimum_above_its_maximum_is_refused() {
        let upside_down = Delay::Uniform { min_us: Span::from_millis(5), max_us: Span::from_millis(1) };
        assert_eq!(check_delay("service_time", &upside_down).unwrap_err().field, "service_time");
    }

    #[test]
    fn a_limit_is_within_itself() {
        assert_eq!(within("partitions", 10_000, 1, 10_000), Ok(()));
        let refusal = within("partitions", 10_001, 1, 10_000).unwrap_err();
        assert_eq!(refusal.to_string(), "partitions: 10001 is not between 1 and 10000");
    }
}
