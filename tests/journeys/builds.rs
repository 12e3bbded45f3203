//! Somebody builds a system of their own: drags parts onto the stage, connects them, publishes by hand.

use serde_json::json;

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{card, coloured, comes_to, open_with, play_until};

const TOPIC: &str = r#"{ version: 1, seed: 3,
    cluster: { client_latency: { distribution: "constant", us: 200000 } },
    commands: [
        { type: "add_topic", topic: "orders", config: { partitions: 3 } },
        { type: "place", node: "orders", x: 320, y: 120 },
    ] }"#;

#[tokio::test]
async fn a_producer_and_a_consumer_are_dragged_onto_the_stage_and_connected() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        let (corner, end) = card(&page, "orders").await;
        page.drag(page.find("Producer").await, Point { x: corner.x - 270.0, y: corner.y + 60.0 }).await;
        page.drag(page.find("Consumer").await, Point { x: end.x + 60.0, y: corner.y + 120.0 }).await;
        page.wait_until("headwater.state().producers['producer-1']", "the producer is there").await;
        page.wait_until("headwater.state().groups['group-1']", "the consumer is there, in a group of its own").await;

        // Whatever the page connected by itself is taken off again, so that the wires are the visitor's own.
        page.headwater("dispatch({ type: 'connect', producer: 'producer-1', topic: null })").await;
        page.drag(page.find("Connect an output of producer-1").await, page.find("Connect an input of orders").await)
            .await;
        comes_to(&page, "state().producers['producer-1'].topic", &json!("orders")).await;

        page.drag(page.find("Connect an output of orders").await, page.find("Connect an input of group-1").await).await;
        play_until(&page, 10_000_000).await;
        let members = page.headwater("state().groups['group-1'].members").await;
        let (_, member) = members.as_object().and_then(|all| all.iter().next()).expect("one member");
        assert_eq!(member["assigned"], json!([["orders", 0], ["orders", 1], ["orders", 2]]));
    })
    .await;
}

#[tokio::test]
async fn an_event_published_by_hand_flies_to_its_partition_and_becomes_a_cell() {
    journey(Screen::Desk, async |page: Page| {
        open_with(&page, TOPIC).await;
        page.headwater("dispatch({ type: 'add_producer', producer: 'till', topic: 'orders' })").await;
        page.headwater("dispatch({ type: 'place', node: 'till', x: 24, y: 200 })").await;
        play_until(&page, 2_000_000).await;
        let (till, orders) = (card(&page, "till").await, card(&page, "orders").await);
        let (wire, lanes) = ((till.1, orders.0), orders);
        let between = (Point { x: wire.0.x + 2.0, y: lanes.0.y }, Point { x: wire.1.x - 2.0, y: lanes.1.y });
        assert_eq!(coloured(&page, between.0, between.1).await, 0, "nothing flies yet");
        let empty = coloured(&page, lanes.0, lanes.1).await;

        page.click("Publish through till").await;
        page.write("Text of the key", "order-7").await;
        page.write("Value", "{\"total\": 12}").await;
        page.click("Publish").await;
        comes_to(&page, "state().counters.produced", &json!(1)).await;

        play_until(&page, 2_105_000).await;
        assert!(coloured(&page, between.0, between.1).await > 50, "the batch is on its way");
        play_until(&page, 3_000_000).await;
        assert_eq!(coloured(&page, between.0, between.1).await, 0, "it has arrived");
        assert!(coloured(&page, lanes.0, lanes.1).await > empty + 100, "and is a cell");
        // murmur2("order-7") & 0x7fffffff, modulo 3, as Kafka's own producer works it out.
        let ends = page.eval("headwater.state().topics.orders.partitions.map(p => p.log_end)").await;
        let partition = headwater::model::kafka::partitioner::partition_for_key(b"order-7", 3);
        assert_eq!(ends[partition as usize], 1);
    })
    .await;
}
