//! The window's size.

use crate::ui::hints::Viewport;

pub fn viewport() -> Viewport {
    let side = |side: Result<wasm_bindgen::JsValue, _>| side.ok().and_then(|side| side.as_f64()).unwrap_or(0.0) as i32;
    let window = web_sys::window();
    Viewport {
        width: window.as_ref().map_or(0, |window| side(window.inner_width())),
        height: window.as_ref().map_or(0, |window| side(window.inner_height())),
    }
}
