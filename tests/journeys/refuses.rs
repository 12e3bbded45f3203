//! Somebody fills in what cannot be, and is told so at the very field.

use serde_json::json;

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{comes_to, number, open_with, play_until, tab_to};

const TEN_MEGABYTES: usize = 10 * 1024 * 1024;

const TOPIC: &str = r#"{ version: 1, seed: 3, commands: [
    { type: "add_topic", topic: "orders", config: { partitions: 3 } },
    { type: "add_producer", producer: "till", topic: "orders",
        workload: { arrivals: { kind: "constant", per_second: 5 } } },
    { type: "place", node: "till", x: 24, y: 160 },
    { type: "place", node: "orders", x: 320, y: 120 },
] }"#;

#[tokio::test]
async fn parts_that_are_not_connected_say_what_is_missing() {
    journey(Screen::Desk, async |page: Page| {
        open_with(
            &page,
            "{ version: 1, seed: 3, commands: [
                { type: 'add_topic', topic: 'orders' }, { type: 'add_topic', topic: 'payments' },
                { type: 'place', node: 'orders', x: 320, y: 20 }, { type: 'place', node: 'payments', x: 320, y: 700 },
            ] }",
        )
        .await;
        page.drag(page.find("Producer").await, Point { x: 400.0, y: 300.0 }).await;
        page.click("Publish through producer-1").await;
        page.click("Publish").await;
        page.wait_for_message("To", "producer-1 is not connected: connect it to a topic first").await;
        page.key("Escape").await;
        page.wait_for_message("Publishes to", "not connected").await;

        page.drag(page.find("Consumer").await, Point { x: 800.0, y: 300.0 }).await;
        page.click("consumer group group-1").await;
        page.wait_for_message("Subscribe to a topic", "not subscribed").await;
    })
    .await;
}

#[tokio::test]
async fn a_topic_has_neither_no_partition_nor_ten_thousand_and_one() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        page.click("topic orders").await;
        for (partitions, message) in [
            ("0", "0 is not between 1 and 10000"),
            ("10001", "10001 is not between 1 and 10000"),
            ("2", "orders has 3 partitions; their number can only grow"),
            ("many", "“many” is not a whole number"),
        ] {
            page.write("Partitions in all", partitions).await;
            page.click("Add").await;
            page.wait_for_message("Partitions in all", message).await;
        }
        page.write("Partitions in all", "4").await;
        page.click("Add").await;
        comes_to(&page, "state().topics.orders.partitions.length", &json!(4)).await;
    })
    .await;
}

#[tokio::test]
async fn a_name_is_not_given_twice() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        page.click("producer till").await;
        page.click("Rename").await;
        page.write("New name", "orders").await;
        page.key("Enter").await;
        page.wait_for_message("New name", "there is something called orders already").await;
        page.key("Escape").await;

        // On the stage itself, too.
        page.click("producer till").await;
        page.key("F2").await;
        page.write("Name of till", "orders").await;
        page.key("Enter").await;
        page.wait_for_message("Name of till", "there is something called orders already").await;
        page.write("Name of till", "checkout").await;
        page.key("Enter").await;
        page.wait_until("headwater.state().producers.checkout", "it has the new name").await;
    })
    .await;
}

#[tokio::test]
async fn a_value_larger_than_a_request_is_refused_and_not_lost() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        page.click("Publish through till").await;
        page.paste("Value", &"x".repeat(TEN_MEGABYTES)).await;
        // Nothing is looked up by name while the page holds so much: the browser would describe all of it each time.
        tab_to(&page, "Publish").await;
        page.key("Enter").await;
        page.wait_until(
            "document.getElementById(document.querySelector('#publish-value').getAttribute('aria-describedby'))
                .textContent.includes('more than max.request.size, 1048576 (RecordTooLargeException)')",
            "the field says what is wrong with it",
        )
        .await;
        assert_eq!(page.eval("document.querySelector('#publish-value').value.length").await, TEN_MEGABYTES);
    })
    .await;
}

#[tokio::test]
async fn a_key_of_every_unicode_plane_is_a_key() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        let planes = (0..17_u32).map(|plane| char::from_u32(plane << 16 | 0x4E2D).expect("no surrogate is among them"));
        let key: String = planes.collect();
        page.click("Publish through till").await;
        page.paste("Text of the key", &key).await;
        page.click("Publish").await;
        page.headwater("play({ until_us: 2000000 })").await;
        let partition = headwater::model::kafka::partitioner::partition_for_key(key.as_bytes(), 3);
        page.wait_until(&format!("headwater.state().topics.orders.partitions[{partition}].log_end > 0"), "it is there")
            .await;
        page.click("topic orders").await;
        page.click("Records").await;
        page.choose("Partition", &format!("partition {partition}")).await;
        page.wait_until(
            &format!("document.querySelector('.inspector').textContent.includes({})", json!(key)),
            "the record browser shows the whole key",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_producer_makes_no_less_than_nothing() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        page.click("producer till").await;
        page.write("Records a second", "-3").await;
        page.key("Enter").await;
        page.wait_for_message("Records a second", "a rate is between 0").await;
        page.write("Records a second", "7").await;
        page.key("Enter").await;
        play_until(&page, 10_000_000).await;
        assert!(number(&page, "state().counters.produced").await > 60, "it makes seven a second");
    })
    .await;
}

#[tokio::test]
async fn a_field_that_is_refused_stays_as_it_was_typed_and_holds_up_no_other() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        page.click("topic orders").await;
        page.click("Config").await;
        page.write("segment.bytes", "1 MB").await;
        page.write("retention.ms", "60000").await;
        page.key("Enter").await;
        let topic = "scenario().commands.filter(it => it.type == 'configure_topic').at(-1)?.config['retention.ms']";
        comes_to(&page, topic, &json!(60_000)).await;
        page.wait_for_message("segment.bytes", "“1 MB” is not a whole number").await;

        page.click("producer till").await;
        page.write("Bytes a value", "many").await;
        page.write("Records a second", "7").await;
        page.key("Enter").await;
        let producer = "scenario().commands.filter(it => it.type == 'configure_producer').at(-1)?.workload.arrivals";
        comes_to(&page, &format!("{producer}.per_second"), &json!(7)).await;
        page.wait_for_message("Bytes a value", "“many” is not a whole number").await;
    })
    .await;
}

#[tokio::test]
async fn a_finger_on_a_row_selects_it_and_presses_no_button_that_was_not_there() {
    journey(Screen::Phone, async |page: Page| {
        open_with(
            &page,
            "{ version: 1, seed: 3, commands: [
                { type: 'add_topic', topic: 'orders' }, { type: 'add_group', group: 'audit', topics: ['orders'] },
                { type: 'add_consumer', consumer: 'audit-1', group: 'audit' },
                { type: 'place', node: 'audit', x: 20, y: 20 }, { type: 'place', node: 'orders', x: 20, y: 300 },
            ] }",
        )
        .await;
        let before = page.headwater("scenario().commands").await;
        for (part, from_right, from_bottom) in
            [("audit-1", 60.0, 12.0), ("audit-1", 95.0, 12.0), ("broker-1", 20.0, 12.0), ("broker-1", 60.0, 12.0)]
        {
            let at = format!("document.querySelector('[data-node=\"{part}\"]').getBoundingClientRect()");
            let edge = async |side: &str| page.eval(&format!("{at}.{side}")).await.as_f64().expect("a number");
            page.click_at(Point { x: edge("right").await - from_right, y: edge("bottom").await - from_bottom }).await;
            assert_eq!(page.headwater("scenario().commands").await, before, "{part}, {from_right} from its right edge");
        }
    })
    .await;
}
