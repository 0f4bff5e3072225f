//! `initscope train`: does it learn?

use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::arguments::{RecipeArguments, TrainArguments, TrainFormat};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::interrupt::{INTERRUPTED, Interrupt};
use crate::cli::output;
use crate::cli::run::progress_bar;
use crate::engine::training::{self, Preset, Trainings};
use crate::net::recipe::{Rate, Recipe};
use crate::net::spec::{Given, Spec, SpecError};
use crate::report::train::{csv, json, table};
use crate::train::plan::Plan;

/// Trains to the end, then prints; an interrupt prints what was computed until then.
pub(crate) fn train(arguments: &TrainArguments) -> Result<ExitCode, CliError> {
    let preset = arguments.preset;
    let spec = arguments
        .network
        .spec_over(preset.map(|preset| preset.base))?;
    let recipe = arguments
        .recipe
        .over(&preset.map_or_else(Recipe::default, Preset::recipe));
    let mut specs = vec![spec.clone()];
    let presets = preset.map_or(&[][..], |preset| preset.against).iter();
    let typed = arguments.against.iter().map(String::as_str);
    for text in presets.copied().chain(typed) {
        specs.push(beside(&spec, text)?);
    }
    let plans = specs
        .iter()
        .map(|spec| Plan::new(spec, &recipe).map(Arc::new))
        .collect::<Result<Vec<Arc<Plan>>, _>>()?;
    training::check(&plans, arguments.format.bytes_a_step())?;
    environment::choose_instruction_set()?;
    let mut trainings = Trainings::new(plans);
    work(|| {
        trainings.step();
        let progress = trainings.progress();
        (progress.made, progress.asked)
    })?;
    let snapshot = trainings.snapshot();
    output::print(&match arguments.format {
        TrainFormat::Table => table(&snapshot),
        TrainFormat::Json => json(&snapshot),
        TrainFormat::Csv => csv(&snapshot),
    })?;
    Ok(ended(snapshot.settled))
}

/// How the program ends after it has printed everything, or what there was.
pub(crate) fn ended(complete: bool) -> ExitCode {
    if complete {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(INTERRUPTED)
    }
}

/// Calls `step`, which tells steps made of steps asked for, until all are made or an interrupt comes; an error where it came before
/// the first.
pub(crate) fn work(mut step: impl FnMut() -> (usize, usize)) -> Result<(), CliError> {
    let interrupt = Interrupt::catch()?;
    let bar = progress_bar();
    let (mut made, mut asked) = (0, 1);
    while made < asked && !interrupt.raised() {
        (made, asked) = step();
        bar.set_length(asked as u64);
        bar.set_position(made as u64);
        bar.set_message(format!("{made} of {asked} steps"));
    }
    bar.finish_and_clear();
    interrupt.release();
    if made == 0 {
        return Err(CliError::Interrupted);
    }
    Ok(())
}

/// The network of a whole text form with the input of a first one, or the first one with what a text says of it.
fn beside(spec: &Spec, text: &str) -> Result<Spec, SpecError> {
    let given = Given::part(text)?;
    if given.is_whole() {
        return text.parse::<Spec>()?.with(|draft| {
            draft.input = spec.input().clone();
            draft.input_dim = None;
        });
    }
    let mut draft = spec.draft().clone();
    given.apply(&mut draft)?;
    Spec::new(draft)
}

impl TrainFormat {
    /// Memory that the words for one step of one run take, with what they are made from.
    fn bytes_a_step(self) -> u64 {
        match self {
            Self::Table => 0,
            Self::Csv => 80,
            Self::Json => 480,
        }
    }
}

impl RecipeArguments {
    /// The flags over a recipe.
    pub(crate) fn over(&self, recipe: &Recipe) -> Recipe {
        let rate = match (self.learning_rate, self.sweep) {
            (Some(rate), _) => Rate::Fixed(rate),
            (None, true) => Rate::Sweep,
            (None, false) => recipe.rate,
        };
        Recipe {
            optimizer: self.optimizer.unwrap_or(recipe.optimizer),
            rate,
            steps: self.steps.unwrap_or(recipe.steps),
            batch_size: self.batch_size.unwrap_or(recipe.batch_size),
            runs: self.runs.unwrap_or(recipe.runs),
            classes: self.classes.or(recipe.classes),
        }
    }
}
