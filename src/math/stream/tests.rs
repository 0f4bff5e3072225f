//! Distributions, independence and pinned numbers of the streams.

use super::*;
use crate::math::simd::{self, dispatch};
use rand::Rng;
use rand::seq::{SliceRandom, index::sample};

const KEY: StreamKey = StreamKey {
    seed: 3,
    draw: 1,
    layer: 4,
    purpose: Purpose::Weights,
};

fn numbers(count: usize, fill: impl Fn(u64, &mut [f32])) -> Vec<f64> {
    let mut out = vec![0.0; count];
    for (block, chunk) in out.chunks_mut(1024).enumerate() {
        fill(block as u64, chunk);
    }
    out.into_iter().map(f64::from).collect()
}

fn normal(key: StreamKey, count: usize) -> Vec<f64> {
    numbers(count, |block, out| {
        dispatch!(simd::level(), s => fill_normal(s, &mut Stream::new(s, key, block), 1.0, out));
    })
}

/// Largest distance between the empirical distribution and `cdf`, times the root of the sample size.
fn kolmogorov(mut values: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let gap = |(i, v): (usize, &f64)| {
        let f = cdf(*v);
        (f - i as f64 / n).abs().max((f - (i + 1) as f64 / n).abs())
    };
    values.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt()
}

fn phi(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

// alpha = 1e-4 for each of the three: Kolmogorov's distribution exceeds 2.23 with that probability
const BOUND: f64 = 2.23;

#[test]
fn uniform_normal_and_truncated_numbers_have_their_distributions() {
    let n = 1 << 20;
    let uniform = numbers(n, |block, out| {
        dispatch!(simd::level(), s => fill_uniform(s, &mut Stream::new(s, KEY, block), 0.0, 1.0, out));
    });
    assert!(kolmogorov(uniform, |x| x) < BOUND);
    assert!(kolmogorov(normal(KEY, n), phi) < BOUND);
    for cut in [2.0, 4.0] {
        let mass = libm::erf(cut * std::f64::consts::FRAC_1_SQRT_2);
        let cut_normal = numbers(n, |block, out| {
            let fill = |out: &mut [f32]| {
                dispatch!(simd::level(), s => fill_truncated_normal(s, &mut Stream::new(s, KEY, block), 1.0, mass as f32, out));
            };
            fill(out);
        });
        assert!(cut_normal.iter().all(|v| v.abs() <= cut * (1.0 + 1e-6)));
        assert!(
            kolmogorov(cut_normal, |x| (phi(x) - phi(-cut)) / mass) < BOUND,
            "cut {cut}"
        );
    }
}

#[test]
fn normal_numbers_have_the_tails_of_the_normal_law() {
    let n = 1 << 22;
    let values = normal(KEY, n);
    for at in [3.0, 4.0, 4.5] {
        let p = 2.0 * phi(-at);
        let found = values.iter().filter(|v| v.abs() > at).count() as f64;
        let expected = n as f64 * p;
        // four standard deviations of a binomial count, two-sided alpha 6e-5 each
        assert!(
            (found - expected).abs() < 4.0 * (expected * (1.0 - p)).sqrt() + 1.0,
            "{at}: {found} of {expected}"
        );
    }
}

#[test]
fn streams_of_different_keys_and_blocks_are_uncorrelated_and_the_same_key_repeats() {
    let n = 1 << 18;
    let base = normal(KEY, n);
    assert_eq!(base, normal(KEY, n));
    let others = [
        StreamKey { seed: 4, ..KEY },
        StreamKey { draw: 2, ..KEY },
        StreamKey { layer: 5, ..KEY },
        StreamKey {
            purpose: Purpose::Backward,
            ..KEY
        },
    ];
    for other in others {
        let correlation: f64 = base
            .iter()
            .zip(normal(other, n))
            .map(|(a, b)| a * b)
            .sum::<f64>()
            / n as f64;
        // standard deviation 1 / sqrt(n), five of them
        assert!(
            correlation.abs() < 5.0 / (n as f64).sqrt(),
            "{other:?}: {correlation}"
        );
    }
    let shifted: f64 = base
        .iter()
        .zip(&base[1024..])
        .map(|(a, b)| a * b)
        .sum::<f64>()
        / n as f64;
    assert!(shifted.abs() < 5.0 / (n as f64).sqrt());
}

/// 16 lanes x 3 keys x 2 blocks x 1,000 words, on every instruction set of this machine.
#[test]
fn every_lane_is_the_generator_of_rand_xoshiro_seeded_for_it() {
    let keys = [
        KEY,
        StreamKey {
            seed: u64::MAX,
            draw: u32::MAX,
            layer: u32::MAX,
            purpose: Purpose::Examples,
        },
        StreamKey {
            seed: 0,
            draw: 0,
            layer: 0,
            purpose: Purpose::Inputs,
        },
    ];
    for (name, level) in simd::levels() {
        for (key, block) in keys.into_iter().flat_map(|key| [(key, 0), (key, 1 << 40)]) {
            let words = dispatch!(level, s => words(Stream::new(s, key, block), 1000));
            for lane in 0..LANES {
                let mut alone = key.lane(block, lane as u32);
                for (i, word) in words.iter().enumerate() {
                    assert_eq!(
                        word[lane],
                        alone.next_u32(),
                        "{name}: {key:?}, lane {lane}, word {i}"
                    );
                }
            }
        }
    }
}

#[inline(always)]
fn words<S: Simd>(mut stream: Stream<S>, count: usize) -> Vec<[u32; LANES]> {
    let mut one = || {
        let mut words = [0; LANES];
        stream.bits().store_slice(&mut words);
        words
    };
    (0..count).map(|_| one()).collect()
}

#[test]
fn scalar_decisions_share_no_word_with_the_lanes() {
    let first = |lane| KEY.lane(0, lane).next_u64();
    let scalar = KEY.rng(0).next_u64();
    assert!((0..LANES as u32).all(|lane| first(lane) != scalar));
    assert_ne!(scalar, KEY.rng(1).next_u64());
    assert_eq!(scalar, KEY.rng(0).next_u64());
}

#[test]
fn the_first_numbers_of_a_stream_are_pinned() {
    let mut out = [0.0_f32; 32];
    dispatch!(simd::level(), s => fill_uniform(s, &mut Stream::new(s, KEY, 0), 0.0, 1.0, &mut out));
    let bits: Vec<u32> = out[..4].iter().map(|v| (v * 16_777_216.0) as u32).collect();
    assert_eq!(bits, PINNED);
}

/// What `rand` makes of a stream: another version of it may change this, and with it every batch of data, every order of examples.
#[test]
fn the_first_scalar_decisions_of_a_stream_are_pinned() {
    let mut order = [0, 1, 2, 3, 4, 5, 6, 7];
    order.shuffle(&mut KEY.rng(0));
    assert_eq!(order, [4, 0, 6, 7, 2, 5, 3, 1]);
    let few = sample(&mut KEY.rng(0), 1797, 5).into_vec();
    assert_eq!(few, [1361, 1365, 1263, 38, 278]);
    let most = sample(&mut KEY.rng(1), 20, 16).into_vec();
    assert_eq!(
        most,
        [3, 14, 10, 6, 13, 19, 5, 9, 4, 2, 8, 18, 0, 16, 15, 11]
    );
}

/// The top 24 bits of the first four numbers of `KEY`, block 0: a change here changes every result of every seed.
const PINNED: [u32; 4] = [4_580_216, 1_958_102, 2_435_383, 10_459_502];
