//! Haar-distributed orthogonal matrices by Householder reflectors applied to the batch; no matrix is formed.
//!
//! `O = A_0 (1 + A_1) (I_2 + A_2) ...` (direct sums) with `A_k` the orthogonal matrix that takes the first unit vector to a
//! uniformly distributed one; Stewart, "The efficient generation of random orthogonal matrices" (SIAM J. Numer. Anal. 1980).
//! A rectangle is the leading part of the Haar matrix of the larger fan (semi-orthogonal).

use std::ops::Range;

use fearless_simd::{Simd, dispatch, f32x16, prelude::*};

use crate::math::panel::Panel;
use crate::math::simd::{self, LANES};
use crate::math::stream::{Key, Stream, fill_normal};
use crate::sim::law::Law;
use crate::sim::team::Team;

/// `gain` times a Haar matrix, one reflector a part.
#[derive(Debug)]
pub struct Orthogonal {
    gain: f32,
    fan_in: usize,
    fan_out: usize,
}

impl Orthogonal {
    /// `gain` times the leading `fan_out x fan_in` part of a Haar matrix of size `max(fan_in, fan_out)`.
    #[must_use]
    pub fn new(gain: f64, fan_in: usize, fan_out: usize) -> Self {
        Self {
            gain: gain as f32,
            fan_in,
            fan_out,
        }
    }

    fn size(&self) -> usize {
        self.fan_in.max(self.fan_out)
    }

    /// `out = gain * [from; 0]`: the start of either product.
    fn load(&self, from: &Panel, units: usize, out: &mut Panel) {
        let used = units * from.lanes();
        let (head, tail) = out.data_mut().split_at_mut(used);
        for (y, x) in head.iter_mut().zip(from.data()) {
            *y = self.gain * x;
        }
        tail.fill(0.0);
    }

    /// Applies `A_k` (which is symmetric) to rows `k..` of the panel.
    #[inline(always)]
    fn reflect<S: Simd>(&self, simd: S, key: Key, k: usize, y: &mut Panel) {
        let lanes = y.lanes();
        let length = self.size() - k;
        let mut w = vec![0.0; length.next_multiple_of(2 * LANES)];
        fill_normal(simd, &mut Stream::new(simd, key, k as u64), 1.0, &mut w);
        let w = &mut w[..length];
        let norm = w
            .iter()
            .map(|v| f64::from(*v) * f64::from(*v))
            .sum::<f64>()
            .sqrt();
        // u = w / |w|; the reflector of u + sign(u_1) e_1 takes e_1 to -sign(u_1) u
        let sign = f64::from(w[0]).signum();
        let squared = 2.0 * norm * (norm + f64::from(w[0]).abs());
        w[0] += (sign * norm) as f32;
        let factor = f32x16::splat(simd, (2.0 / squared) as f32);
        let turn = f32x16::splat(simd, -sign as f32);
        let rows = &mut y.data_mut()[k * lanes..];
        for group in (0..lanes).step_by(LANES) {
            let mut dots = [f32x16::splat(simd, 0.0); 4];
            for (i, (row, w)) in rows.chunks_exact(lanes).zip(w.iter()).enumerate() {
                let v = f32x16::from_slice(simd, &row[group..][..LANES]);
                dots[i % 4] = f32x16::splat(simd, *w).mul_add(v, dots[i % 4]);
            }
            let dot = ((dots[0] + dots[1]) + (dots[2] + dots[3])) * factor;
            for (row, w) in rows.chunks_exact_mut(lanes).zip(w.iter()) {
                let slot = &mut row[group..][..LANES];
                let v = f32x16::from_slice(simd, slot);
                ((v - f32x16::splat(simd, *w) * dot) * turn).store_slice(slot);
            }
        }
    }
}

impl Law for Orthogonal {
    fn output_units(&self) -> usize {
        self.size()
    }

    fn forward_parts(&self) -> usize {
        self.size()
    }

    fn backward_parts(&self) -> usize {
        self.size()
    }

    fn part_cost(&self, lanes: usize) -> usize {
        2 * self.size() * (1 + lanes / 16)
    }

    fn forward(&self, key: Key, parts: Range<usize>, x: &Panel, z: &mut Panel, _: Team) {
        if parts.start == 0 {
            self.load(x, self.fan_in, z);
        }
        for part in parts {
            dispatch!(simd::level(), simd => self.reflect(simd, key, self.size() - 1 - part, z));
        }
    }

    fn backward(&self, key: Key, parts: Range<usize>, d: &Panel, g: &mut Panel, _: Team) {
        if parts.start == 0 {
            self.load(d, self.fan_out, g);
        }
        for part in parts {
            dispatch!(simd::level(), simd => self.reflect(simd, key, part, g));
        }
    }
}
