//! What each method does. All but the last two answer at once; those give a promise.

use js_sys::Error;
use serde::Serialize;
use wasm_bindgen::JsValue;
use yew::html::Scope;

use super::{Method, input, runs};
use crate::kernel::document;
use crate::model::refusal::Refusal;
use crate::session::{Session, Speed};
use crate::ui::app::App;
use crate::view::state::state;

pub fn call(link: &Scope<App>, method: Method, argument: JsValue, options: &JsValue) -> Result<JsValue, Error> {
    match method {
        Method::State => with(link, page_state)?,
        Method::Dispatch => {
            App::ask(link, input::read(argument)?).map_err(thrown)?;
            Ok(JsValue::UNDEFINED)
        }
        Method::Play => play(link, &argument),
        Method::Pause => changed(link, |session| {
            session.pause();
            Ok(())
        }),
        Method::Seek => {
            let to = input::moment(&argument)?.ok_or_else(|| Error::new("seek wants a time in microseconds"))?;
            changed(link, |session| session.seek(to))
        }
        Method::Speed => speed(link, &argument),
        Method::Load => {
            App::open(link, input::run(argument)?).map_err(thrown)?;
            Ok(JsValue::UNDEFINED)
        }
        Method::Scenario => with(link, |session| plain(&session.scenario()))?,
        Method::Link => App::address(link).map(JsValue::from).map_err(thrown),
        Method::Digest => with(link, |session| Ok(session.digest().into()))?,
        Method::Run => runs::run(argument, options).map(JsValue::from),
        Method::Bench => runs::measure(&argument).map(JsValue::from),
    }
}

/// The world, and how it is played: the speed is virtual seconds a second of real time.
fn page_state(session: &mut Session) -> Result<JsValue, Error> {
    let mut page = document::to_value(&state(session.world()));
    page["playing"] = session.is_playing().into();
    page["speed"] = session.speed().as_factor().into();
    plain(&page)
}

fn play(link: &Scope<App>, options: &JsValue) -> Result<JsValue, Error> {
    let until = input::until(options)?;
    changed(link, |session| {
        match until {
            Some(until) => session.play_until(until),
            None => session.play(),
        }
        Ok(())
    })
}

/// Sets the speed if one is given; says what it is.
fn speed(link: &Scope<App>, argument: &JsValue) -> Result<JsValue, Error> {
    if !argument.is_undefined() {
        let factor = argument.as_f64().filter(|factor| (0.001..=1_000.0).contains(factor));
        let factor = factor.ok_or_else(|| Error::new("a speed is between 0.001 and 1000"))?;
        changed(link, |session| {
            session.set_speed(Speed::from_factor(factor));
            Ok(())
        })?;
    }
    with(link, |session| Ok(session.speed().as_factor().into()))?
}

fn with<T>(link: &Scope<App>, act: impl FnOnce(&mut Session) -> T) -> Result<T, Error> {
    App::with_session(link, act).ok_or_else(|| Error::new("the page is busy; try again"))
}

fn changed(link: &Scope<App>, act: impl FnOnce(&mut Session) -> Result<(), Refusal>) -> Result<JsValue, Error> {
    with(link, act)?.map_err(thrown)?;
    App::catch_up(link);
    Ok(JsValue::UNDEFINED)
}

fn thrown(refusal: Refusal) -> Error {
    Error::new(&refusal.to_string())
}

/// As `JSON.parse` would give it: plain objects and numbers.
pub fn plain(value: &impl Serialize) -> Result<JsValue, Error> {
    let complaint = |error: serde_wasm_bindgen::Error| Error::new(&error.to_string());
    document::to_value(value).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(complaint)
}
