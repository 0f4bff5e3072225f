//! What the simulation draws: its matrices, column by column through their action, against the reference table.

use initscope::math::panel::Panel;
use initscope::math::stream::{Purpose, StreamKey};
use initscope::net::initializer::WeightLaw;
use initscope::net::spec::Method;
use initscope::sim::law::{Law, LawAction, action};
use initscope::sim::team::Team;

use super::reference::laws;
use super::{kurtosis_se, moments};

const LANES: usize = 64;

pub(crate) fn key(draw: u32) -> StreamKey {
    StreamKey {
        seed: 20,
        draw,
        layer: 1,
        purpose: Purpose::Weights,
    }
}

/// The matrix that a key names, `fan_out` rows of `fan_in`, as its action on the unit vectors.
pub(crate) fn matrix(law: &dyn Law, fan_in: usize, fan_out: usize, draw: u32) -> Vec<f32> {
    let mut entries = vec![0.0; fan_in * fan_out];
    let mut z = Panel::zeros(law.output_units(), LANES);
    for first in (0..fan_in).step_by(LANES) {
        let columns = LANES.min(fan_in - first);
        let mut unit = Panel::zeros(fan_in, LANES);
        for column in 0..columns {
            unit.data_mut()[(first + column) * LANES + column] = 1.0;
        }
        law.forward(
            key(draw),
            0..law.forward_parts(),
            &unit,
            &mut z,
            Team::Alone,
        );
        for (row, line) in z.data().chunks_exact(LANES).take(fan_out).enumerate() {
            entries[row * fan_in + first..][..columns].copy_from_slice(&line[..columns]);
        }
    }
    entries
}

pub(crate) fn dense(law: WeightLaw, fan_in: usize, fan_out: usize) -> Box<dyn Law> {
    match action(law, fan_in, fan_out, LANES, Method::Dense) {
        LawAction::Streamed(law) => law,
        LawAction::Free(_) => unreachable!("the dense way was asked for"),
    }
}

/// Mean, standard deviation and kurtosis of what we draw against what the libraries drew, within four combined standard
/// errors: 357 comparisons at 6.3e-5 each, so a correct sampler fails with probability below 2.3 %; the seed is fixed.
#[test]
fn what_we_draw_has_the_moments_that_the_libraries_drew() {
    let mut compared = 0;
    for (row, law) in laws() {
        let (i, o) = (row.fan_in, row.fan_out);
        let Some(moments) = moments(law, o) else {
            continue;
        };
        let action = dense(law, i, o);
        let matrices = 400_000_usize.div_ceil(i * o);
        let (mut count, mut sums) = (0.0, [0.0; 4]);
        for draw in 0..matrices {
            for w in matrix(&*action, i, o, draw as u32) {
                let w = f64::from(w) / row.std;
                count += 1.0;
                sums[0] += w;
                sums[1] += w * w;
                sums[2] += w * w * w;
                sums[3] += w * w * w * w;
            }
        }
        let [m1, m2, m3, m4] = sums.map(|s| s / count);
        let variance = m2 - m1 * m1;
        let fourth = m4 - 4.0 * m1 * m3 + 6.0 * m1 * m1 * m2 - 3.0 * m1.powi(4);
        let std_se = ((moments[0] - 1.0) / 4.0_f64).sqrt();
        let check = |what: &str, ours: f64, theirs: f64, se: f64| {
            let combined = se * (1.0 / count + 1.0 / row.draws).sqrt();
            // the table's six digits beside the sampling error
            let allowed = 4.0 * combined + 1e-6;
            assert!(
                (ours - theirs).abs() <= allowed,
                "{}: {what} {ours} not {theirs} within {allowed}",
                row.name()
            );
        };
        check("mean", m1, row.measured[0] / row.std, 1.0);
        check("std", variance.sqrt(), row.measured[1] / row.std, std_se);
        check(
            "kurtosis",
            fourth / (variance * variance),
            row.measured[2],
            kurtosis_se(moments, 1.0),
        );
        compared += 3;
    }
    assert_eq!(compared, 357);
}

#[test]
fn trivial_laws_are_exactly_themselves() {
    for (row, law) in laws() {
        let (i, o) = (row.fan_in, row.fan_out);
        let drawn = match law {
            WeightLaw::Identity { .. } | WeightLaw::Constant { .. } => {
                matrix(&*dense(law, i, o), i, o, 0)
            }
            _ => continue,
        };
        for (at, w) in drawn.iter().enumerate() {
            let expected = match law {
                WeightLaw::Constant { value } => value,
                WeightLaw::Identity { gain } if at / i == at % i => gain,
                _ => 0.0,
            };
            assert_eq!(*w, expected as f32, "{}", row.name());
        }
    }
}

#[test]
fn orthogonal_matrices_are_orthogonal_to_1e_5_in_every_shape_and_either_way() {
    for (fan_in, fan_out) in [(64, 64), (256, 128), (128, 512), (1000, 10), (300, 300)] {
        let law = dense(WeightLaw::Orthogonal { gain: 1.5 }, fan_in, fan_out);
        // up to 64 columns at once: what the law shows of its matrix must be orthonormal where columns are
        let columns = LANES.min(fan_in);
        let mut unit = Panel::zeros(fan_in, LANES);
        for column in 0..columns {
            unit.data_mut()[column * LANES + column] = 1.0;
        }
        let mut z = Panel::zeros(law.output_units(), LANES);
        law.forward(key(0), 0..law.forward_parts(), &unit, &mut z, Team::Alone);
        if fan_in > fan_out {
            // rows are orthonormal instead: W Wᵀ = gain² I through the transposed product
            let mut d = Panel::zeros(fan_out, LANES);
            let rows = LANES.min(fan_out);
            for row in 0..rows {
                d.data_mut()[row * LANES + row] = 1.0;
            }
            let mut g = Panel::zeros(law.output_units().max(fan_in), LANES);
            law.backward(key(0), 0..law.backward_parts(), &d, &mut g, Team::Alone);
            assert_orthonormal(&g, fan_in, rows);
        } else {
            assert_orthonormal(&z, fan_out, columns);
        }
    }
}

/// `PᵀP = 1.5² I` to 1e-5 of that, over the first rows and columns.
fn assert_orthonormal(panel: &Panel, units: usize, columns: usize) {
    for a in 0..columns {
        for b in 0..=a {
            let lines = panel.data().chunks_exact(LANES).take(units);
            let dot: f64 = lines.map(|l| f64::from(l[a]) * f64::from(l[b])).sum();
            let expected = if a == b { 2.25 } else { 0.0 };
            assert!((dot - expected).abs() < 2.25e-5, "columns {a}, {b}: {dot}");
        }
    }
}

#[test]
fn sparse_columns_have_exactly_the_zeros_that_pytorch_puts_there() {
    let (fan_in, fan_out) = (70, 50);
    let law = dense(
        WeightLaw::Sparse {
            sparsity: 0.33,
            std: 1.0,
        },
        fan_in,
        fan_out,
    );
    let mut per_row = vec![0_u32; fan_out];
    let matrices = 200_u32;
    for draw in 0..matrices {
        let w = matrix(&*law, fan_in, fan_out, draw);
        for column in 0..fan_in {
            let zeros = (0..fan_out)
                .filter(|row| w[row * fan_in + column] == 0.0)
                .count();
            assert_eq!(zeros, 17, "ceil(0.33 * 50) zeros in column {column}");
        }
        for (row, count) in per_row.iter_mut().enumerate() {
            *count += w[row * fan_in..][..fan_in]
                .iter()
                .filter(|v| **v == 0.0)
                .count() as u32;
        }
    }
    // every row is hit alike: binomial(14,000, 0.34) with standard deviation 56; 50 rows, alpha 1e-3 family-wise: 4.3 sd
    let (trials, p) = (f64::from(matrices) * fan_in as f64, 17.0 / 50.0);
    let allowed = 4.3 * (trials * p * (1.0 - p)).sqrt();
    for count in per_row {
        assert!(
            (f64::from(count) - trials * p).abs() < allowed,
            "{count} of {trials}"
        );
    }
}
