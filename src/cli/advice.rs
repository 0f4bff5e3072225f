//! `initscope advise`, `compare-defaults` and `check`: what to type instead.

use std::process::ExitCode;

use crate::cli::arguments::{AdviceArguments, AdviceFormat, CheckArguments, DefaultsArguments};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::run;
use crate::engine::advice::{self, Counsel};
use crate::report;

/// Ranks every initializer, and measures until one is a remedy.
pub(crate) fn advise(arguments: &AdviceArguments) -> Result<(), CliError> {
    let counsel = Counsel {
        thorough: true,
        ..Counsel::default()
    };
    let snapshot = run::measure(&arguments.network, Some(counsel), None)?;
    let advice = snapshot.advice.expect("asked for");
    output::print(&match arguments.format {
        AdviceFormat::Table => report::advice::table(&advice, arguments.all),
        AdviceFormat::Json => report::advice::json(&advice),
    })
}

/// Judges the default layer of every framework by theory.
pub(crate) fn compare_defaults(arguments: &DefaultsArguments) -> Result<(), CliError> {
    arguments.network.names_no_weights()?;
    let spec = arguments.network.spec()?;
    if spec.has_stages() {
        // nothing is said of blocks by the truth of another network
        let what = "compare-defaults judges".to_owned();
        return Err(CliError::PlainOnly { what });
    }
    let defaults = advice::defaults(&spec);
    output::print(&match arguments.format {
        AdviceFormat::Table => report::defaults::table(&spec, &defaults),
        AdviceFormat::Json => report::defaults::json(&spec, &defaults),
    })
}

/// Measures a network and says by the exit code whether it is healthy.
pub(crate) fn check(arguments: &CheckArguments) -> Result<ExitCode, CliError> {
    let counsel = Counsel {
        drift_limit: arguments.max_drift,
        ..Counsel::default()
    };
    let limit = Some(arguments.max_drift);
    let snapshot = run::measure(&arguments.network, Some(counsel), limit)?;
    let verdict = snapshot.verdict.clone().unwrap_or_default();
    output::print(&match arguments.format {
        AdviceFormat::Table => report::check::table(&snapshot, &verdict),
        AdviceFormat::Json => report::check::json(&snapshot, &verdict),
    })?;
    Ok(ExitCode::from(u8::from(!verdict.is_healthy())))
}
