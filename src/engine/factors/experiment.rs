//! The experiment as it is asked for: designed at once, carried out as far and as long as it is wanted.

use std::sync::Arc;

use crate::engine::factors::{Factors, FactorsSnapshot};
use crate::net::recipe::Recipe;
use crate::net::spec::Spec;
use crate::train::plan::PlanError;

/// Seconds of training before which nothing is told of those that are left.
const KNOWN_AFTER: f64 = 5.0;
/// Experiments around other bases that are kept.
const KEPT: usize = 2;

/// How much of an experiment is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The design, and what is known already.
    Design,
    /// What is measured before step 1 as well.
    Start,
    /// The training as well.
    Training,
}

/// What to know.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorsRequest {
    /// The network that is varied.
    pub base: Arc<Spec>,
    /// How it is trained.
    pub recipe: Recipe,
    /// How much of it.
    pub extent: Extent,
}

impl FactorsRequest {
    /// Whether the answers are the same in the end.
    #[must_use]
    pub fn is_about(&self, other: &Self) -> bool {
        self.base == other.base && self.recipe == other.recipe
    }
}

/// What is known of a request.
#[derive(Clone, Debug)]
pub struct FactorsNews {
    /// What was asked for.
    pub request: FactorsRequest,
    /// What is known, or why there is nothing to know.
    pub known: Result<FactorsSnapshot, PlanError>,
    /// Seconds of training so far, where somebody has counted them; what was measured before step 1 is left out.
    pub spent: Option<f64>,
}

/// An experiment on its way, and those before it.
#[derive(Debug)]
pub struct Experiment {
    request: FactorsRequest,
    factors: Result<Factors, PlanError>,
    spent: Option<f64>,
    /// Whether the last piece of work was training.
    trained: bool,
    kept: Vec<Self>,
}

impl Experiment {
    /// Prepares a request; what an earlier one of the same base and recipe has measured is kept.
    #[must_use]
    pub fn new(request: FactorsRequest, before: Option<Self>) -> Self {
        let mut kept = Vec::new();
        if let Some(mut before) = before {
            kept.append(&mut before.kept);
            kept.push(before);
        }
        let known = kept.iter().position(|one| one.request.is_about(&request));
        let known = known.map(|at| kept.remove(at));
        kept.retain(Self::is_begun);
        kept.drain(..kept.len().saturating_sub(KEPT));
        match known {
            Some(known) => Self {
                request,
                kept,
                ..known
            },
            None => Self {
                factors: Factors::new(&request.base, &request.recipe),
                request,
                spent: None,
                trained: false,
                kept,
            },
        }
    }

    fn is_begun(&self) -> bool {
        let progress = self.factors.as_ref().map(Factors::progress);
        progress.is_ok_and(|progress| progress.measured > 0)
    }

    /// Whether nothing more will come of this request.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let over = |of: fn(&Factors) -> bool| self.factors.as_ref().map_or(true, of);
        match self.request.extent {
            Extent::Design => true,
            Extent::Start => over(|factors| !factors.is_measuring()),
            Extent::Training => over(Factors::is_settled),
        }
    }

    /// Does a bounded piece of work (some ten milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        if !self.is_complete()
            && let Ok(factors) = &mut self.factors
        {
            self.trained = !factors.is_measuring();
            factors.step();
        }
    }

    /// Hears how many seconds the last piece of work took.
    pub fn spend(&mut self, seconds: f64) {
        if self.trained {
            *self.spent.get_or_insert(0.0) += seconds;
        }
    }

    /// Goes on until all networks are measured before step 1 and `runs` runs are over everywhere, and tells what is known of them
    /// alone.
    #[must_use]
    pub fn advance_to(&mut self, runs: usize) -> FactorsNews {
        let wanted = |factors: &Factors| {
            let progress = factors.progress();
            progress.measured < progress.networks || progress.runs < runs
        };
        while !self.is_complete() && self.factors.as_ref().is_ok_and(wanted) {
            self.step();
        }
        self.news(|factors| factors.snapshot_of(runs))
    }

    /// What is known now.
    #[must_use]
    pub fn answer(&self) -> FactorsNews {
        self.news(Factors::snapshot)
    }

    fn news(&self, snapshot: impl Fn(&Factors) -> FactorsSnapshot) -> FactorsNews {
        let known = self.factors.as_ref().map(snapshot);
        FactorsNews {
            request: self.request.clone(),
            known: known.map_err(Clone::clone),
            spent: self.spent,
        }
    }
}

impl FactorsNews {
    /// Whether nothing more can come, however long it is asked for.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.known.as_ref().map_or(true, |known| known.settled)
    }

    /// Whether everything is measured before step 1, or nothing can be.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        let known = self.known.as_ref();
        known.map_or(true, |known| {
            known.progress.measured == known.progress.networks
        })
    }

    /// Seconds of training that are left, at least and at most about; `None` before enough is done to tell: five seconds, and
    /// a step of every network.
    ///
    /// What is left costs multiplications, and those before took so long: between two thirds and one and a half times that, because
    /// the machine may become busier or less busy.
    #[must_use]
    pub fn seconds_left(&self) -> Option<[f64; 2]> {
        let progress = self.known.as_ref().ok()?.progress;
        let spent = self.spent.filter(|spent| *spent >= KNOWN_AFTER)?;
        if progress.spent == 0 || progress.made < progress.networks {
            return None;
        }
        let left = spent * progress.cost as f64 / progress.spent as f64;
        Some([left / 1.5, left * 1.5])
    }

    /// Whether anything is measured.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        let known = self.known.as_ref();
        known.is_ok_and(|known| known.progress.measured > 0)
    }
}
