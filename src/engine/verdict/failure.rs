//! Every way in which a set of curves fails.

use super::{
    ALIKE_LIMIT, COLLAPSE_LIMIT, Channel, Curves, DEAD_DRAWS_LIMIT, DEAD_LIMIT, ENTROPY_LIMIT,
    Failing, SATURATED_LIMIT, VerdictKind, deaths,
};

/// One way to fail, after how many layers of travel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Failure {
    pub(super) kind: VerdictKind,
    pub(super) channel: Channel,
    pub(super) layer: usize,
    pub(super) travelled: usize,
    pub(super) rate: f64,
    pub(super) level: f64,
    pub(super) bias_share: f64,
    pub(super) failing: Option<Failing>,
}

/// Every failure, ties in travel to be decided in this order; signal and gradient may drift by `drift_limit` decades.
pub(super) fn all(curves: &Curves, drift_limit: f64) -> Vec<Failure> {
    let depth = curves.signal.len();
    let backward: Vec<f64> = curves.gradient.iter().rev().copied().collect();
    let channels = [
        (Channel::Signal, &curves.signal),
        (Channel::Gradient, &backward),
        (Channel::Distinguishability, &curves.difference),
    ];
    let mut found = Vec::new();
    let mut add = |kind, channel, travelled: usize, total: f64, level| {
        let index = match channel {
            Channel::Gradient => depth - 1 - travelled,
            _ => travelled,
        };
        let rate = if total.is_finite() && travelled > 0 {
            total / travelled as f64
        } else {
            0.0
        };
        found.push(Failure {
            kind,
            channel,
            layer: index + 1,
            travelled,
            rate,
            level,
            bias_share: curves.bias_share(index),
            failing: None,
        });
    };
    if let Some((inputs, _)) = curves.inputs
        && inputs.difference < COLLAPSE_LIMIT
    {
        let channel = Channel::Distinguishability;
        add(VerdictKind::Inputs, channel, 0, 0.0, inputs.difference);
    }
    let alike = |share: f64| share > ALIKE_LIMIT;
    if let Some(at) = lasting(&curves.alike, alike, alike) {
        let channel = Channel::Distinguishability;
        add(VerdictKind::Symmetric, channel, at, 0.0, curves.alike[at]);
    }
    let (dead, by_chance) = deaths::of(&curves.dead_draws);
    let often = |value: f64| value > DEAD_DRAWS_LIMIT;
    let dead_by_chance = by_chance && often(dead.interval()[0]);
    if dead_by_chance {
        let at = curves.dead_draws.iter().position(|d| often(d.value()));
        let at = at.expect("the last share is above the limit");
        add(VerdictKind::Dead, Channel::Signal, at, 0.0, dead.value());
    }
    // exact zeros in the median are the same deaths again
    for (channel, curve) in channels.into_iter().filter(|_| !dead_by_chance) {
        if let Some(at) = curve.iter().position(|v| *v == f64::NEG_INFINITY) {
            add(VerdictKind::Dead, channel, at, 0.0, f64::NEG_INFINITY);
        }
    }
    // a stream passes units by that are dead
    let alone = curves.blocks.is_none();
    if let Some(at) = curves.dead.iter().position(|d| *d > DEAD_LIMIT && alone) {
        add(VerdictKind::Dead, Channel::Signal, at, 0.0, curves.dead[at]);
    }
    for (channel, curve) in &channels[..2] {
        let drift = leaves(curve, drift_limit);
        let drift = drift.filter(|(_, drift)| !curves.is_normed() || *drift == f64::INFINITY);
        if let Some((at, drift)) = drift {
            let kind = if drift < 0.0 {
                VerdictKind::Vanishing
            } else {
                VerdictKind::Exploding
            };
            add(kind, *channel, at, drift, drift);
        }
    }
    // of one sequence the difference is that between its tokens
    let difference = match &curves.blocks {
        Some(blocks) if blocks.one_sequence() => &Vec::new(),
        _ => &curves.difference,
    };
    if let Some(at) = lasting(
        difference,
        |v| v < COLLAPSE_LIMIT,
        |v| v < COLLAPSE_LIMIT + 0.5,
    ) {
        add(
            VerdictKind::Collapsing,
            Channel::Distinguishability,
            at,
            difference[at] - difference[0],
            difference[at],
        );
    }
    let flat = |share: f64| share > SATURATED_LIMIT && !curves.is_normed();
    if let Some(at) = lasting(&curves.saturated, flat, flat) {
        add(
            VerdictKind::Saturated,
            Channel::Signal,
            at,
            0.0,
            curves.saturated[at],
        );
    }
    if curves.is_normed() {
        found.extend(of_weights(curves, drift_limit));
    }
    found.extend(of_attention(curves));
    found
}

/// Tokens that become alike where other inputs are compared too, and attention that sees one token alone.
fn of_attention(curves: &Curves) -> Vec<Failure> {
    let Some(blocks) = &curves.blocks else {
        return Vec::new();
    };
    let failure = |at: usize, curve: &[f64], kind, failing| {
        let first = curve.iter().position(|v| !v.is_nan()).unwrap_or(at);
        Failure {
            kind,
            channel: match failing {
                Failing::Attention => Channel::Signal,
                Failing::Tokens | Failing::Weights => Channel::Distinguishability,
            },
            layer: at + 1,
            travelled: at,
            rate: (curve[at] - curve[first]) / (at - first).max(1) as f64,
            level: curve[at],
            bias_share: 0.0,
            failing: Some(failing),
        }
    };
    let tokens = &blocks.tokens;
    let alike = lasting(tokens, |v| v < COLLAPSE_LIMIT, |v| v < COLLAPSE_LIMIT + 0.5);
    let alike = alike.map(|at| failure(at, tokens, VerdictKind::Collapsing, Failing::Tokens));
    // sub-layers without attention have no entropy
    let entropy = &blocks.entropy;
    let frozen = (0..entropy.len()).find(|at| entropy[*at] < ENTROPY_LIMIT.log10());
    let frozen = frozen.map(|at| failure(at, entropy, VerdictKind::Saturated, Failing::Attention));
    alike.into_iter().chain(frozen).collect()
}

/// Gradients of weights that are more than `drift_limit` decades apart over the blocks.
fn of_weights(curves: &Curves, drift_limit: f64) -> Vec<Failure> {
    let Some(blocks) = &curves.blocks else {
        return Vec::new();
    };
    let failures = blocks.backward().filter_map(|(sub, curve)| {
        let (at, drift) = leaves(&curve, drift_limit)?;
        let index = (curve.len() - 1 - at) * blocks.sub_layers + sub;
        Some(Failure {
            kind: if drift < 0.0 {
                VerdictKind::Vanishing
            } else {
                VerdictKind::Exploding
            },
            channel: Channel::Gradient,
            layer: index + 1,
            travelled: curves.signal.len() - 1 - index,
            rate: drift / (at * blocks.sub_layers).max(1) as f64,
            level: drift,
            bias_share: 0.0,
            failing: Some(Failing::Weights),
        })
    });
    failures.collect()
}

/// Where a curve leaves its start by more than `limit` decades for good, and its distance there.
fn leaves(curve: &[f64], limit: f64) -> Option<(usize, f64)> {
    let start = curve.iter().copied().find(|v| v.is_finite())?;
    let end = curve.iter().rev().copied().find(|v| !v.is_nan())? - start;
    let drift = |v: f64| (v - start) * end.signum();
    let at = lasting(curve, |v| drift(v) > limit, |v| drift(v) > 0.75 * limit)?;
    Some((at, curve[at] - start))
}

/// First position beyond a limit such that the curve, from there to its end, at least stays `near` it: noise that crosses and
/// recrosses the limit does not move it.
fn lasting(
    curve: &[f64],
    beyond: impl Fn(f64) -> bool,
    near: impl Fn(f64) -> bool,
) -> Option<usize> {
    let last = curve.iter().rposition(|v| !v.is_nan())?;
    if !beyond(curve[last]) {
        return None;
    }
    let tail = curve[..=last]
        .iter()
        .rposition(|v| !near(*v))
        .map_or(0, |at| at + 1);
    (tail..=last).find(|at| beyond(curve[*at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dip_that_recovers_is_no_failure() {
        let mut curve = vec![0.0; 20];
        curve[7] = -2.5;
        assert_eq!(leaves(&curve, 2.0), None);
    }

    #[test]
    fn noise_around_the_limit_does_not_move_the_layer() {
        let curve = [0.0, -1.0, -2.1, -1.9, -2.05, -2.2, -3.0];
        assert_eq!(leaves(&curve, 2.0), Some((2, -2.1)));
        let back = [0.0, -2.1, -0.9, -2.05, -2.2, -3.0];
        assert_eq!(leaves(&back, 2.0), Some((3, -2.05)));
    }

    #[test]
    fn an_overflow_is_an_explosion_and_what_is_behind_it_is_ignored() {
        let curve = [0.0, 1.0, f64::INFINITY, f64::NAN];
        assert_eq!(leaves(&curve, 2.0), Some((2, f64::INFINITY)));
    }
}
