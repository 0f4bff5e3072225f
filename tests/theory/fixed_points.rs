//! Fixed points and criticality against the reference tables.

use super::from_reference;
use crate::reference::table;
use initscope::theory::criticality::{edge_of_chaos, gains, half_stable};
use initscope::theory::error::TheoryError;
use initscope::theory::fixed_point::Status;
use initscope::theory::kernel::Kernel;
use initscope::theory::maps::Maps;

#[test]
fn fixed_points_agree_with_the_reference() {
    let mut checked = 0;
    for row in table("fixed_points") {
        let kernel = Kernel::of(&from_reference(&row["activation"]));
        let (sigma_w2, sigma_b2) = (
            row["sigma_w2"].parse().unwrap(),
            row["sigma_b2"].parse().unwrap(),
        );
        let what = format!("{} ({sigma_w2}, {sigma_b2})", row["activation"]);
        let got = Maps::new(&kernel, sigma_w2, sigma_b2)
            .unwrap()
            .fixed_point()
            .unwrap();
        assert_eq!(got.status.name(), row["status"], "{what}");
        // Depth scales divide the error of a slope by its distance from 1, here down to 1/336.
        let columns = [
            ("q_star", got.q_star, 1e-13),
            ("V_prime", got.chi_parallel, 1e-13),
            ("chi1", got.chi_perp, 1e-13),
            ("c_star", got.c_star, 1e-12),
            ("chi_c_star", got.chi_c, 1e-12),
            ("xi_q", got.xi_q, 1e-11),
            ("xi_c", got.xi_c, 1e-10),
            ("xi_grad", got.xi_grad, 1e-11),
        ];
        for (column, got, tolerance) in columns {
            match (got, row[column].parse::<f64>().ok()) {
                (Some(a), Some(b)) => assert!(
                    a == b || (a - b).abs() <= tolerance * b.abs(),
                    "{what}: {column} {a:e}, not {b:e}"
                ),
                (got, want) => assert_eq!(got, want, "{what}: {column}"),
            }
        }
        checked += 1;
    }
    assert_eq!(checked, 312);
}

/// Definite answers beyond the table: theory.md 2.5, a near-double fixed point, a plateau, a jump, an overflow.
#[test]
fn unusual_maps_are_told_as_what_they_are() {
    let at = |name: &str, sigma_w2, sigma_b2| {
        Maps::new(&Kernel::of(&from_reference(name)), sigma_w2, sigma_b2)
            .unwrap()
            .fixed_point()
            .unwrap()
    };
    // Below GELU's half-stable point 3.5616 lies a stable one, so near that they can hardly be told apart.
    let gelu = at("gelu", 1.983_058_257_437_547, 0.172_922_390_756_067_35);
    assert_eq!(gelu.status, Status::Converged);
    assert!(
        (gelu.q_star.unwrap() - 3.035).abs() < 1e-3
            && (0.9999..1.0).contains(&gelu.chi_parallel.unwrap()),
        "{gelu:?}"
    );
    // hard_tanh is the identity up to 1, so V(q) = q to rounding for small q.
    assert_eq!(at("hard_tanh", 1.0, 0.0).status, Status::ZeroMarginal);
    assert_eq!(at("relu6", 2.0, 0.0).status, Status::ZeroMarginal);
    // A jump separates equal inputs at once: c* < 1 although chi_perp < 1.
    assert_eq!(at("hardshrink", 1.0, 0.1).status, Status::DivergesSubexp);
    let hard = at("hardshrink", 0.5, 0.1);
    assert_eq!(hard.status, Status::Converged);
    assert!(
        hard.chi_perp.unwrap() < 1.0 && hard.c_star.unwrap() < 0.95 && hard.chi_c.unwrap() < 1.0,
        "{hard:?}"
    );
    assert_eq!(at("exponential", 1.0, 0.0).status, Status::DivergesExp);
    let small = at("exponential", 0.1, 0.0);
    assert!(
        (small.q_star.unwrap() - 0.1 * (2.0 * small.q_star.unwrap()).exp()).abs() < 1e-14,
        "{small:?}"
    );
    assert_eq!(at("relu_squared", 0.5, 0.0).status, Status::Zero);
    // theory.md 2.5: SELU's edge of chaos at q* = 1.
    let selu = at("selu", 0.933_206, 0.066_794);
    assert!(
        (selu.q_star.unwrap() - 1.0).abs() < 5e-6 && (selu.chi_perp.unwrap() - 1.0).abs() < 1e-6,
        "{selu:?}"
    );
}

#[test]
fn critical_points_agree_with_the_reference() {
    let rows = table("criticality");
    for row in &rows {
        let want = |column: &str| row[column].parse::<f64>().ok();
        let sense = row["sense"].as_str();
        if sense == "torch_calculate_gain" {
            continue;
        }
        let kernel = Kernel::of(&from_reference(&row["activation"]));
        let what = format!("{} {sense} {}", row["activation"], row["sigma_b2"]);
        let close = |got: f64, column: &str| {
            let want = want(column).unwrap_or_else(|| panic!("{what}: {column} {got}"));
            assert!(
                (got - want).abs() <= 1e-12 * want.abs(),
                "{what}: {column} {got:e}, not {want:e}"
            );
        };
        let all = gains(&kernel);
        match sense {
            "second_moment_gain_q1" => close(all.second_moment, "sigma_w"),
            "gradient_gain_q1" => close(all.gradient, "sigma_w"),
            "centered_variance_gain_q1" => close(all.centred_variance, "sigma_w"),
            "half_stable_critical" => {
                let points = half_stable(&kernel);
                let point = points[want("index").unwrap() as usize];
                close(point.sigma_w2, "sigma_w2");
                close(point.sigma_b2, "sigma_b2");
                close(point.q_star.unwrap(), "q_star");
            }
            _ => {
                let points = edge_of_chaos(&kernel, want("sigma_b2").unwrap());
                if row["sigma_w2"].is_empty() {
                    assert!(
                        matches!(points, Err(TheoryError::NoEdge { .. })),
                        "{what}: {points:?}"
                    );
                    continue;
                }
                let points = points.unwrap();
                let point = points[want("index").unwrap() as usize];
                close(point.sigma_w2, "sigma_w2");
                match point.q_star {
                    Some(q) => close(q, "q_star"),
                    None => assert_eq!(row["q_star"], "any", "{what}"),
                }
                close(point.chi_parallel, "V_prime");
                assert_eq!(point.stability.to_string(), row["stability"], "{what}");
            }
        }
    }
}
