//! `initscope theory`: infinite width without a simulation.

use crate::cli::arguments::{TheoryArguments, TheoryFormat};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::net::spec::{Spec, field};
use crate::report::table::Rows;
use crate::report::theory::{Criticality, Propagation, Stages};
use crate::theory::curve::LayerLaw;

/// Prints what theory says; where there is no edge of chaos, that is a result.
pub(crate) fn print(arguments: &TheoryArguments) -> Result<(), CliError> {
    let spec = arguments.network.spec()?;
    if spec.has_stages() {
        return of_stages(&spec, arguments);
    }
    let activation = spec.activation();
    // the layers from the second on, which are all alike
    let (fan_in, fan_out) = spec.fans(2);
    let (weights, bias) = (spec.weight_law(2), spec.bias_law(2));
    // what a flag says of the weights says that there is no bias, unless somebody does
    let own = arguments.sigma_w2.is_none() && !arguments.critical;
    let (sigma_b2, mean_b) = match arguments.sigma_b2 {
        Some(variance) => (variance, 0.0),
        None if own || arguments.network.says(&[&field::BIAS]) => {
            let variance = LayerLaw::bias_variance(&bias, fan_in)?;
            (tidy(variance), bias.mean())
        }
        None => (0.0, 0.0),
    };
    if arguments.critical {
        let found = Criticality::solve(activation, sigma_b2, mean_b)?;
        print_as(
            arguments.format,
            || found.table(),
            || found.json(),
            || found.csv(),
        )?;
        if let (TheoryFormat::Csv, Some(reason)) = (arguments.format, found.reason()) {
            // A table of no rows cannot say why.
            output::remark("note", reason);
        }
        return Ok(());
    }
    let sigma_w2 = match arguments.sigma_w2 {
        Some(variance) => variance,
        None => tidy(LayerLaw::with_mean(&weights, &bias, fan_in, fan_out)?.sigma_w2),
    };
    let law = LayerLaw {
        mean_b,
        ..LayerLaw::square(sigma_w2, sigma_b2)
    };
    let found = Propagation::predict(activation, law, spec.depth())?;
    let table = || found.table(rows(arguments));
    print_as(arguments.format, table, || found.json(), || found.csv())
}

/// Prints the curves of a network of blocks or of layers with a norm.
fn of_stages(spec: &Spec, arguments: &TheoryArguments) -> Result<(), CliError> {
    if arguments.critical || arguments.sigma_w2.is_some() || arguments.sigma_b2.is_some() {
        return Err(CliError::PlainOnly {
            what: "--sigma-w2, --sigma-b2 and --critical describe".to_owned(),
        });
    }
    let found = Stages::predict(spec)?;
    let table = || found.table(rows(arguments));
    print_as(arguments.format, table, || found.json(), || found.csv())
}

/// Prints what was found in the form that was asked for.
fn print_as(
    format: TheoryFormat,
    table: impl FnOnce() -> String,
    json: impl FnOnce() -> String,
    csv: impl FnOnce() -> String,
) -> Result<(), CliError> {
    output::print(&match format {
        TheoryFormat::Table => table(),
        TheoryFormat::Json => json(),
        TheoryFormat::Csv => csv(),
    })
}

fn rows(arguments: &TheoryArguments) -> Rows {
    if arguments.all {
        Rows::All
    } else {
        Rows::Thinned
    }
}

/// A variance to twelve digits: that of a law that is cut off is right to about fifteen, and is to read `2`.
fn tidy(variance: f64) -> f64 {
    let text = format!("{variance:.11e}");
    text.parse().expect("a number")
}
