//! Which parts can be connected, and why others cannot.

use super::wire::WireId;
use crate::engine::command::Command;
use crate::model::Name;
use crate::view::stage::{GroupCard, ProducerCard, StageView, TopicCard};

enum Part<'a> {
    Producer(&'a ProducerCard),
    Topic(&'a TopicCard),
    Group(&'a GroupCard),
}

impl Part<'_> {
    fn label(&self) -> &str {
        match self {
            Part::Producer(card) => &card.label,
            Part::Topic(card) => &card.label,
            Part::Group(card) => &card.label,
        }
    }
}

/// The part of this name; for a consumer, its group.
fn find<'a>(view: &'a StageView, id: &Name) -> Option<Part<'a>> {
    let producer = view.producers.iter().find(|card| card.id == *id).map(Part::Producer);
    let topic = || view.topics.iter().find(|card| card.id == *id).map(Part::Topic);
    let is_group = |card: &&GroupCard| card.id == *id || card.members.iter().any(|member| member.id == *id);
    producer.or_else(topic).or_else(|| view.groups.iter().find(is_group).map(Part::Group))
}

/// The command that connects the two, whichever end the wire was drawn from; or a sentence that says why they cannot be.
pub fn connection(view: &StageView, from: &Name, to: &Name) -> Result<Command, String> {
    let (Some(from), Some(to)) = (find(view, from), find(view, to)) else {
        let is_broker = view.brokers.iter().any(|broker| broker.id == *from || broker.id == *to);
        let topics = "Nothing is connected to a broker: topics are spread over all of them";
        return Err(if is_broker { topics } else { "That part is not on the stage" }.to_string());
    };
    match (&from, &to) {
        (Part::Producer(producer), Part::Topic(topic)) | (Part::Topic(topic), Part::Producer(producer)) => {
            publish(producer, topic)
        }
        (Part::Topic(topic), Part::Group(group)) | (Part::Group(group), Part::Topic(topic)) => subscribe(topic, group),
        (Part::Producer(producer), Part::Group(group)) | (Part::Group(group), Part::Producer(producer)) => {
            Err(format!(
                "{} knows no reader: it publishes to a topic, and {} subscribes to that",
                producer.label, group.label
            ))
        }
        (Part::Producer(_), Part::Producer(_)) => Err("A producer publishes to a topic, not to a producer".to_string()),
        (Part::Topic(_), Part::Topic(_)) => {
            Err(format!("{} cannot feed {} by itself: a consumer would have to", from.label(), to.label()))
        }
        (Part::Group(_), Part::Group(_)) => Err("Groups read from topics, not from one another".to_string()),
    }
}

fn publish(producer: &ProducerCard, topic: &TopicCard) -> Result<Command, String> {
    if producer.topic.as_ref() == Some(&topic.id) {
        return Err(format!("{} publishes to {} already", producer.label, topic.label));
    }
    Ok(Command::Connect { producer: producer.id.clone(), topic: Some(topic.id.clone()) })
}

fn subscribe(topic: &TopicCard, group: &GroupCard) -> Result<Command, String> {
    if group.topics.contains(&topic.id) {
        return Err(format!("{} reads {} already", group.label, topic.label));
    }
    Ok(Command::Subscribe { group: group.id.clone(), topic: topic.id.clone() })
}

/// The command that cuts a wire, if it can be cut by hand.
pub fn cut(wire: &WireId) -> Option<Command> {
    Some(match wire {
        WireId::Publishing { producer, .. } => Command::Connect { producer: producer.clone(), topic: None },
        WireId::Subscription { topic, group } => Command::Unsubscribe { group: group.clone(), topic: topic.clone() },
        WireId::Output { .. } => return None,
    })
}

/// The command that removes a part.
pub fn removal(view: &StageView, id: &Name) -> Option<Command> {
    let is_member = |group: &GroupCard| group.members.iter().any(|member| member.id == *id);
    if view.groups.iter().any(is_member) {
        return Some(Command::RemoveConsumer { consumer: id.clone() });
    }
    Some(match find(view, id)? {
        Part::Producer(_) => Command::RemoveProducer { producer: id.clone() },
        Part::Topic(_) => Command::RemoveTopic { topic: id.clone() },
        Part::Group(_) => Command::RemoveGroup { group: id.clone() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::{orders, producer, topic};

    fn connect(from: &str, to: &str) -> Result<Command, String> {
        let mut view = orders();
        view.topics.push(topic("returns", Vec::new()));
        view.producers.push(producer("web", None));
        connection(&view, &from.into(), &to.into())
    }

    #[test]
    fn a_producer_can_be_connected_to_a_topic_from_either_end() {
        let wanted = Ok(Command::Connect { producer: "web".into(), topic: Some("orders".into()) });
        assert_eq!(connect("web", "orders"), wanted);
        assert_eq!(connect("orders", "web"), wanted);
    }

    #[test]
    fn a_group_can_subscribe_to_another_topic_from_either_end() {
        let wanted = Ok(Command::Subscribe { group: "fraud".into(), topic: "returns".into() });
        assert_eq!(connect("returns", "fraud"), wanted);
        assert_eq!(connect("fraud", "returns"), wanted);
    }

    #[test]
    fn a_consumer_stands_for_its_group() {
        assert_eq!(connect("returns", "fraud-1"), connect("returns", "fraud"));
    }

    #[test]
    fn what_cannot_be_connected_says_why() {
        let reason = |from, to| connect(from, to).unwrap_err();
        assert_eq!(reason("checkout", "orders"), "checkout publishes to orders already");
        assert_eq!(reason("orders", "fraud"), "fraud reads orders already");
        assert!(reason("checkout", "fraud").contains("publishes to a topic"));
        assert!(reason("orders", "returns").contains("a consumer would have to"));
        assert!(reason("fraud", "inventory").contains("not from one another"));
        assert!(reason("web", "checkout").contains("not to a producer"));
        assert!(reason("web", "nobody").contains("not on the stage"));
    }

    #[test]
    fn cutting_a_wire_undoes_what_connecting_did() {
        let publishing = WireId::Publishing { producer: "checkout".into(), topic: "orders".into() };
        assert_eq!(cut(&publishing), Some(Command::Connect { producer: "checkout".into(), topic: None }));
        let reading = WireId::Subscription { topic: "orders".into(), group: "fraud".into() };
        assert_eq!(cut(&reading), Some(Command::Unsubscribe { group: "fraud".into(), topic: "orders".into() }));
    }

    #[test]
    fn removing_a_consumer_leaves_its_group() {
        let view = orders();
        let consumer = Command::RemoveConsumer { consumer: "fraud-1".into() };
        assert_eq!(removal(&view, &"fraud-1".into()), Some(consumer));
        assert_eq!(removal(&view, &"fraud".into()), Some(Command::RemoveGroup { group: "fraud".into() }));
        assert_eq!(removal(&view, &"nobody".into()), None);
    }
}
