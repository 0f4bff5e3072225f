//! What theory says of all depths of a network.

use super::{FAR, LAST};
use crate::engine::prediction::predict;
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
    verdict.budget = foretold(spec, prediction, verdict.drift_limit);
    verdict
}

/// What theory says of all depths: read off the curves of the network, and of deeper ones while they stay healthy, to [`FAR`].
#[must_use]
pub fn foretold(spec: &Spec, prediction: &Prediction, drift_limit: f64) -> Budget {
    let curves = Curves::expected(spec, prediction);
    let mut budget = judge_within(&curves, drift_limit).budget;
    let far = FAR.min(LAYERS_PER_UNIT * spec.width());
    let mut depth = spec.depth();
    while budget.fails_at.is_none() && depth < far {
        depth = (4 * depth).min(far);
        let Some(deeper) = deepened(spec, depth) else {
            break;
        };
        match predict(&deeper) {
            Ok(prediction) if prediction.typical_is_known() => {
                let curves = Curves::expected(&deeper, &prediction);
                budget = Budget::read_after(budget.healthy_at, &curves, drift_limit);
            }
            _ => break,
        }
    }
    budget
}

/// The network with another number of layers, where that is possible.
pub(super) fn deepened(spec: &Spec, depth: usize) -> Option<Spec> {
    let deeper = spec.with(|draft| {
        draft.depth = depth;
        draft.draws = Draws::Exactly(LAST);
    });
    deeper.ok()
}
