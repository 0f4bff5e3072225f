//! Polynomial interpolation at Chebyshev points, for several functions at once.

use std::array;
use std::f64::consts::PI;

/// `K` interpolants of degree `N - 1` on one interval, as Chebyshev coefficients.
#[derive(Clone, Debug)]
pub struct Interpolant<const N: usize, const K: usize> {
    centre: f64,
    half: f64,
    coefficients: [[f64; K]; N],
}

impl<const N: usize, const K: usize> Interpolant<N, K> {
    /// Interpolates `f` on `[low, high]` at the `N` Chebyshev points of the first kind (the ends are not among them).
    pub fn new(low: f64, high: f64, mut f: impl FnMut(f64) -> [f64; K]) -> Self {
        let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
        let angle = |i: usize| PI * (i as f64 + 0.5) / N as f64;
        let values: [[f64; K]; N] = array::from_fn(|i| f(Self::point(low, high, i)));
        let coefficients = array::from_fn(|n| {
            let scale = if n == 0 { 1.0 } else { 2.0 } / N as f64;
            array::from_fn(|k| {
                let sum: f64 = values
                    .iter()
                    .enumerate()
                    .map(|(i, v)| v[k] * (n as f64 * angle(i)).cos())
                    .sum();
                scale * sum
            })
        });
        Self {
            centre,
            half,
            coefficients,
        }
    }

    /// Point `i` of those at which `f` is asked, in their order.
    #[must_use]
    pub fn point(low: f64, high: f64, i: usize) -> f64 {
        let angle = PI * (i as f64 + 0.5) / N as f64;
        0.5 * (high - low) * angle.cos() + 0.5 * (low + high)
    }

    /// The interpolants at `x`.
    #[must_use]
    pub fn at(&self, x: f64) -> [f64; K] {
        sum(&self.coefficients, (x - self.centre) / self.half)
    }

    /// The coefficients, lowest degree first.
    #[must_use]
    pub fn coefficients(&self) -> &[[f64; K]; N] {
        &self.coefficients
    }

    /// For each function the size of its last two coefficients, an estimate of the interpolation error, and of its largest.
    #[must_use]
    pub fn tail(&self) -> [(f64, f64); K] {
        array::from_fn(|k| {
            let size = |c: &[f64; K]| c[k].abs();
            let tail = size(&self.coefficients[N - 1]).max(size(&self.coefficients[N - 2]));
            (tail, self.coefficients.iter().map(size).fold(0.0, f64::max))
        })
    }
}

/// `sum_n c_n T_n(t)` for `K` series at once, by Clenshaw's recurrence.
#[must_use]
pub fn sum<const N: usize, const K: usize>(coefficients: &[[f64; K]; N], t: f64) -> [f64; K] {
    let mut last = [0.0; K];
    let mut before = [0.0; K];
    for c in coefficients[1..].iter().rev() {
        let next: [f64; K] = array::from_fn(|k| 2.0 * t * last[k] + (c[k] - before[k]));
        before = last;
        last = next;
    }
    array::from_fn(|k| t * last[k] + (coefficients[0][k] - before[k]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_function_is_met_to_the_size_of_the_last_coefficients() {
        let p = Interpolant::<14, 2>::new(-1.0, 2.0, |x| [x.exp(), (3.0 * x).sin()]);
        let tail = p.tail();
        for i in 0..=30 {
            let x = -1.0 + 0.1 * f64::from(i);
            let [a, b] = p.at(x);
            assert!((a - x.exp()).abs() < 1e-11, "{x}");
            assert!(
                (b - (3.0 * x).sin()).abs() < 4.0 * tail[1].0,
                "{x}: {:e} {tail:?}",
                b - (3.0 * x).sin()
            );
        }
        assert!(
            tail[0].0 < 1e-9 && tail[1].0 < 1e-4 && tail[1].1 > 0.1,
            "{tail:?}"
        );
    }
}
