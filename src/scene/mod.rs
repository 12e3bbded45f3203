//! The stage as geometry: where every part stands, what a frame shows, and what a pointer means.
//!
//! No browser in here. [`Scene`] takes a [`StageView`](crate::view::stage::StageView) some ten times a second and, for
//! every frame, whatever moves in between (see [`Motion`]); it answers with a [`Picture`], a list of shapes in stage
//! units that a painter copies onto a canvas. The same geometry places the cards over the canvas, so nothing is ever
//! measured. Gestures are a state machine over the same geometry ([`gesture`]): pointers and keys in, commands out.
//!
//! Floats are fine here, for nothing in here decides an outcome; transcendental functions are not needed.

pub mod camera;
pub mod connect;
mod detour;
pub mod drawing;
pub mod geometry;
pub mod gesture;

pub mod lane;
pub mod layout;
mod motion;
pub mod palette;
pub mod pick;
pub mod picture;
pub mod place;
pub mod rewind;
pub mod way;
pub mod wire;
pub mod words;

mod stage;

pub use motion::Motion;
pub use picture::Picture;
pub use stage::{Fit, Scene};

#[cfg(test)]
pub mod fixture;
