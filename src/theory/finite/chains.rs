//! The chains of `ln S` of every input, sampled: for maps under which the inputs of a batch part.

use std::f64::consts::LN_10;

use super::noise::{Noise, Overlaps, Paired};
use super::{LINEAR, Spread, Width};
use crate::math::root::brent;
use crate::math::special::normal_cdf;
use crate::theory::curve::{Curve, CurveRequest};
use crate::theory::kernel::{Kernel, Local};
use crate::theory::maps::ln_add;

/// Steps of all chains together that a prediction may take; each takes some 200 nanoseconds.
const STEPS: usize = 100_000;
/// Fewest and most networks sampled.
const NETWORKS: (usize, usize) = (15, 63);
/// Normal quantiles that stand for the normal law.
const QUANTILES: usize = 251;
/// Spacing in `ln q` of remembered expectations.
const SPACING: f64 = 1.0 / 32.0;
/// Points of the lattice that are made room for at once.
const PAGE: usize = 16;
/// `|ln q|` beyond which nothing is remembered: a cubic germ triples it from layer to layer.
const REMEMBERED: f64 = 2000.0;

/// Signal and gradient by sampling; `None` where the fewest networks would take more than [`STEPS`].
pub(super) fn spreads(
    kernel: &Kernel,
    request: &CurveRequest<'_>,
    curve: &Curve,
    width: &Width,
    overlaps: &[Overlaps],
) -> Option<(Vec<Spread>, Vec<Spread>)> {
    let (ln_w, ln_b) = (request.rest.sigma_w2.ln(), request.rest.sigma_b2.ln());
    let (inputs, depth) = (request.batch, curve.states.len());
    let networks = (STEPS / (inputs * depth)).min(NETWORKS.1);
    if networks < NETWORKS.0 {
        return None;
    }
    let mut normal = Normal::new();
    let mut memory = Memory::new(kernel, curve.states[0].ln_q);

    let share = (request.first.sigma_w2.ln() + request.q0.ln() - curve.states[0].ln_q).exp();
    let spread = share * width.input_moment.sqrt();
    let fixed: Vec<f64> = (0..inputs).map(|_| normal.draw()).collect();
    let mut chains = Vec::with_capacity(networks * inputs);
    for _ in 0..networks {
        for own in &fixed {
            let offset = if width.fresh_inputs {
                normal.draw()
            } else {
                *own
            };
            chains.push(curve.states[0].ln_q + spread * offset - 0.5 * spread * spread);
        }
    }

    let mut signal = Vec::with_capacity(depth);
    let mut slopes = Vec::with_capacity(depth * chains.len());
    for (state, overlaps) in curve.states.iter().zip(overlaps) {
        signal.push(law(&chains, inputs, state.ln_q));
        for network in chains.chunks_exact_mut(inputs) {
            let (common, common_slope) = (normal.draw(), normal.draw());
            for u in network {
                let local = memory.local(*u);
                let noise = Noise::new(request, width.units, &local, *overlaps);
                let (own, own_slope) = (normal.draw(), normal.draw());
                let x = draw(noise.signal, common, own);
                let y = draw(
                    noise.slope,
                    together(noise, common, common_slope, |p| p.pair),
                    together(noise, own, own_slope, |p| p.own - p.pair),
                );
                slopes.push(local.ln_slope - state.local.ln_slope + y);
                *u = ln_add(ln_w + local.ln_second + x, ln_b);
            }
        }
    }

    let mut above = vec![0.0; chains.len()];
    let mut gradient: Vec<Spread> = slopes
        .chunks_exact(chains.len())
        .rev()
        .map(|row| {
            for (sum, slope) in above.iter_mut().zip(row) {
                *sum += slope;
            }
            law(&above, inputs, 0.0)
        })
        .collect();
    gradient.reverse();
    Some((signal, gradient))
}

/// The logarithm of a variable of mean 1 with this variance, from standard normal variables for what inputs share and for
/// one input's own part.
fn draw(variance: Paired, common: f64, own: f64) -> f64 {
    let v = variance.own;
    variance.pair.max(0.0).sqrt() * common + (v - variance.pair).max(0.0).sqrt() * own - 0.5 * v
}

/// A standard normal variable that has the layer's correlation with `x`, from `x` and an independent one.
fn together(noise: Noise, x: f64, other: f64, part: fn(Paired) -> f64) -> f64 {
    let product = (part(noise.signal) * part(noise.slope)).max(0.0).sqrt();
    let r = if product > 0.0 {
        (part(noise.shared) / product).clamp(-1.0, 1.0)
    } else {
        0.0
    };
    r * x + (1.0 - r * r).sqrt() * other
}

/// The law over networks of the logarithm of the mean over inputs, relative to `centre`, in decades.
fn law(chains: &[f64], inputs: usize, centre: f64) -> Spread {
    let mean_over = |network: &[f64]| {
        let largest = network.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = network.iter().map(|u| (u - largest).exp()).sum();
        largest + (sum / inputs as f64).ln() - centre
    };
    let mut values: Vec<f64> = chains.chunks_exact(inputs).map(mean_over).collect();
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    let quantile = |p: f64| values[(p * count) as usize] / LN_10;
    Spread {
        shift: mean / LN_10,
        deviation: variance.sqrt() / LN_10,
        low: quantile(0.1),
        high: quantile(0.9),
    }
}

/// Expectations on a lattice of `ln q`, computed where chains pass and interpolated linearly in what chains add up.
struct Memory<'k> {
    kernel: &'k Kernel,
    /// The point of the lattice at index `HALF`.
    middle: f64,
    /// Pages of neighbouring points; none where no chain has passed, so that memory grows with what is used, not with its range.
    pages: Vec<Option<Box<[Option<Local>; PAGE]>>>,
}

impl<'k> Memory<'k> {
    /// Points on either side of the middle one that a remembered `ln q` can lie at.
    const HALF: usize = (2.0 * REMEMBERED / SPACING) as usize;

    fn new(kernel: &'k Kernel, ln_q: f64) -> Self {
        Self {
            kernel,
            middle: ln_q.clamp(-REMEMBERED, REMEMBERED),
            pages: vec![None; 2 * Self::HALF / PAGE + 1],
        }
    }

    fn local(&mut self, ln_q: f64) -> Local {
        if !(ln_q.abs() <= REMEMBERED) {
            return self.kernel.local(ln_q);
        }
        let place = (ln_q - self.middle) / SPACING;
        let below = place.floor();
        let index = (below + Self::HALF as f64) as usize;
        let (low, high) = (self.at(index), self.at(index + 1));
        let t = place - below;
        Local {
            ln_second: low.ln_second + t * (high.ln_second - low.ln_second),
            ln_slope: low.ln_slope + t * (high.ln_slope - low.ln_slope),
            ..low
        }
    }

    fn at(&mut self, index: usize) -> Local {
        let page = self.pages[index / PAGE].get_or_insert_with(|| Box::new([None; PAGE]));
        let ln_q = self.middle + (index as f64 - Self::HALF as f64) * SPACING;
        *page[index % PAGE].get_or_insert_with(|| self.kernel.local(ln_q))
    }
}

/// Normal numbers from a table of quantiles, in an order fixed for ever.
struct Normal {
    quantiles: Vec<f64>,
    state: u64,
}

impl Normal {
    fn new() -> Self {
        let quantile = |i: usize| {
            let p = (i as f64 + 0.5) / QUANTILES as f64;
            brent(-6.0, 6.0, |x| normal_cdf(x) - p)
        };
        Self {
            quantiles: (0..QUANTILES).map(quantile).collect(),
            state: 0,
        }
    }

    /// splitmix64 (Steele, Lea & Flood 2014) chooses the quantile.
    fn draw(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.state;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^= x >> 31;
        self.quantiles[((u128::from(x) * QUANTILES as u128) >> 64) as usize]
    }
}

/// Sampled laws replace normal ones where these are wide; elsewhere the normal law is right and free of sampling noise.
pub(super) fn replace_where_wide(normal: &mut [Spread], sampled: &[Spread]) {
    for (law, sampled) in normal.iter_mut().zip(sampled) {
        if law.deviation > LINEAR {
            *law = *sampled;
        }
    }
}
