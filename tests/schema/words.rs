//! What serde's complaints say, word by word.

/// What stands in backticks, in order.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Of "unknown field `x`, expected one of `a`, `b`", the names that would be known.
pub fn known(complaint: &str, what: &str) -> Option<Vec<String>> {
    let (_, rest) = complaint.split_once(&format!("unknown {what} `"))?;
    let (_, expected) = rest.split_once('`')?;
    Some(quoted(expected))
}

/// Of "missing field `x`", the field.
pub fn missing(complaint: &str) -> Option<String> {
    let (_, field) = complaint.split_once("missing field ")?;
    quoted(field).into_iter().next()
}

/// Of "invalid type: map, expected u32", what is expected.
pub fn expected(complaint: &str) -> Option<&str> {
    complaint.split_once("invalid type: map, expected ").map(|(_, expected)| expected)
}
