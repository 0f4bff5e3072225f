//! The mean over a batch of variables whose logarithms are normal: `ln (1/B) sum_b exp(sigma xi_b)` for independent `xi_b ~ N(0, 1)`.
//!
//! With `E` exponential of mean 1 and `X` that mean, `P(ln E - ln X > y) = P(E > X e^y) = (E exp(-(e^y/B) e^(sigma xi)))^B`. Mean and
//! variance of the left side follow by the trapezoidal rule, those of `ln E` are `-gamma` and `pi^2/6`.

use std::f64::consts::PI;

use super::Spread;

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;
/// Spacing in `sigma` of remembered values.
const SPACING: f64 = 0.25;
/// Largest `sigma`, in nats; beyond it one input is all there is.
const WIDEST: f64 = 16.0;

/// Mean and variance by `sigma`, each over `sigma^2`, computed where they are asked for.
pub(super) struct BatchMean {
    batch: usize,
    known: Vec<Option<[f64; 2]>>,
}

impl BatchMean {
    pub(super) fn of(batch: usize) -> Self {
        Self {
            batch,
            known: Vec::new(),
        }
    }

    /// The law of the mean over the batch from that of one input and the variance of the mean that linear response gives: what
    /// inputs share stays, what each has of its own is averaged.
    pub(super) fn law(&mut self, single: &Spread, batch: &Spread) -> Spread {
        let ((mean, variance), of_mean) = (single.nats(), batch.nats().1);
        if self.batch == 1 || !(variance + of_mean).is_finite() {
            return *single;
        }
        let one = 1.0 / self.batch as f64;
        let common = ((of_mean - one * variance) / (1.0 - one)).clamp(0.0, variance);
        let own = variance - common;
        let [by_mean, by_variance] = self.at(own.sqrt());
        Spread::normal(mean + by_mean * own, common + by_variance * own)
    }

    fn at(&mut self, sigma: f64) -> [f64; 2] {
        let place = sigma.min(WIDEST) / SPACING;
        let (below, t) = (place as usize, place.fract());
        let (low, high) = (self.node(below), self.node(below + 1));
        [0, 1].map(|i| low[i] + t * (high[i] - low[i]))
    }

    fn node(&mut self, index: usize) -> [f64; 2] {
        if self.known.len() <= index {
            self.known.resize(index + 1, None);
        }
        *self.known[index].get_or_insert_with(|| relative(self.batch, index as f64 * SPACING))
    }
}

/// Mean and variance over `sigma^2`.
fn relative(batch: usize, sigma: f64) -> [f64; 2] {
    let count = batch as f64;
    if sigma == 0.0 {
        return [0.5 * (1.0 - 1.0 / count), 1.0 / count];
    }
    let step = 0.5 / sigma.max(1.0);
    let steps = (6.5 / step) as i32;
    let weights: Vec<(f64, f64)> = (-steps..=steps)
        .map(|i| {
            let xi = f64::from(i) * step;
            let density = (-0.5 * xi * xi).exp() * step / (2.0 * PI).sqrt();
            ((sigma * xi).exp() / count, density)
        })
        .collect();
    let beyond = |y: f64| {
        let t = y.exp();
        let one: f64 = weights.iter().map(|(x, w)| w * (-t * x).exp()).sum();
        one.min(1.0).powf(count)
    };
    let (low, high) = (-16.0 - 6.0 * sigma, 4.0 + 6.0 * sigma);
    let panels = ((high - low) / 0.5).ceil();
    let width = (high - low) / panels;
    let (mut mean, mut square) = (low, low * low);
    for i in 0..=panels as u32 {
        let y = low + f64::from(i) * width;
        let ends = if i == 0 || f64::from(i) == panels {
            0.5
        } else {
            1.0
        };
        let p = ends * width * beyond(y);
        mean += p;
        square += 2.0 * y * p;
    }
    // The end correction of the trapezoidal rule: y P has slope 1 at the low end.
    square += width * width / 6.0;
    let variance = square - mean * mean - PI * PI / 6.0;
    [
        (-EULER - mean) / (sigma * sigma),
        variance.max(0.0) / (sigma * sigma),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_input_keeps_its_law_and_many_follow_known_limits() {
        for sigma in [0.5, 1.0, 3.0, 8.0] {
            let [mean, variance] = relative(1, sigma);
            assert!(
                mean.abs() < 1e-4 && (variance - 1.0).abs() < 1e-3,
                "{sigma}: {mean} {variance}"
            );
        }
        // narrow: the lognormal mean by its cumulants, k2 = exp(s2) - 1
        let s2 = 0.25_f64;
        let [mean, variance] = relative(16, 0.5);
        let k2 = s2.exp_m1();
        assert!((variance * s2 - k2 / 16.0).abs() < 3e-3, "{variance}");
        assert!(
            (mean * s2 - (0.5 * s2 - 0.5 * k2 / 16.0)).abs() < 1e-3,
            "{mean}"
        );
        // wide: the largest of 16 normal numbers has mean 1.7660 and variance 0.2954 (Tippett)
        let [mean, variance] = relative(16, 16.0);
        let largest = (mean * 256.0 + 16.0_f64.ln()) / 16.0;
        assert!((largest - 1.766).abs() < 0.01, "{largest}");
        assert!((variance - 0.2954).abs() < 0.01, "{variance}");
    }
}
