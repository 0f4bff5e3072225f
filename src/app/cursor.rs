//! The layer cursor: one layer whose numbers are read, in the views that have curves over layers.

use crate::app::state::{Model, View};

impl Model {
    /// The layer under the cursor, counted from 0; `None` where there is no cursor, and in views without layers.
    #[must_use]
    pub fn layer(&self) -> Option<usize> {
        let here = matches!(self.view, View::Scope | View::Compare);
        self.layer
            .filter(|_| here)
            .map(|layer| layer.min(self.deepest() - 1))
    }

    /// Layers from the left edge of the panels to the right one.
    #[must_use]
    pub fn deepest(&self) -> usize {
        let own = self.spec.depth();
        let pins = self.pins().map(|(_, pin)| pin.spec.depth());
        match self.view {
            View::Compare => pins.fold(own, usize::max),
            _ => own,
        }
    }

    /// The cursor to a layer, or to the nearest there is.
    pub(super) fn point_at(&mut self, layer: usize) {
        self.layer = Some(layer.min(self.deepest() - 1));
    }

    /// The cursor so many layers further; where there is none yet, it appears at the end that it comes from.
    pub(super) fn walk(&mut self, layers: i32) {
        let last = self.deepest() - 1;
        let by = layers.unsigned_abs() as usize;
        let target = match self.layer() {
            None if layers < 0 => last,
            None => 0,
            Some(0) if layers < 0 => return self.message = Some("layer 1 is the first".into()),
            Some(here) if layers > 0 && here == last => {
                return self.message = Some(format!("layer {} is the last", last + 1));
            }
            Some(here) if layers < 0 => here.saturating_sub(by),
            Some(here) => here.saturating_add(by),
        };
        self.point_at(target);
    }
}
