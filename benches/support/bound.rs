//! What the processor can do at best.

use std::hint::black_box;
use std::time::Instant;

use fearless_simd::{Simd, dispatch, f32x16, prelude::*};
use initscope::math::product::{BLOCK_COLS, BLOCK_ROWS};
use initscope::math::simd;
use initscope::math::stream::{Purpose, Stream, StreamKey, fill_uniform};
use rayon::prelude::*;

/// Multiply-adds of sixteen lanes in one measurement.
const MULTIPLY_ADDS: usize = 6 * 2048;

/// So many multiply-adds in registers, `N` of them independent of each other.
#[inline(always)]
fn multiply_adds<S: Simd, const N: usize>(simd: S) -> f32 {
    let [weight, x] = [0.999, 1e-3].map(|value| f32x16::splat(simd, black_box(value)));
    let mut sums = [f32x16::splat(simd, 0.0); N];
    for _ in 0..MULTIPLY_ADDS / N {
        for sum in &mut sums {
            *sum = sum.mul_add(weight, x);
        }
    }
    let mut all = sums[0];
    for sum in &sums[1..] {
        all += *sum;
    }
    all.reduce_sum()
}

/// As many independent sums as there are registers for.
#[inline(always)]
fn busy<S: Simd>(simd: S) -> f32 {
    match <S::f32s as SimdBase<S>>::LEN {
        16 => multiply_adds::<S, 12>(simd),
        8 => multiply_adds::<S, 6>(simd),
        _ => multiply_adds::<S, 3>(simd),
    }
}

/// Seconds of a multiply-add of sixteen lanes in registers, and of a uniform number, with so many threads at work.
pub(crate) fn rates(threads: usize) -> [f64; 2] {
    let key = StreamKey {
        seed: 1,
        draw: 1,
        layer: 1,
        purpose: Purpose::Weights,
    };
    let rates: Vec<[f64; 2]> = (0..threads)
        .into_par_iter()
        .map(|_| {
            let mut block = vec![0.5_f32; BLOCK_ROWS * BLOCK_COLS];
            let mut least = [f64::INFINITY; 2];
            for _ in 0..1000 {
                let start = Instant::now();
                black_box(dispatch!(simd::level(), s => busy(s)));
                least[0] = least[0].min(start.elapsed().as_secs_f64());
                let start = Instant::now();
                for _ in 0..20 {
                    dispatch!(simd::level(), s => fill_uniform(s, &mut Stream::new(s, key, 0), -1.0, 1.0, &mut block));
                }
                least[1] = least[1].min(start.elapsed().as_secs_f64() / 20.0);
            }
            [least[0] / MULTIPLY_ADDS as f64, least[1] / (BLOCK_ROWS * BLOCK_COLS) as f64]
        })
        .collect();
    [0, 1].map(|i| rates.iter().map(|rates| rates[i]).fold(0.0, f64::max))
}
