//! Every property under its real name, to be changed.

mod edit;
mod row;
mod service_time;

pub use edit::Owner;
pub use service_time::ServiceTime;

use yew::prelude::*;

use self::row::PropertyRow;
use crate::kernel::SortedMap;
use crate::ui::action::Desk;
use crate::view::config::Property;

#[derive(Clone, PartialEq, Properties)]
pub struct ConfigFormProps {
    pub owner: Owner,
    pub properties: Vec<Property>,
}

/// Keeps what was typed until it is granted. Everything typed is tried together, so that two properties that depend on
/// each other can be changed one after the other; what is refused holds up nothing else.
#[derive(Default)]
pub struct ConfigForm {
    typed: SortedMap<String, String>,
    /// By property: why it was refused.
    errors: SortedMap<String, String>,
}

pub enum Msg {
    Typed(String, String),
    Done,
    /// Back to the default, or to what is in force.
    Set(String, String),
}

impl Component for ConfigForm {
    type Message = Msg;
    type Properties = ConfigFormProps;

    fn create(_: &Context<Self>) -> Self {
        ConfigForm::default()
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed(name, text) => {
                self.errors.remove(&name);
                self.typed.insert(name, text);
            }
            Msg::Set(name, text) => {
                self.typed.insert(name, text);
                self.submit(ctx);
            }
            Msg::Done => self.submit(ctx),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <>
                <p class="field-doc">{ ctx.props().owner.takes_effect() }</p>
                <div class="properties">{ for ctx.props().properties.iter().map(|property| self.row(ctx, property)) }</div>
            </>
        }
    }
}

impl ConfigForm {
    fn submit(&mut self, ctx: &Context<Self>) {
        let desk = ctx.link().context::<Desk>(Callback::noop()).map(|(desk, _)| desk).unwrap_or_default();
        self.errors.clear();
        let mut tried = self.typed.clone();
        while !tried.is_empty() {
            let refused = match ctx.props().owner.command(&tried) {
                Ok(command) => desk.ask.emit(command).err().map(|refusal| (refusal.field, refusal.message)),
                Err(refused) => Some(refused),
            };
            let Some((field, message)) = refused else {
                self.typed.retain(|name, _| !tried.contains_key(name));
                break;
            };
            let is_typed = tried.remove(&field).is_some();
            self.errors.insert(field, message);
            if !is_typed {
                break;
            }
        }
    }

    fn row(&self, ctx: &Context<Self>, property: &Property) -> Html {
        let name = property.name.to_string();
        let (typed_name, set_name) = (name.clone(), name.clone());
        html! {
            <PropertyRow
                key={name.clone()} property={property.clone()} typed={self.typed.get(&name).cloned()}
                error={self.errors.get(&name).cloned()} is_editable={ctx.props().owner.has(&name)}
                on_input={ctx.link().callback(move |text| Msg::Typed(typed_name.clone(), text))}
                on_done={ctx.link().callback(|()| Msg::Done)}
                on_set={ctx.link().callback(move |text| Msg::Set(set_name.clone(), text))}
            />
        }
    }
}
