//! The terminal's drawer above the transport: a log and a line. What lines do is the session's business.
//!
//! The field holds its own text, so that typing renders nothing; keys that mean something are asked about at once, and the
//! answer is what the field holds next.

use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

use super::action::{Action, Dispatch, sends};
use super::icon::{Drawing, Icon};
use crate::session::terminal::{Ink, Printed, Terminal};

/// What a key asks for, with what the field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keyed {
    Enter(String),
    /// Tab, with the cursor's place in UTF-16 units, as browsers count.
    Complete(String, u32),
    Older(String),
    Newer,
    /// Ctrl+C.
    Interrupt(String),
    /// Ctrl+D.
    EndOfInput,
    Clear,
}

/// The answer is what the field holds next, if that is something else.
pub type Keys = Callback<Keyed, Option<Filled>>;

/// What the field holds next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub line: String,
    /// Where the cursor is then, in UTF-16 units; at the end if nothing is said.
    pub cursor: Option<u32>,
}

impl From<String> for Filled {
    fn from(line: String) -> Self {
        Filled { line, cursor: None }
    }
}

/// Where the focus goes when the drawer opens, and when it closes.
pub const FIELD: &str = "#terminal-line";
pub const BUTTON: &str = ".terminal-button";

pub fn panel(terminal: &Terminal, keys: &Keys, dispatch: &Dispatch) -> Html {
    html! {
        <section class="terminal" aria-label="Terminal">
            { bar(terminal, keys, dispatch) }
            // Turned upside down, so that the browser itself keeps to the last line unless somebody scrolls away from it.
            <div class="terminal-screen" tabindex="0" role="log" aria-label="Printed by the terminal">
                <div class="terminal-lines">{ for terminal.screen.lines().iter().map(line) }</div>
            </div>
            <label class="terminal-entry">
                <span aria-hidden="true">{ terminal.prompt().trim_end() }</span>
                <textarea
                    id="terminal-line" rows="1" aria-label="Command line" spellcheck="false" autocomplete="off"
                    autocapitalize="off" enterkeyhint="send" placeholder={placeholder(terminal)}
                    title="Tab completes names; with nothing typed it goes on. Esc closes the terminal."
                    onkeydown={on_key(keys.clone(), dispatch.clone())}
                />
            </label>
        </section>
    }
}

fn placeholder(terminal: &Terminal) -> &'static str {
    match (terminal.is_busy(), terminal.is_following()) {
        (_, true) => "Ctrl+C ends it",
        (true, _) => "Ctrl+D ends it",
        _ => "kafka-consumer-groups --describe --all-groups",
    }
}

fn line(printed: &Printed) -> Html {
    let class = match printed.ink {
        Ink::Typed => "typed",
        Ink::Out => "out",
        Ink::Error => "error",
        Ink::Note => "note",
    };
    html! { <div key={printed.number} {class}>{ printed.text.clone() }</div> }
}

fn bar(terminal: &Terminal, keys: &Keys, dispatch: &Dispatch) -> Html {
    let asks = |keyed: fn(String) -> Keyed| {
        let keys = keys.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(field) = field_beside(&event) {
                fill(&field, keys.emit(keyed(field.value())));
                let _ = field.focus();
            }
        })
    };
    let end = if terminal.is_following() { Keyed::Interrupt } else { |_| Keyed::EndOfInput };
    html! {
        <div class="terminal-bar">
            <h2>{ "Terminal" }</h2>
            <span class="terminal-hint wide">{ "Kafka's own tools, for this run. Tab completes, ↑ brings lines back." }</span>
            <span class="grow" />
            // For screens without these keys.
            <span class="narrow">
                <button class="btn btn-small" type="button" onclick={asks(|line| Keyed::Complete(line, u32::MAX))}>{ "Complete" }</button>
                <button class="btn btn-small" type="button" onclick={asks(Keyed::Older)}>{ "Earlier" }</button>
            </span>
            if terminal.is_busy() {
                <button class="btn btn-small" type="button" onclick={asks(end)}>{ "End" }</button>
            }
            <button class="btn btn-small" type="button" onclick={asks(|_| Keyed::Clear)}>{ "Clear" }</button>
            <button
                class="btn btn-quiet btn-square" type="button" aria-label="Close the terminal" title="Close the terminal (Esc)"
                onclick={sends(dispatch, Action::ToggleTerminal)}
            >
                <Icon drawing={Drawing::Close} class="icon-small" />
            </button>
        </div>
    }
}

fn field_beside(event: &MouseEvent) -> Option<HtmlTextAreaElement> {
    let button: Element = event.target_dyn_into()?;
    let drawer = button.closest(".terminal").ok()??;
    wasm_bindgen::JsCast::dyn_into(drawer.query_selector("textarea").ok()??).ok()
}

fn fill(field: &HtmlTextAreaElement, filled: Option<Filled>) {
    let Some(Filled { line, cursor }) = filled else { return };
    field.set_value(&line);
    if let Some(cursor) = cursor {
        let _ = field.set_selection_range(cursor, cursor);
    }
}

fn on_key(keys: Keys, dispatch: Dispatch) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() else { return };
        if is_closing(&event) {
            event.prevent_default();
            event.stop_propagation();
            return dispatch.emit(Action::ToggleTerminal);
        }
        let Some(keyed) = keyed(&event, &field) else { return };
        event.prevent_default();
        event.stop_propagation();
        fill(&field, keys.emit(keyed));
    })
}

fn is_closing(event: &KeyboardEvent) -> bool {
    let is_toggle = event.code() == "Backquote" && (event.ctrl_key() || event.meta_key());
    is_toggle || event.key() == "Escape"
}

fn keyed(event: &KeyboardEvent, field: &HtmlTextAreaElement) -> Option<Keyed> {
    let line = field.value();
    let is_control = event.ctrl_key() && !event.alt_key() && !event.meta_key();
    let is_several_lines = line.contains('\n');
    match event.key().as_str() {
        // A word that is still being composed is not entered yet.
        "Enter" if !event.shift_key() && !event.is_composing() => Some(Keyed::Enter(line)),
        // With nothing to complete, Tab goes on, or nobody would come out by keyboard.
        "Tab" if !event.shift_key() && !line.is_empty() => Some(Keyed::Complete(line, cursor(field))),
        "ArrowUp" if !is_several_lines => Some(Keyed::Older(line)),
        "ArrowDown" if !is_several_lines => Some(Keyed::Newer),
        // What is selected is copied.
        "c" | "C" if is_control && !has_selection(field) => Some(Keyed::Interrupt(line)),
        "d" | "D" if is_control && line.is_empty() => Some(Keyed::EndOfInput),
        "l" | "L" if is_control => Some(Keyed::Clear),
        _ => None,
    }
}

fn cursor(field: &HtmlTextAreaElement) -> u32 {
    field.selection_end().ok().flatten().unwrap_or(u32::MAX)
}

fn has_selection(field: &HtmlTextAreaElement) -> bool {
    let (start, end) = (field.selection_start(), field.selection_end());
    matches!((start, end), (Ok(Some(start)), Ok(Some(end))) if start != end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::{has, html, lacks, orders};

    #[derive(Clone, PartialEq, Properties)]
    struct DrawerProps {
        lines: Vec<&'static str>,
    }

    /// The drawer after these lines.
    #[component]
    fn Drawer(props: &DrawerProps) -> Html {
        let mut session = orders();
        let mut terminal = Terminal::default();
        for line in &props.lines {
            terminal.enter(line, &mut session, None);
        }
        panel(&terminal, &Callback::from(|_| None), &Callback::noop())
    }

    async fn drawer(lines: &[&'static str]) -> String {
        html::<Drawer>(DrawerProps { lines: lines.to_vec() }).await
    }

    #[tokio::test]
    async fn the_drawer_is_a_log_and_a_field_with_names() {
        let html = drawer(&[]).await;
        has(&html, &[r#"aria-label="Terminal""#, r#"role="log""#, r#"tabindex="0""#, r#"aria-label="Command line""#]);
        has(&html, &[r#"aria-label="Close the terminal""#, "Clear</button>", "Complete</button>", "Earlier</button>"]);
        lacks(&html, &["End</button>"]);
    }

    #[tokio::test]
    async fn what_is_typed_printed_and_refused_looks_different() {
        let html = drawer(&["kafka-topics --list --exclude-internal", "kafka-topics --lst"]).await;
        has(&html, &[r#"class="typed">$ kafka-topics --list --exclude-internal</div>"#, r#"class="out">orders</div>"#]);
        has(&html, &[r#"class="error">lst is not a recognized option</div>"#]);
    }

    #[tokio::test]
    async fn a_program_that_goes_on_can_be_ended_and_says_how() {
        let producer = drawer(&["kafka-console-producer --topic orders"]).await;
        has(&producer, &["End</button>", "Ctrl+D ends it", r#"aria-hidden="true">&gt;</span>"#]);
        let consumer = drawer(&["kafka-console-consumer --topic orders"]).await;
        has(&consumer, &["End</button>", "Ctrl+C ends it"]);
    }

    #[tokio::test]
    async fn what_somebody_types_is_text_and_never_markup() {
        let html = drawer(&["<b>bold</b>", "echo '<script>'"]).await;
        has(&html, &["&lt;script&gt;"]);
        lacks(&html, &["<b>bold", "<script>"]);
    }
}
