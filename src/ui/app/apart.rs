//! Large files that are kept apart from the runs that replay them: written ahead, fetched when such a run is opened.

use std::sync::Arc;

use wasm_bindgen_futures::spawn_local;

use super::App;
use super::keeping::cannot_be_opened;
use crate::model::workload::Rows;
use crate::session::storage::apart::{Named, Parts, from_bytes, id_of, to_bytes};
use crate::session::storage::{Key, StoreError, shelf};
use crate::ui::action::{Action, Keep};
use crate::ui::browser::database;
use crate::ui::browser::storage::LocalStorage;
use crate::ui::toasts::Tone;

/// What the page knows of files that lie apart.
#[derive(Default)]
pub struct Apart {
    /// Written or fetched, so they are safe.
    safe: Vec<Named>,
    /// To be written.
    wanted: Vec<Arc<Rows>>,
    is_writing: bool,
    /// Why the last ones could not be written.
    failed: Option<StoreError>,
}

impl Apart {
    /// Takes the large files out of a run and gives their ids, if all of them are safe; otherwise they are wanted.
    pub fn take_out(&mut self, parts: &mut Parts) -> Result<Vec<String>, StoreError> {
        let large = parts.large();
        // Those of runs that are gone from the stage are fetched again, should they come back.
        self.safe.retain(|(_, known)| large.iter().any(|rows| Arc::ptr_eq(known, rows)));
        let is_unsafe = |rows: &&Arc<Rows>| !self.safe.iter().any(|(_, known)| Arc::ptr_eq(known, rows));
        self.wanted = large.iter().filter(is_unsafe).cloned().collect();
        if let Some(error) = self.failed.take() {
            // With the next change they are tried again.
            self.wanted.clear();
            return Err(error);
        }
        if !self.wanted.is_empty() {
            return Err(StoreError::UnderWay);
        }
        parts.take_out(&self.safe);
        Ok(self.safe.iter().map(|(id, _)| id.clone()).collect())
    }
}

/// Rows that no entry needs any more go, unless another tab may be about to write the entry that does.
pub fn forget_unneeded(open: &[String]) {
    if open.len() == 1
        && let Some(needed) = shelf::rows_needed(&LocalStorage)
    {
        spawn_local(async move {
            // They are tried again with the next visit.
            let _ = database::keep_only(&needed).await;
        });
    }
}

impl App {
    /// Writes what is wanted; [`App::have_put_apart`] hears what became of it.
    pub fn put_apart(&self, apart: &mut Apart) {
        if apart.wanted.is_empty() || apart.is_writing {
            return;
        }
        apart.is_writing = true;
        let (wanted, dispatch) = (std::mem::take(&mut apart.wanted), self.callbacks.dispatch.clone());
        spawn_local(async move { dispatch.emit(Action::Keep(Keep::PutApart(put_all(wanted).await))) });
    }

    pub fn have_put_apart(&mut self, put: Result<Vec<Named>, StoreError>) {
        let keeping = self.keeping.get_mut();
        keeping.apart.is_writing = false;
        keeping.apart.failed = put.as_ref().err().copied();
        keeping.apart.safe.extend(put.unwrap_or_default());
        // Now the run itself can be written, or it can be said why not.
        keeping.changed();
    }

    /// Fetches the rows that an entry needs; [`App::fetched`] goes on with it.
    pub fn fetch(&mut self, key: Key, ids: Vec<String>) {
        let dispatch = self.callbacks.dispatch.clone();
        spawn_local(async move { dispatch.emit(Action::Keep(Keep::Fetched(key, get_all(ids).await))) });
    }

    pub fn fetched(&mut self, key: &Key, fetched: Result<Vec<Named>, String>) {
        match fetched {
            Ok(rows) => {
                let Some(entry) = self.entry(key) else { return };
                if self.put_on_stage(key, entry, &rows) {
                    self.keeping.get_mut().apart.safe = rows;
                }
            }
            Err(why) => self.toasts.say(Tone::Refused, cannot_be_opened(why)),
        }
    }
}

async fn put_all(wanted: Vec<Arc<Rows>>) -> Result<Vec<Named>, StoreError> {
    let mut put = Vec::new();
    for rows in wanted {
        let bytes = to_bytes(&rows);
        let id = id_of(&bytes);
        database::put(&id, &bytes).await?;
        put.push((id, rows));
    }
    Ok(put)
}

async fn get_all(ids: Vec<String>) -> Result<Vec<Named>, String> {
    let mut got = Vec::new();
    for id in ids {
        let bytes = database::get(&id).await.map_err(|error| error.to_string())?;
        let bytes = bytes.ok_or("the file that it replays is gone from the browser's storage")?;
        let rows = from_bytes(&id, &bytes).ok_or("the file that it replays is damaged in the browser's storage")?;
        got.push((id, Arc::new(rows)));
    }
    Ok(got)
}
