//! What is worth saying aloud, until somebody asks for it.

use crate::engine::{Observation, World};
use crate::view::announce::announce;

/// Old news is no news: what a page does not fetch in time it will not read out.
const NEWS_MAX: usize = 50;

#[derive(Clone, Debug, Default)]
pub struct News {
    heard: Vec<Observation>,
}

impl News {
    pub fn hear(&mut self, observations: Vec<Observation>, world: &World) {
        let is_told = |observation: &Observation| announce(observation, world).is_some();
        self.heard.extend(observations.into_iter().filter(is_told));
        let surplus = self.heard.len().saturating_sub(NEWS_MAX);
        self.heard.drain(..surplus);
    }

    /// Everything heard since the last call, in sentences.
    pub fn take(&mut self, world: &World) -> Vec<String> {
        let heard = std::mem::take(&mut self.heard);
        heard.iter().filter_map(|observation| announce(observation, world)).collect()
    }

    pub fn clear(&mut self) {
        self.heard.clear();
    }
}
