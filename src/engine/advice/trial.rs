//! One network measured, as `check` would.

use std::borrow::Cow;
use std::sync::Arc;

use super::outlook::{Evidence, measured_load};
use crate::engine::ensemble::{Ensemble, FIRST_JUDGEMENT};
use crate::engine::snapshot::LayerStats;
use crate::engine::verdict::{
    COLLAPSE_LIMIT, Curves, DEAD_LIMIT, SATURATED_LIMIT, Verdict, VerdictKind, judge_within,
};
use crate::net::spec::{Spec, caps};

/// Standard errors on this or that side of a limit at which a verdict counts as certain before all draws are made.
const CERTAIN: f64 = 4.0;

/// Draws before which nothing is certainly healthy.
const ENOUGH: usize = 16;

/// Units at which a layer of rectifiers is never dead by chance: `2^-32` of the draws.
const WIDE: usize = 32;

/// Share of a limit that certainly healthy saturated and dead units use up at most.
const SAFE: f64 = 0.8;

/// What a trial found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) load: f64,
    pub(super) evidence: Evidence,
    /// Largest share of saturated units at any layer.
    pub(super) saturated: f64,
    /// Decades of the largest rise of signal or gradient and of the largest fall, together: above 0 where the weights are too large.
    pub(super) balance: f64,
    /// Whether these are the draws that `check` would make, or so many that more would not change the verdict.
    pub(super) whole: bool,
    /// What it cost, in matrix entries times vectors of inputs.
    pub(super) cost: u64,
}

/// An ensemble that ends early where the network fails, or is healthy, beyond doubt.
#[derive(Debug)]
pub(super) struct Trial {
    spec: Arc<Spec>,
    ensemble: Ensemble,
    cap: usize,
    /// Draws at which it is looked at next.
    look: usize,
    drift_limit: f64,
}

impl Trial {
    /// Of as many draws as the spec asks for, but at most `draws`, and no more than cost `budget`; `None` where those are too few to
    /// be judged.
    pub(super) fn new(
        spec: &Arc<Spec>,
        draws: usize,
        budget: u64,
        drift_limit: f64,
    ) -> Option<Self> {
        let least = FIRST_JUDGEMENT.min(spec.draws_target());
        if spec.memory_bytes() > caps().memory / 2 {
            return None;
        }
        let affordable = budget / Ensemble::new(spec).draw_cost().max(1);
        let cap = usize::try_from(affordable).map_or(draws, |a| a.min(draws));
        (cap >= least).then(|| Self {
            ensemble: Ensemble::capped(spec, cap),
            spec: Arc::clone(spec),
            cap,
            look: FIRST_JUDGEMENT,
            drift_limit,
        })
    }

    /// A bounded piece of it; what was found once it is over.
    pub(super) fn step(&mut self) -> Option<Finding> {
        if self.look >= self.ensemble.draws() && !self.ensemble.is_settled() {
            self.ensemble.step();
        }
        while self.look < self.ensemble.draws() {
            if !self.ensemble.prepare(self.look) {
                return None;
            }
            let measured = self.ensemble.measured(self.look);
            if self.is_certain(&measured.1, self.look) {
                return Some(self.finding(measured, self.look, true));
            }
            self.look *= 2;
        }
        let draws = self.ensemble.draws();
        if !self.ensemble.is_settled() || !self.ensemble.prepare(draws) {
            return None;
        }
        let whole = draws < self.cap || draws >= self.spec.draws_target();
        Some(self.finding(self.ensemble.measured(draws), draws, whole))
    }

    /// Whether no more draws would change the verdict of the first so many.
    fn is_certain(&self, curves: &Curves, draws: usize) -> bool {
        let [signal, gradient, difference] = curves.errors;
        let doubt = CERTAIN * signal.max(gradient);
        let drifts = |limit| {
            let kind = judge_within(curves, limit).kind;
            matches!(kind, VerdictKind::Vanishing | VerdictKind::Exploding)
        };
        if drifts(self.drift_limit) {
            return drifts(self.drift_limit + doubt);
        }
        let within = |shares: &[f64], limit: f64| shares.iter().all(|s| *s < SAFE * limit);
        let floor = COLLAPSE_LIMIT + CERTAIN * difference;
        draws >= ENOUGH
            && self.spec.width() >= WIDE
            && doubt < self.drift_limit
            && judge_within(curves, self.drift_limit).is_healthy()
            && judge_within(curves, self.drift_limit - doubt).is_healthy()
            && curves.difference.iter().all(|d| d.is_nan() || *d > floor)
            && within(&curves.saturated, SATURATED_LIMIT)
            && within(&curves.dead, DEAD_LIMIT)
            && curves.deaths_known
    }

    fn finding(
        &self,
        (layers, curves): (Cow<'_, [LayerStats]>, Curves),
        draws: usize,
        whole: bool,
    ) -> Finding {
        Finding {
            verdict: judge_within(&curves, self.drift_limit),
            load: measured_load(&layers),
            evidence: Evidence::Measured(draws),
            saturated: curves.saturated.iter().copied().fold(0.0, f64::max),
            balance: balance(&curves),
            whole,
            cost: draws as u64 * self.ensemble.draw_cost(),
        }
    }
}

/// Largest rise and largest fall of signal and gradient on their ways, decades, added; an exact zero is a fall without end, an overflow
/// a rise.
fn balance(curves: &Curves) -> f64 {
    let moved = |curve: &[f64], start: Option<&f64>| -> [f64; 2] {
        let start = start.copied().unwrap_or(f64::NAN);
        let moved = curve.iter().map(|v| v - start).filter(|v| !v.is_nan());
        moved.fold([0.0, 0.0], |[low, high], v| [v.min(low), v.max(high)])
    };
    let signal = moved(&curves.signal, curves.signal.first());
    let gradient = moved(&curves.gradient, curves.gradient.last());
    let (low, high) = (signal[0].min(gradient[0]), signal[1].max(gradient[1]));
    if high == f64::INFINITY {
        high
    } else {
        low + high
    }
}
