//! What the dashboard opens with beside its network, and the command line that opens it so again.

use std::sync::Arc;

use crate::app::action::{Action, Quantity, ViewName};
use crate::app::look::{Choice, Palette};
use crate::app::palette::Printed;
use crate::app::state::Model;
use crate::app::update::Msg;
use crate::net::spec::{Spec, option};
use crate::sweep::cube::Cube;

/// What is on the screen beside the network, its look and its keys.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The table of a sweep.
    pub table: Option<Arc<Cube>>,
    /// What fills the screen.
    pub view: ViewName,
    /// What the signal panel shows.
    pub quantity: Quantity,
    /// What is pinned; those beyond [`MOST`](crate::app::pins::MOST) find no place.
    pub pins: Vec<Arc<Spec>>,
    /// The layer under the cursor, from 0.
    pub layer: Option<usize>,
    /// Line and column under the cursor of the view's list, from 0.
    pub cursor: Option<[usize; 2]>,
}

impl Opening {
    /// Reads line and column of a cursor, from 1: `3,2`, or `3` for the first column.
    #[must_use]
    pub fn cursor_of(text: &str) -> Option<[usize; 2]> {
        const MOST: usize = 1000;
        let number = |text: &str| text.parse().ok().filter(|n| (1..=MOST).contains(n));
        match text.split_once(',') {
            Some((line, column)) => Some([number(line)?, number(column)?]),
            None => Some([number(text)?, 1]),
        }
    }
}

impl Model {
    /// The same with this on the screen.
    #[must_use]
    pub fn opened(mut self, opening: &Opening) -> Self {
        if let Some(table) = &opening.table {
            self = self.reading(Arc::clone(table));
        }
        self.context.quantity = opening.quantity;
        let pins = opening.pins.iter().cloned();
        self.context.pins = self.context.pins.replaced(pins);
        self.update(Msg::Do(Action::Show(opening.view)));
        if let Some(layer) = opening.layer {
            self.context.point_at(layer);
        }
        if let Some(cursor) = opening.cursor {
            let (view, context) = self.on_screen();
            view.place(cursor, context);
        }
        self.refresh();
        self
    }

    /// What a text asks for comes onto the screen; what it says nothing of stays.
    pub(super) fn open(&mut self, asked: Printed) {
        if let Some(pins) = asked.pins {
            self.context.pins = self.context.pins.replaced(pins);
        }
        if asked.spec != self.context.spec {
            self.context.touched = None;
            self.context.set_spec(asked.spec);
        }
        if let Some(quantity) = asked.quantity {
            self.context.quantity = quantity;
        }
        if let Some(view) = asked.view {
            self.show(view);
        }
        if let Some(theme) = asked.theme {
            self.set_theme(theme);
        }
        self.context.layer = asked.layer.or(self.context.layer);
        let (view, context) = self.on_screen();
        if let Some(cursor) = asked.cursor {
            view.place(cursor, context);
        }
        if !asked.recipe.is_empty() {
            view.follow(&asked.recipe);
        }
    }

    /// The command line that reproduces what is on the screen: where networks are trained the one that prints the same numbers, else
    /// that of [`opening_command`](Self::opening_command).
    #[must_use]
    pub fn command_line(&self) -> String {
        let own = self.shown().command_line(&self.context);
        own.unwrap_or_else(|| self.opening_command())
    }

    /// The command line that opens the dashboard with this network, view, quantity, theme, these pins and cursors.
    #[must_use]
    pub fn opening_command(&self) -> String {
        let mut words = vec![self.spec().command_line()];
        if let Some(table) = self.table() {
            words.push(option("table", table.name()));
        }
        if self.view.name != ViewName::default() {
            words.push(option("view", self.view.name.0));
        }
        if self.quantity() != Quantity::default() {
            words.push(option("quantity", self.quantity().name()));
        }
        words.extend(
            self.pins()
                .map(|(_, pin)| option("pin", &pin.spec.to_string())),
        );
        if let Some(layer) = self.layer() {
            words.push(option("layer", &(layer + 1).to_string()));
        }
        if let Some([line, column]) = self.shown().cursor(&self.context) {
            let line = (line + 1).to_string();
            words.push(option(
                "cursor",
                &match column {
                    0 => line,
                    _ => format!("{line},{}", column + 1),
                },
            ));
        }
        if self.look().palette != Palette::default() {
            words.push(option("theme", self.look().palette.name()));
        }
        words.join(" ")
    }
}
