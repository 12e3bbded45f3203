//! What a document leaves out.
//!
//! The readers themselves are asked, so that no list of defaults has to be kept beside the types: a field that somebody
//! adds to a configuration tomorrow is left out when it has its default.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::kernel::document;

/// As an object, without every field at any depth that makes no difference when it is read again.
pub fn without_defaults<T: Serialize + DeserializeOwned + PartialEq>(data: &T) -> Value {
    let mut object = document::to_value(data);
    let is_same = |shorter: Value| document::from_value::<T>(shorter).is_ok_and(|read| read == *data);
    strip(&mut object, &mut Vec::new(), &is_same);
    object
}

fn strip(object: &mut Value, path: &mut Vec<String>, is_same: &dyn Fn(Value) -> bool) {
    let keys: Vec<String> = fields(object, path).map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
    for key in keys {
        let mut shorter = object.clone();
        let left_out = fields(&mut shorter, path).and_then(|fields| fields.shift_remove(&key));
        if is_same(shorter.clone()) {
            *object = shorter;
        } else if left_out.is_some_and(|value| value.is_object()) {
            path.push(key);
            strip(object, path, is_same);
            path.pop();
        }
    }
}

fn fields<'a>(object: &'a mut Value, path: &[String]) -> Option<&'a mut Map<String, Value>> {
    path.iter().try_fold(object, |object, key| object.get_mut(key))?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::Command;

    #[test]
    fn what_is_as_it_would_be_anyway_is_left_out_at_every_depth() {
        let group = json!({
            "type": "add_group", "group": "g", "topics": [],
            "config": {
                "session.timeout.ms": 45_000, "max.poll.records": 7,
                "service_time": { "distribution": "exponential", "min_us": 0, "mean_us": 3 },
            },
        });
        let group: Command = document::from_value(group).expect("a command");
        let config = json!({ "max.poll.records": 7, "service_time": { "distribution": "exponential", "mean_us": 3 } });
        assert_eq!(without_defaults(&group), json!({ "type": "add_group", "group": "g", "config": config }));
    }
}
