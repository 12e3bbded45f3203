//! The cards as the page gets them: rendered to HTML, without a browser.

use yew::LocalServerRenderer;

use super::flags::Grip;
use super::*;
use crate::kernel::{SortedMap, Time};
use crate::model::TopicPartition;
use crate::scene::fixture::{orders, scene};
use crate::scene::layout::Layout;

const NOW: Time = Time::from_millis(42_310);

fn rect(view: &StageView, id: &str) -> Rect {
    Layout::of(view, &SortedMap::new()).node(&id.into()).unwrap().rect
}

/// The stage's own comments and markers aside, the HTML of a component.
async fn html<C>(props: C::Properties) -> String
where
    C: BaseComponent,
    C::Properties: Clone,
{
    LocalServerRenderer::<C>::with_props(props).hydratable(false).render().await
}

async fn group(at: usize) -> String {
    let view = orders();
    let group = Rc::new(view.groups[at].clone());
    let members = vec![Accent::None; group.members.len()];
    let rect = rect(&view, group.id.as_str());
    let (accent, on_rename) = (Accent::None, Callback::noop());
    html::<group::Group>(group::Props { group, now: NOW, rect, accent, members, renaming: None, on_rename }).await
}

async fn producer(card: ProducerCard) -> String {
    let mut view = orders();
    view.producers = vec![card.clone()];
    let rect = rect(&view, card.id.as_str());
    let (producer, accent, on_rename) = (Rc::new(card), Accent::None, Callback::noop());
    html::<producer::Producer>(producer::Props { producer, rect, accent, is_renaming: false, on_rename }).await
}

async fn topic(is_renaming: bool) -> String {
    topic_in(&scene(), is_renaming).await
}

async fn topic_in(scene: &Scene, is_renaming: bool) -> String {
    let view = orders();
    let (card, rect) = (Rc::new(view.topics[0].clone()), rect(&view, "orders"));
    let (flags, held) = (Grip::all(scene, &card), topic::Held::all(scene, &card));
    let (accent, on_rename, on_follow) = (Accent::Selected, Callback::noop(), Callback::noop());
    html::<topic::Topic>(topic::Props { topic: card, rect, accent, flags, held, on_follow, is_renaming, on_rename })
        .await
}

/// Every one of these is in the text.
fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[tokio::test]
async fn every_part_says_what_it_is_and_which() {
    has(&group(0).await, &[r#"data-node="inventory""#, r#"aria-label="consumer group inventory""#]);
    has(&group(0).await, &[r#"data-node="inventory-2""#, r#"aria-label="consumer inventory-2""#]);
    has(&topic(false).await, &[r#"data-node="orders""#, r#"aria-label="topic orders""#]);
    has(
        &producer(orders().producers.remove(0)).await,
        &[r#"data-node="checkout""#, r#"aria-label="producer checkout""#, r#"tabindex="0""#],
    );
}

#[tokio::test]
async fn a_live_consumer_can_be_killed_and_a_dead_one_only_restarted() {
    let html = group(0).await;
    has(&html, &[r#"aria-label="Kill inventory-1""#, r#"aria-label="Restart inventory-2""#, "killed 6.1 s ago"]);
    assert!(!html.contains("Kill inventory-2"));
}

#[tokio::test]
async fn a_consumer_shows_two_fuses_its_partitions_and_the_record_in_its_hand() {
    let html = group(1).await;
    has(&html, &["session", "8.6 s", "poll", "4:58", "orders-0 @ 1,403 · order-7", "partitions orders-0, orders-1"]);
    has(&html, &[r#"aria-valuetext="8.6 s left of 10 s""#, "scaleX(0.860)"]);
}

#[tokio::test]
async fn a_group_with_a_silent_member_warns_though_it_is_stable() {
    has(&group(0).await, &["1 silent", "gen 4"]);
    has(&group(1).await, &[">Stable<"]);
}

#[tokio::test]
async fn a_producer_that_is_not_connected_says_so_and_can_still_publish() {
    let mut card = orders().producers.remove(0);
    card.problem = Some("not connected to a topic".to_string());
    card.producing = false;
    let html = producer(card).await;
    has(&html, &["not connected to a topic", "paused · 100/s", "Publish through checkout", "Resume checkout"]);
}

#[tokio::test]
async fn a_replayed_file_shows_how_far_it_is() {
    let mut card = orders().producers.remove(0);
    card.replay = Some((1_200, 4_800));
    has(&producer(card).await, &["1,200 of 4,800 rows", "scaleX(0.25)"]);
}

#[tokio::test]
async fn each_flag_is_a_slider_over_the_log() {
    let html = topic(false).await;
    assert_eq!(html.matches(r#"role="slider""#).count(), 12);
    has(&html, &[r#"aria-label="inventory committed offset, orders-0""#, r#"aria-valuenow="1403""#]);
    has(&html, &[r#"aria-valuemin="1380""#, r#"aria-valuemax="1406""#, r#"aria-valuetext="1,391, lag 9""#]);
}

#[tokio::test]
async fn a_card_stands_and_is_as_large_as_the_scene_says() {
    let rect = rect(&orders(), "orders");
    let style = format!("transform:translate(262px,112px);width:{}px;height:{}px", rect.w, rect.h);
    has(&topic(false).await, &[&style, "is-selected"]);
}

#[tokio::test]
async fn a_name_being_changed_is_a_field() {
    let html = topic(true).await;
    has(&html, &["<input", r#"aria-label="Name of orders""#, r#"value="orders""#]);
}

#[tokio::test]
async fn a_lane_panned_away_from_its_end_offers_the_way_back() {
    let mut scene = scene();
    let partition = TopicPartition::new(&"orders".into(), 1);
    assert!(!topic_in(&scene, false).await.contains("Follow the end"));
    scene.with_window(&partition, |window, lane| window.pan(-30.0, lane));
    let html = topic_in(&scene, false).await;
    assert_eq!(html.matches("Follow the end of orders-1").count(), 2, "as its name and its title");
}
