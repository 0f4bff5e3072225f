//! `initscope theory`: infinite width without a simulation.

use crate::cli::arguments::{TheoryArguments, TheoryFormat};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::net::spec::{self, Spec};
use crate::report::table::Rows;
use crate::report::theory::{Criticality, Propagation};

/// Prints what theory says; where there is no edge of chaos, that is a result.
pub(crate) fn print(arguments: &TheoryArguments) -> Result<(), CliError> {
    let activation = &arguments.activation;
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
