//! A plan of offsets as CSV: what `--export` prints and `--from-file` reads (`CsvUtils`).

use crate::model::{Name, TopicPartition};

/// A line of a plan.
pub type Planned = (Name, TopicPartition, i64);

/// `topic,partition,offset`, with the group before it where the options name several.
pub fn write(plan: &[(Name, TopicPartition, u64)], with_group: bool) -> String {
    let mut text = String::new();
    for (group, TopicPartition { topic, partition }, offset) in plan {
        if with_group {
            text += &format!("{},", field(group.as_str()));
        }
        text += &format!("{},{partition},{offset}\n", field(topic.as_str()));
    }
    text
}

/// In quotes where the name has a comma or a quote in it.
fn field(text: &str) -> String {
    if text.contains([',', '"', ' ']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Lines of three fields are for the only group, if the options name one; else four are needed.
pub fn read(text: &str, only_group: Option<&Name>) -> Result<Vec<Planned>, String> {
    let mut plan = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let wrong = |what: &str| format!("java.lang.RuntimeException: line {number} of the file, '{line}': {what}");
        let fields = fields(line);
        let (group, rest) = match (only_group, &fields[..]) {
            (Some(group), rest) if rest.len() == 3 => (group.clone(), rest),
            (_, [group, rest @ ..]) if rest.len() == 3 => (group.as_str().into(), rest),
            (Some(_), _) => return Err(wrong("topic,partition,offset is expected")),
            (None, _) => return Err(wrong("group,topic,partition,offset is expected")),
        };
        let partition = rest[1].parse().map_err(|_| wrong("the partition is not a number"))?;
        let offset = rest[2].parse().map_err(|_| wrong("the offset is not a number"))?;
        plan.push((group, TopicPartition::new(&rest[0].as_str().into(), partition), offset));
    }
    Ok(plan)
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut is_quoted) = (vec![String::new()], false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let field = fields.last_mut().expect("there is one from the beginning");
        match c {
            '"' if is_quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            c => field.push(c),
        }
    }
    fields.into_iter().map(|field| field.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(partition: u32) -> TopicPartition {
        TopicPartition::new(&"orders".into(), partition)
    }

    #[test]
    fn a_plan_that_was_written_is_read_again() {
        let group = Name::from("a, \"b\"");
        let plan = [(group.clone(), orders(0), 7), (group.clone(), orders(1), 9)];
        let read_back: Vec<Planned> =
            plan.iter().map(|(group, partition, offset)| (group.clone(), partition.clone(), *offset as i64)).collect();
        assert_eq!(write(&plan, false), "orders,0,7\norders,1,9\n");
        assert_eq!(read(&write(&plan, false), Some(&group)), Ok(read_back.clone()));
        assert_eq!(read(&write(&plan, true), Some(&group)), Ok(read_back.clone()), "with the group named as well");
        assert_eq!(read(&write(&plan, true), None), Ok(read_back));
    }

    #[test]
    fn a_line_that_is_no_plan_is_named() {
        let group = Name::from("g");
        assert!(read("orders,0,1\norders,x,1", Some(&group)).unwrap_err().contains("line 2 of the file, 'orders,x,1'"));
        assert!(read("orders,0", Some(&group)).unwrap_err().contains("topic,partition,offset is expected"));
        assert!(read("orders,0,1", None).unwrap_err().contains("group,topic,partition,offset is expected"));
    }
}
