//! What gradients gain from lying along the signal, because the same weights carry both.

use std::f64::consts::LN_10;

use super::{Spread, Width};
use crate::theory::curve::{Curve, CurveRequest};

/// Moves the gradient's law by what it shares with the signal's direction.
pub(super) fn align(
    gradient: &mut [Spread],
    request: &CurveRequest<'_>,
    curve: &Curve,
    width: &Width,
) {
    for (spread, by) in gradient.iter_mut().zip(alignment(request, curve, width)) {
        spread.shift += by;
        spread.low += by;
        spread.high += by;
    }
}

/// What the alignment of gradients with the signal adds to the log10 of `(dl/dz)^2`.
///
/// With `R` the mean square of `dl/dx` along `x` relative to an average direction, 1 at the top,
/// ```text
/// R_{l-1} M_l = 1 + s (2 d ln E phi'^2/d ln q + (R_l - 1) (d ln E phi^2/d ln q)^2 E phi^2/(q E phi'^2)),
/// M_l = 1 + (R_l - 1) E phi^2 phi'^2/(n E phi^2 E phi'^2),
/// ```
/// `s` the share of the weights in `q_l`, and `M_l` what `E (dl/dz_l)^2` gains, less `(R_l - 1)/n` where the layer is orthogonal and
/// keeps the whole length.
fn alignment(request: &CurveRequest<'_>, curve: &Curve, width: &Width) -> Vec<f64> {
    let kept = f64::from(u8::from(request.rest.orthogonal));
    let mut all = vec![0.0; curve.states.len()];
    let (mut excess, mut shift) = (0.0_f64, 0.0);
    for (state, by) in curve.states.iter().zip(&mut all).rev() {
        let local = &state.local;
        let gain = |mixed: f64| excess * mixed / width.units as f64;
        shift += gain(local.mixed - kept).ln_1p();
        *by = shift / LN_10;
        let share = 1.0 - (request.rest.sigma_b2.ln() - state.ln_q).exp();
        let response = local.elasticity * local.elasticity * (-local.ln_slope_share).exp();
        let along = share * (2.0 * local.slope_elasticity + excess * response);
        excess = (1.0 + along) / (1.0 + gain(local.mixed)) - 1.0;
        if !(excess.is_finite() && shift.is_finite()) {
            break;
        }
    }
    all
}
