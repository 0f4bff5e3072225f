//! The same network at several widths: how every number moves with the width before step 1.
//!
//! The slope of a series at a layer is that of `log10` of its mean square over `log10` of the width, by least squares over the widths: decades
//! of mean square for ten times the width. It is 0 where the initializer follows the width, as laws with a variance of `1/fan_in` do; a fixed
//! standard deviation gives 1 for every matrix in a row. Source of the check: Yang et al. (2022, arXiv:2203.03466), appendix D.1, there over
//! training steps, too.

mod columns;

use std::sync::Arc;

use crate::engine::point::PointRun;
use crate::engine::snapshot::{LayerStats, Snapshot, Summary};
use crate::net::spec::{Draws, Spec, SpecError};

pub use columns::{Column, columns, moves_most, shown};

/// Widths that are measured where no others are asked for.
pub const WIDTHS: [usize; 6] = [128, 256, 512, 1024, 2048, 4096];

/// Draws at every width where the network does not ask for others.
pub const DRAWS: usize = 32;

/// The widths at which a network is measured: [`WIDTHS`], or powers of two times its own width where it cannot have those.
#[must_use]
pub fn widths_of(spec: &Spec) -> Vec<usize> {
    let takes = |width: &usize| spec.with(|draft| draft.width = *width).is_ok();
    if WIDTHS.iter().all(takes) {
        return WIDTHS.to_vec();
    }
    let (least, most) = (WIDTHS[0], WIDTHS[WIDTHS.len() - 1]);
    let own = spec.width();
    let halves = std::iter::successors(Some(own), |width| {
        (width % 2 == 0 && width / 2 >= least).then_some(width / 2)
    });
    let doubles = std::iter::successors(Some(own * 2), |width| Some(width * 2));
    let doubles = doubles.take_while(|width| *width <= most);
    let mut all: Vec<usize> = halves.chain(doubles).filter(takes).collect();
    all.sort_unstable();
    all
}

/// A network at several widths, on its way.
#[derive(Debug)]
pub struct Scaling {
    specs: Vec<Arc<Spec>>,
    known: Vec<Arc<Snapshot>>,
    run: Option<PointRun>,
}

/// What is known of a network at several widths.
#[derive(Clone, Debug)]
pub struct ScalingNews {
    /// The network, at any width.
    pub spec: Arc<Spec>,
    /// The widths.
    pub widths: Vec<usize>,
    /// Of those that are measured, in their order.
    pub snapshots: Vec<Arc<Snapshot>>,
    /// The share of the draws at the next width that is made.
    pub made: f64,
}

/// [`Scaling`] as it is asked for: at the [widths of the network](widths_of).
#[derive(Debug)]
pub struct WidthScan {
    spec: Arc<Spec>,
    scaling: Scaling,
}

impl WidthScan {
    /// Prepares a scan; what an earlier one knew of the same network at whatever width is kept.
    #[must_use]
    pub fn new(spec: Arc<Spec>, before: Option<Self>) -> Self {
        match before {
            Some(before) if is_alike(&before.spec, &spec) => Self { spec, ..before },
            _ => Self {
                scaling: Scaling::new(&spec, &widths_of(&spec)).unwrap_or_else(|_| Scaling::none()),
                spec,
            },
        }
    }

    /// Whether every width is measured.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.scaling.is_settled()
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        self.scaling.step();
    }

    /// Widths that are measured.
    #[must_use]
    pub fn measured(&self) -> usize {
        self.scaling.known.len()
    }

    /// What is known now.
    #[must_use]
    pub fn news(&self) -> ScalingNews {
        ScalingNews {
            spec: Arc::clone(&self.spec),
            widths: self.scaling.specs.iter().map(|spec| spec.width()).collect(),
            snapshots: self.scaling.known.clone(),
            made: self.scaling.progress().1,
        }
    }
}

/// Whether both are the same network at some width.
#[must_use]
pub fn is_alike(spec: &Spec, other: &Spec) -> bool {
    spec == other
        || (spec.with(|draft| draft.width = other.width())).is_ok_and(|sized| sized == *other)
            && widths_of(spec) == widths_of(other)
}

impl Scaling {
    /// Nothing is measured yet.
    ///
    /// # Errors
    /// A width that the network cannot have.
    pub fn new(spec: &Spec, widths: &[usize]) -> Result<Self, SpecError> {
        let at = |width: &usize| {
            let sized = spec.with(|draft| {
                draft.width = *width;
                if draft.draws == Draws::Auto {
                    draft.draws = Draws::Exactly(DRAWS);
                }
            });
            sized.map(Arc::new)
        };
        Ok(Self {
            specs: widths.iter().map(at).collect::<Result<_, _>>()?,
            known: Vec::new(),
            run: None,
        })
    }

    /// Of no width.
    fn none() -> Self {
        Self {
            specs: Vec::new(),
            known: Vec::new(),
            run: None,
        }
    }

    /// Whether every width is measured.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.known.len() == self.specs.len()
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        let Some(spec) = self.specs.get(self.known.len()) else {
            return;
        };
        let run = (self.run).get_or_insert_with(|| PointRun::new(Arc::clone(spec)));
        if !run.is_settled() {
            run.step();
        } else if let Some(snapshot) = run.summed_up() {
            self.known.push(Arc::new(snapshot));
            self.run = None;
        }
    }

    /// The width that is being measured, and the share of its draws that is made.
    #[must_use]
    pub fn progress(&self) -> (usize, f64) {
        let spec = self.specs.get(self.known.len());
        let made = self.run.as_ref().map_or(0.0, PointRun::progress);
        (spec.map_or(0, |spec| spec.width()), made)
    }

    /// What is known of every width that is measured, in their order.
    #[must_use]
    pub fn snapshots(&self) -> &[Arc<Snapshot>] {
        &self.known
    }
}

/// How a series moves with the width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Decades for ten times the width.
    pub slope: f64,
    /// Its standard error, from those of the means over draws.
    pub error: f64,
}

/// The slope of a series at layer `index` (from 0); `None` where a width has no number of it, or there are fewer than two.
#[must_use]
pub fn slope(
    snapshots: &[Arc<Snapshot>],
    index: usize,
    of: fn(&LayerStats) -> Option<Summary>,
) -> Option<Slope> {
    let points: Option<Vec<(f64, Summary)>> = snapshots
        .iter()
        .map(|snapshot| {
            let summary = of(snapshot.layers.get(index)?)?;
            let known = summary.log10_mean.is_finite();
            known.then(|| ((snapshot.spec.width() as f64).log10(), summary))
        })
        .collect();
    let points = points.filter(|points| points.len() > 1)?;
    let mean = points.iter().map(|(x, _)| x).sum::<f64>() / points.len() as f64;
    let spread: f64 = points.iter().map(|(x, _)| (x - mean).powi(2)).sum();
    let sum: f64 = points.iter().map(|(x, y)| (x - mean) * y.log10_mean).sum();
    let squares: f64 = points
        .iter()
        .map(|(x, y)| ((x - mean) * y.log10_se).powi(2))
        .sum();
    (spread > 0.0).then(|| Slope {
        slope: sum / spread,
        error: squares.sqrt() / spread,
    })
}
