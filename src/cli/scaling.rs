//! `initscope scaling`: the same network at several widths.

use std::sync::Arc;

use crate::cli::arguments::{ScalingArguments, TheoryFormat};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::interrupt::Interrupt;
use crate::cli::{output, run};
use crate::engine::scaling::{Scaling, widths_of};
use crate::report;
use crate::report::table::Rows;

/// Measures every width, then prints; an interrupt ends it with nothing printed.
pub(crate) fn scaling(arguments: &ScalingArguments) -> Result<(), CliError> {
    let spec = arguments.network.spec()?;
    let widths = arguments.widths.clone();
    let mut widths = widths.unwrap_or_else(|| widths_of(&spec));
    widths.sort_unstable();
    widths.dedup();
    if widths.len() < 2 {
        return Err(CliError::OneWidth);
    }
    environment::choose_instruction_set()?;
    let mut scaling = Scaling::new(&Arc::new(spec), &widths)?;
    let interrupt = Interrupt::catch()?;
    let bar = run::progress_bar();
    while !scaling.is_settled() {
        if interrupt.raised() {
            bar.finish_and_clear();
            return Err(CliError::Interrupted);
        }
        scaling.step();
        let (width, made) = scaling.progress();
        bar.set_position((made * run::TICKS as f64) as u64);
        bar.set_message(format!("{width} wide"));
    }
    bar.finish_and_clear();
    interrupt.release();
    let known = scaling.snapshots();
    let rows = match arguments.all {
        true => Rows::All,
        false => Rows::Thinned,
    };
    output::print(&match arguments.format {
        TheoryFormat::Table => report::scaling::table(known, rows),
        TheoryFormat::Json => report::scaling::json(known),
        TheoryFormat::Csv => report::scaling::csv(known),
    })
}
