//! Finds out what a reader takes by handing it what it does not: its complaints name the fields, the words and the kinds
//! of values that it knows. So the schema needs no second description of any type.

use headwater::kernel::document::Wrong;
use serde_json::{Map, Value, json};

use super::words::{expected, known, missing};

/// What is wrong with a whole document, if anything is.
type Complaint<'a> = &'a dyn Fn(Value) -> Option<Wrong>;
/// What a reader says to a value at one place of the document.
type Place<'a> = &'a dyn Fn(Value) -> Option<String>;

/// No field of ours is called this.
const NOBODY: &str = "nobody";

/// A schema, and the least that it allows.
struct Answer {
    schema: Value,
    least: Value,
}

/// The schema of the documents that a reader takes.
pub fn asked(complaint: Complaint) -> Value {
    ask(&|value| complaint(value).map(|wrong| wrong.to_string())).schema
}

fn ask(place: Place) -> Answer {
    let Some(complaint) = place(json!({ NOBODY: 0 })) else { return anything() };
    let answer = if let Some(tag) = missing(&complaint).filter(|field| is_tag(place, field)) {
        one_of(place, &tag)
    } else if complaint.contains("unknown field") {
        object(place, Map::new())
    } else if let Some(words) = known(&complaint, "variant") {
        Answer { least: words[0].clone().into(), schema: json!({ "enum": words }) }
    } else if let Some(kind) = expected(&complaint) {
        plain(place, kind)
    } else {
        // An object with names of one's own: it is the value that is wrong.
        assert!(complaint.contains("integer `0`"), "what does this mean: {complaint}");
        let value = ask(&|value| place(json!({ NOBODY: value })));
        Answer { schema: json!({ "type": "object", "additionalProperties": value.schema }), least: json!({}) }
    };
    // A field that is missing elsewhere says that this one is fine.
    let takes_null = place(Value::Null).is_none_or(|complaint| missing(&complaint).is_some());
    if takes_null { or_null(answer) } else { answer }
}

fn anything() -> Answer {
    Answer { schema: json!({}), least: Value::Null }
}

fn or_null(Answer { schema, .. }: Answer) -> Answer {
    Answer { schema: json!({ "anyOf": [schema, { "type": "null" }] }), least: Value::Null }
}

/// A tag's words are known; those of a text are not.
fn is_tag(place: Place, field: &str) -> bool {
    place(json!({ field: NOBODY })).is_some_and(|complaint| known(&complaint, "variant").is_some())
}

fn one_of(place: Place, tag: &str) -> Answer {
    let complaint = place(json!({ tag: NOBODY })).unwrap_or_default();
    let variants = known(&complaint, "variant").unwrap_or_default();
    let answers = variants.iter().map(|variant| {
        let tagged = Map::from_iter([(tag.to_owned(), Value::from(variant.as_str()))]);
        object(place, tagged)
    });
    let answers: Vec<Answer> = answers.collect();
    let least = answers[0].least.clone();
    let schemas: Vec<Value> = answers.into_iter().map(|answer| answer.schema).collect();
    Answer { schema: json!({ "oneOf": schemas }), least }
}

/// An object that has at least these fields.
fn object(place: Place, given: Map<String, Value>) -> Answer {
    let with = |base: &Map<String, Value>, name: &str, value: Value| {
        let mut fields = base.clone();
        fields.insert(name.to_owned(), value);
        place(Value::Object(fields))
    };
    let mut least = given.clone();
    let mut properties: Map<String, Value> =
        given.iter().map(|(name, value)| (name.clone(), json!({ "const": value }))).collect();
    let here = with(&least, NOBODY, json!(0)).map(|complaint| place_of(&complaint));
    let is_here = |complaint: &String| here == Some(place_of(complaint));
    while let Some(name) = place(Value::Object(least.clone())).filter(is_here).and_then(|it| missing(&it)) {
        assert!(!least.contains_key(&name), "{name} is missing although it is there: {least:?}");
        let answer = ask(&|value| with(&least, &name, value));
        properties.insert(name.clone(), answer.schema);
        least.insert(name, answer.least);
    }
    let complaint = with(&least, NOBODY, json!(0)).unwrap_or_default();
    let names = known(&complaint, "field").unwrap_or_default();
    // Where fields of several structs stand together, their names are not said: this is the only one that is optional.
    let names = if names.is_empty() && properties.contains_key("topic") { vec!["partition".to_owned()] } else { names };
    for name in names {
        if !properties.contains_key(&name) && !is_unknown(with(&least, &name, json!({})), &name) {
            properties.insert(name.clone(), ask(&|value| with(&least, &name, value)).schema);
        }
    }
    let required: Vec<&String> = least.keys().collect();
    let schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    Answer { schema, least: Value::Object(least) }
}

/// Where a complaint is about, as far as it says: what stands before its reason.
fn place_of(complaint: &str) -> String {
    let path = complaint.split("unknown field").next().unwrap_or_default();
    let path = path.split("missing field").next().unwrap_or_default().replace(": ", ".");
    path.trim_end_matches('.').trim_end_matches(NOBODY).trim_end_matches('.').to_owned()
}

fn is_unknown(complaint: Option<String>, name: &str) -> bool {
    complaint.is_some_and(|complaint| complaint.contains(&format!("unknown field `{name}`")))
}

fn plain(place: Place, kind: &str) -> Answer {
    let integer = |least: i64, most: u64| json!({ "type": "integer", "minimum": least, "maximum": most });
    match kind {
        "u32" => Answer { schema: integer(0, u32::MAX.into()), least: json!(1) },
        "u64" => Answer { schema: json!({ "type": "integer", "minimum": 0 }), least: json!(1) },
        "i32" => Answer { schema: integer(i32::MIN.into(), i32::MAX as u64), least: json!(1) },
        "i64" => Answer { schema: json!({ "type": "integer" }), least: json!(1) },
        "f64" => Answer { schema: json!({ "type": "number" }), least: json!(1) },
        "a boolean" => Answer { schema: json!({ "type": "boolean" }), least: json!(true) },
        "a string" | "str" | "string" => Answer { schema: json!({ "type": "string" }), least: json!("x") },
        "a sequence" | "a list of rows" => {
            let items = ask(&|value| place(json!([value])));
            Answer { schema: json!({ "type": "array", "items": items.schema }), least: json!([]) }
        }
        other => panic!("what is {other:?}, as JSON?"),
    }
}
