//! The protocol's terms, explained where they stand: on hover, on focus, and to screen readers.

use yew::prelude::*;

/// A term as the page's sentences write it, and what it means. Longer terms before those they contain.
const TERMS: &[(&str, &str)] = &[
    (
        "session.timeout.ms",
        "How long the coordinator waits without a heartbeat before it takes a consumer for dead. Default 45 s.",
    ),
    (
        "max.poll.interval.ms",
        "How long a consumer may take between two calls of poll() before it has to leave its group. Default 5 min.",
    ),
    (
        "group.initial.rebalance.delay.ms",
        "How long the coordinator of an empty group waits for more members before the first rebalance. Default 3 s.",
    ),
    ("request.timeout.ms", "How long a client waits for an answer before it sends the request again. Default 30 s."),
    (
        "auto.offset.reset",
        "Where a group begins if it has no committed offset, or one that is gone: earliest, latest or none.",
    ),
    ("unclean.leader.election.enable", "Whether a replica that lacks acknowledged records may become leader."),
    ("retention.ms", "How long a closed segment is kept. Whole segments fall; the active one never does."),
    ("JoinGroup", "A member's request to take part in the next generation of its group."),
    ("SyncGroup", "The leader hands in the assignment with it, and every member gets its share as the answer."),
    ("heartbeat", "What a consumer sends every heartbeat.interval.ms so that the coordinator knows it is alive."),
    ("generation", "Counts a group's rebalances. Whoever speaks for an older generation is refused."),
    ("coordinator", "The broker that keeps a group's members and its committed offsets."),
    ("rebalance", "The members of a group join again, and the partitions are dealt out anew."),
    ("committed offset", "The next record a group will read if it starts again. Everything before counts as done."),
    ("high watermark", "Up to here every in-sync replica has the records. Consumers read no further."),
    ("in-sync replica", "A replica that has caught up with its leader lately. acks=all waits for all of them."),
    ("idempotent", "The broker drops a batch that a retry brings a second time, by its sequence number."),
];

/// A sentence with its terms explained, each the first time it stands there.
pub fn explained(text: &str) -> Html {
    pieces(text).into_iter().map(|(text, meaning)| piece(text, meaning)).collect()
}

fn piece(text: &str, meaning: Option<&'static str>) -> Html {
    match meaning {
        None => html! { text },
        Some(meaning) => html! {
            <span class="term" tabindex="0">{ text }<span class="tip" role="tooltip">{ meaning }</span></span>
        },
    }
}

/// The text in pieces; those that are terms have a meaning.
fn pieces(text: &str) -> Vec<(&str, Option<&'static str>)> {
    let mut found: Vec<(usize, &str, &'static str)> = Vec::new();
    for (term, meaning) in TERMS {
        let Some(at) = text.find(term) else { continue };
        if found.iter().all(|(other, known, _)| at >= other + known.len() || other >= &(at + term.len())) {
            found.push((at, *term, *meaning));
        }
    }
    found.sort_unstable();
    let mut pieces = Vec::new();
    let mut done = 0;
    for (at, term, meaning) in found {
        pieces.push((&text[done..at], None));
        pieces.push((&text[at..at + term.len()], Some(meaning)));
        done = at + term.len();
    }
    pieces.push((&text[done..], None));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_at_its_terms_and_nothing_is_lost() {
        let text = "inventory-2 sent no heartbeat for 10 s (session.timeout.ms) and was taken out of inventory";
        let pieces = pieces(text);
        assert_eq!(pieces.iter().map(|(text, _)| *text).collect::<String>(), text);
        let terms: Vec<&str> = pieces.iter().filter(|(_, meaning)| meaning.is_some()).map(|(text, _)| *text).collect();
        assert_eq!(terms, ["heartbeat", "session.timeout.ms"]);
    }

    #[test]
    fn a_term_within_another_is_not_cut_out_of_it() {
        let pieces = pieces("it waits (group.initial.rebalance.delay.ms)");
        let terms: Vec<&str> = pieces.iter().filter(|(_, meaning)| meaning.is_some()).map(|(text, _)| *text).collect();
        assert_eq!(terms, ["group.initial.rebalance.delay.ms"]);
    }
}
