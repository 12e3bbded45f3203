//! What floats beside a flag in hand, and beside a wire that may not end where it is.

use yew::prelude::*;

use crate::engine::command::Command;
use crate::scene::Scene;
use crate::scene::geometry::{Point, between};
use crate::scene::rewind::offer;
use crate::ui::number::decimal;

/// Wide enough for a command line; kept inside the stage.
const WIDTH: f64 = 316.0;
const HEIGHT: f64 = 150.0;
const GAP: f64 = 14.0;

/// What letting go of the flag would do, and the command that does the same on a real cluster.
pub fn rewind(scene: &Scene, command_line: &Callback<Command, Option<String>>) -> Option<Html> {
    let (flag, to) = scene.ghost.as_ref()?;
    let offer = offer(scene.view(), flag, *to)?;
    let pennant = scene.flag_rect(&flag.partition, &flag.group, offer.to)?;
    let card = scene.layout().node(&flag.partition.topic)?.rect;
    let upper = scene.camera.to_screen(Point::new(pennant.x, card.y));
    let lower = scene.camera.to_screen(Point::new(pennant.x, card.bottom()));
    let (left, top) = beside(upper, lower, scene.screen);
    let hue = scene.view().groups.iter().find(|group| group.id == flag.group).map_or(0, |group| group.hue);
    let line = offer.moves.then(|| command_line.emit(offer.command.clone()).or(offer.call)).flatten();
    Some(html! {
        <div
            class={classes!("popover", "floating", format!("group-hue-{}", hue % 8))} role="status"
            style={format!("left:{}px;top:{}px;width:{}px", decimal(left, 0), decimal(top, 0), decimal(WIDTH, 0))}
        >
            <div class="popover-title"><span class="swatch"></span>{ offer.title }</div>
            <div>{ offer.effect }</div>
            <div class="faint">{ offer.way }</div>
            if let Some(line) = line { <code class="command-line">{ line }</code> }
        </div>
    })
}

/// Where it hides no lane of the card between `upper` and `lower`: below it, else above it; at the screen's lower edge
/// if there is no room for either.
fn beside(upper: Point, lower: Point, screen: Point) -> (f64, f64) {
    let left = between(lower.x - WIDTH / 2.0, 8.0, (screen.x - WIDTH - 8.0).max(8.0));
    let (below, above) = (lower.y + GAP, upper.y - GAP - HEIGHT);
    let top = if below + HEIGHT <= screen.y {
        below
    } else if above >= 0.0 {
        above
    } else {
        screen.y - HEIGHT - 8.0
    };
    (left, top)
}

/// Why the wire cannot end at the card beneath it.
pub fn refusal(scene: &Scene, pointer: Point) -> Option<Html> {
    let (_, legal) = scene.proposal.as_ref()?.target.as_ref()?;
    let reason = legal.as_ref().err()?;
    let left = (pointer.x + GAP).min(scene.screen.x - 240.0).max(8.0);
    let style = format!("left:{}px;top:{}px", decimal(left, 0), decimal(pointer.y + GAP, 0));
    Some(html! { <div class="popover is-refusal floating" role="status" {style}>{ reason.clone() }</div> })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Point = Point::new(1_048.0, 734.0);

    #[test]
    fn the_popover_stands_below_the_card_else_above_it_else_at_the_lower_edge() {
        let top = |upper, lower| beside(Point::new(500.0, upper), Point::new(500.0, lower), SCREEN).1;
        assert_eq!(top(100.0, 300.0), 300.0 + GAP);
        assert_eq!(top(300.0, 700.0), 300.0 - GAP - HEIGHT);
        assert_eq!(top(10.0, 720.0), SCREEN.y - HEIGHT - 8.0);
    }

    #[test]
    fn the_popover_stays_inside_the_stage() {
        let left = |x| beside(Point::new(x, 100.0), Point::new(x, 300.0), SCREEN).0;
        assert_eq!((left(500.0), left(2.0), left(1_040.0)), (342.0, 8.0, SCREEN.x - WIDTH - 8.0));
    }

    #[test]
    fn on_a_stage_narrower_than_the_popover_it_begins_at_the_left() {
        let at = Point::new(100.0, 100.0);
        assert_eq!(beside(at, at, Point::new(300.0, 600.0)).0, 8.0);
    }
}
