//! What the dashboard opens with beside its network, and the command line that opens it so again.

use std::sync::Arc;

use crate::app::action::{Action, Quantity, ViewName};
use crate::app::look::{Choice, Palette};
use crate::app::state::Model;
use crate::app::update::Msg;
use crate::net::spec::{Spec, option};

/// What is on the screen beside the network, its look and its keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opening {
    /// What fills the screen.
    pub view: ViewName,
    /// What the signal panel shows.
    pub quantity: Quantity,
    /// What is pinned; those beyond [`MOST`](crate::app::pins::MOST) find no place.
    pub pins: Vec<Arc<Spec>>,
}

impl Model {
    /// The same with this on the screen.
    #[must_use]
    pub fn opened(mut self, opening: &Opening) -> Self {
        self.context.quantity = opening.quantity;
        let pins = opening.pins.iter().cloned();
        self.context.pins = self.context.pins.replaced(pins);
        self.update(Msg::Do(Action::Show(opening.view)));
        self
    }

    /// The command line that reproduces what is on the screen: where networks are trained the one that prints the same numbers, else
    /// the one that opens the dashboard with this network, view, pins, quantity and theme.
    #[must_use]
    pub fn command_line(&self) -> String {
        let own = self.shown().command_line(&self.context);
        own.unwrap_or_else(|| self.opening_command())
    }

    fn opening_command(&self) -> String {
        let mut words = vec![self.spec().command_line()];
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
        if self.look().palette != Palette::default() {
            words.push(option("theme", self.look().palette.name()));
        }
        words.join(" ")
    }
}
