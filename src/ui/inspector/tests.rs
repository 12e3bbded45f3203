//! The panels as people get them: rendered to HTML from a real run.

use std::rc::Rc;

use super::*;
use crate::kernel::Time;
use crate::model::TopicPartition;
use crate::session::Session;
use crate::ui::app::Look;
use crate::ui::rendered::{give, has, html, lacks, orders};
use crate::view::stage::stage;
use crate::view::why::Question;

async fn panel(session: &Session, selected: &str, tab: InspectorTab) -> String {
    let view = Rc::new(stage(session.world()));
    let look = Look { tab, ..Look::default() };
    let subject = Subject::of(session, &view, Some(&selected.into()), &look);
    let offers = offers(&subject, &session.timeline().marks, session.now());
    let (why, about) = (Rc::new(WhyPanel { offers, asked: None }), session.about().to_owned().into());
    html::<Inspector>(InspectorProps { subject, tab, why, about }).await
}

#[tokio::test]
async fn a_group_shows_the_columns_of_kafkas_own_tool() {
    let html = panel(&orders(), "inventory", InspectorTab::Main).await;
    for column in "GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID".split(' ') {
        has(&html, &[&format!(">{column}</th>")]);
    }
    has(&html, &["/127.0.0.1", "generation 1", ">Stable<", ">range<"]);
}

#[tokio::test]
async fn every_member_has_its_own_buttons_under_its_own_name() {
    let mut session = orders();
    give(
        &mut session,
        &[r#"{"type": "hang", "consumer": "inventory-1"}"#, r#"{"type": "kill", "consumer": "inventory-2"}"#],
    );
    let html = panel(&session, "inventory", InspectorTab::Main).await;
    has(&html, &[r#"aria-label="Unhang inventory-1""#, r#"aria-label="Restart inventory-2""#]);
    lacks(&html, &[r#"aria-label="Kill inventory-2""#, r#"aria-label="Hang inventory-1""#]);
}

#[tokio::test]
async fn a_client_shows_its_clock_and_what_is_wrong_with_it() {
    let mut session = orders();
    let right = panel(&session, "checkout", InspectorTab::Main).await;
    has(&right, &[">Clock</h3>", "10 % fast"]);
    lacks(&right, &["Right now"]);
    give(&mut session, &[r#"{"type": "set_clock", "client": "inventory-1", "drift_ppm": 7000, "ahead_ms": -90000}"#]);
    let wrong = panel(&session, "inventory-1", InspectorTab::Main).await;
    has(&wrong, &["Right now it is 1:29 behind.", "runs 0.7 % fast", ">is 1:30 behind</option>"]);
}

#[tokio::test]
async fn a_transactional_producer_shows_where_it_is_and_how_to_end_it() {
    let mut session = orders();
    let config = r#"{"transactional.id": "shop", "commit_after_ms": 0}"#;
    let add = format!(r#"{{"type": "add_producer", "producer": "shop", "topic": "orders", "config": {config}}}"#);
    give(&mut session, &[&add]);
    session.seek(session.now() + crate::kernel::Span::from_secs(1)).unwrap();
    let ready = panel(&session, "shop", InspectorTab::Main).await;
    has(&ready, &[">Transactions</h3>", ">ready</span>", ">Kill</button>", ">Restart</button>"]);
    assert_eq!(ready.matches("disabled=").count(), 2, "there is nothing to commit or to abort");
    give(&mut session, &[r#"{"type": "publish", "producer": "shop", "value": "x"}"#]);
    session.seek(session.now() + crate::kernel::Span::from_secs(1)).unwrap();
    let open = panel(&session, "shop", InspectorTab::Main).await;
    has(&open, &[">in transaction</span>", ">open for 2 s</span>"]);
    lacks(&open, &["disabled"]);
    give(&mut session, &[r#"{"type": "kill_producer", "producer": "shop"}"#]);
    let dead = panel(&session, "shop", InspectorTab::Main).await;
    has(&dead, &["killed: restart it", ">Restart</button>"]);
    lacks(&dead, &[">Kill</button>"]);
    lacks(&panel(&session, "checkout", InspectorTab::Main).await, &[">Transactions</h3>"]);
}

#[tokio::test]
async fn a_live_group_is_sought_and_a_stopped_one_is_reset() {
    let mut session = orders();
    let live = panel(&session, "inventory", InspectorTab::Main).await;
    has(
        &live,
        &[
            "Seek on the live consumers",
            "only be reset while the group is Empty",
            "Stop the group, reset, start it again",
        ],
    );
    give(&mut session, &[r#"{"type": "stop_group", "group": "inventory"}"#]);
    let stopped = panel(&session, "inventory", InspectorTab::Main).await;
    has(&stopped, &[" has no active members."]);
    lacks(&stopped, &["Stop the group, reset, start it again"]);
}

#[tokio::test]
async fn a_compacted_topic_shows_how_dirty_it_is_and_when_the_cleaner_looks_next() {
    let scenario = crate::scenario::catalog::find("compaction").expect("in the catalogue");
    let mut session = Session::open(&scenario).expect("it opens");
    session.seek(Time::from_secs(34)).expect("no command is refused");
    let html = panel(&session, "addresses", InspectorTab::Main).await;
    has(&html, &[">FIRST DIRTY</th>", "more than 50 % of what could be clean", ">in 11 s<"]);
    lacks(&panel(&orders(), "orders", InspectorTab::Main).await, &["Compaction"]);
}

#[tokio::test]
async fn a_share_group_shows_where_it_starts_and_what_is_in_flight() {
    let scenario = crate::scenario::catalog::find("share").expect("in the catalogue");
    let mut session = Session::open(&scenario).expect("it opens");
    session.seek(Time::from_secs(34)).expect("no command is refused");
    let html = panel(&session, "workers", InspectorTab::Main).await;
    has(&html, &[">START-OFFSET</th>", "epoch 6", ">simple<", ">Acquired</td>", ">DELIVERY</th>"]);
    lacks(&html, &["CURRENT-OFFSET", "Rewind", "generation"]);
}

#[tokio::test]
async fn a_group_offers_its_other_protocols_and_counts_what_it_did_outside() {
    let html = panel(&orders(), "inventory", InspectorTab::Main).await;
    has(
        &html,
        &["It speaks classic.", r#"aria-label="Change over to consumer""#, r#"aria-label="Compare with share""#],
    );
    has(&html, &["Work done", " side effects</span>"]);
    lacks(&html, &[r#"aria-label="Compare with classic""#]);
}

#[tokio::test]
async fn every_property_stands_under_its_real_name_with_its_default() {
    let html = panel(&orders(), "inventory", InspectorTab::Config).await;
    has(&html, &[">session.timeout.ms</label>", r#"value="6000""#, "Default: 45000", ">max.poll.interval.ms</label>"]);
    has(&html, &["Service time", "Not a Kafka property"]);
    let producer = panel(&orders(), "checkout", InspectorTab::Config).await;
    has(&producer, &[">linger.ms</label>", ">enable.idempotence</label>"]);
    let topic = panel(&orders(), "orders", InspectorTab::Config).await;
    has(
        &topic,
        &[">cleanup.policy</label>", ">compact,delete</option>", "kafka-configs --alter", ">retention.ms</label>"],
    );
}

#[tokio::test]
async fn a_topic_shows_where_each_partition_begins_and_ends() {
    let html = panel(&orders(), "orders", InspectorTab::Main).await;
    has(&html, &[">LEADER<", ">ISR<", ">LOG START<", ">HIGH WATERMARK<", ">LOG END<", "3 partitions", "replication 3"]);
    has(&html, &[r#"for="add-partitions""#]);
}

#[tokio::test]
async fn the_record_browser_writes_out_how_a_key_found_its_partition() {
    let html = panel(&orders(), "orders", InspectorTab::Records).await;
    has(&html, &["murmur2(", "0x7fffffff", "order-", "partition 0", "inventory: once"]);
}

#[tokio::test]
async fn a_producer_shows_its_workload_in_fields() {
    let html = panel(&orders(), "checkout", InspectorTab::Main).await;
    has(&html, &[r#"value="4" id="workload-per_second""#, r#"value="order" id="workload-prefix""#, "Publish…"]);
    lacks(&html, &["workload-burst_ms"]);
}

#[tokio::test]
async fn a_killed_consumer_shows_its_burning_session_and_can_only_be_restarted() {
    let mut session = orders();
    give(&mut session, &[r#"{"type": "kill", "consumer": "inventory-2"}"#]);
    let html = panel(&session, "inventory-2", InspectorTab::Main).await;
    has(&html, &["killed 1.0 s ago", "session.timeout.ms", r#"aria-label="Restart inventory-2""#, "No partition."]);
    lacks(&html, &["Kill inventory-2"]);
}

#[tokio::test]
async fn a_consumer_shows_its_position_beside_its_commit() {
    let html = panel(&orders(), "inventory-1", InspectorTab::Main).await;
    has(&html, &[">POSITION<", ">COMMITTED<", ">orders-0<", "A record takes"]);
}

#[tokio::test]
async fn every_panel_says_what_is_left_out() {
    for (part, left_out) in [
        ("checkout", "compression"),
        ("orders", "compaction"),
        ("inventory", "KIP-848"),
        ("inventory-1", "fetch sessions"),
    ] {
        has(&panel(&orders(), part, InspectorTab::Main).await, &["What is left out", left_out]);
    }
}

#[tokio::test]
async fn without_a_selection_the_scenario_is_explained_and_all_parts_are_listed() {
    let html = panel(&orders(), "nobody", InspectorTab::Main).await;
    has(&html, &["A shop publishes order_placed once."]);
    has(
        &html,
        &["Overview", "checkout", "orders", "inventory", "notification", "analytics", "fraud", "Replay a file…"],
    );
}

#[tokio::test]
async fn text_that_people_typed_stays_text() {
    let mut session = orders();
    let label = r#"{"type": "rename", "node": "inventory", "label": "<script>alert(1)</script>"}"#;
    give(&mut session, &[label]);
    let html = panel(&session, "inventory", InspectorTab::Main).await;
    lacks(&html, &["<script>"]);
    has(&html, &["&lt;script&gt;"]);
}

async fn answered(session: &Session, selected: &str, question: Question) -> String {
    let view = Rc::new(stage(session.world()));
    let subject = Subject::of(session, &view, Some(&selected.into()), &Look::default());
    let offers = offers(&subject, &session.timeline().marks, session.now());
    let why = session.why(question.clone()).expect("it can be answered");
    let asked = Some(Asked { question, answer: Answer::Known(Rc::new(why)) });
    html::<Inspector>(InspectorProps {
        subject,
        tab: InspectorTab::Why,
        why: Rc::new(WhyPanel { offers, asked }),
        about: "".into(),
    })
    .await
}

#[tokio::test]
async fn why_lists_the_chain_of_causes_with_its_times_and_explains_the_terms() {
    let mut session = orders();
    give(&mut session, &[r#"{"type": "kill", "consumer": "inventory-2"}"#]);
    session.seek(Time::from_secs(35)).expect("no command is refused");
    let question = Question::Owner { group: "inventory".into(), partition: TopicPartition::new(&"orders".into(), 2) };
    let html = answered(&session, "inventory", question).await;
    has(&html, &["Who reads orders-2", r#"class="chain""#, "kill inventory-2", r#"aria-label="Go to 0:20.000""#]);
    has(&html, &[r#"role="tooltip""#, "session.timeout.ms", r#"class="is-root""#, r#"id="tab-why""#]);
}

#[tokio::test]
async fn a_part_offers_the_questions_that_make_sense_of_it() {
    let mut session = orders();
    let group = panel(&session, "inventory", InspectorTab::Why).await;
    has(&group, &["Its state, Stable", "Its lag, ", "Who reads orders-0"]);
    give(&mut session, &[r#"{"type": "kill", "consumer": "inventory-2"}"#]);
    has(&panel(&session, "inventory-2", InspectorTab::Why).await, &["inventory-2 killed, 0:20.000"]);
    has(&panel(&session, "checkout", InspectorTab::Why).await, &["Nothing has happened to it yet"]);
}
