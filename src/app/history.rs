//! The networks before this one, to go back to.

use std::collections::VecDeque;
use std::sync::Arc;

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

    /// The network before the last change of this one.
    pub(super) fn undo(&mut self, here: &Arc<Spec>) -> Option<Arc<Spec>> {
        let before = self.past.pop_back()?;
        self.future.push(Arc::clone(here));
        Some(before)
    }

    /// The network after this one again.
    pub(super) fn redo(&mut self, here: &Arc<Spec>) -> Option<Arc<Spec>> {
        let after = self.future.pop()?;
        self.remember(Arc::clone(here));
        Some(after)
    }
}
