//! What matters: one factor varied at a time around a base, measured before step 1 and after a short training.
//!
//! A *level* is one value of a factor; every level has the same number of runs, and run `r` of every level starts from the same
//! keyed streams, so that levels are compared run by run. The two factors that a person asks about most, activation and
//! initializer, are crossed: every activation meets every initializer.

use std::sync::Arc;

use crate::engine::training::{
    self, Contestant, Outcome, Progress, Run, STALLED, Trainings, uncertainty_left,
};
use crate::net::recipe::Recipe;
use crate::net::spec::Spec;
use crate::train::plan::PlanError;

mod design;
mod effect;
mod experiment;
mod short;
mod words;

pub use design::{ACTIVATION_LEVELS, Design, Factor, INITIALIZER_LEVELS, Level};
use effect::ResponseScale;
pub use effect::{Estimate, MainEffect, share_interval};
pub use experiment::{Experiment, Extent, FactorsNews, FactorsRequest};
pub use short::{seconds, short};

/// The network that is varied where none is asked for.
pub const BASE: &str = "relu/he_normal 64x20 input=digits";

/// How the networks are trained where nothing else is asked for.
#[must_use]
pub fn recipe() -> Recipe {
    Recipe {
        steps: 200,
        batch_size: 32,
        runs: 8,
        ..Recipe::default()
    }
}

/// What is measured of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Response {
    /// `log10` of mean `z^2` in the last hidden layer over that in the first.
    Signal,
    /// `log10` of mean `(dl/dz)^2` in the first layer over that in the last hidden one.
    Gradient,
    /// `log10` of the share of the last hidden layer's signal that differs between inputs.
    Distinguishability,
    /// Share of the labels' uncertainty that is left after the training.
    Left,
    /// 1 where the run learns, else 0.
    Learns,
}

impl Response {
    /// Every response, those before step 1 first.
    pub const ALL: [Self; 5] = [
        Self::Signal,
        Self::Gradient,
        Self::Distinguishability,
        Self::Left,
        Self::Learns,
    ];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal drift",
            Self::Gradient => "gradient drift",
            Self::Distinguishability => "distinguishability",
            Self::Left => "uncertainty left",
            Self::Learns => "share that learns",
        }
    }

    /// What its numbers are.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Signal | Self::Gradient | Self::Distinguishability => "decades",
            Self::Left => "of what chance costs",
            Self::Learns => "of the runs",
        }
    }

    /// Whether it is measured before step 1.
    #[must_use]
    pub fn is_at_start(self) -> bool {
        matches!(
            self,
            Self::Signal | Self::Gradient | Self::Distinguishability
        )
    }

    fn scale(self) -> ResponseScale {
        match self {
            Self::Learns => ResponseScale::Share,
            Self::Left => ResponseScale::Part,
            _ => ResponseScale::Number,
        }
    }

    /// Its value for one run; `None` where the run has not come so far.
    fn of(self, run: &Run, entropy: f64) -> Option<f64> {
        let start = run.start.as_deref();
        // what arrives as an exact zero has lost everything, whatever it came from
        let drift = |to: f64, from: f64| {
            if to == f64::NEG_INFINITY {
                to
            } else {
                to - from
            }
        };
        let ends = |of: &[f64]| Some((*of.first()?, *of.last()?));
        match self {
            Self::Signal => ends(&start?.signal).map(|(first, last)| drift(last, first)),
            Self::Gradient => ends(&start?.gradient).map(|(first, last)| drift(first, last)),
            Self::Distinguishability => start?.distinguishability.last().copied(),
            Self::Left => run.done.then(|| uncertainty_left(&run.record, entropy)),
            Self::Learns => run.done.then(|| {
                let outcome = Outcome::of(&run.record, entropy);
                f64::from(u8::from(outcome == Some(Outcome::Learns)))
            }),
        }
    }
}

/// The experiment on its way.
#[derive(Debug)]
pub struct Factors {
    design: Arc<Design>,
    trainings: Trainings,
}

impl Factors {
    /// Prepares the experiment around `base`; nothing is made yet.
    ///
    /// # Errors
    /// The base or a level cannot be trained: see [`PlanError`].
    pub fn new(base: &Spec, recipe: &Recipe) -> Result<Self, PlanError> {
        let design = Design::new(base, recipe)?;
        training::check(design.plans(), 0)?;
        Ok(Self {
            trainings: Trainings::in_turns(design.plans().to_vec()),
            design: Arc::new(design),
        })
    }

    /// Does a bounded piece of work on the current thread pool.
    pub fn step(&mut self) {
        self.trainings.step();
    }

    /// Whether the next [`step`](Self::step) measures networks before step 1 and trains none.
    #[must_use]
    pub fn is_measuring(&self) -> bool {
        self.trainings.is_measuring()
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.trainings.is_settled()
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.trainings.progress()
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> FactorsSnapshot {
        let known = self.trainings.snapshot();
        FactorsSnapshot::new(&self.design, known.contestants)
    }

    /// What is known of all networks before step 1 and of the first `runs` runs after the training, whatever else is known: so it
    /// depends on the design alone.
    #[must_use]
    pub fn snapshot_of(&self, runs: usize) -> FactorsSnapshot {
        let known = self.trainings.snapshot();
        let mut contestants = known.contestants;
        let rates = contestants
            .iter_mut()
            .flat_map(|contestant| &mut contestant.rates);
        for run in rates.flat_map(|rate| rate.runs.iter_mut().skip(runs)) {
            *run = run.untrained();
        }
        FactorsSnapshot::new(&self.design, contestants)
    }

    /// Runs to the end.
    #[must_use]
    pub fn run(mut self) -> FactorsSnapshot {
        while !self.is_settled() {
            self.step();
        }
        self.snapshot()
    }
}

/// What is known of the experiment at one moment.
#[derive(Clone, Debug)]
pub struct FactorsSnapshot {
    /// Whether nothing more will come.
    pub settled: bool,
    /// How far it is.
    pub progress: Progress,
    /// What is varied.
    pub design: Arc<Design>,
    /// The trainings of every plan of the design.
    contestants: Vec<Contestant>,
    /// For each response, how many runs have it in every cell: the first so many.
    runs: [usize; Response::ALL.len()],
}

impl FactorsSnapshot {
    fn new(design: &Arc<Design>, contestants: Vec<Contestant>) -> Self {
        let known = |contestant: &Contestant, response: Response| {
            let at = contestant.best();
            let values = at.runs.iter().map(|run| response.of(run, at.entropy));
            values.take_while(Option::is_some).count()
        };
        let everywhere = |response| contestants.iter().map(|e| known(e, response)).min();
        let progress = Progress::of(&contestants);
        Self {
            settled: progress.made == progress.asked,
            progress,
            design: Arc::clone(design),
            runs: Response::ALL.map(|response| everywhere(response).unwrap_or(0)),
            contestants,
        }
    }

    /// How many runs the numbers of a response are of: those that have come so far in every cell, the first so many.
    #[must_use]
    pub fn runs(&self, response: Response) -> usize {
        self.runs[response as usize]
    }

    /// A response of these runs in one cell of the design; `None` before the first.
    #[must_use]
    pub fn values(&self, cell: usize, response: Response) -> Option<Vec<f64>> {
        let at = self.contestants[cell].best();
        let known = at.runs.iter().take(self.runs(response));
        let values: Option<Vec<f64>> = known.map(|run| response.of(run, at.entropy)).collect();
        values.filter(|values| !values.is_empty())
    }

    /// Mean and standard error over runs of one cell.
    #[must_use]
    pub fn value(&self, cell: usize, response: Response) -> Option<Estimate> {
        self.values(cell, response)
            .map(|values| Estimate::of(&values))
    }

    /// How much a factor changes a response; `None` before the first run has come so far.
    #[must_use]
    pub fn effect(&self, kind: Factor, response: Response) -> Option<MainEffect> {
        let values = |cell: &usize| self.values(*cell, response);
        if kind == Factor::Interaction {
            let grid = self.design.grid().iter();
            let grid: Option<Vec<Vec<Vec<f64>>>> =
                grid.map(|row| row.iter().map(values).collect()).collect();
            let effect = grid.and_then(|grid| effect::interaction(&grid, response.scale()));
            return self.not_by_chance(effect, kind, response);
        }
        let levels = self.design.levels(kind);
        let values: Option<Vec<Vec<f64>>> =
            levels.iter().map(|level| values(&level.cell)).collect();
        let effect = values.and_then(|values| effect::main(&values, response.scale()));
        self.not_by_chance(effect, kind, response)
    }

    /// Shares may agree in every run by chance: they are the same only where the losses are.
    fn not_by_chance(
        &self,
        effect: Option<MainEffect>,
        kind: Factor,
        response: Response,
    ) -> Option<MainEffect> {
        if response != Response::Learns {
            return effect;
        }
        let same = self.effect(kind, Response::Left).map(|left| left.identical);
        effect.map(|effect| match same {
            Some(true) => MainEffect {
                low: 0.0,
                high: 0.0,
                identical: true,
                ..effect
            },
            _ => MainEffect {
                identical: false,
                ..effect
            },
        })
    }

    /// Every factor with its effect on a response, the largest first; empty before the first run has come so far.
    #[must_use]
    pub fn ranked(&self, response: Response) -> Vec<(Factor, MainEffect)> {
        let effects = Factor::ALL.into_iter().map(|kind| {
            let effect = self.effect(kind, response)?;
            Some((kind, effect))
        });
        // a factor with a single level has no effect to show
        let mut effects: Vec<(Factor, MainEffect)> = effects.flatten().collect();
        effects.sort_by(|a, b| b.1.size.total_cmp(&a.1.size));
        effects
    }

    /// For each activation, the initializer whose networks leave the least uncertainty, several where they leave exactly as much:
    /// indices into the levels of the initializer, none where all of them stall; nothing before the first run is done.
    #[must_use]
    pub fn best_initializers(&self) -> Option<Vec<Vec<usize>>> {
        self.best_by(Response::Left)
    }

    /// The same by another response: drifts are best near 0, and a share that learns is best large; what is infinite is not best.
    #[must_use]
    pub fn best_by(&self, response: Response) -> Option<Vec<Vec<usize>>> {
        let rows = self.design.grid().iter();
        rows.map(|row| {
            let means = row.iter().map(|cell| self.value(*cell, response));
            let means: Option<Vec<f64>> = means.map(|value| Some(value?.mean)).collect();
            let means = means?;
            let good = |mean: f64| match response {
                Response::Left => mean < STALLED,
                Response::Learns => mean > 0.0,
                _ => mean.is_finite(),
            };
            let badness = |mean: f64| match response {
                Response::Learns => 1.0 - mean,
                _ => mean.abs(),
            };
            let least = means.iter().map(|mean| badness(*mean));
            let least = least.min_by(f64::total_cmp)?;
            let best = means.iter().enumerate();
            let best = best.filter(|(_, mean)| good(**mean) && badness(**mean) == least);
            Some(best.map(|(level, _)| level).collect())
        })
        .collect()
    }

    /// What matters for a response and what does not, in a sentence; `None` before the first run has come so far.
    #[must_use]
    pub fn headline(&self, response: Response) -> Option<String> {
        words::headline(self, response)
    }

    /// Why a factor matters or does not, in a sentence; `None` before the first run is done.
    #[must_use]
    pub fn sentence(&self, kind: Factor) -> Option<String> {
        words::sentence(self, kind)
    }
}
