//! The stream that passes a branch by: noted at a fork, added again at a join, forward and back.
//!
//! Forward `y = skip s + branch (f + b)` of the stream `s`, what flows `f` and biases `b`; where nothing joins, `y = f + b`. References
//! are added to references and differences to differences, so that a difference keeps its digits however small it has become beside
//! the reference. Exponents are aligned by powers of two, exactly. Backward, with `D = dl/dy`, to which the gradient of the stream is
//! added where `y` forks, `dl/df = branch D` and the stream's gradient becomes `skip D`.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::panel::Panel;
use crate::math::simd::LANES;
use crate::net::tape::Stream;
use crate::sim::panel_scale::{PanelScale, power, settled_exponent};

/// `y` of one section, kept for the next join and for the way back.
#[derive(Clone, Debug)]
pub struct SavedStream {
    /// Its numbers, `[unit][lane]`, lane 0 the first input, the others differences from it.
    pub y: Panel,
    /// What they stand for.
    pub scale: PanelScale,
    /// Mean squares of the numbers in lane 0 and of the differences.
    pub means: [f64; 2],
    /// Whether the stream goes on from here.
    pub forks: bool,
}

/// What flows: exponents of its numbers, and `log2` of the largest root mean square, exponents included; `-inf` for zeros.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// What its numbers stand for.
    pub scale: PanelScale,
    /// Its size.
    pub size: f64,
}

/// The forward sum of one section: factors for the reference and for the differences.
#[derive(Clone, Copy, Debug)]
pub struct Join {
    skip: [f32; 2],
    branch: [f32; 2],
    bias: f32,
}

/// `factor = mantissa 2^exponent`, the mantissa from 1 to 2; `[0, 0]` of 0.
fn split(factor: f64) -> (f64, i64) {
    if factor == 0.0 {
        return (0.0, 0);
    }
    let (mantissa, exponent) = libm::frexp(factor);
    (2.0 * mantissa, i64::from(exponent) - 1)
}

impl Join {
    /// The sum that `op` makes of `flow`, to whose reference biases of the size `2^bias` belong, and `stream`, with what its numbers
    /// stand for.
    #[must_use]
    pub fn new(
        op: Stream,
        stream: Option<&SavedStream>,
        flow: Flow,
        bias: Option<i64>,
    ) -> (Self, Flow) {
        let (branch, up) = op.join.map_or((1.0, 0), |scale| split(scale.branch));
        let joined = op.join.map(|scale| split(scale.skip)).zip(stream);
        let pair = |scale: PanelScale| [scale.reference, scale.differences];
        let (flowing, flows) = (
            pair(flow.scale),
            branch != 0.0 && flow.size > f64::NEG_INFINITY,
        );
        let bias = bias.filter(|_| branch != 0.0);
        // the larger of the two, as their sizes are now
        let target: [i64; 2] = std::array::from_fn(|at| {
            let branch = flows.then_some(flowing[at] + up);
            let skip = joined
                .filter(|((skip, _), stream)| *skip != 0.0 && stream.means[at] > 0.0)
                .map(|((_, up), stream)| {
                    let settled = settled_exponent(stream.means[at]).unwrap_or(0);
                    pair(stream.scale)[at] + settled + up
                });
            let bias = bias.filter(|_| at == 0).map(|bias| bias + up);
            let largest = [branch, skip, bias].into_iter().flatten().max();
            largest.unwrap_or(flowing[at])
        });
        let factor = |mantissa: f64, exponent: i64| (mantissa * f64::from(power(exponent))) as f32;
        let join = Self {
            skip: joined.map_or([0.0; 2], |((skip, up), stream)| {
                let scale = pair(stream.scale);
                std::array::from_fn(|at| factor(skip, scale[at] + up - target[at]))
            }),
            branch: std::array::from_fn(|at| factor(branch, flowing[at] + up - target[at])),
            bias: factor(branch, up - target[0]),
        };
        let stream = joined.map(|((skip, up), stream)| {
            let scale = pair(stream.scale);
            let size = |at: usize| 0.5 * stream.means[at].log2() + scale[at] as f64;
            size(0).max(size(1)) + skip.abs().log2() + up as f64
        });
        let by = branch.abs().log2() + up as f64;
        let sizes = [
            stream,
            Some(flow.size + by),
            bias.map(|bias| bias as f64 + by),
        ];
        let flow = Flow {
            scale: PanelScale {
                reference: target[0],
                differences: target[1],
            },
            size: log2_of_sum(&sizes),
        };
        (join, flow)
    }

    /// `y` for some units, whose sums of squares (of lane 0, of the others) it returns; `stream` is empty where nothing joins.
    #[inline(always)]
    pub fn rows<S: Simd>(
        &self,
        simd: S,
        [stream, flow, biases]: [&[f32]; 3],
        y: &mut [f32],
        lanes: usize,
    ) -> [f64; 2] {
        let factors = |[first, rest]: [f32; 2]| {
            let mut head = [rest; LANES];
            head[0] = first;
            [f32x16::from_slice(simd, &head), f32x16::splat(simd, rest)]
        };
        let (skip, branch) = (factors(self.skip), factors(self.branch));
        let mut squares = [0.0; 2];
        for (unit, y) in y.chunks_exact_mut(lanes).enumerate() {
            let row = unit * lanes..(unit + 1) * lanes;
            let (flow, stream) = (&flow[row.clone()], stream.get(row));
            for (at, y) in y.chunks_exact_mut(LANES).enumerate() {
                let which = usize::from(at > 0);
                let lanes = at * LANES..(at + 1) * LANES;
                let mut sum = f32x16::from_slice(simd, &flow[lanes.clone()]) * branch[which];
                if let Some(stream) = stream {
                    sum = f32x16::from_slice(simd, &stream[lanes]).mul_add(skip[which], sum);
                }
                sum.store_slice(y);
            }
            y[0] += biases.get(unit).map_or(0.0, |bias| bias * self.bias);
            let wide = |v: f32| f64::from(v) * f64::from(v);
            squares[0] += wide(y[0]);
            squares[1] += y[1..].iter().map(|v| wide(*v)).sum::<f64>();
        }
        squares
    }
}

/// `log2` of the root of the sum of squares of numbers given by their `log2`.
fn log2_of_sum(sizes: &[Option<f64>]) -> f64 {
    let sizes = || sizes.iter().flatten();
    let top = sizes().copied().fold(f64::NEG_INFINITY, f64::max);
    if top.is_infinite() {
        return top;
    }
    let squares: f64 = sizes().map(|size| (2.0 * (size - top)).exp2()).sum();
    top + 0.5 * squares.log2()
}

/// What the numbers of a stream's gradient stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StreamGradient {
    /// Their exponent.
    pub exponent: i64,
    /// Their mean square.
    pub mean: f64,
}

/// The way back through the sum of one section.
#[derive(Clone, Copy, Debug)]
pub struct JoinGradient {
    flow: f32,
    /// Where the stream forks.
    stream: Option<f32>,
    /// Where it joins.
    skip: Option<f32>,
    branch: f32,
    /// Exponent of the numbers of `D`.
    pub exponent: i64,
}

impl JoinGradient {
    /// The way back through `op` for a gradient whose numbers stand for `2^exponent` times themselves, which becomes that of `dl/df`.
    #[must_use]
    pub fn new(op: Stream, exponent: &mut i64, stream: &mut StreamGradient) -> Self {
        let arrives = op.fork && stream.mean > 0.0;
        let own = if arrives {
            let settled = settled_exponent(stream.mean).unwrap_or(0);
            (stream.exponent + settled).max(*exponent)
        } else {
            *exponent
        };
        let mut back = Self {
            flow: power(*exponent - own),
            stream: arrives.then(|| power(stream.exponent - own)),
            skip: None,
            branch: 1.0,
            exponent: own,
        };
        *exponent = own;
        if let Some(scale) = op.join {
            let [(skip, skip_up), (branch, branch_up)] = [scale.skip, scale.branch].map(split);
            back.skip = Some(skip as f32);
            back.branch = branch as f32;
            stream.exponent = own + skip_up;
            *exponent = own + branch_up;
        }
        back
    }

    /// Mean square of the stream's gradient where that of `D` is `mean`; `None` where nothing joins.
    #[must_use]
    pub fn stream_mean(&self, mean: f64) -> Option<f64> {
        self.skip.map(|skip| mean * f64::from(skip).powi(2))
    }

    /// `dl/df` in the place of `dl/dy` (without the stream's) and the stream's gradient, for some units; the sum of squares and the
    /// largest number of `D`.
    #[inline(always)]
    pub fn rows<S: Simd>(&self, simd: S, g: &mut [f32], stream: &mut [f32]) -> (f64, f32) {
        let splat = |v: f32| f32x16::splat(simd, v);
        let (mut squares, mut peak) = (splat(0.0), splat(0.0));
        for (g, s) in g
            .chunks_exact_mut(LANES)
            .zip(stream.chunks_exact_mut(LANES))
        {
            let mut d = f32x16::from_slice(simd, g) * splat(self.flow);
            if let Some(factor) = self.stream {
                d = f32x16::from_slice(simd, s).mul_add(splat(factor), d);
            }
            squares = d.mul_add(d, squares);
            peak = peak.max(d.abs());
            if let Some(skip) = self.skip {
                (d * splat(skip)).store_slice(s);
            }
            (d * splat(self.branch)).store_slice(g);
        }
        let peak = peak.as_slice().iter().fold(0.0, |a: f32, b| a.max(*b));
        (f64::from(squares.reduce_sum()), peak)
    }
}

#[cfg(test)]
mod tests {
    use crate::math::simd::dispatch;

    use super::*;
    use crate::math::simd::level;
    use crate::net::tape::JoinScale;

    const FORK: Stream = Stream {
        join: None,
        fork: true,
    };

    fn joins(skip: f64, branch: f64) -> Stream {
        Stream {
            join: Some(JoinScale { skip, branch }),
            fork: true,
        }
    }

    fn stream(numbers: [f32; 2], reference: i64, differences: i64) -> SavedStream {
        let mut y = Panel::zeros(1, LANES);
        y.data_mut()[..2].copy_from_slice(&numbers);
        SavedStream {
            y,
            scale: PanelScale {
                reference,
                differences,
            },
            means: numbers.map(|v| f64::from(v) * f64::from(v)),
            forks: true,
        }
    }

    /// The reference and the difference of a sum, as they are.
    fn sum(
        op: Stream,
        from: Option<&SavedStream>,
        flow: [f32; 2],
        scale: PanelScale,
        bias: Option<(f32, i64)>,
    ) -> ([f64; 2], PanelScale) {
        let mut f = [0.0; LANES];
        f[..2].copy_from_slice(&flow);
        let (join, out) = Join::new(
            op,
            from,
            Flow {
                scale,
                size: scale.top() as f64,
            },
            bias.map(|b| b.1),
        );
        let mut y = [0.0; LANES];
        let stream: &[f32] = from.map_or(&[], |from| from.y.data());
        let biases: Vec<f32> = bias.iter().map(|b| b.0).collect();
        dispatch!(level(), simd => join.rows(simd, [stream, &f, &biases], &mut y, LANES));
        let value = |v: f32, e: i64| libm::scalbn(f64::from(v), e as i32);
        (
            [
                value(y[0], out.scale.reference),
                value(y[1], out.scale.differences),
            ],
            out.scale,
        )
    }

    #[test]
    fn sums_are_exact_where_their_digits_fit() {
        let scale = |reference, differences| PanelScale {
            reference,
            differences,
        };
        // differences of 2^-70 beside references of 1
        let s = stream([1.5, 1.25], 0, -70);
        let (y, _) = sum(joins(1.0, 1.0), Some(&s), [1.0, 1.5], scale(-3, -71), None);
        assert_eq!(y, [1.625, 2.0 * 2_f64.powi(-70)]);
        // factors beyond the range of single precision
        let tiny = 2_f64.powi(-400);
        let (y, at) = sum(
            joins(tiny, 3.0 * tiny),
            Some(&s),
            [1.0, 1.0],
            scale(0, -70),
            None,
        );
        assert_eq!(y, [4.5 * tiny, 4.25 * tiny * 2_f64.powi(-70)]);
        assert!(at.reference <= -398 && at.differences <= -468);
        // a fork alone takes the bias with it, in units of its own
        let (y, _) = sum(FORK, None, [1.0, 1.0], scale(-2, -2), Some((0.5, -1)));
        assert_eq!(y, [0.75, 0.25]);
        // nothing of a branch that is multiplied by 0
        let (y, _) = sum(joins(0.5, 0.0), Some(&s), [7.0, 7.0], scale(90, 90), None);
        assert_eq!(y, [0.75, 0.625 * 2_f64.powi(-70)]);
    }

    #[test]
    fn a_growing_stream_is_brought_back_to_the_size_of_one() {
        let s = stream([1000.0, 900.0], 5, 5);
        let unit = PanelScale {
            reference: 0,
            differences: 0,
        };
        let (y, scale) = sum(joins(1.0, 1.0), Some(&s), [1.0, 1.0], unit, None);
        assert_eq!((scale.reference, scale.differences), (15, 15));
        assert_eq!(y, [32001.0, 28801.0]);
    }

    #[test]
    fn the_gradient_of_a_sum_is_its_factors_times_both_gradients() {
        let mut gradient = StreamGradient {
            exponent: -3,
            mean: 1.0,
        };
        let mut exponent = 2;
        let back = JoinGradient::new(joins(0.5, 3.0), &mut exponent, &mut gradient);
        let (mut g, mut s) = ([1.0_f32; LANES], [4.0_f32; LANES]);
        let (squares, peak) = dispatch!(level(), simd => back.rows(simd, &mut g, &mut s));
        let value = |v: f32, e: i64| libm::scalbn(f64::from(v), e as i32);
        // D = 4 + 0.5
        assert_eq!(value(peak, back.exponent), 4.5);
        assert_eq!(squares, 16.0 * f64::from(peak * peak));
        assert_eq!(value(g[0], exponent), 13.5);
        assert_eq!(value(s[0], gradient.exponent), 2.25);
    }
}
