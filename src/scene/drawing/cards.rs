//! What the document shows on the page: producers, the headers of topics, brokers, groups with their
//! members.

use super::{Align, Drawing, Outline, Stroke, TextStyle, Tint};
use crate::kernel::Time;
use crate::scene::geometry::{Point, Rect};
use crate::scene::layout::{HEADER_H, Layout};
use crate::scene::picture::grouped;
use crate::scene::words::{
    SHORT_PER_MILLE, count, doing, of_broker, per_mille, rate, state, status, summary, tags, tenths,
};
use crate::view::stage::{
    BrokerCard, BrokerState, Fuse, GroupCard, Life, MemberCard, ProducerCard, StageView, TopicCard,
};

const TITLE: TextStyle = TextStyle::new(13.0, 600);
const PLAIN: TextStyle = TextStyle::new(12.0, 400);
const SMALL: TextStyle = TextStyle::new(11.0, 400);
const MINUTE: TextStyle = TextStyle::new(10.0, 400);
const PAD: f64 = 12.0;

impl Drawing {
    pub(super) fn cards(&mut self, view: &StageView, layout: &Layout) {
        let rect = |id| layout.node(id).map(|node| node.rect);
        for card in &view.producers {
            if let Some(rect) = rect(&card.id) {
                self.producer(card, rect);
            }
        }
        for card in &view.topics {
            if let Some(rect) = rect(&card.id) {
                self.topic(card, rect);
            }
        }
        for card in &view.brokers {
            if let Some(rect) = rect(&card.id) {
                self.broker(card, rect, view.now);
            }
        }
        for card in &view.groups {
            if let Some(rect) = rect(&card.id) {
                self.group(card, rect, view.now, layout);
            }
        }
    }

    fn body(&mut self, rect: Rect) {
        self.draw(Outline::Rect(rect, 12.0), Tint::Panel, Stroke::new(Tint::Line, 1.0));
    }

    /// A part's name with a sign before it; gives where the next word may begin.
    fn title(&mut self, rect: Rect, text: &str, width: f64) -> f64 {
        let x = rect.x + PAD + 18.0;
        let text = TITLE.cut(text, width);
        let end = x + TITLE.width(&text) + 9.0;
        self.text(Point::new(x, rect.y + 23.0), text, TITLE, Tint::Ink);
        end
    }

    fn producer(&mut self, card: &ProducerCard, rect: Rect) {
        self.body(rect);
        let sign = [(0.0, 13.0), (9.0, 18.0), (0.0, 23.0)].map(|(x, y)| Point::new(rect.x + PAD + x, rect.y + y));
        let tint = if card.producing { Tint::Accent } else { Tint::Ink3 };
        self.fill(Outline::Polygon(sign.to_vec()), tint);
        self.title(rect, &card.label, rect.w - 2.0 * PAD - 18.0);
        let width = rect.w - 2.0 * PAD;
        let mut line = |y: f64, text: &str, tint: Tint| {
            self.text(Point::new(rect.x + PAD, rect.y + y), PLAIN.cut(text, width), PLAIN, tint);
        };
        line(HEADER_H + 12.0, &rate(card), Tint::Ink2);
        line(HEADER_H + 29.0, &card.keys, Tint::Ink3);
        let mut y = HEADER_H + 34.0;
        if let Some((done, all)) = card.replay {
            line(y + 14.0, &format!("{} of {} rows", grouped(done), grouped(all)), Tint::Ink3);
            y += 20.0;
        }
        line(y + 20.0, &format!("{} sent", grouped(card.sent)), Tint::Ink2);
        if let Some(problem) = &card.problem {
            line(y + 50.0, problem, Tint::Bad);
        }
    }

    fn topic(&mut self, card: &TopicCard, rect: Rect) {
        for y in [14.5, 18.0, 21.5] {
            let line = [PAD, PAD + 10.0].map(|x| Point::new(rect.x + x, rect.y + y)).to_vec();
            self.stroke(Outline::Line(line), Stroke::new(Tint::Accent, 1.6));
        }
        let x = self.title(rect, &card.label, rect.w * 0.5);
        self.text(Point::new(x, rect.y + 23.0), summary(card), SMALL, Tint::Ink3);
    }

    fn broker(&mut self, card: &BrokerCard, rect: Rect, now: Time) {
        self.body(rect);
        let tint = match card.state {
            BrokerState::InService => Tint::Ok,
            BrokerState::ShuttingDown | BrokerState::Fenced => Tint::Warn,
            BrokerState::Dead(_) | BrokerState::Stopped(_) => Tint::Bad,
        };
        self.fill(Outline::Circle(Point::new(rect.x + 13.5, rect.y + 14.0), 3.5), tint);
        let label = SMALL.cut(&card.label, rect.w - 34.0);
        self.text(Point::new(rect.x + 23.0, rect.y + 18.0), label, SMALL, Tint::Ink2);
        let line = MINUTE.cut(&of_broker(card, now), rect.w - 20.0);
        self.text(Point::new(rect.x + 10.0, rect.y + 38.0), line, MINUTE, Tint::Ink3);
    }

    fn group(&mut self, card: &GroupCard, rect: Rect, now: Time, layout: &Layout) {
        self.body(rect);
        self.fill(Outline::Rect(Rect::new(rect.x + PAD, rect.y + 13.5, 9.0, 9.0), 3.0), Tint::Group(card.hue));
        let x = self.title(rect, &card.label, rect.w * 0.42);
        self.text(Point::new(x, rect.y + 22.5), count(card), SMALL, Tint::Ink3);
        self.chip(card, rect);
        let mut y = rect.y + HEADER_H;
        let notes = [(&card.phase, Tint::Warn, 20.0), (&card.problem, Tint::Bad, 36.0)];
        for (note, tint, height) in notes {
            if let Some(note) = note {
                self.text(Point::new(rect.x + PAD, y + 11.0), SMALL.cut(note, rect.w - 2.0 * PAD), SMALL, tint);
                y += height;
            }
        }
        for member in &card.members {
            if let Some(row) = layout.members.get(&member.id) {
                self.member(member, row.rect, card.topics.len(), now);
            }
        }
        if card.members.is_empty() {
            let middle = Point::new(rect.center().x, y + 20.0);
            self.text(middle, "No members", SMALL.aligned(Align::Middle), Tint::Ink3);
        }
    }

    /// The group's state at the right end of its header.
    fn chip(&mut self, card: &GroupCard, rect: Rect) {
        let (text, class) = state(card);
        let tint = match class {
            Some("ok") => Tint::Ok,
            Some("warn") => Tint::Warn,
            Some("bad") => Tint::Bad,
            _ => Tint::Ink2,
        };
        let width = SMALL.width(&text) + 16.0;
        let pill = Rect::new(rect.right() - 10.0 - width, rect.y + 9.5, width, 17.0);
        self.stroke(Outline::Rect(pill, 8.5), Stroke::new(tint.alpha(0.5), 1.0));
        let style = TextStyle::new(10.5, 500).aligned(Align::Middle);
        self.text(Point::new(pill.center().x, pill.y + 12.0), text, style, tint);
    }

    fn member(&mut self, card: &MemberCard, row: Rect, topics: usize, now: Time) {
        let gone = card.held.is_empty() && matches!(card.life, Life::Killed(_)) || matches!(card.life, Life::Left(_));
        let (fill, border, is_dashed, ink) = match card.life {
            _ if gone => (Tint::Sunk, Tint::Line.alpha(1.0), true, Tint::Ink3),
            Life::Killed(_) => (Tint::BadSoft, Tint::Bad.alpha(0.45), false, Tint::Ink),
            Life::Hung(_) => (Tint::Panel, Tint::Warn.alpha(0.55), true, Tint::Ink),
            _ => (Tint::Panel, Tint::Line.alpha(1.0), false, Tint::Ink),
        };
        let stroke = Stroke::new(border, 1.0);
        let stroke = if is_dashed { stroke.dashed([3.0, 2.0]) } else { stroke };
        self.draw(Outline::Rect(row, 9.0), fill, stroke);
        self.member_head(card, row, topics, now, ink);
        let half = (row.w - 26.0) / 2.0;
        self.fuse("session", card.session.as_ref(), Rect::new(row.x + 9.0, row.y + 25.0, half, 16.0), card.life);
        self.fuse("poll", card.poll.as_ref(), Rect::new(row.x + 17.0 + half, row.y + 25.0, half, 16.0), card.life);
        let foot = Point::new(row.x + 9.0, row.bottom() - 9.0);
        let style = TextStyle::new(10.5, 400);
        match &card.problem {
            Some(problem) => self.text(foot, style.cut(problem, row.w - 18.0), style, Tint::Bad),
            None => self.text(foot, style.cut(&doing(card), row.w - 18.0), style, Tint::Ink3),
        }
    }

    /// Its name, the partitions that it reads, and at the right end how it is.
    fn member_head(&mut self, card: &MemberCard, row: Rect, topics: usize, now: Time, ink: Tint) {
        let baseline = row.y + 17.5;
        let style = TextStyle::new(12.0, 570);
        let (status, tags) = (status(card, now), tags(card, topics));
        let tint = match card.life {
            Life::Killed(_) if !card.held.is_empty() => Tint::Bad,
            Life::Hung(_) => Tint::Warn,
            _ => Tint::Ink3,
        };
        self.text(Point::new(row.right() - 9.0, baseline), status.clone(), SMALL.aligned(Align::Right), tint);
        let tags_width: f64 = tags.iter().map(|tag| MINUTE.width(tag) + 14.0).sum();
        let free = row.w - 26.0 - SMALL.width(&status) - tags_width;
        let name = style.cut(&card.label, free.max(40.0));
        let mut x = row.x + 9.0 + style.width(&name) + 7.0;
        self.text(Point::new(row.x + 9.0, baseline), name, style, ink);
        for tag in tags {
            let width = MINUTE.width(&tag) + 10.0;
            self.stroke(Outline::Rect(Rect::new(x, row.y + 5.5, width, 15.0), 5.0), Stroke::new(Tint::Line2, 1.0));
            let at = Point::new(x + width / 2.0, baseline - 1.0);
            self.text(at, tag, MINUTE.aligned(Align::Middle), Tint::Ink2);
            x += width + 4.0;
        }
    }

    fn fuse(&mut self, name: &str, fuse: Option<&Fuse>, at: Rect, life: Life) {
        let baseline = at.y + 9.5;
        self.text(Point::new(at.x, baseline), name, MINUTE, Tint::Ink3);
        let left = fuse.map_or("—".to_string(), |fuse| tenths(fuse.left));
        self.text(Point::new(at.right(), baseline), left, MINUTE.aligned(Align::Right), Tint::Ink3);
        let track = Rect::new(at.x, at.bottom() - 2.0, at.w, 3.0);
        self.fill(Outline::Rect(track, 1.5), Tint::Sunk);
        let Some(left) = fuse.map(per_mille).filter(|left| *left > 0) else { return };
        let tint = match life {
            Life::Killed(_) => Tint::Bad,
            _ if left < SHORT_PER_MILLE => Tint::Warn,
            _ => Tint::Ok,
        };
        self.fill(Outline::Rect(Rect { w: track.w * left as f64 / 1_000.0, ..track }, 1.5), tint);
    }
}
