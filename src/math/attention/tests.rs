use super::*;

const LANES: Sequences = Sequences {
    all: 16,
    tokens: 5,
    count: 2,
};

fn numbers(count: usize, seed: f64) -> Vec<f64> {
    (0..count)
        .map(|i| (seed * (i as f64 + 1.0)).sin())
        .collect()
}

/// Central differences of `sum c O` with the step 1e-5: errors of about 1e-10 times the third derivative.
#[test]
fn the_way_back_is_the_derivative() {
    for (kv_heads, causal, rope, qk_norm) in [
        (4, false, false, None),
        (4, true, true, None),
        (2, true, true, None),
        (2, true, true, Some(0.0)),
        (4, false, false, Some(0.1)),
    ] {
        let attend = Attend {
            heads: 4,
            kv_heads,
            units: 6,
            causal,
            rope,
            scale: 0.7,
            qk_norm,
        };
        let attention = Attention::new(attend, LANES);
        let [.., units] = attention.offsets();
        let (z, c) = (numbers(units * 16, 0.7), numbers(24 * 16, 1.9));
        let loss = |z: &[f64]| -> f64 {
            let output = attention.forward(&rows_of(z, 16), None);
            let rows = output.chunks_exact(16).zip(c.chunks_exact(16));
            rows.map(|(o, c)| (0..10).map(|b| o[b] * c[b]).sum::<f64>())
                .sum()
        };
        let gradient = attention.backward(&rows_of(&z, 16), &c);
        let mut largest = 0.0_f64;
        for unit in 0..units {
            for b in 0..10 {
                let at = unit * 16 + b;
                let moved = |by: f64| {
                    let mut z = z.clone();
                    z[at] += by;
                    loss(&z)
                };
                let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                largest = largest.max(gradient[at].abs());
                assert!((slope - gradient[at]).abs() < 1e-8, "{unit} {b}");
            }
        }
        assert!(largest > 0.1);
    }
}

#[test]
fn equal_scores_weigh_what_is_seen_alike_and_have_all_the_entropy() {
    let attend = Attend {
        heads: 2,
        kv_heads: 2,
        units: 2,
        causal: true,
        rope: false,
        scale: 0.5,
        qk_norm: None,
    };
    let attention = Attention::new(attend, LANES);
    // queries and keys of 0; values count the tokens
    let mut z = vec![0.0; 12 * 16];
    for (lane, value) in z[8 * 16..9 * 16].iter_mut().enumerate() {
        *value = (lane % 5) as f64;
    }
    let mut seen = Seen::default();
    let output = attention.forward(&rows_of(&z, LANES.all), Some(&mut seen));
    for (lane, value) in output[..10].iter().enumerate() {
        let token = (lane % 5) as f64;
        assert!((value - 0.5 * token).abs() < 1e-15);
    }
    assert!((seen.mean_entropy() - 1.0).abs() < 1e-15);
    assert_eq!(seen.entropy[1], 16.0);
    assert_eq!(seen.scores, [0.0, 60.0]);
}

#[test]
fn rotated_scores_depend_on_how_far_tokens_are_apart() {
    let attend = Attend {
        heads: 1,
        kv_heads: 1,
        units: 4,
        causal: false,
        rope: true,
        scale: 1.0,
        qk_norm: None,
    };
    let lanes = Sequences {
        all: 16,
        tokens: 6,
        count: 1,
    };
    let attention = Attention::new(attend, lanes);
    // the same query and the same key at every position
    let rows = numbers(8, 0.9);
    let z: Vec<f64> = (0..12 * 16)
        .map(|at| rows.get(at / 16).copied().unwrap_or(0.0))
        .collect();
    let head = attention.head(&rows_of(&z, LANES.all), 0);
    let score = |i: usize, j: usize| -> f64 {
        (0..4)
            .map(|r| head.q[r * 16 + i] * head.k[r * 16 + j])
            .sum()
    };
    for i in 0..5 {
        for j in 0..5 {
            assert!((score(i, j) - score(i + 1, j + 1)).abs() < 1e-14);
        }
    }
    assert!((score(0, 1) - score(1, 0)).abs() > 1e-3);
}
