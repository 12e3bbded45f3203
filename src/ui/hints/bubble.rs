//! Where a hint's bubble stands: beside what it points at, on the side where it covers least of the cards.
//!
//! It stays on that side while it can, for cards grow and shrink all the time: only when the camera moved, or what it points
//! at is another thing, it looks for a side anew.

use yew::prelude::*;

use crate::ui::action::{Action, HintRect, HintSight, use_dispatch};

#[derive(Clone, PartialEq, Properties)]
pub struct HintBubbleProps {
    pub text: AttrValue,
    /// What it points at, and what it had better not cover.
    pub sight: HintSight,
    /// Where there is room: the stage, or the whole page for what is beside it.
    pub bounds: HintRect,
}

const WIDTH: i32 = 260;
const LINE: i32 = 18;
const LETTERS_IN_A_LINE: usize = 38;
/// Around the text, with the button below it.
const FRAME: i32 = 50;
/// To what it points at, and to the edge of its bounds.
const MARGIN: i32 = 10;
/// What it points at may move by so much before the bubble looks for another side.
const CALM: i32 = 48;
/// A bubble rather covers so many square pixels more than that it stands on the next side in order.
const PREFERENCE: i32 = 600;

/// A spot that was panned away has no bubble: it would point at nothing.
pub fn is_in_sight(at: HintRect, bounds: HintRect) -> bool {
    let is_within = |middle: i32, from: i32, length: i32| (from..from + length).contains(&middle);
    is_within(at.left + at.width / 2, bounds.left, bounds.width)
        && is_within(at.top + at.height / 2, bounds.top, bounds.height)
}

/// In the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Below,
    Above,
    Right,
    Left,
}

const SIDES: [Side; 4] = [Side::Below, Side::Above, Side::Right, Side::Left];

impl Side {
    /// As the style sheet calls it, and how the bubble is shifted, so that its own size does not matter.
    fn style(self) -> (&'static str, &'static str) {
        match self {
            Side::Below => ("below", ""),
            Side::Above => ("above", "translateY(-100%)"),
            Side::Right => ("right", ""),
            Side::Left => ("left", "translateX(-100%)"),
        }
    }

    fn is_beside(self) -> bool {
        matches!(self, Side::Right | Side::Left)
    }
}

/// A side, and which third of the bubble's edge is at what it points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    side: Side,
    third: i32,
}

impl Stand {
    fn all() -> impl Iterator<Item = Stand> {
        SIDES.into_iter().flat_map(|side| (0..3).map(move |third| Stand { side, third }))
    }

    /// The bubble's rectangle, kept within its bounds along the side that it stands on.
    fn rect(self, at: HintRect, bounds: HintRect, height: i32) -> HintRect {
        let along = |middle: i32, length: i32, from: i32, room: i32| {
            let before = [30, length / 2, length - 30][self.third as usize];
            (middle - before).min(from + room - length - MARGIN).max(from + MARGIN)
        };
        let left = along(at.left + at.width / 2, WIDTH, bounds.left, bounds.width);
        let top = along(at.top + at.height / 2, height, bounds.top, bounds.height);
        let (left, top) = match self.side {
            Side::Below => (left, at.top + at.height + MARGIN),
            Side::Above => (left, at.top - MARGIN - height),
            Side::Right => (at.left + at.width + MARGIN, top),
            Side::Left => (at.left - MARGIN - WIDTH, top),
        };
        HintRect { left, top, width: WIDTH, height }
    }
}

fn fits(rect: &HintRect, bounds: &HintRect) -> bool {
    rect.left >= bounds.left
        && rect.top >= bounds.top
        && rect.left + rect.width <= bounds.left + bounds.width
        && rect.top + rect.height <= bounds.top + bounds.height
}

/// In square pixels.
fn overlap(a: &HintRect, b: &HintRect) -> i32 {
    let common = |from: i32, length: i32, to: i32, other: i32| ((from + length).min(to + other) - from.max(to)).max(0);
    common(a.left, a.width, b.left, b.width) * common(a.top, a.height, b.top, b.height)
}

/// What the hint is about is worth more than what stands beside it.
fn weight(card: &HintRect, at: HintRect) -> i32 {
    if overlap(card, &at) > 0 { 3 } else { 1 }
}

/// Where it covers least; above, if there is room nowhere.
fn choose(sight: &HintSight, bounds: HintRect, height: i32) -> Stand {
    let cost = |(order, stand): &(i32, Stand)| {
        let rect = stand.rect(sight.at, bounds, height);
        let covered: i32 = sight.cards.iter().map(|card| weight(card, sight.at) * overlap(&rect, card)).sum();
        covered + PREFERENCE * (order / 3) + order % 3 * (PREFERENCE / 6)
    };
    let open = (0..).zip(Stand::all()).filter(|(_, stand)| fits(&stand.rect(sight.at, bounds, height), &bounds));
    open.min_by_key(cost).map_or(Stand { side: Side::Above, third: 0 }, |(_, stand)| stand)
}

/// What was chosen, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chosen {
    stand: Stand,
    at: HintRect,
    bounds: HintRect,
}

impl Chosen {
    fn still(self, at: HintRect, bounds: HintRect, height: i32) -> Option<Chosen> {
        let HintRect { left, top, width, .. } = self.at;
        let is_calm =
            (left - at.left).abs().max((top - at.top).abs()) < CALM && width == at.width && self.bounds == bounds;
        (is_calm && fits(&self.stand.rect(at, bounds, height), &bounds)).then_some(self)
    }
}

#[component]
pub fn HintBubble(props: &HintBubbleProps) -> Html {
    let dispatch = use_dispatch();
    let chosen = use_mut_ref(|| None::<Chosen>);
    let HintBubbleProps { text, sight, bounds } = props;
    let (at, bounds) = (sight.at, *bounds);
    let height = FRAME + LINE * (text.len() / LETTERS_IN_A_LINE + 1) as i32;
    let kept = chosen.borrow().and_then(|chosen| chosen.still(at, bounds, height));
    let kept = kept.unwrap_or_else(|| Chosen { stand: choose(sight, bounds, height), at, bounds });
    *chosen.borrow_mut() = Some(kept);
    html! {
        <div class={classes!("hint", kept.stand.side.style().0)} style={style(kept.stand, at, bounds, height)} role="note" aria-label="Hint">
            <p>{ text }</p>
            <button class="btn btn-quiet btn-small" type="button" onclick={move |_| dispatch.emit(Action::DismissHint)}>
                { "No more hints" }
            </button>
        </div>
    }
}

fn style(stand: Stand, at: HintRect, bounds: HintRect, height: i32) -> String {
    let rect = stand.rect(at, bounds, height);
    let left = if stand.side == Side::Left { rect.left + rect.width } else { rect.left };
    let top = if stand.side == Side::Above { rect.top + rect.height } else { rect.top };
    let arrow = match stand.side.is_beside() {
        true => (at.top + at.height / 2 - rect.top).min(height - 20) - 6,
        false => (at.left + at.width / 2 - rect.left).min(WIDTH - 14) - 6,
    };
    format!("transform: translate({left}px, {top}px) {}; --arrow: {}px", stand.side.style().1, arrow.max(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: HintRect = HintRect { left: 68, top: 48, width: 1_000, height: 700 };
    const BUTTON: HintRect = HintRect { left: 900, top: 300, width: 36, height: 18 };
    const HEIGHT: i32 = 86;

    fn sight(cards: &[(i32, i32, i32, i32)]) -> HintSight {
        let rect = |&(left, top, width, height): &(i32, i32, i32, i32)| HintRect { left, top, width, height };
        HintSight { at: BUTTON, cards: cards.iter().map(rect).collect() }
    }

    #[test]
    fn a_spot_beyond_the_edge_of_the_stage_is_out_of_sight() {
        let spot = |left, top| HintRect { left, top, width: 20, height: 20 };
        assert!(is_in_sight(spot(1_030, 720), STAGE));
        assert!(!is_in_sight(spot(1_030, 760), STAGE) && !is_in_sight(spot(40, 300), STAGE));
    }

    #[test]
    fn a_bubble_stands_below_where_nothing_is_in_its_way() {
        assert_eq!(choose(&sight(&[]), STAGE, HEIGHT), Stand { side: Side::Below, third: 0 });
    }

    #[test]
    fn a_bubble_goes_where_it_covers_least() {
        let below = (700, 330, 400, 300);
        assert_eq!(choose(&sight(&[below]), STAGE, HEIGHT).side, Side::Above);
        assert_eq!(choose(&sight(&[below, (700, 100, 400, 190)]), STAGE, HEIGHT).side, Side::Left);
        assert_eq!(choose(&sight(&[(880, 330, 200, 300)]), STAGE, HEIGHT), Stand { side: Side::Above, third: 0 });
    }

    #[test]
    fn a_bubble_stays_over_the_stage_on_whatever_side() {
        for (left, top) in [(70, 50), (1_040, 50), (70, 725), (1_040, 725), (500, 400)] {
            let at = HintRect { left, top, ..BUTTON };
            let stand = choose(&HintSight { at, cards: Vec::new() }, STAGE, HEIGHT);
            assert!(fits(&stand.rect(at, STAGE, HEIGHT), &STAGE), "{stand:?} at {left}, {top}");
        }
    }

    #[test]
    fn a_bubble_keeps_its_side_while_cards_grow_and_looks_anew_after_the_camera_moved() {
        let chosen = Chosen { stand: choose(&sight(&[]), STAGE, HEIGHT), at: BUTTON, bounds: STAGE };
        let moved = |by| HintRect { top: BUTTON.top + by, ..BUTTON };
        assert_eq!(chosen.still(moved(20), STAGE, HEIGHT), Some(chosen));
        assert_eq!(chosen.still(moved(60), STAGE, HEIGHT), None);
        assert_eq!(chosen.still(HintRect { width: 20, ..BUTTON }, STAGE, HEIGHT), None);
    }
}
