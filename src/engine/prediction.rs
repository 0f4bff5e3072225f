//! What theory expects of a spec, as the curves that every snapshot carries.

use std::sync::Arc;

use crate::engine::snapshot::{Band, Prediction};
use crate::net::input::Input;
use crate::net::spec::Spec;
use crate::theory::curve::{Curve, CurveRequest, Fold, LayerLaw};
use crate::theory::error::TheoryError;
use crate::theory::finite::{Spread, Spreading, Spreads, Width};
use crate::theory::stages::{StageCurve, stage_curve};

/// The infinite-width curves of a spec with the band of finite width, as far as that is known
/// ([`Range`](crate::theory::finite::Range)).
///
/// Distinguishability needs two inputs: its curve is empty for a batch of one.
///
/// # Errors
/// Theory has no answer: weights with a mean, identity weights, weights that are all zero, expectations that cannot be computed.
pub fn predict(spec: &Spec) -> Result<Prediction, TheoryError> {
    let mut predicting = Predicting::default();
    loop {
        if let Some(prediction) = predicting.step(spec)? {
            return Ok(prediction);
        }
    }
}

/// [`predict`] on its way: in bounded steps, but for networks with blocks or norms.
#[derive(Debug, Default)]
pub struct Predicting {
    fold: Option<Fold>,
    curve: Option<Curve>,
    spreading: Spreading,
}

impl Predicting {
    /// Some layers more of `spec`, the same in every step; the prediction once there are no more.
    ///
    /// # Errors
    /// As [`predict`].
    pub fn step(&mut self, spec: &Spec) -> Result<Option<Prediction>, TheoryError> {
        if spec.has_stages() {
            return stage_curve(spec).map(of_stages).map(Some);
        }
        if let Some(curve) = &self.curve {
            let request = request(spec)?;
            let Some(spreads) = self.spreading.step(&request, curve, &width(spec)) else {
                return Ok(None);
            };
            let curve = self.curve.take();
            return Ok(curve.map(|curve| of_layers(request.depth, &spreads, curve)));
        }
        let fold = match &mut self.fold {
            Some(fold) => fold,
            None => {
                let entry = request(spec)?.entry();
                (self.fold).insert(Fold::new(LayerLaw::tape(&spec.tape())?, entry)?)
            }
        };
        self.curve = fold.advance()?;
        Ok(None)
    }
}

/// The curves of a plain network, and how draws of its width spread about them.
fn of_layers(depth: usize, spreads: &Spreads, curve: Curve) -> Prediction {
    let range = spreads.range;
    let back = if range.gradient { depth } else { 0 };
    Prediction {
        signal: bands(&curve.z_second_moment, &spreads.signal, range.layers),
        gradient: bands(&curve.grad_z, &spreads.gradient, back),
        distinguishability: bands(
            &curve.distinguishability,
            &spreads.distinguishability,
            range.differences,
        ),
        x_second_moment: curve.x_second_moment,
        x_variance: curve.x_variance,
        stages: None,
        note: range.unknown.map(|why| why.to_string()),
    }
}

/// The curves of a network of blocks, or of layers with a norm; how draws of this width spread about them is not known.
#[must_use]
pub fn of_stages(curve: StageCurve) -> Prediction {
    let lines = |curve: &[f64]| curve.iter().copied().map(Band::unknown).collect();
    Prediction {
        signal: lines(&curve.z_second_moment),
        gradient: lines(&curve.grad_z),
        distinguishability: lines(&curve.distinguishability),
        x_second_moment: curve.x_second_moment.clone(),
        x_variance: curve.x_variance.clone(),
        note: Some("how draws of this width spread is not known by theory".into()),
        stages: Some(Arc::new(curve)),
    }
}

/// What the curve theory is asked for a spec. Overlaps of inputs are followed also for a batch of one, whose finite-width laws
/// need them.
///
/// # Errors
/// As [`LayerLaw::with_mean`]; [`TheoryError::Architecture`] for networks with blocks or norms.
pub fn request(spec: &Spec) -> Result<CurveRequest<'_>, TheoryError> {
    if spec.has_stages() {
        return Err(TheoryError::Architecture {
            reason: "initializers of networks with blocks or norms are not ranked",
        });
    }
    let law = |layer: usize| {
        let (fan_in, fan_out) = spec.fans(layer);
        LayerLaw::with_mean(
            &spec.weight_law(layer),
            &spec.bias_law(layer),
            fan_in,
            fan_out,
        )
    };
    Ok(CurveRequest {
        activation: spec.activation(),
        first: law(1)?,
        rest: law(2)?,
        depth: spec.depth(),
        q0: spec.input().mean_square(),
        c0: spec.input().overlap(),
        batch: spec.batch(),
        overlaps: spec.batch() > 1,
    })
}

/// Width and input of a spec, as the laws of finite width see them. The mean squares of rows of data
/// vary between examples; that is not followed.
fn width(spec: &Spec) -> Width {
    let noise = matches!(spec.input(), Input::Noise);
    let dim = spec.input_dim() as f64;
    Width {
        units: spec.width(),
        input_moment: if noise { 2.0 / dim } else { 0.0 },
        fresh_inputs: noise,
        input_overlap: if noise { 1.0 / dim } else { 0.0 },
    }
}

/// The bands of a curve, whose law is known up to layer `known`.
fn bands(curve: &[f64], spreads: &[Spread], known: usize) -> Vec<Band> {
    let band = |(index, (mid, spread)): (usize, (&f64, &Spread))| match index < known {
        true => Band {
            low: mid + spread.low,
            mid: *mid,
            high: mid + spread.high,
        },
        false => Band::unknown(*mid),
    };
    curve.iter().zip(spreads).enumerate().map(band).collect()
}
