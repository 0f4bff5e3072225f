//! `initscope factors`: what matters?

use std::process::ExitCode;

use crate::cli::arguments::{FactorsArguments, TrainFormat};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::train::{ended, work};
use crate::engine::factors::{BASE, Factors, recipe};
use crate::report::factors::{csv, json, table};

/// Carries the experiment out, then prints; an interrupt prints what was computed until then.
pub(crate) fn factors(arguments: &FactorsArguments) -> Result<ExitCode, CliError> {
    let network = &arguments.network;
    let spec = network.spec_over(network.text.is_empty().then_some(BASE))?;
    let mut factors = Factors::new(&spec, &arguments.recipe.over(&recipe()))?;
    environment::choose_instruction_set()?;
    work(|| {
        factors.step();
        let progress = factors.progress();
        (progress.made, progress.asked)
    })?;
    let snapshot = factors.snapshot();
    output::print(&match arguments.format {
        TrainFormat::Table => table(&snapshot),
        TrainFormat::Json => json(&snapshot),
        TrainFormat::Csv => csv(&snapshot),
    })?;
    Ok(ended(snapshot.settled))
}
