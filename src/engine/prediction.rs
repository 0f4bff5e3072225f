//! What theory expects of a spec, as the curves that every snapshot carries.

use ndarray::Axis;

use crate::engine::snapshot::{Band, Prediction};
use crate::net::spec::Spec;
use crate::theory::curve::{CurveRequest, LayerLaw, curve};

/// The infinite-width curves of a spec; `None` where theory has no answer (weights with a mean, identity weights, ...).
#[must_use]
pub fn predict(spec: &Spec) -> Option<Prediction> {
    let law = |layer: usize| {
        let (fan_in, fan_out) = spec.fans(layer);
        LayerLaw::of(
            &spec.weight_law(layer),
            &spec.bias_law(layer),
            fan_in,
            fan_out,
        )
        .ok()
    };
    let request = CurveRequest {
        activation: spec.activation(),
        first: law(1)?,
        rest: law(2)?,
        depth: spec.depth(),
        q0: 1.0,
        c0: overlap(spec),
        batch: spec.batch(),
        overlaps: spec.batch() > 1,
    };
    let curve = curve(&request).ok()?;
    let band = |values: &[f64]| {
        values
            .iter()
            .map(|mid| Band {
                low: *mid,
                mid: *mid,
                high: *mid,
            })
            .collect()
    };
    Some(Prediction {
        signal: band(&curve.z_second_moment),
        gradient: band(&curve.grad_z),
        distinguishability: band(&curve.distinguishability),
        note: None,
    })
}

/// Mean overlap of two different inputs: 0 for noise; for data `mean_{a != b} <a, b> / dim`, whose entries are standardised.
fn overlap(spec: &Spec) -> f64 {
    let Some(rows) = spec.input().rows() else {
        return 0.0;
    };
    let (count, dim) = (rows.nrows() as f64, rows.ncols() as f64);
    if count < 2.0 {
        return 0.0;
    }
    let squares: f64 = rows.iter().map(|v| f64::from(*v) * f64::from(*v)).sum();
    let column = |sum: f64| sum * sum;
    let total: f64 = rows
        .axis_iter(Axis(1))
        .map(|c| column(c.iter().map(|v| f64::from(*v)).sum()))
        .sum();
    (total - squares) / (count * (count - 1.0) * dim)
}
