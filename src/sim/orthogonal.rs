//! Orthogonal weights: the reflectors of [`haar`](crate::math::haar) applied to the batch; no matrix is formed.

use std::ops::Range;

use crate::math::haar::reflect;
use crate::math::panel::Panel;
use crate::math::simd::{self, dispatch};
use crate::math::stream::StreamKey;
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

    fn forward(&self, key: StreamKey, parts: Range<usize>, x: &Panel, z: &mut Panel, _: Team) {
        if parts.start == 0 {
            self.load(x, self.fan_in, z);
        }
        for part in parts {
            dispatch!(simd::level(), simd => reflect(simd, key, self.size(), self.size() - 1 - part, z));
        }
    }

    fn backward(&self, key: StreamKey, parts: Range<usize>, d: &Panel, g: &mut Panel, _: Team) {
        if parts.start == 0 {
            self.load(d, self.fan_out, g);
        }
        for part in parts {
            dispatch!(simd::level(), simd => reflect(simd, key, self.size(), part, g));
        }
    }
}
