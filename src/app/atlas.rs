//! The atlas view: where its cursor is and what its numbers are.

use std::sync::Arc;

use crate::app::action::{Action, Direction, Parameter};
use crate::app::state::{Model, View};
use crate::app::update::Effect;
use crate::engine::atlas::{AtlasRequest, AtlasSnapshot, activations, initializers};
use crate::engine::request::Request;
use crate::net::spec::{Bias, Spec};

/// What the cells of the atlas show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AtlasQuantity {
    /// How many layers the deepest healthy network of the kind has.
    #[default]
    Layers,
    /// Decades by which the signal drifts over the whole depth.
    Signal,
    /// The same of the gradient.
    Gradient,
    /// The same of the difference between inputs.
    Distinguishability,
}

impl AtlasQuantity {
    /// In the order of the hotkey.
    pub const ALL: [Self; 4] = [
        Self::Layers,
        Self::Signal,
        Self::Gradient,
        Self::Distinguishability,
    ];
}

/// What the view remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Atlas {
    /// Row and column.
    cursor: (usize, usize),
    quantity: AtlasQuantity,
    known: Option<Arc<AtlasSnapshot>>,
}

impl Model {
    /// What is known of the atlas around the network; `None` in other views and until there is an answer.
    #[must_use]
    pub fn atlas(&self) -> Option<&AtlasSnapshot> {
        let request = self.atlas_request()?;
        self.atlas
            .known
            .as_deref()
            .filter(|known| known.request == request)
    }

    /// Row and column of the atlas under its cursor.
    #[must_use]
    pub fn atlas_cursor(&self) -> (usize, usize) {
        self.atlas.cursor
    }

    /// What the cells of the atlas show.
    #[must_use]
    pub fn atlas_quantity(&self) -> AtlasQuantity {
        self.atlas.quantity
    }

    fn atlas_request(&self) -> Option<AtlasRequest> {
        (self.view == View::Atlas).then(|| AtlasRequest::around(&self.spec))
    }

    pub(super) fn wish_for_atlas(&self) -> Option<Request> {
        self.atlas_request().map(Request::Atlas)
    }

    /// Whether an atlas that is shown may become known better.
    pub(super) fn waits_for_atlas(&self) -> bool {
        self.view == View::Atlas && self.atlas().is_none_or(|known| !known.is_complete())
    }

    pub(super) fn take_atlas(&mut self, news: Arc<AtlasSnapshot>) {
        self.atlas.known = Some(news);
    }

    /// The cursor to the present network, where it is one of the atlas.
    pub(super) fn find_in_atlas(&mut self) {
        let row = activations()
            .iter()
            .position(|a| a.text() == self.spec.activation().text());
        let column = initializers()
            .iter()
            .position(|i| i.as_ref() == self.spec.initializer());
        if let (Some(row), Some(column)) = (row, column) {
            self.atlas.cursor = (row, column);
        }
    }

    /// The cursor to a cell, or to the nearest there is.
    pub(super) fn point_in_atlas(&mut self, row: usize, column: usize) {
        self.atlas.cursor = (
            row.min(activations().len().saturating_sub(1)),
            column.min(initializers().len().saturating_sub(1)),
        );
    }

    /// The cursor to the next or previous activation.
    pub(super) fn along_activations(&mut self, direction: Direction) {
        let row = &mut self.atlas.cursor.0;
        *row = neighbour(*row, activations().len(), direction);
    }

    /// The cursor to the next or previous initializer.
    pub(super) fn along_initializers(&mut self, direction: Direction) {
        let column = &mut self.atlas.cursor.1;
        *column = neighbour(*column, initializers().len(), direction);
    }

    pub(super) fn next_atlas_quantity(&mut self, direction: Direction) {
        let all = AtlasQuantity::ALL;
        let here = all.iter().position(|q| *q == self.atlas.quantity);
        let by = match direction {
            Direction::Forward => 1,
            Direction::Back => all.len() - 1,
        };
        self.atlas.quantity = all[(here.unwrap_or(0) + by) % all.len()];
    }

    /// The network under the cursor, as large as the present one; gain and bias are those of the atlas.
    #[must_use]
    pub fn under_atlas_cursor(&self) -> Option<Spec> {
        let (row, column) = self.atlas.cursor;
        let activation = activations().get(row)?.clone();
        let initializer = initializers().get(column)?.clone();
        let spec = self.spec.with(|draft| {
            draft.activation = activation;
            draft.initializer = initializer;
            draft.gain = 1.0;
            draft.bias = Bias::Auto;
        });
        spec.ok()
    }

    /// The network under the cursor becomes the present one, in the scope.
    pub(super) fn open_from_atlas(&mut self) -> Option<Effect> {
        let Some(spec) = self.under_atlas_cursor() else {
            self.message = Some("this pair cannot be computed the way the network is".into());
            return None;
        };
        self.view = View::Scope;
        self.touched = Some(Parameter::Initializer);
        let atlas = self.key_of(Action::Show(View::Atlas));
        self.message = Some(format!("{atlas} goes back to the atlas"));
        (spec != *self.spec).then(|| self.request(Arc::new(spec)))
    }
}

fn neighbour(here: usize, count: usize, direction: Direction) -> usize {
    match direction {
        Direction::Forward => (here + 1).min(count.saturating_sub(1)),
        Direction::Back => here.saturating_sub(1),
    }
}
