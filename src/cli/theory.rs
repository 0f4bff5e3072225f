//! `initscope theory`: infinite width without a simulation.

use crate::cli::arguments::{TheoryArguments, TheoryFormat};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::net::spec::field;
use crate::report::table::Rows;
use crate::report::theory::{Criticality, Propagation};

/// Prints what theory says; where there is no edge of chaos, that is a result.
pub(crate) fn print(arguments: &TheoryArguments) -> Result<(), CliError> {
    let spec = arguments.network.spec()?;
    let activation = spec.activation();
    // of the layers from the second on, which are all alike
    let (fan_in, fan_out) = spec.fans(2);
    let network_weights = tidy(fan_in as f64 * spec.weight_law(2).variance(fan_in, fan_out));
    let deviation = spec.bias_law(2).std();
    // what a flag says of the weights says that there is no bias, unless somebody does
    let own_bias = arguments.sigma_w2.is_none() && !arguments.critical;
    let biased = own_bias || arguments.network.says(&[&field::BIAS]);
    let network_bias = if biased {
        tidy(deviation * deviation)
    } else {
        0.0
    };
    let sigma_b2 = arguments.sigma_b2.unwrap_or(network_bias);
    if arguments.critical {
        let found = Criticality::solve(activation, sigma_b2)?;
        let text = match arguments.format {
            TheoryFormat::Table => found.table(),
            TheoryFormat::Json => found.json(),
            TheoryFormat::Csv => found.csv(),
        };
        output::print(&text)?;
        if let (TheoryFormat::Csv, Some(reason)) = (arguments.format, found.reason()) {
            // A table of no rows cannot say why.
            output::remark("note", reason);
        }
        return Ok(());
    }
    let sigma_w2 = arguments.sigma_w2.unwrap_or(network_weights);
    let found = Propagation::predict(activation, sigma_w2, sigma_b2, spec.depth())?;
    let rows = if arguments.all {
        Rows::All
    } else {
        Rows::Thinned
    };
    output::print(&match arguments.format {
        TheoryFormat::Table => found.table(rows),
        TheoryFormat::Json => found.json(),
        TheoryFormat::Csv => found.csv(),
    })
}

/// A variance to twelve digits: that of a law that is cut off is right to about fifteen, and is to read `2`.
fn tidy(variance: f64) -> f64 {
    let text = format!("{variance:.11e}");
    text.parse().unwrap_or(variance)
}
