//! Somebody fills in what cannot be, and is told so at the very field.

use serde_json::json;

use crate::harness::{Page, Screen, journey};
use crate::stage::{comes_to, open_with};

const TOPIC: &str = r#"{ version: 1, seed: 3, commands: [
    { type: "add_topic", topic: "orders", config: { partitions: 3 } },
    { type: "add_producer", producer: "till", topic: "orders",
        workload: { arrivals: { kind: "constant", per_second: 5 } } },
    { type: "place", node: "till", x: 24, y: 160 },
    { type: "place", node: "orders", x: 320, y: 120 },
] }"#;

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
