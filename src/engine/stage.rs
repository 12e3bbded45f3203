//! Where parts stand and what they are called. Of no influence on the run, hence in no digest.

use crate::kernel::SortedMap;
use crate::model::Name;

/// In stage units, which are CSS pixels at 100 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    pub x: i32,
    pub y: i32,
}

#[derive(Clone, Debug, Default)]
pub struct Stage {
    places: SortedMap<Name, Place>,
    labels: SortedMap<Name, String>,
}

impl Stage {
    pub fn put(&mut self, node: &Name, place: Place) {
        self.places.insert(node.clone(), place);
    }

    pub fn label(&mut self, node: &Name, label: String) {
        self.labels.insert(node.clone(), label);
    }

    pub fn remove(&mut self, node: &Name) {
        self.places.remove(node);
        self.labels.remove(node);
    }

    /// None for a part that nobody has placed yet.
    pub fn place_of(&self, node: &Name) -> Option<Place> {
        self.places.get(node).copied()
    }

    /// What a part is called: its label, or else its id.
    pub fn label_of(&self, node: &Name) -> String {
        self.labels.get(node).cloned().unwrap_or_else(|| node.to_string())
    }

    /// The part that has this label.
    pub fn labelled(&self, label: &str) -> Option<&Name> {
        self.labels.iter().find(|(_, found)| *found == label).map(|(node, _)| node)
    }
}
