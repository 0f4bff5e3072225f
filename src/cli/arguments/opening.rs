//! What the dashboard opens with beside the network.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::look::{quantities, views};
use crate::app::action::{Quantity, ViewName};
use crate::app::opening::Opening;
use crate::app::pins::MOST;
use crate::app::views::table as table_view;
use crate::cli::error::CliError;
use crate::cli::table;
use crate::cli::values;
use crate::net::spec::Spec;

/// Every flag may be left out.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct OpeningArguments {
    /// View that is shown first
    #[arg(long, value_name = "VIEW", value_parser = values::choice::<ViewName>(), hide_possible_values = true, help = views())]
    pub(crate) view: Option<ViewName>,
    /// Open the table of a sweep, in .parquet, .csv or .jsonl, as one more view
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) table: Option<PathBuf>,
    /// What the signal panel shows
    #[arg(long, value_name = "QUANTITY", value_parser = values::choice::<Quantity>(), hide_possible_values = true, help = quantities())]
    quantity: Option<Quantity>,
    /// Pin this network, typed as one text such as 'relu/he_normal 256x64', to compare with it; may be repeated, 3 at most
    #[arg(long, value_name = "NETWORK", value_parser = values::network)]
    pin: Vec<Spec>,
    /// Layer under the cursor, from 1; in the views that have layers
    #[arg(long, value_name = "LAYER", value_parser = values::layer, allow_negative_numbers = true)]
    layer: Option<usize>,
    /// Line under the cursor of the view's list, from 1, or line and column: 3 or 3,2
    #[arg(long, value_name = "LINE[,COLUMN]", value_parser = values::cursor, allow_negative_numbers = true)]
    cursor: Option<[usize; 2]>,
    /// Record the session into this new file, FILE.cast, with a script that plays it back beside it
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) record: Option<PathBuf>,
}

impl OpeningArguments {
    /// These, and where they say nothing, this view.
    pub(crate) fn over(self, view: Option<ViewName>) -> Result<Opening, CliError> {
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
        let table = self.table.as_deref().map(table::read).transpose()?;
        let own = table.is_some().then_some(table_view::NAME);
        let view = self.view.or(own).or(view).unwrap_or_default();
        if view == table_view::NAME && table.is_none() {
            return Err(CliError::NoTable);
        }
        Ok(Opening {
            table,
            view,
            quantity: self.quantity.unwrap_or_default(),
            pins,
            layer: self.layer.map(|layer| layer - 1),
            cursor: self.cursor.map(|[line, column]| [line - 1, column - 1]),
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use clap::Parser;

    use super::*;
    use crate::app::look::Look;
    use crate::app::state::Model;
    use crate::app::update::Msg;
    use crate::cli::arguments::Arguments;

    /// What a command line opens, read by a shell and by the program.
    fn reopened(command: &str) -> Model {
        let script = format!("printf '%s\\n' {command}");
        let words = Command::new("sh").args(["-c", &script]).output();
        let words = String::from_utf8(words.expect("a shell").stdout).expect("UTF-8");
        let read = Arguments::try_parse_from(words.lines()).expect("valid");
        let look = Look {
            palette: read.look.theme.unwrap_or_default(),
            ..Look::default()
        };
        let spec = read.network.spec().expect("valid");
        let opening = read.opening.over(None).expect("valid");
        Model::new(spec, look, (80, 24)).opened(&opening)
    }

    fn pins(model: &Model) -> Vec<&Spec> {
        model.pins().map(|(_, pin)| &*pin.spec).collect()
    }

    #[test]
    fn the_command_line_of_a_screen_opens_the_same() {
        for (network, keys) in [
            ("relu/he_normal 16x4", ""),
            ("relu/default 16x4", "2 v"),
            ("tanh/glorot_normal 16x4 seed=3", "p i p a p x 4 t"),
            ("-x/default 16x4 gain=2 bias=0.1", "p w X 3"),
            ("\"max(x, 0.1*x)\"/orthogonal 16x4", "p i x x 5 T"),
            (
                "gelu/he_normal 16x4 framework=pytorch input=digits",
                "p w 6",
            ),
            ("gelu/variance_scaling(1.5,fan_avg,uniform) 16x4", "p d 7"),
            ("relu/he_normal 16x4", "Right Right"),
            ("relu/he_normal 16x4", "p i p 2 Down Right"),
            ("relu/he_normal 16x4", "3 Down Right"),
            ("relu/he_normal 16x4", "7 Down Right"),
        ] {
            let spec = network.parse().expect("valid");
            let mut model = Model::new(spec, Look::default(), (80, 24));
            for key in keys.split_whitespace() {
                model.update(Msg::Key(key.parse().expect("a key")));
            }
            let command = model.opening_command();
            let again = reopened(&command);
            assert_eq!(again.spec(), model.spec(), "{command}");
            assert_eq!(pins(&again), pins(&model), "{command}");
            let shown = |model: &Model| (model.view().name, model.quantity(), model.look());
            assert_eq!(shown(&again), shown(&model), "{command}");
            assert_eq!(again.layer(), model.layer(), "{command}");
            assert_eq!(again.opening_command(), command);
        }
    }
}
