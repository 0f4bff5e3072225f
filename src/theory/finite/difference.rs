//! The law of the share that differs between inputs.
//!
//! Near an overlap of 1, differences of inputs go through the layers like gradients: `B - 1` directions with the noise of `E phi'^2`,
//! relative to the noise of `E phi^2`, less the part along the signal, which is no difference: `E phi^2 phi'^2/(n E phi^2 E phi'^2)` (2/n
//! per layer for ReLU: Jakub & Nica 2023). Directions share the units' slopes, and more as they align. A length off the curve moves the
//! factor `q E phi'^2/E phi^2`. Farther from an overlap of 1 all this counts with the square of the overlap, and errors relax with the
//! slope of the correlation map.

use std::f64::consts::LN_10;

use super::batch::BatchMean;
use super::noise::{Kept, Noise, Overlaps, correlation, slope_overlap};
use super::{ChainStep, Spread, Width};
use crate::math::gamma::log_moments;
use crate::theory::curve::{Curve, CurveRequest};
use crate::theory::maps::ln_add;

/// Standard deviation of the log10 that lengths off the curve may cause, in decades: more is no linear response.
const MOVED: f64 = 0.5;
/// Share of a variance below which a difference of variances is rounding.
const ROUNDING: f64 = 1e-9;

/// The law at every layer, and the number of layers up to which lengths move it little; `steps` follow the lengths of the batch, and
/// lengths add by what `single` inputs vary beyond a `batch` what they tell apart.
pub(super) fn law(
    request: &CurveRequest<'_>,
    curve: &Curve,
    width: &Width,
    steps: &[ChainStep],
    single: &[Spread],
    batch: &[Spread],
) -> (Vec<Spread>, usize) {
    let depth = curve.states.len();
    if curve.distinguishability.is_empty() {
        return (Vec::new(), depth);
    }
    let directions = request.batch.max(2) - 1;
    let one = 1.0 / directions as f64;
    // Angles and lengths together: the mean, and the share of the angles in it.
    let lengths = |l: usize| {
        let (of_one, of_all) = (single[l].nats().1, batch[l].nats().1);
        let across = match of_one - of_all {
            apart if apart > ROUNDING * of_one => apart * (1.0 + one),
            _ => 0.0,
        };
        let ln_angles = curve.states[l].ln_epsilon;
        let c = correlation(&curve.states[l]);
        let added = -c * (-0.25 * across).exp_m1();
        let more = ln_add(ln_angles, added.max(0.0).ln()) - ln_angles;
        (more, (-more).exp())
    };
    let mut mean = BatchMean::of(directions);
    let mut shift = 0.0;
    // Of one direction, of the mean over directions, with ln S, of the overlap of directions.
    let (mut own, mut all, mut with_length, mut aligned) = (0.0, 0.0, 0.0, 0.0);
    // The part of it that lengths cause.
    let (mut moved, mut known) = (0.0, depth);
    let mut laws = Vec::with_capacity(depth);
    for (l, state) in curve.states.iter().enumerate() {
        let c = correlation(state);
        let near = c * c;
        let units = width.units as f64;
        let kept = Kept::of(request, l, state.ln_q).forward();
        // What this layer's own weights change of each difference and of the length.
        let change = near * 2.0 * (1.0 - kept.square(1.0, 1.0)) / units;
        let pair = change * (1.0 + aligned);
        let angles = mean.law(
            &Spread::normal(shift, own + 2.0 * change),
            &Spread::normal(shift, all + one * 2.0 * change + (1.0 - one) * pair),
        );
        let (more, share) = lengths(l);
        let (by_angles, variance) = angles.nats();
        // The lengths' part is a sample variance of `B` logarithms.
        let sampled = 2.0 * one * (1.0 - share).powi(2);
        laws.push(Spread::normal(
            by_angles * share + more,
            share * share * variance + sampled,
        ));
        let (Some(next), Some(after)) = (curve.states.get(l + 1), steps.get(l + 1)) else {
            break;
        };
        let (local, step) = (&state.local, &steps[l]);
        let of_weights = 1.0 - (request.rest.sigma_b2.ln() - next.ln_q).exp();
        let slope = of_weights
            * (local.ln_slope_share + state.ln_epsilon - next.ln_epsilon).exp()
            * slope_overlap(local, c);
        let relaxed = slope.clamp(0.0, 1.0);
        let noise = Noise::new(
            kept,
            width.units,
            local,
            Overlaps {
                c: 1.0,
                square: 1.0,
                cotangents: aligned,
            },
        );
        let against_length = noise.signal.own - 2.0 * noise.shared.own;
        let added = near * (noise.slope.own + against_length).max(0.0);
        let together = near * (noise.slope.pair + against_length).max(0.0);
        let along = (local.mixed - kept.isometry()) / units;
        let drift =
            log_moments(noise.slope.own).0 - along + step.slope_shift + step.shift - after.shift;
        let response = near * (step.slope_elasticity + 1.0 - step.elasticity);
        let by_length =
            2.0 * relaxed * response * with_length + response * response * step.variance;
        shift = relaxed * shift + near * drift;
        moved = relaxed * relaxed * moved + by_length;
        if moved > (MOVED * LN_10).powi(2) {
            known = known.min(l + 1);
        }
        own = relaxed * relaxed * own + by_length + added;
        all = relaxed * relaxed * all + by_length + one * added + (1.0 - one) * together;
        with_length = relaxed * step.elasticity * with_length
            + response * step.elasticity * step.variance
            + near * (noise.shared.own - noise.signal.own);
        let free: f64 = 1.0 - aligned;
        aligned += near * free * free * (local.slope_kurtosis - kept.isometry()).max(0.0) / units;
        aligned = aligned.min(1.0);
        if !(shift.is_finite() && own.is_finite() && all.is_finite() && with_length.is_finite()) {
            (shift, own, all, with_length) = (0.0, 0.0, 0.0, 0.0);
            known = known.min(l + 1);
        }
        (own, all) = (own.max(0.0), all.max(0.0));
    }
    (laws, known)
}
