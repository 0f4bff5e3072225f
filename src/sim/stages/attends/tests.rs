use super::*;
use crate::math::attention::{Attend, Sequences, rows_of};

const LANES: Lanes = Lanes {
    batch: 13,
    all: 16,
    tokens: 13,
};

/// Numbers of so many rows, tokens `apart` from the first.
fn panel(rows: usize, apart: f64, seed: f64) -> Vec<f64> {
    let number = |at: usize| (seed * (at as f64 + 1.0)).sin();
    let mut panel = vec![0.0; rows * LANES.all];
    for (row, line) in panel.chunks_exact_mut(LANES.all).enumerate() {
        for (lane, value) in line[..LANES.batch].iter_mut().enumerate() {
            let own = number(row * LANES.batch + lane);
            *value = number(row) + if lane == 0 { 0.0 } else { apart * own };
        }
    }
    panel
}

/// Root mean squares of the columns' differences from the first, and that of the first.
fn sizes_of(panel: &[f64]) -> [f64; 2] {
    let [mut first, mut apart] = [0.0; 2];
    for row in panel.chunks_exact(LANES.all) {
        first += row[0] * row[0];
        apart += row[1..LANES.batch]
            .iter()
            .map(|v| (v - row[0]).powi(2))
            .sum::<f64>();
    }
    [first.sqrt(), apart.sqrt()]
}

/// What single precision gives is what double precision gives, to 1e-5 of the differences between tokens.
#[test]
fn attention_in_single_precision_is_that_in_double_precision() {
    for (kv_heads, causal, rope) in [
        (4, false, false),
        (4, true, false),
        (4, true, true),
        (2, true, true),
        (2, false, false),
    ] {
        for apart in [1.0, 0.1, 1e-2] {
            let attend = Attend {
                heads: 4,
                kv_heads,
                units: 6,
                causal,
                rope,
                scale: 0.7,
                qk_norm: None,
            };
            let sequences = Sequences {
                all: LANES.all,
                tokens: LANES.tokens,
                count: 1,
            };
            let attention = Attention::new(attend, sequences);
            let mut buffers = Buffers::default();
            let rows = [24, 6 * kv_heads, 6 * kv_heads];
            let wide: Vec<Vec<f64>> = (0..3)
                .map(|part| panel(rows[part], apart, 0.7 + part as f64))
                .collect();
            let parts: Vec<Narrow> = (wide.iter())
                .map(|wide| Narrow::new(wide, LANES, &mut buffers))
                .collect();
            // what single precision holds of them
            let z: Vec<f64> = parts
                .iter()
                .flat_map(|part| {
                    let units = part.rows.len() / LANES.all;
                    let mut out = vec![0.0; part.rows.len()];
                    part.widen(LANES, 0..units, &mut out);
                    out
                })
                .collect();
            let what = format!("{kv_heads} {causal} {rope} {apart}");
            let attends = Attends::new(&attention, &parts, LANES);
            let Some(attends) = attends.filter(|_| parts.iter().all(Narrow::is_unscaled)) else {
                panic!("{what}");
            };
            let expected = attention.forward(&rows_of(&z, LANES.all), None);
            let (given, _) = attends.forward(&mut buffers).expect("in range");
            let mut found = vec![0.0; expected.len()];
            given.widen(LANES, 0..24, &mut found);
            let error: Vec<f64> = found.iter().zip(&expected).map(|(a, b)| a - b).collect();
            let [first, differ] = sizes_of(&expected);
            let [off, off_differ] = sizes_of(&error);
            assert!(
                off < 1e-6 * first && off_differ < 1e-5 * differ,
                "{what}: {off} {off_differ} of {first} {differ}"
            );

            let d = panel(24, 1.0, 1.9);
            let single = Single {
                rows: d.iter().map(|d| *d as f32).collect(),
                scale: 4.0,
            };
            let d: Vec<f64> = single.rows.iter().map(|d| 4.0 * f64::from(*d)).collect();
            let back = attention.backward(&rows_of(&z, LANES.all), &d);
            let mut from = 0;
            for (part, found) in attends.backward(single, &mut buffers).iter().enumerate() {
                let own = &back[from..from + rows[part] * LANES.all];
                from += own.len();
                let expected = Narrow::of(own, LANES, Basis::Sums, &mut buffers).gram(LANES);
                // the sum over tokens, which queries and keys have none of, and each of them
                let size = |gram: &[f64]| (0..16).map(|at| gram[at * 17]).sum::<f64>();
                let off: f64 = (expected.iter().zip(&found.gram))
                    .map(|(a, b)| (a - b).abs())
                    .fold(0.0, f64::max);
                assert!(
                    off < 1e-5 * size(&expected),
                    "{what} {part}: {off} of {}",
                    size(&expected)
                );
            }
        }
    }
}
