use super::*;

const LANES: Lanes = Lanes {
    batch: 12,
    all: 16,
    tokens: 4,
};

#[test]
fn rows_are_taken_apart_and_put_together_again() {
    for tokens in [1, 4, 12] {
        let lanes = Lanes { tokens, ..LANES };
        let row: Vec<f64> = (0..16).map(|at| f64::from(at * at)).collect();
        let mut apart = row.clone();
        lanes.take_apart(&mut apart);
        for lane in 1..12 {
            let base = lanes.base(lane);
            assert_eq!(apart[lane], row[lane] - row[base], "{tokens} {lane}");
        }
        lanes.put_together(&mut apart);
        assert_eq!(apart, row);
    }
}

#[test]
fn products_of_differences_are_those_of_the_columns() {
    let panel: Vec<f64> = (0..40 * 16)
        .map(|at| f64::from(at * 7 % 23) - 11.0)
        .collect();
    let differences = gram(&panel, LANES);
    let sums = Narrow::of(&panel, LANES, Basis::Sums, &mut Buffers::default()).gram(LANES);
    let columns = |a: usize, b: usize| -> f64 {
        let rows = panel.chunks_exact(16);
        rows.map(|row| row[a] * row[b]).sum()
    };
    let pairs = || (0..12).flat_map(|a| (0..12).map(move |b| [a, b]));
    let expected: f64 = pairs().map(|[a, b]| columns(a, b).powi(2)).sum();
    let found: f64 = sums.iter().zip(&differences).map(|(d, x)| d * x).sum();
    assert_eq!(found, expected);
    let plain = plain_gram(&sums, LANES);
    for [a, b] in pairs() {
        assert_eq!(plain[a * 16 + b], columns(a, b));
    }
    assert_eq!(
        Narrow::new(&panel, LANES, &mut Buffers::default()).gram_in_doubles(LANES),
        differences
    );
    // one sequence a millionth apart, beside others that differ
    let apart = 1e-12;
    let mut panel = panel;
    for (unit, row) in panel.chunks_exact_mut(16).enumerate() {
        let first = row[8];
        for (token, value) in row[9..12].iter_mut().enumerate() {
            *value = first + apart * ((unit + token) % 2) as f64;
        }
    }
    let found = gram(&panel, LANES)[9 * 16 + 9];
    assert!(
        (found / (20.0 * apart * apart) - 1.0).abs() < 2e-3,
        "{found:e}"
    );
}
