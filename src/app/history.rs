//! The networks before this one, to go back to.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::app::state::Model;
use crate::app::update::Effect;
use crate::net::spec::Spec;

/// Networks that are remembered.
const REMEMBERED: usize = 256;

/// What was left for another network, and what was left for a network before it.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    past: VecDeque<Arc<Spec>>,
    future: Vec<Arc<Spec>>,
}

impl History {
    /// A change leaves this network; what had been undone is forgotten.
    pub(super) fn leave(&mut self, spec: Arc<Spec>) {
        self.future.clear();
        self.remember(spec);
    }

    fn remember(&mut self, spec: Arc<Spec>) {
        if self.past.len() == REMEMBERED {
            self.past.pop_front();
        }
        self.past.push_back(spec);
    }
}

impl Model {
    /// The network before the last change.
    pub(super) fn undo(&mut self) -> Option<Effect> {
        let Some(before) = self.history.past.pop_back() else {
            self.message = Some("there is no network before this one".into());
            return None;
        };
        let left = std::mem::replace(&mut self.spec, before);
        self.history.future.push(left);
        self.touched = None;
        Some(self.ask())
    }

    /// The network after it again.
    pub(super) fn redo(&mut self) -> Option<Effect> {
        let Some(after) = self.history.future.pop() else {
            self.message = Some("nothing has been undone".into());
            return None;
        };
        let left = std::mem::replace(&mut self.spec, after);
        self.history.remember(left);
        self.touched = None;
        Some(self.ask())
    }
}
