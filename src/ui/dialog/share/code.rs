//! The link as a QR code, for whoever looks at a screen and holds a phone.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use yew::prelude::*;

/// What a code may be surrounded by: nothing, four modules wide (ISO/IEC 18004).
const QUIET: i32 = 4;

#[derive(Clone, PartialEq, Properties)]
pub struct CodeProps {
    pub address: AttrValue,
}

/// Black on white whatever the theme: many phones read nothing else.
#[component]
pub fn Code(props: &CodeProps) -> Html {
    let bytes = [QrSegment::make_bytes(props.address.as_bytes())];
    // One mask for all: trying each would find one a little easier to read, and weigh twice as much.
    let (least, most, mask) = (Version::MIN, Version::MAX, Some(Mask::new(3)));
    let Ok(code) = QrCode::encode_segments_advanced(&bytes, QrCodeEcc::Low, least, most, mask, false) else {
        return html! { <p class="faint small qr-none">{ "Too long for a QR code" }</p> };
    };
    let side = code.size() + 2 * QUIET;
    html! {
        <svg class="qr" viewBox={format!("0 0 {side} {side}")} role="img" aria-label="QR code of the link" shape-rendering="crispEdges">
            <path fill="#fff" d={format!("M0 0h{side}v{side}H0z")} />
            <path fill="#000" d={outline(&code)} />
        </svg>
    }
}

/// Each row's dark stretches as one rectangle each.
fn outline(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let length = (x..code.size()).take_while(|&x| code.get_module(x, y)).count() as i32;
            if length > 0 {
                path.push_str(&format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET));
            }
            x += length + 1;
        }
    }
    path
}
