//! What the dashboard opens with beside the network.

use std::sync::Arc;

use clap::Args;

use super::look::{quantities, views};
use crate::app::compare::MOST;
use crate::app::opening::Opening;
use crate::app::state::{Quantity, View};
use crate::cli::error::CliError;
use crate::cli::values;
use crate::net::spec::Spec;

/// Every flag may be left out.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct OpeningArguments {
    /// View that is shown first
    #[arg(long, value_name = "VIEW", value_parser = values::choice::<View>(), hide_possible_values = true, help = views())]
    pub(crate) view: Option<View>,
    /// What the signal panel shows
    #[arg(long, value_name = "QUANTITY", value_parser = values::choice::<Quantity>(), hide_possible_values = true, help = quantities())]
    quantity: Option<Quantity>,
    /// Pin this network, typed as one text such as 'relu/he_normal 256x64', to compare with it; may be repeated, 3 at most
    #[arg(long, value_name = "NETWORK", value_parser = values::network)]
    pin: Vec<Spec>,
}

impl OpeningArguments {
    /// These, and where they say nothing, this view.
    pub(crate) fn over(self, view: Option<View>) -> Result<Opening, CliError> {
        if self.pin.len() > MOST {
            return Err(CliError::ManyPins(self.pin.len()));
        }
        let mut pins: Vec<Arc<Spec>> = Vec::new();
        for spec in self.pin {
            if pins.iter().any(|pin| **pin == spec) {
                return Err(CliError::PinnedTwice(spec.to_string()));
            }
            pins.push(Arc::new(spec));
        }
        Ok(Opening {
            view: self.view.or(view).unwrap_or_default(),
            quantity: self.quantity.unwrap_or_default(),
            pins,
        })
    }
}
