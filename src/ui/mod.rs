//! The page. The only place that knows a browser exists.
//!
//! [`app::App`] owns the session and is the only one to change it. Components get plain values as properties, send
//! [`action::Action`]s up through one callback, and never see a frame: the app's frame loop paints the canvas, and
//! refreshes the values of the panels some ten times a second. Each browser API has one file in [`browser`].

pub mod action;
pub mod announcer;
pub mod api;
pub mod app;
pub mod browser;
pub mod dialog;
pub mod embed;
pub mod export;
pub mod form;
pub mod header;
pub mod hints;
pub mod icon;
pub mod inspector;
pub mod later;
pub mod number;
pub mod offer;
pub mod palette;
#[cfg(test)]
mod rendered;
pub mod shelf;
pub mod shortcuts;
pub mod stage;
pub mod terminal;
pub mod theme;
pub mod toasts;
pub mod transport;

/// Starts the page.
pub fn start() {
    browser::crash::install();
    yew::Renderer::<app::App>::new().render();
}

#[cfg(test)]
mod tests;
