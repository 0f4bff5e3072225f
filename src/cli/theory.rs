//! `initscope theory`: infinite width without a simulation.

use crate::cli::arguments::{TheoryArguments, TheoryFormat};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::net::spec::{self, Spec};
use crate::report::table::Rows;
use crate::report::theory::{Criticality, Propagation, Stages};

/// Prints what theory says; where there is no edge of chaos, that is a result.
pub(crate) fn print(arguments: &TheoryArguments) -> Result<(), CliError> {
    let Some(activation) = &arguments.activation else {
        return of_network(arguments);
    };
    let Some(sigma_w2) = arguments.sigma_w2 else {
        let found = Criticality::solve(activation, arguments.sigma_b2)?;
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
    };
    let depth = arguments.depth.unwrap_or(Spec::default().depth());
    spec::check_depth(depth)?;
    let found = Propagation::predict(activation, sigma_w2, arguments.sigma_b2, depth)?;
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

/// Prints the curves of a network of blocks or of layers with a norm.
fn of_network(arguments: &TheoryArguments) -> Result<(), CliError> {
    let spec: Spec = arguments.text.join(" ").parse()?;
    if !spec.has_stages() {
        return Err(CliError::PlainTheory {
            activation: spec.activation().to_string(),
        });
    }
    let found = Stages::predict(&spec)?;
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
