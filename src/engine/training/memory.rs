//! How much memory trainings need together, before one is begun.

use std::collections::HashMap;
use std::sync::Arc;

use crate::net::input::Input;
use crate::net::spec::{caps, size};
use crate::train::plan::{Plan, PlanError};
use crate::train::training::CHANGES;

/// Loss and accuracy of a step, with room to grow.
const STEP: u64 = 24;
/// A run beside its curves.
const RUN: u64 = 512;

/// Bytes of the data of these plans with their labels, each once.
fn data<'a>(plans: impl Iterator<Item = &'a Plan>) -> u64 {
    let mut known = HashMap::new();
    for plan in plans {
        let labels = plan.labels().of();
        known.insert(labels.as_ptr().addr(), 2 * labels.len() as u64);
        if let Input::Data(data) = plan.data() {
            known.insert(Arc::as_ptr(data).addr(), data.bytes());
        }
    }
    known.into_values().sum()
}

/// Bytes that so many runs of so many steps leave, where `printed` bytes of each step are put into words.
fn results(plan: &Plan, runs: usize, steps: usize, printed: u64) -> u64 {
    let matrices = plan.shapes().len();
    let rates = plan.recipe().rates().len();
    let changes = steps.min(CHANGES + 1) * (2 * matrices * 8 + 64);
    let run = steps as u64 * (STEP + printed) + changes as u64 + RUN;
    let start = 3 * 8 * matrices as u64;
    runs as u64 * (rates as u64 * run + start)
}

/// Bytes that these trainings keep to the end beside the networks that are trained: the data, and what every run tells.
pub(super) fn kept<'a>(plans: impl Iterator<Item = &'a Plan> + Clone) -> u64 {
    let told = plans.clone().map(|plan| {
        let recipe = plan.recipe();
        results(plan, recipe.runs, recipe.steps, 0)
    });
    told.sum::<u64>() + data(plans)
}

/// Bytes that so many runs of so many steps of these plans need with one network in training: the data, the largest network, and what is
/// told, where `printed` bytes of every step are put into words.
#[must_use]
pub fn memory_bytes(plans: &[Arc<Plan>], runs: usize, steps: usize, printed: u64) -> u64 {
    let network = plans.iter().map(|plan| plan.memory_bytes()).max();
    let told = plans.iter().map(|plan| results(plan, runs, steps, printed));
    data(plans.iter().map(|plan| &**plan)) + network.unwrap_or(0) + told.sum::<u64>()
}

/// Refuses trainings that do not fit into the memory that a request may need, where `printed` bytes of every step are put into words.
///
/// # Errors
/// [`PlanError::Results`] with the number of runs, or of steps of one run, that would fit.
pub fn check(plans: &[Arc<Plan>], printed: u64) -> Result<(), PlanError> {
    let limit = caps().memory;
    let Some(recipe) = plans.first().map(|plan| plan.recipe()) else {
        return Ok(());
    };
    let need = |runs, steps| memory_bytes(plans, runs, steps, printed);
    if need(recipe.runs, recipe.steps) <= limit {
        return Ok(());
    }
    let fixed = need(0, 0);
    let runs = limit.saturating_sub(fixed) / (need(1, recipe.steps) - fixed).max(1);
    let mut halves = std::iter::successors(Some(recipe.steps), |steps| Some(steps / 2));
    let steps = halves.find(|steps| need(1, *steps) <= limit || *steps == 0);
    Err(PlanError::Results {
        runs: recipe.runs,
        steps: recipe.steps,
        rates: plans.iter().map(|plan| plan.recipe().rates().len()).sum(),
        need: size(need(recipe.runs, recipe.steps)),
        data: size(data(plans.iter().map(|plan| &**plan))),
        limit: size(limit),
        advice: match steps.filter(|steps| *steps > 0) {
            _ if runs > 0 => format!("try --runs {runs}"),
            Some(steps) => format!("try --runs 1 --steps {steps}"),
            None => "give fewer rows of data, or a smaller network".to_owned(),
        },
    })
}
