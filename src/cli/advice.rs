//! `initscope advise`, `compare-defaults` and `check`: what to type instead.

use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::arguments::{AdviceArguments, AdviceFormat, CheckArguments, DefaultsArguments};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::run;
use crate::engine::advice::{self, Advisor};
use crate::engine::verdict::{Curves, judge_within};
use crate::report;

/// Ranks every initializer by theory.
pub(crate) fn advise(arguments: &AdviceArguments) -> Result<(), CliError> {
    let spec = Arc::new(arguments.network.spec()?);
    let mut advisor = Advisor::new(spec);
    let bar = run::counter("initializers judged");
    let advice = loop {
        if let Some(advice) = advisor.step() {
            break advice;
        }
        bar.set_position(advisor.judged() as u64);
    };
    bar.finish_and_clear();
    output::print(&match arguments.format {
        AdviceFormat::Table => report::advice::table(&advice, arguments.all),
        AdviceFormat::Json => report::advice::json(&advice),
    })
}

/// Judges the default layer of every framework by theory.
pub(crate) fn compare_defaults(arguments: &DefaultsArguments) -> Result<(), CliError> {
    arguments.network.names_no_weights()?;
    let spec = arguments.network.spec()?;
    let defaults = advice::defaults(&spec);
    output::print(&match arguments.format {
        AdviceFormat::Table => report::defaults::table(&spec, &defaults),
        AdviceFormat::Json => report::defaults::json(&spec, &defaults),
    })
}

/// Measures a network and says by the exit code whether it is healthy.
pub(crate) fn check(arguments: &CheckArguments) -> Result<ExitCode, CliError> {
    let snapshot = run::measure(&arguments.network)?;
    let curves =
        Curves::measured(&snapshot.spec, &snapshot.layers).seeing(&snapshot.spec, snapshot.inputs);
    let verdict = judge_within(&curves, arguments.max_drift);
    output::print(&match arguments.format {
        AdviceFormat::Table => report::check::table(&snapshot, &verdict),
        AdviceFormat::Json => report::check::json(&snapshot, &verdict),
    })?;
    Ok(ExitCode::from(u8::from(!verdict.is_healthy())))
}
