//! Modal dialogs: the browser's own, which keep the focus inside, close on Escape and give the focus back.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Opens the dialog element as soon as it is there.
#[hook]
pub fn use_modal(node: &NodeRef) {
    use_effect_with(node.clone(), |node| {
        let dialog = node.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            let _ = dialog.show_modal();
        }
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
}
