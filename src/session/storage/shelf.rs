//! The entries: listing, opening, saving under a name, renaming, duplicating, deleting, putting back.

use super::entry::{self, Entry, Label, Unreadable};
use super::{DOCUMENT_MAX, RUNS_KEPT, Store, StoreError};
use crate::kernel::order;

const RUN: &str = "headwater.run.";
const SAVED: &str = "headwater.saved.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Kept by itself.
    Run,
    /// Saved under a name.
    Saved,
}

/// Where an entry is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub kind: Kind,
    pub id: String,
}

impl Key {
    pub fn new(kind: Kind, id: &str) -> Key {
        Key { kind, id: id.to_string() }
    }

    fn parse(text: &str) -> Option<Key> {
        let of = |kind, prefix| text.strip_prefix(prefix).map(|id| Key::new(kind, id));
        of(Kind::Run, RUN).or_else(|| of(Kind::Saved, SAVED))
    }

    pub fn text(&self) -> String {
        match self.kind {
            Kind::Run => format!("{RUN}{}", self.id),
            Kind::Saved => format!("{SAVED}{}", self.id),
        }
    }

    /// The page that a run belongs to.
    pub fn tab(&self) -> &str {
        self.id.rsplit_once('-').map_or(&self.id, |(tab, _)| tab)
    }
}

/// An entry in a list. Whether its document can be read shows when it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: Key,
    pub label: Result<Label, Unreadable>,
}

/// Every entry, the newest first; those that cannot be read last.
pub fn list(store: &dyn Store) -> Result<Vec<Listed>, StoreError> {
    let mut listed = Vec::new();
    for key in store.keys()?.iter().filter_map(|text| Key::parse(text)) {
        if let Some(text) = store.get(&key.text())? {
            listed.push(Listed { key, label: entry::label(&text) });
        }
    }
    let saved_ms = |one: &Listed| one.label.as_ref().map_or(0, |label| label.saved_ms);
    order::sort_by(&mut listed, |a, b| saved_ms(b).cmp(&saved_ms(a)).then_with(|| a.key.cmp(&b.key)));
    Ok(listed)
}

/// The newest run that no page is at any more. `open` are the pages that are open now.
pub fn left_behind<'a>(listed: &'a [Listed], open: &[String]) -> Option<&'a Listed> {
    listed.iter().find(|one| one.key.kind == Kind::Run && !is_open(one, open))
}

pub fn is_open(listed: &Listed, open: &[String]) -> bool {
    listed.key.kind == Kind::Run && open.iter().any(|tab| tab == listed.key.tab())
}

/// Why an entry is not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unopened {
    Store(StoreError),
    /// Another tab has deleted it.
    Gone,
    Unreadable(Unreadable),
}

pub fn open(store: &dyn Store, key: &Key) -> Result<Entry, Unopened> {
    let text = store.get(&key.text()).map_err(Unopened::Store)?.ok_or(Unopened::Gone)?;
    entry::read(&text).map_err(Unopened::Unreadable)
}

/// Writes an entry.
pub fn put(store: &mut dyn Store, key: &Key, label: &Label, document: &str) -> Result<(), StoreError> {
    if document.len() > DOCUMENT_MAX {
        return Err(StoreError::TooLong);
    }
    store.set(&key.text(), &entry::write(label, document))
}

/// What a page last read or wrote of a named entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub key: Key,
    pub version: u32,
}

/// Saves under a name. Over `opened` if nobody has saved over it since and it keeps its name, else beside it, as a new
/// entry whose id is `id`.
pub fn save(
    store: &mut dyn Store,
    opened: Option<&Opened>,
    id: &str,
    label: Label,
    document: &str,
) -> Result<Opened, StoreError> {
    let over = match opened {
        Some(opened) => untouched(store, opened, &label.name)?.then_some(opened),
        None => None,
    };
    let (key, version, name) = match over {
        Some(opened) => (opened.key.clone(), opened.version + 1, label.name),
        None => (Key::new(Kind::Saved, id), 1, free_name(&names(store)?, &label.name)),
    };
    put(store, &key, &Label { name, version, ..label }, document)?;
    Ok(Opened { key, version })
}

fn untouched(store: &dyn Store, opened: &Opened, name: &str) -> Result<bool, StoreError> {
    let text = store.get(&opened.key.text())?;
    let label = text.and_then(|text| entry::label(&text).ok());
    Ok(label.is_some_and(|label| label.version == opened.version && label.name == name))
}

/// Gives a named entry another name, or a run its first one, which makes it a named entry whose id is `id`.
pub fn rename(store: &mut dyn Store, key: &Key, id: &str, name: &str) -> Result<(), StoreError> {
    let Some(text) = store.get(&key.text())? else { return Ok(()) };
    let Ok(label) = entry::label(&text) else { return Ok(()) };
    if label.name == name && key.kind == Kind::Saved {
        return Ok(());
    }
    let name = free_name(&names(store)?, name);
    let label = Label { name, version: label.version + 1, ..label };
    match key.kind {
        Kind::Saved => put(store, key, &label, entry::body(&text)),
        Kind::Run => {
            put(store, &Key::new(Kind::Saved, id), &label, entry::body(&text))?;
            store.remove(&key.text())
        }
    }
}

/// Puts a copy beside an entry, under a name of its own and the id `id`.
pub fn duplicate(store: &mut dyn Store, key: &Key, id: &str) -> Result<(), StoreError> {
    let Some(text) = store.get(&key.text())? else { return Ok(()) };
    let Ok(label) = entry::label(&text) else { return Ok(()) };
    let name = free_name(&names(store)?, &label.name);
    put(store, &Key::new(Kind::Saved, id), &Label { name, version: 1, ..label }, entry::body(&text))
}

/// Takes an entry away and hands it over, for [`put_back`].
pub fn delete(store: &mut dyn Store, key: &Key) -> Result<Option<String>, StoreError> {
    let text = store.get(&key.text())?;
    store.remove(&key.text())?;
    Ok(text)
}

/// Undoes a [`delete`].
pub fn put_back(store: &mut dyn Store, key: &Key, text: &str) -> Result<(), StoreError> {
    store.set(&key.text(), text)
}

/// Takes away the oldest runs that nobody saved and no page is at, beyond those that are kept.
pub fn prune(store: &mut dyn Store, open: &[String]) -> Result<(), StoreError> {
    let runs = list(store)?.into_iter().filter(|one| one.key.kind == Kind::Run && one.label.is_ok());
    for old in runs.skip(RUNS_KEPT).filter(|one| !is_open(one, open)) {
        store.remove(&old.key.text())?;
    }
    Ok(())
}

/// Ids of the rows that some entry needs; none if that is not known, because an entry that cannot be read may need any.
pub fn rows_needed(store: &dyn Store) -> Option<Vec<String>> {
    let listed = list(store).ok()?.into_iter();
    let needed: Option<Vec<Vec<String>>> = listed.map(|one| Some(one.label.ok()?.rows)).collect();
    Some(needed?.concat())
}

fn names(store: &dyn Store) -> Result<Vec<String>, StoreError> {
    let saved = list(store)?.into_iter().filter(|one| one.key.kind == Kind::Saved);
    Ok(saved.filter_map(|one| Some(one.label.ok()?.name)).collect())
}

/// `Orders`, or `Orders 2` if there is one already.
fn free_name(taken: &[String], wanted: &str) -> String {
    let wanted = if wanted.trim().is_empty() { "Untitled" } else { wanted.trim() };
    if taken.iter().all(|name| name != wanted) {
        return wanted.to_string();
    }
    let numbered = (2..).map(|n| format!("{wanted} {n}"));
    numbered.into_iter().find(|name| !taken.contains(name)).expect("there are more numbers than names")
}

#[cfg(test)]
mod tests;
