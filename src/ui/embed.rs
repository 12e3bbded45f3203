//! What a page in somebody else's page has besides stage and transport: the way to the whole.

use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct WholePageProps {
    pub title: AttrValue,
    /// The address of the whole page with the run in it, as it is when asked.
    pub address: Callback<(), Option<AttrValue>>,
}

/// Opens the run, as it is at that moment, in a window of its own.
#[component]
pub fn WholePage(props: &WholePageProps) -> Html {
    let address = props.address.clone();
    // Just before the browser follows it, so that the run goes along as it is.
    let onclick = move |event: MouseEvent| {
        if let Some(address) = address.emit(()) {
            let _ = event.target_unchecked_into::<web_sys::Element>().set_attribute("href", &address);
        }
    };
    html! {
        <a class="btn btn-small whole-page" href="./" target="_blank" rel="noopener" {onclick}>
            { "Open in Headwater" }
        </a>
    }
}
