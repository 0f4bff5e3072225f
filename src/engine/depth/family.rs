//! What theory says of all depths of a network.

use super::{FAR, LAST};
use crate::engine::prediction::Predicting;
use crate::engine::snapshot::Prediction;
use crate::engine::verdict::{Budget, Curves, Verdict, judge, judge_within};
use crate::net::spec::{Draws, Spec};

/// Layers for each unit of width up to which theory is asked: beyond, a chaotic network fails in half of the layers that its
/// typical curve tells (tanh/he_normal, 16 wide: 54 to 71 measured, 140 by theory).
pub const LAYERS_PER_UNIT: usize = 1;

/// The verdict over what theory expects of a typical draw, with what it says of all depths.
#[must_use]
pub fn expected(spec: &Spec, prediction: &Prediction) -> Verdict {
    let mut verdict = judge(&Curves::expected(spec, prediction));
    verdict.budget = to_the_end(Deepening::beyond(spec, &verdict), spec);
    verdict
}

/// What theory says of all depths: read off the curves of the network, and of deeper ones while they stay healthy, to [`FAR`].
#[must_use]
pub fn foretold(spec: &Spec, prediction: &Prediction, drift_limit: f64) -> Budget {
    let verdict = judge_within(&Curves::expected(spec, prediction), drift_limit);
    to_the_end(Deepening::beyond(spec, &verdict), spec)
}

fn to_the_end(mut deepening: Deepening, spec: &Spec) -> Budget {
    loop {
        if let Some(budget) = deepening.step(spec) {
            return budget;
        }
    }
}

/// [`foretold`] on its way, in bounded steps.
#[derive(Debug)]
pub struct Deepening {
    budget: Budget,
    drift_limit: f64,
    /// Layers of the deepest network that is predicted, or being predicted.
    depth: usize,
    deeper: Option<(Spec, Predicting)>,
}

impl Deepening {
    /// From the verdict over what is expected of the network itself.
    #[must_use]
    pub fn beyond(spec: &Spec, verdict: &Verdict) -> Self {
        Self {
            budget: verdict.budget,
            drift_limit: verdict.drift_limit,
            depth: spec.depth(),
            deeper: None,
        }
    }

    /// Some layers more of a deeper network than `spec`, the same in every step; the budget once it is known.
    pub fn step(&mut self, spec: &Spec) -> Option<Budget> {
        if let Some((deeper, predicting)) = &mut self.deeper {
            match predicting.step(deeper) {
                Ok(None) => return None,
                Ok(Some(prediction)) if prediction.typical_is_known() => {
                    let curves = Curves::expected(deeper, &prediction);
                    let healthy = self.budget.healthy_at;
                    self.budget = Budget::read_after(healthy, &curves, self.drift_limit);
                    self.deeper = None;
                }
                _ => return Some(self.budget),
            }
        }
        let far = FAR.min(LAYERS_PER_UNIT * spec.width());
        if self.budget.fails_at.is_some() || self.depth >= far {
            return Some(self.budget);
        }
        self.depth = (4 * self.depth).min(far);
        match deepened(spec, self.depth) {
            Some(deeper) => self.deeper = Some((deeper, Predicting::default())),
            None => return Some(self.budget),
        }
        None
    }
}

/// The prediction of a network, then [`Deepening`] from there.
#[derive(Debug, Default)]
pub struct Asking {
    predicting: Predicting,
    deepening: Option<Deepening>,
}

impl Asking {
    /// Some layers more of `spec`, the same in every step, or of a deeper one; once there are no more the budget, `None` where theory
    /// has no answer.
    pub fn step(&mut self, spec: &Spec, drift_limit: f64) -> Option<Option<Budget>> {
        if let Some(deepening) = &mut self.deepening {
            return deepening.step(spec).map(Some);
        }
        match self.predicting.step(spec) {
            Ok(prediction) => {
                self.deepening = prediction.map(|prediction| {
                    let curves = Curves::expected(spec, &prediction);
                    Deepening::beyond(spec, &judge_within(&curves, drift_limit))
                });
                None
            }
            Err(_) => Some(None),
        }
    }
}

/// The prediction of a network with [`expected`] of it, on their way in bounded steps.
#[derive(Debug, Default)]
pub struct Expecting {
    predicting: Predicting,
    predicted: Option<(Prediction, Verdict, Deepening)>,
}

impl Expecting {
    /// Some layers more of `spec`, the same in every step, or of a deeper one; both, or why theory has no answer, once there are no more.
    pub fn step(&mut self, spec: &Spec) -> Option<Result<(Prediction, Verdict), String>> {
        if let Some((_, _, deepening)) = &mut self.predicted {
            let budget = deepening.step(spec)?;
            let (prediction, mut verdict, _) = self.predicted.take()?;
            verdict.budget = budget;
            return Some(Ok((prediction, verdict)));
        }
        match self.predicting.step(spec) {
            Ok(None) => None,
            Ok(Some(prediction)) if prediction.typical_is_known() => {
                let verdict = judge(&Curves::expected(spec, &prediction));
                let deepening = Deepening::beyond(spec, &verdict);
                self.predicted = Some((prediction, verdict, deepening));
                None
            }
            Ok(Some(prediction)) => Some(Err(prediction.note.unwrap_or_default())),
            Err(error) => Some(Err(error.to_string())),
        }
    }
}

/// The network with another number of layers, where that is possible.
pub(super) fn deepened(spec: &Spec, depth: usize) -> Option<Spec> {
    let deeper = spec.with(|draft| {
        draft.depth = depth;
        draft.draws = Draws::Exactly(LAST);
    });
    deeper.ok()
}
