//! An SVG document as pixels: the browser draws it, as it would draw an image of a page.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};

use super::download;

/// No browser's canvas is larger than this on every machine.
const SIDE_MAX: f64 = 8_192.0;

/// A PNG of `width` by `height` CSS pixels, each so many pixels wide, or fewer if it would become too large.
pub async fn png(svg: &str, width: f64, height: f64, scale: f64) -> Result<Blob, String> {
    let complaint = |_: JsValue| "The browser could not draw the picture; try SVG instead.".to_string();
    let scale = scale.min(SIDE_MAX / width.max(height));
    let address = download::address_of(svg, "image/svg+xml").map_err(complaint)?;
    let drawn = draw(&address, (width * scale).round(), (height * scale).round()).await;
    let _ = Url::revoke_object_url(&address);
    drawn.map_err(complaint)
}

async fn draw(address: &str, width: f64, height: f64) -> Result<Blob, JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(address);
    JsFuture::from(image.decode()).await?;
    let (canvas, context) = canvas(width as u32, height as u32)?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    let made = js_sys::Promise::new(&mut |done: Function, failed: Function| {
        if canvas.to_blob(&done).is_err() {
            let _ = failed.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(made).await?.dyn_into()
}

/// A canvas that is not on the page.
pub fn canvas(width: u32, height: u32) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    Ok((canvas, context))
}
