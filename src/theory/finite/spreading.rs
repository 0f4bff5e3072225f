//! The laws of finite width on their way.

use super::alignment::align;
use super::batch::BatchMean;
use super::noise::Overlaps;
use super::range::{DEEPEST, Range, Unknown};
use super::{Closure, Spread, Spreads, Width, closure, difference, growth};
use crate::theory::curve::{Curve, CurveRequest};
use crate::theory::kernel::Kernel;

/// [`spreads`](super::spreads) on its way: each step goes once through all layers.
#[derive(Debug, Default)]
pub struct Spreading {
    /// The layers that the laws were tested for, where the curve has more.
    shortened: Option<Curve>,
    overlaps: Option<Vec<Overlaps>>,
    /// Of one input.
    single: Option<Closure>,
    /// Of the batch.
    batch: Option<Closure>,
}

impl Spreading {
    /// The next pass over the layers, of the same request in every step; the laws after the last one.
    pub fn step(
        &mut self,
        request: &CurveRequest<'_>,
        curve: &Curve,
        width: &Width,
    ) -> Option<Spreads> {
        if [request.first, request.rest]
            .iter()
            .any(|law| law.mean_b != 0.0)
        {
            return Some(Spreads::unknown(curve));
        }
        let depth = curve.states.len();
        let tested = DEEPEST * width.units.max(1);
        if depth > tested && self.shortened.is_none() {
            self.shortened = Some(curve.shortened(tested));
        }
        let whole = curve;
        let curve = self.shortened.as_ref().unwrap_or(curve);
        let Some(overlaps) = &self.overlaps else {
            self.overlaps = Some(Overlaps::all(request, curve, width));
            return None;
        };
        let kernel = Kernel::of(request.activation);
        if self.single.is_none() {
            let one = CurveRequest {
                batch: 1,
                ..*request
            };
            self.single = Some(closure(&kernel, &one, curve, width, overlaps));
            return None;
        }
        if self.batch.is_none() {
            self.batch = Some(closure(&kernel, request, curve, width, overlaps));
            return None;
        }
        self.whole(request, whole, width)
    }

    /// The laws, of all passes.
    fn whole(
        &mut self,
        request: &CurveRequest<'_>,
        curve: &Curve,
        width: &Width,
    ) -> Option<Spreads> {
        let Self {
            shortened,
            single,
            batch,
            ..
        } = std::mem::take(self);
        let (single, batch) = single.zip(batch)?;
        let depth = curve.states.len();
        let curve = shortened.as_ref().unwrap_or(curve);
        let kernel = Kernel::of(request.activation);
        let growth = growth(request, &curve.states);
        let (distinguishability, unmoved) = difference::law(
            request,
            curve,
            width,
            &batch.steps,
            &single.signal,
            &batch.signal,
        );
        let mut mean = BatchMean::of(request.batch);
        let mut over = |single: &[Spread], batch: &[Spread]| -> Vec<Spread> {
            let pairs = single.iter().zip(batch);
            pairs
                .map(|(single, batch)| mean.law(single, batch))
                .collect()
        };
        let signal = over(&single.signal, &batch.signal);
        let mut gradient = over(&single.gradient, &batch.gradient);
        align(&mut gradient, request, curve, width);
        let range = Range::of(&kernel, &signal, &growth, unmoved, [depth, width.units]);
        let whole = |mut law: Vec<Spread>| {
            let len = if law.is_empty() { 0 } else { depth };
            law.resize(len, Spread::default());
            law
        };
        Some(Spreads {
            signal: whole(signal),
            gradient: whole(gradient),
            distinguishability: whole(distinguishability),
            amplification: growth.into_iter().fold(1.0, f64::max),
            range,
        })
    }
}

impl Spreads {
    /// Of a curve around which no law is known.
    fn unknown(curve: &Curve) -> Self {
        let none = |curve: &[f64]| vec![Spread::default(); curve.len()];
        Self {
            signal: none(&curve.z_second_moment),
            gradient: none(&curve.grad_z),
            distinguishability: none(&curve.distinguishability),
            amplification: 1.0,
            range: Range::nothing(Unknown::BiasMean),
        }
    }
}
