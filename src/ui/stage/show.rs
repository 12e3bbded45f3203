//! What the stage renders: the canvas, the cards over it, and what floats above both.

use yew::prelude::*;

use super::canvas::Canvas;
use super::cards::broker::Broker;
use super::cards::flags::Grip;
use super::cards::group::Group;
use super::cards::producer::Producer;
use super::cards::topic::{Held, Topic};
use super::cards::{Accent, Cards};
use super::corner::{Counters, Nothing, ZoomCluster};
use super::menu::{Menu, MenuList};
use super::popover;
use super::{Msg, Stage};
use crate::model::{Name, TopicPartition};
use crate::scene::Scene;
use crate::scene::geometry::{Point, Rect};
use crate::scene::gesture::Holding;
use crate::scene::layout;
use crate::ui::action::{HintRect, HintSight, HintSpot};
use crate::ui::later;

impl Stage {
    pub fn show(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let scene = self.scene.0.borrow();
        let props = ctx.props();
        html! {
            <div
                ref={&self.root} class={classes!("stage", self.holding(&scene))} tabindex="-1"
                onpointerdown={link.callback(Msg::Down)} onpointermove={link.callback(Msg::Move)}
                onpointerup={link.callback(Msg::Up)} onpointercancel={link.callback(Msg::Lost)}
                oncontextmenu={link.callback(Msg::Menu)} ondblclick={link.callback(Msg::DoubleClick)} onkeydown={link.callback(Msg::Key)}
                onfocusin={link.callback(Msg::Focus)} onfocusout={link.callback(|_| Msg::Blur)}
            >
                <Canvas
                    scene={self.scene.clone()} layer={self.layer.clone()} on_painter={props.on_painter.clone()}
                    on_resize={link.callback(|()| Msg::Resized)} on_slide={link.callback(|()| Msg::Slid)}
                />
                <div ref={&self.layer} class="stage-layer">{ self.cards(ctx, &scene) }</div>
                if self.cards.is_empty() { <Nothing /> }
                <Counters view={props.view.clone()} />
                <ZoomCluster percent={scene.camera.percent()} />
                // Each has its slot, empty or not: a list that grew would make its neighbours anew, canvas included.
                { popover::rewind(&scene, &props.command_line).unwrap_or_default() }
                { popover::refusal(&scene, self.pointer).unwrap_or_default() }
                { self.menu.as_ref().filter(|_| later::is_here()).map(|menu| menu_list(menu, ctx)).unwrap_or_default() }
            </div>
        }
    }

    fn holding(&self, scene: &Scene) -> Option<&'static str> {
        match self.hand.holding() {
            Holding::Nothing if self.space => Some("can-pan"),
            Holding::Nothing if scene.hovered_wire.is_some() => Some("on-wire"),
            Holding::Nothing => None,
            Holding::Stage | Holding::Lane => Some("is-panning"),
            Holding::Cards => Some("is-moving"),
            Holding::Wire => Some("is-wiring"),
            Holding::Flag => Some("is-rewinding"),
        }
    }

    fn cards(&self, ctx: &Context<Self>, scene: &Scene) -> Html {
        let on_rename = ctx.link().callback(Msg::Rename);
        let on_follow = ctx.link().callback(Msg::Follow);
        let highlight = ctx.props().highlight.as_ref();
        let rect = |id: &Name| scene.layout().node(id).map(|node| node.rect).unwrap_or_default();
        let accent = |id: &Name| Accent::of(scene, id, highlight);
        let is_renaming = |id: &Name| self.renaming.as_ref() == Some(id);
        let Cards { producers, topics, groups, brokers } = &self.cards;
        html! {
            <>
                <>{ for producers.iter().map(|card| html! {
                    <Producer
                        key={format!("producer {}", card.id)} producer={card} rect={rect(&card.id)}
                        accent={accent(&card.id)} is_renaming={is_renaming(&card.id)} on_rename={on_rename.clone()}
                    />
                }) }</>
                <>{ for topics.iter().map(|card| html! {
                    <Topic
                        key={format!("topic {}", card.id)} topic={card} rect={rect(&card.id)} accent={accent(&card.id)}
                        flags={Grip::all(scene, card)} held={Held::all(scene, card)} on_follow={on_follow.clone()}
                        is_renaming={is_renaming(&card.id)}
                        on_rename={on_rename.clone()}
                    />
                }) }</>
                <>{ for brokers.iter().map(|card| html! {
                    <Broker
                        key={format!("broker {}", card.id)} broker={card} now={ctx.props().view.now}
                        rect={rect(&card.id)} accent={accent(&card.id)} is_renaming={is_renaming(&card.id)}
                        on_rename={on_rename.clone()}
                    />
                }) }</>
                <>{ for groups.iter().map(|card| html! {
                    <Group
                        key={format!("group {}", card.id)} group={card} now={ctx.props().view.now} rect={rect(&card.id)}
                        accent={accent(&card.id)} renaming={self.renaming.clone()} on_rename={on_rename.clone()}
                        members={card.members.iter().map(|member| accent(&member.id)).collect::<Vec<_>>()}
                    />
                }) }</>
            </>
        }
    }

    /// Tells the app where the hint's spot is, if that changed.
    pub fn report_hint(&mut self, ctx: &Context<Self>) {
        self.follow_hint(ctx.props().hint.as_ref());
        let sight = ctx.props().hint.as_ref().and_then(|spot| self.hint_sight(spot));
        if sight != self.hint_sight {
            self.hint_sight = sight.clone();
            ctx.props().on_hint.emit(sight);
        }
    }

    /// On a screen too narrow to show everything at a size for fingers, the camera goes to what a new hint is about.
    fn follow_hint(&mut self, spot: Option<&HintSpot>) {
        if spot == self.followed_hint.as_ref() {
            return;
        }
        let mut scene = self.scene.0.borrow_mut();
        let rect = spot.and_then(|spot| surroundings(&scene, spot));
        if spot.is_some() && (rect.is_none() || !self.fitted) {
            return;
        }
        self.followed_hint = spot.cloned();
        if let Some(rect) = rect.filter(|_| scene.screen.x < NARROW) {
            scene.look_at(rect);
        }
    }

    fn hint_sight(&self, spot: &HintSpot) -> Option<HintSight> {
        let scene = self.scene.0.borrow();
        let in_viewport = |rect: Rect| {
            let at = self.corner + scene.camera.to_screen(Point::new(rect.x, rect.y));
            HintRect {
                left: at.x as i32,
                top: at.y as i32,
                width: (rect.w * scene.camera.zoom) as i32,
                height: (rect.h * scene.camera.zoom) as i32,
            }
        };
        let cards = scene.layout().nodes.iter().map(|node| in_viewport(node.rect)).collect();
        Some(HintSight { at: in_viewport(spot_rect(&scene, spot)?), cards })
    }
}

fn menu_list(menu: &Menu, ctx: &Context<Stage>) -> Html {
    later::entrance::<fn(&Menu, &Context<Stage>) -> Html>(menu_fetched_later)(menu, ctx)
}

fn menu_fetched_later(menu: &Menu, ctx: &Context<Stage>) -> Html {
    html! { <MenuList menu={menu.clone()} view={ctx.props().view.clone()} to={ctx.link().callback(|msg| msg)} /> }
}

/// Narrower than this, in CSS pixels, the stage follows the hints.
const NARROW: f64 = 600.0;

/// What one wants to see around a hint's spot.
fn surroundings(scene: &Scene, spot: &HintSpot) -> Option<Rect> {
    match spot {
        HintSpot::KillButton(name) | HintSpot::Fuse(name) => Some(scene.layout().members.get(name)?.rect),
        HintSpot::Flag { .. } => spot_rect(scene, spot),
        HintSpot::ShareButton => None,
    }
}

/// Where on the stage a hint points.
fn spot_rect(scene: &Scene, spot: &HintSpot) -> Option<Rect> {
    let member = |name: &Name| scene.layout().members.get(name).map(|member| member.rect);
    match spot {
        HintSpot::KillButton(name) => member(name).map(|row| layout::first_deed(&row)),
        // As high as the whole row, so that a bubble below covers nothing of it.
        HintSpot::Fuse(name) => member(name).map(|row| {
            let fuse = layout::session_fuse(&row);
            Rect::new(fuse.x, row.y, fuse.w, row.h)
        }),
        HintSpot::Flag { group, topic, partition } => {
            let partition = TopicPartition::new(topic, *partition);
            let flag = scene.lane(&partition)?.flags.iter().find(|flag| flag.group == *group)?;
            scene.flag_rect(&partition, group, crate::scene::rewind::standing(flag))
        }
        HintSpot::ShareButton => None,
    }
}
