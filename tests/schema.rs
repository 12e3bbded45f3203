//! The JSON Schema of the scenario document says what the readers say.
//!
//! When it does not any more: `UPDATE_SCHEMA=1 cargo test --test schema` writes it anew; look at the difference.

mod schema {
    pub mod asking;
    pub mod words;
}

use std::path::Path;
use std::{env, fs};

use headwater::kernel::document;
use headwater::scenario::{Run, Scenario, catalog};
use headwater::view::config::{self, Property};
use serde_json::{Map, Value, json};

use schema::asking::asked;

fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.schema.json")
}

#[test]
fn the_schema_in_the_documentation_is_what_the_readers_say() {
    let schema = format!("{:#}\n", schema());
    if env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(file(), &schema).expect("the documentation can be written");
    }
    let written = fs::read_to_string(file()).unwrap_or_default();
    let first = schema.lines().zip(written.lines()).position(|(now, then)| now != then);
    assert_eq!(schema, written, "line {first:?}: UPDATE_SCHEMA=1 writes it anew");
}

#[test]
fn every_field_of_the_catalogue_is_in_the_schema() {
    let text = schema().to_string();
    for scenario in catalog::all() {
        names(&document::to_value(&scenario), &mut |name| {
            assert!(text.contains(&format!("\"{name}\"")), "{name}");
        });
    }
}

fn names(value: &Value, seen: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            seen(name);
            names(value, seen);
        }),
        Value::Array(items) => items.iter().for_each(|item| names(item, seen)),
        _ => {}
    }
}

fn schema() -> Value {
    let complaint = |document: Value| document::from_value::<Scenario>(document).err();
    let mut root = asked(&complaint);
    let at_us = json!({
        "type": "integer", "minimum": 0, "default": 0,
        "description": "The moment at which the command is given, in microseconds of virtual time.",
    });
    let commands = root["properties"]["commands"]["items"]["oneOf"].as_array_mut().expect("commands of several types");
    for command in commands {
        command["properties"]["at_us"] = at_us.clone();
    }
    let mut shared = Map::new();
    for (name, properties) in explained() {
        share(&mut root, &mut shared, name, &mut |schema| explain(schema, &properties));
    }
    share(&mut root, &mut shared, "delay", &mut |schema| {
        schema["oneOf"][0]["properties"]["distribution"].is_object() && schema["oneOf"][2].is_object()
    });
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Headwater scenario",
        "description": "A run: a seed, a cluster, and a list of timed commands. See scenario.md.",
    });
    if let (Some(schema), Value::Object(root)) = (schema.as_object_mut(), root) {
        schema.extend(root);
        schema.insert("$defs".into(), shared.into());
    }
    schema
}

/// The properties of each kind of part, as the inspector explains them.
fn explained() -> Vec<(&'static str, Vec<Property>)> {
    let run = Run::start(&catalog::find("orders").expect("the opening scene")).expect("it runs");
    let world = run.world();
    vec![
        ("topic", config::topic(world, &"orders".into())),
        ("producer", config::producer(world, &"checkout".into())),
        ("consumer", config::group(world, &"inventory".into())),
        ("cluster", config::cluster(world)),
    ]
}

/// Gives each property its description and default, if the schema is of an object with just these.
fn explain(schema: &mut Value, known: &[Property]) -> bool {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return false };
    if known.is_empty() || properties.len() != known.len() {
        return false;
    }
    for Property { name, doc, default, .. } in known {
        let Some(property) = properties.get_mut(*name) else { return false };
        property["description"] = format!("{doc} Default: {default}.").into();
    }
    true
}

/// Moves what is found to a place of its own, with references to it.
fn share(schema: &mut Value, shared: &mut Map<String, Value>, name: &str, is_it: &mut dyn FnMut(&mut Value) -> bool) {
    if schema.is_object() && is_it(schema) {
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        shared.insert(name.to_owned(), std::mem::replace(schema, reference));
        return;
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(|field| share(field, shared, name, is_it)),
        Value::Array(items) => items.iter_mut().for_each(|item| share(item, shared, name, is_it)),
        _ => {}
    }
}
