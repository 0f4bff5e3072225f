//! One point measured: its rows, and what they cost.
//!
//! Columns have the names of `initscope run --format csv`, `check --format json` and `train --format csv` and `json`, and their numbers:
//!
//! | kept | a row | columns |
//! | --- | --- | --- |
//! | `verdict` | a point | network, draws, verdict, rates, depth budget as in `check --format json`; `dead_draws` of the last layer |
//! | `layers`, `ends` | a layer | draws, then those of `run --format csv` |
//! | `draws` | a layer of a draw | `NAME_log10` of this draw for each series, and the other numbers of `run --format csv` |
//! | `outcome` | a learning rate | how its runs ended, as in `train --format json`; means over runs |
//! | `runs` | a run | how it ended |
//! | `steps` | a step | loss and accuracy, as in `train --format csv` |

mod network;
mod records;
mod training;

use std::sync::Arc;

use crate::engine::depth::FAR;
use crate::engine::point::{self, DrawRange, PointRun};
use crate::engine::training::{Trainings, check as check_trainings};
use crate::net::spec::{RECORD_BYTES, caps, size};
use crate::sim::record::Record;
use crate::sweep::columns::Column;
use crate::sweep::grid::{Keep, Measure};
use crate::sweep::points::{Point, Unit};
use crate::sweep::rows::CELL_BYTES;
use crate::train::plan::Plan;

/// Columns that are measured at most.
const CELLS: u64 = 64;

/// Bytes of the texts of a row at most, about.
const TEXTS: u64 = 256;

/// The columns that are measured.
#[must_use]
pub fn columns(measure: Measure, keep: Keep) -> Vec<Column> {
    match measure {
        Measure::Run | Measure::Check => network::columns(keep),
        Measure::Train => training::columns(keep),
    }
}

/// Rows of a point at most.
#[must_use]
pub fn rows(point: &Point, keep: Keep) -> u64 {
    let (spec, recipe) = (&point.spec, &point.recipe);
    let layers = spec.depth() as u64;
    let trained = recipe.rates().len() as u64;
    match keep {
        Keep::Verdict => 1,
        Keep::Ends => layers.min(2),
        Keep::Layers => layers,
        Keep::Draws => layers * spec.draws_target() as u64,
        Keep::Outcome => trained,
        Keep::Runs => trained * recipe.runs as u64,
        Keep::Steps => trained * recipe.runs as u64 * recipe.steps as u64,
    }
}

/// Bytes that the rows of a point take at most, about.
fn kept_bytes(point: &Point, keep: Keep) -> u64 {
    let texts = match keep {
        Keep::Verdict | Keep::Outcome => TEXTS,
        _ => 0,
    };
    rows(point, keep) * (CELLS * CELL_BYTES + texts)
}

/// Whether a point can be measured within the limits of the process.
///
/// # Errors
/// What is wrong, what is allowed, what to change.
pub fn check(point: &Point, measure: Measure, keep: Keep) -> Result<(), String> {
    let own = match measure {
        Measure::Run | Measure::Check => point.spec.memory_bytes(),
        Measure::Train => {
            let plan = Plan::new(&point.spec, &point.recipe).map_err(|error| error.to_string())?;
            let bytes = plan.memory_bytes();
            check_trainings(&[Arc::new(plan)], 0).map_err(|error| error.to_string())?;
            bytes
        }
    };
    let need = own + kept_bytes(point, keep);
    if need <= caps().memory {
        return Ok(());
    }
    let [need, limit] = [need, caps().memory].map(size);
    Err(format!(
        "it needs {need} of memory, more than the limit of {limit}; keep less, make it smaller, or type --memory"
    ))
}

/// Bytes that measuring a point on one thread needs at most, beside the program itself.
#[must_use]
pub fn memory_bytes(point: &Point, measure: Measure, keep: Keep) -> u64 {
    let spec = &point.spec;
    let own = match measure {
        Measure::Run => point::memory_bytes(spec),
        Measure::Check => {
            let deepest = spec.with(|draft| draft.depth = draft.depth.max(FAR));
            let deepest = deepest.map_or(caps().memory, |deepest| deepest.memory_bytes());
            point::memory_bytes(spec).max(deepest) + RECORD_BYTES * spec.depth() as u64
        }
        Measure::Train => Plan::new(spec, &point.recipe).map_or(0, |plan| {
            let network = plan.memory_bytes();
            let recipe = &point.recipe;
            let plans = [Arc::new(plan)];
            let told = crate::engine::training::memory_bytes(&plans, recipe.runs, recipe.steps, 0);
            // two in training, or two measured before their first step
            told + network.max(2 * spec.memory_bytes())
        }),
    };
    own + kept_bytes(point, keep)
}

/// Work of a point at most, on a scale of its measurement.
#[must_use]
pub fn work(point: &Point, measure: Measure) -> u64 {
    match measure {
        Measure::Run | Measure::Check => point::work(&point.spec),
        Measure::Train => Plan::new(&point.spec, &point.recipe).map_or(0, |plan| {
            let recipe = &point.recipe;
            plan.step_cost() * (recipe.steps * recipe.runs * recipe.rates().len()) as u64
        }),
    }
}

/// A point on its way.
#[derive(Debug)]
pub struct Task {
    keep: Keep,
    measure: Measure,
    network: String,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Draws(Box<PointRun>),
    /// Some of them.
    Piece(Box<DrawRange>),
    Training(Box<Trainings>),
}

impl Task {
    /// Nothing is measured yet.
    ///
    /// # Errors
    /// The point cannot be trained.
    pub fn new(unit: Unit, measure: Measure, keep: Keep) -> Result<Self, String> {
        let Unit { point, draws } = unit;
        let network = point.spec.to_string();
        let stage = match measure {
            Measure::Run if let Some(draws) = draws => {
                Stage::Piece(Box::new(DrawRange::new(&point.spec, draws)))
            }
            Measure::Run | Measure::Check => {
                Stage::Draws(Box::new(PointRun::new(Arc::new(point.spec))))
            }
            Measure::Train => {
                let plan = Plan::new(&point.spec, &point.recipe).map_err(|e| e.to_string())?;
                Stage::Training(Box::new(Trainings::in_turns(vec![Arc::new(plan)])))
            }
        };
        Ok(Self {
            keep,
            measure,
            network,
            stage,
        })
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        match &mut self.stage {
            Stage::Draws(run) => run.step(),
            Stage::Piece(range) => range.step(),
            Stage::Training(trainings) => trainings.step(),
        }
    }

    /// Whether everything is measured that steps measure.
    #[must_use]
    pub fn is_done(&self) -> bool {
        match &self.stage {
            Stage::Draws(run) => run.is_settled(),
            Stage::Piece(range) => range.is_settled(),
            Stage::Training(trainings) => trainings.is_settled(),
        }
    }

    /// Share of the work that is done at least.
    #[must_use]
    pub fn progress(&self) -> f64 {
        match &self.stage {
            Stage::Draws(run) => run.progress(),
            Stage::Piece(range) => range.progress(),
            Stage::Training(trainings) => {
                let progress = trainings.progress();
                progress.made as f64 / progress.asked.max(1) as f64
            }
        }
    }

    /// What is kept of it once it is done: [`rows`](crate::sweep::rows) of [`columns`]; of some draws of a point their records, of which
    /// [`joined`] makes its rows.
    #[must_use]
    pub fn rows(&self) -> Vec<u8> {
        match &self.stage {
            Stage::Draws(run) => {
                let records = run.records();
                network::rows(run.spec(), &records, &self.network, self.measure, self.keep)
            }
            Stage::Piece(range) => records::bytes(range.records()),
            Stage::Training(trainings) => {
                training::rows(&trainings.snapshot(), &self.network, self.keep)
            }
        }
    }

    /// Runs to the end.
    #[must_use]
    pub fn run(mut self) -> Vec<u8> {
        while !self.is_done() {
            self.step();
        }
        self.rows()
    }
}

/// The rows of a point from the records of its pieces, in their order; `None` where they are none.
#[must_use]
pub fn joined(point: Point, pieces: &[u8], keep: Keep) -> Option<Vec<u8>> {
    let all = records::read(pieces, point.spec.depth())?;
    let records: Vec<&Record> = all.iter().collect();
    if records.len() != point.spec.draws_target() {
        return None;
    }
    let network = point.spec.to_string();
    let spec = Arc::new(point.spec);
    Some(network::rows(&spec, &records, &network, Measure::Run, keep))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_its_columns_once_and_no_more_than_are_counted_on() {
        for (_, measure) in Measure::NAMES {
            for (name, keep) in measure.keeps() {
                let columns = columns(measure, *keep);
                assert!(columns.len() as u64 <= CELLS, "{name}");
                for (at, column) in columns.iter().enumerate() {
                    let before = &columns[..at];
                    assert!(before.iter().all(|other| other.name != column.name));
                }
            }
        }
    }
}
