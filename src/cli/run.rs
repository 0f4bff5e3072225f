//! `initscope run`: the same engine without a screen.

use std::fs;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::cli::arguments::{NetworkArguments, RunArguments, RunFormat};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::interrupt::Interrupt;
use crate::cli::output;
use crate::engine::Engine;
use crate::engine::advice::Counsel;
use crate::engine::depth::DepthSearch;
use crate::engine::snapshot::Snapshot;
use crate::engine::verdict::judge_within;
use crate::net::foreign::shown;
use crate::net::spec::Spec;
use crate::report::csv::csv;
use crate::report::json::json;
use crate::report::table::{Rows, table};

/// Computes to the end, then prints; an interrupt ends it with nothing printed.
pub(crate) fn run(arguments: &RunArguments) -> Result<(), CliError> {
    let snapshot = measure(&arguments.network, None, None)?;
    let rows = if arguments.all {
        Rows::All
    } else {
        Rows::Thinned
    };
    let text = match arguments.format {
        RunFormat::Table => table(&snapshot, rows),
        RunFormat::Json => json(&snapshot),
        RunFormat::Csv => csv(&snapshot),
    };
    output::print(&text)
}

/// Computes a whole ensemble, and measures remedies where that is asked for, and how deep such a network may be within a limit; an
/// interrupt ends it without a result.
pub(crate) fn measure(
    network: &NetworkArguments,
    counsel: Option<Counsel>,
    drift_limit: Option<f64>,
) -> Result<Snapshot, CliError> {
    let spec = network.spec()?;
    environment::choose_instruction_set()?;
    let interrupt = Interrupt::catch()?;
    let mut snapshot = compute(Arc::new(spec), counsel, &interrupt)?;
    if let Some(drift_limit) = drift_limit {
        sound(&mut snapshot, drift_limit, &interrupt)?;
    }
    interrupt.release();
    Ok(snapshot)
}

fn compute(
    spec: Arc<Spec>,
    counsel: Option<Counsel>,
    interrupt: &Interrupt,
) -> Result<Snapshot, CliError> {
    let mut engine = match counsel {
        Some(counsel) => Engine::advising(spec, counsel),
        None => Engine::new(spec),
    };
    let bar = progress_bar();
    while !engine.is_settled() {
        if interrupt.raised() {
            bar.finish_and_clear();
            return Err(CliError::Interrupted);
        }
        engine.step();
        bar.set_position((engine.progress() * TICKS as f64) as u64);
        bar.set_message(match engine.trial() {
            Some(label) => format!("measuring {label}"),
            None => format!("{} draws", engine.draws()),
        });
    }
    bar.finish_and_clear();
    Ok(engine.snapshot())
}

/// The verdict within a limit, with the depth of the deepest healthy network of this kind.
fn sound(snapshot: &mut Snapshot, drift_limit: f64, interrupt: &Interrupt) -> Result<(), CliError> {
    let Some(mut verdict) = snapshot.verdict.take() else {
        return Ok(());
    };
    if let Some(curves) = snapshot.curves()
        && verdict.drift_limit != drift_limit
    {
        verdict = judge_within(&curves, drift_limit);
    }
    if snapshot.spec.has_stages() {
        snapshot.verdict = Some(verdict);
        return Ok(());
    }
    let mut search = DepthSearch::new(snapshot, &verdict);
    let counter = counter("ensembles of other depths");
    while !search.is_done() {
        if interrupt.raised() {
            counter.finish_and_clear();
            return Err(CliError::Interrupted);
        }
        search.step();
        counter.set_position(search.tries() as u64);
    }
    counter.finish_and_clear();
    verdict.budget = search.budget();
    snapshot.verdict = Some(verdict);
    Ok(())
}

/// Resolution of the progress bar.
pub(crate) const TICKS: u64 = 1000;

/// On standard error, and only where that is a terminal.
pub(crate) fn progress_bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {percent:>3} %, {msg}, {elapsed}");
    ProgressBar::with_draw_target(Some(TICKS), ProgressDrawTarget::stderr())
        .with_style(style.expect("a template of known keys"))
}

/// Says on a terminal that a large file of numbers is being read, until it is dropped.
pub(crate) fn reading(path: &str) -> ProgressBar {
    /// Bytes that are read before anybody asks.
    const LARGE: u64 = 16 << 20;
    const TICK: Duration = Duration::from_millis(100);
    let size = fs::metadata(path).map_or(0, |file| file.len());
    if size < LARGE || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {msg}, {elapsed}");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_style(style.expect("a template of known keys"))
        .with_message(format!("reading {} ({} MiB)", shown(path), size >> 20))
        .with_finish(ProgressFinish::AndClear);
    bar.enable_steady_tick(TICK);
    bar
}

/// A count of something, shown as [`progress_bar`] is.
pub(crate) fn counter(what: &'static str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{pos} {msg}, {elapsed}");
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_style(style.expect("a template of known keys"))
        .with_message(what)
}
