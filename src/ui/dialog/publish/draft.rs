//! A record as typed.

use crate::engine::command::Command;
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::refusal::Refusal;
use crate::ui::number;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    KeyKind,
    Key,
    ValueKind,
    Value,
    Headers,
    Partition,
    Count,
}

impl Field {
    const ALL: [Field; 7] =
        [Field::KeyKind, Field::Key, Field::ValueKind, Field::Value, Field::Headers, Field::Partition, Field::Count];

    /// As refusals name it.
    pub fn id(self) -> &'static str {
        match self {
            Field::KeyKind => "key_kind",
            Field::Key => "key",
            Field::ValueKind => "value_kind",
            Field::Value => "value",
            Field::Headers => "headers",
            Field::Partition => "partition",
            Field::Count => "count",
        }
    }

    /// Where a refusal of this field is shown; that there is no topic at all where the partition is chosen.
    pub fn named(id: &str) -> Option<Field> {
        let id = if id == "topic" { Field::Partition.id() } else { id };
        Field::ALL.into_iter().find(|field| field.id() == id)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// `text` or `none`: an empty key is a key.
    pub key_kind: String,
    pub key: String,
    /// `text` or `none`: an empty value is a value, a null one deletes its key.
    pub value_kind: String,
    pub value: String,
    /// `name: value` a line.
    pub headers: String,
    /// Empty for the partitioner's choice.
    pub partition: String,
    pub count: String,
}

impl Default for Draft {
    fn default() -> Self {
        Draft {
            key_kind: "text".into(),
            key: "order-1".into(),
            value_kind: "text".into(),
            value: "{\"event\":\"order_placed\"}".into(),
            headers: String::new(),
            partition: String::new(),
            count: "1".into(),
        }
    }
}

impl Draft {
    pub fn text_mut(&mut self, field: Field) -> &mut String {
        match field {
            Field::KeyKind => &mut self.key_kind,
            Field::Key => &mut self.key,
            Field::ValueKind => &mut self.value_kind,
            Field::Value => &mut self.value,
            Field::Headers => &mut self.headers,
            Field::Partition => &mut self.partition,
            Field::Count => &mut self.count,
        }
    }

    /// The command, or the field that cannot be read.
    pub fn command(&self, producer: &Name) -> Result<Command, Refusal> {
        let number = |field: Field, text| number::whole_u32(text).map_err(|message| Refusal::new(field.id(), message));
        let partition = match self.partition.as_str() {
            "" => None,
            text => Some(number(Field::Partition, text)?),
        };
        Ok(Command::Publish {
            producer: producer.clone(),
            key: (self.key_kind == "text").then(|| self.key.clone()),
            value: (self.value_kind == "text").then(|| self.value.clone()),
            headers: self.headers()?,
            partition,
            count: number(Field::Count, &self.count)?,
        })
    }

    fn headers(&self) -> Result<SortedMap<String, String>, Refusal> {
        let lines = self.headers.lines().filter(|line| !line.trim().is_empty());
        lines
            .map(|line| {
                let complaint =
                    || Refusal::new(Field::Headers.id(), format!("“{line}” has no colon: write name: value"));
                let (name, value) = line.split_once(':').ok_or_else(complaint)?;
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_key_is_a_key_and_no_key_is_none() {
        let key = |draft: Draft| match draft.command(&"checkout".into()) {
            Ok(Command::Publish { key, .. }) => key,
            other => panic!("{other:?}"),
        };
        assert_eq!(key(Draft { key: String::new(), ..Draft::default() }), Some(String::new()));
        assert_eq!(key(Draft { key_kind: "none".into(), ..Draft::default() }), None);
        assert_eq!(key(Draft { key: "заказ-№1 🚚".into(), ..Draft::default() }).as_deref(), Some("заказ-№1 🚚"));
    }

    #[test]
    fn a_null_value_is_none() {
        let tombstone = Draft { value_kind: "none".into(), ..Draft::default() }.command(&"checkout".into());
        assert!(matches!(tombstone, Ok(Command::Publish { value: None, key: Some(_), .. })));
    }

    #[test]
    fn headers_are_lines_of_names_and_values() {
        let draft = Draft { headers: "a: 1\n\nb:x:y".into(), ..Draft::default() };
        let expected = [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "x:y".to_owned())];
        assert_eq!(draft.headers(), Ok(expected.into()));
        let wrong = Draft { headers: "a 1".into(), ..Draft::default() };
        assert_eq!(wrong.headers().unwrap_err().field, "headers");
    }

    #[test]
    fn a_count_that_is_no_number_is_refused_at_its_field() {
        let draft = Draft { count: "lots".into(), ..Draft::default() };
        assert_eq!(draft.command(&"checkout".into()).unwrap_err().field, "count");
    }
}
