//! The activation table against the reference tables in `tests/data` (40 digits, checked against PyTorch, Keras and JAX).

use std::collections::BTreeSet;

use initscope::net::activation::{ACTIVATIONS, Activation, LeadingTerm, Shape, Smoothness};

/// Where a gated activation has its minimum: the slope changes sign there, and its relative condition number
/// `|x phi''/phi'|`, about `|x0/(x - x0)|`, has no bound.
const MINIMA: [(&str, f64); 5] = [
    ("gelu", -0.7518),
    ("gelu_tanh", -0.7525),
    ("quick_gelu", -0.7512),
    ("silu", -1.2785),
    ("mish", -1.1925),
];

/// `leaky_relu_0.2` is `leaky_relu(0.2)`: numbers at the end of a reference id are parameters.
fn from_reference(id: &str) -> Activation {
    let parts: Vec<&str> = id.split('_').collect();
    let words = parts
        .iter()
        .take_while(|part| part.parse::<f64>().is_err())
        .count();
    let text = format!("{}({})", parts[..words].join("_"), parts[words..].join(","));
    text.parse().unwrap()
}

fn records(table: &str) -> Vec<Vec<String>> {
    csv::Reader::from_path(format!("tests/data/{table}.csv"))
        .unwrap()
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn shape(act: &Activation) -> Shape {
    act.phi().shape()
}

/// The size against which an error of `phi'(x)` is measured: `|phi'(x)|`, or within a factor 2 of the minimum of a gated
/// activation the largest slope there.
fn slope_scale(act: &Activation, x: f64) -> f64 {
    let slope = |x: f64| act.phi().derivative(x).abs();
    match MINIMA.iter().find(|(name, _)| *name == act.name()) {
        Some((_, x0)) if x < 0.5 * x0 && x > 2.0 * x0 => slope(0.5 * x0).max(slope(2.0 * x0)),
        _ => slope(x),
    }
}

#[test]
fn values_and_derivatives_are_right_to_four_ulp() {
    let records = records("activations");
    assert_eq!(records.len(), 3000);
    for record in records {
        let (act, x) = (from_reference(&record[0]), number(&record[1]));
        let (value, slope) = (number(&record[2]), number(&record[3]));
        let close = |got: f64, want: f64, scale: f64| {
            // Below the normal numbers an ulp is the least subnormal.
            (got - want).abs() <= 4.0 * f64::EPSILON * scale + 4.0 * f64::from_bits(1)
        };
        let (got, got_slope) = (act.phi().value(x), act.phi().derivative(x));
        assert!(
            close(got, value, value.abs()),
            "{act}({x}) = {got}, not {value}"
        );
        assert!(
            close(got_slope, slope, slope_scale(&act, x)),
            "{act}'({x}) = {got_slope}, not {slope}"
        );
    }
}

#[test]
fn the_table_holds_the_reference_list_with_its_kinks() {
    let mut names = BTreeSet::new();
    for record in records("activation_list") {
        let act = from_reference(&record[0]);
        names.insert(act.name().to_owned());
        let kinks: Vec<f64> = record[3]
            .split(';')
            .filter(|k| !k.is_empty())
            .map(number)
            .collect();
        let smoothness = match &*record[1] {
            "analytic" => Smoothness::Analytic,
            "C1" => Smoothness::C1,
            "kink" => Smoothness::Kink,
            _ => Smoothness::Jump,
        };
        assert_eq!(shape(&act).kinks, kinks, "{act}");
        assert_eq!(shape(&act).smoothness, smoothness, "{act}");
    }
    let table: BTreeSet<String> = ACTIVATIONS.iter().map(|row| row.name.to_owned()).collect();
    assert_eq!(names, table);
}

#[test]
fn at_a_kink_the_derivative_is_pytorchs_else_keras_else_jaxs() {
    for record in records("activations_kinks") {
        let (act, x) = (from_reference(&record[0]), number(&record[2]));
        let phi = act.phi();
        let near = |got: f64, want: &str| (got - number(want)).abs() < 1e-14;
        // Columns 8 and 9 are PyTorch's value and derivative, then come Keras' and JAX'.
        if let Some(library) = [8, 10, 12].into_iter().find(|i| !record[*i].is_empty()) {
            assert!(near(phi.value(x), &record[library]), "{act}({x})");
            let slope = &record[library + 1];
            assert!(near(phi.derivative(x), slope), "{act}'({x}) is not {slope}");
        }
        for (side, value, slope) in [(x.next_down(), 3, 6), (x.next_up(), 4, 7)] {
            assert!(near(phi.value(side), &record[value]), "{act}({side})");
            assert!(near(phi.derivative(side), &record[slope]), "{act}'({side})");
        }
    }
}

/// Default parameters, and others that change the shape.
fn all_shapes() -> impl Iterator<Item = Activation> {
    let others = [
        "leaky_relu(1)",
        "leaky_relu(-1)",
        "elu(0.5)",
        "celu(2)",
        "squareplus(1)",
        "threshold(0.1,20)",
        "threshold(1,1)",
        "threshold(-2,0)",
        "threshold(0)",
        "hardshrink(0.1)",
    ];
    Activation::all().chain(others.map(|text| text.parse().unwrap()))
}

#[test]
fn kinks_and_jumps_are_where_the_shape_says() {
    for act in all_shapes() {
        let (phi, shape) = (act.phi(), shape(&act));
        let step = |f: &dyn Fn(f64) -> f64, x: f64| (f(x + 1e-9) - f(x - 1e-9)).abs();
        let worst = |f: &dyn Fn(f64) -> f64, points: &[f64]| {
            points.iter().map(|x| step(f, *x)).fold(0.0, f64::max)
        };
        let (value, slope) = (|x| phi.value(x), |x| phi.derivative(x));
        for jump in &shape.jumps {
            assert!(shape.kinks.contains(jump), "{act} at {jump}");
            assert!(step(&value, *jump) > 0.01, "{act} at {jump}");
        }
        assert_eq!(
            shape.smoothness == Smoothness::Jump,
            worst(&value, &shape.kinks) > 1e-6,
            "{act}"
        );
        assert_eq!(
            matches!(shape.smoothness, Smoothness::Jump | Smoothness::Kink),
            worst(&slope, &shape.kinks) > 1e-6,
            "{act}"
        );
        assert_eq!(
            shape.smoothness == Smoothness::Analytic,
            shape.kinks.is_empty(),
            "{act}"
        );
        // Anywhere else both are continuous.
        let elsewhere: Vec<f64> = (-4000..4000)
            .map(|i| (f64::from(i) + 0.5) / 500.0)
            .filter(|x| shape.kinks.iter().all(|kink| (x - kink).abs() > 1e-6))
            .collect();
        assert!(worst(&value, &elsewhere) < 1e-4, "{act}");
        assert!(worst(&slope, &elsewhere) < 1e-4, "{act}");
    }
}

fn leading(term: LeadingTerm, x: f64) -> f64 {
    let coefficient = if x < 0.0 { term.left } else { term.right };
    coefficient * x.abs().powi(term.degree as i32)
}

#[test]
fn leading_terms_at_zero_have_a_relative_error_proportional_to_x() {
    for act in all_shapes() {
        let phi = act.phi();
        let Some(term) = shape(&act).at_zero else {
            assert!(phi.value(0.0) != 0.0, "{act} vanishes at 0");
            continue;
        };
        assert_eq!(phi.value(0.0), 0.0, "{act}");
        for x in [1e-3, -1e-3, 1e-6, -1e-6, 1e-12, -1e-12, 1e-30, -1e-30] {
            let want = leading(term, x);
            let error = (phi.value(x) - want).abs();
            // The second Taylor coefficient of no activation here exceeds twice its first.
            assert!(
                error <= (2.0 * x.abs() + 1e-15) * want.abs(),
                "{act}({x}) is not {want}"
            );
        }
    }
}

#[test]
fn leading_terms_at_infinity_leave_a_bounded_error() {
    for act in all_shapes() {
        let Some(term) = shape(&act).at_infinity else {
            assert!(["sin", "exponential"].contains(&act.name()), "{act}");
            continue;
        };
        for x in [1e3, -1e3, 1e6, -1e6, 1e9, -1e9] {
            let (got, want) = (act.phi().value(x), leading(term, x));
            let bound = match term.degree {
                // Softsign approaches its limit like 1/|x|, the slowest of all.
                0 => 1.0 / f64::abs(x),
                // The constant offset: 20 for threshold(0.1,20), alpha scale = 1.76 for selu.
                1 => 20.0,
                _ => 0.0,
            };
            assert!(
                (got - want).abs() <= bound + 4.0 * f64::EPSILON * want.abs(),
                "{act}({x}) = {got}, not {want}"
            );
        }
    }
}

#[test]
fn the_supremum_of_the_slope_is_approached_and_never_passed() {
    for act in all_shapes() {
        let sup = shape(&act).derivative_sup;
        let slope = |x: f64| act.phi().derivative(x).abs();
        if sup.is_infinite() {
            assert!(slope(300.0) > 100.0, "{act}");
            continue;
        }
        // Nearest to the supremum on a grid, beside the kinks and far out, then by golden section around it.
        let grid = (-100_000..100_000).map(|i| f64::from(i) / 10_000.0);
        let kinks = shape(&act).kinks;
        let sides = kinks.iter().flat_map(|x| [x.next_down(), x.next_up()]);
        let best = grid
            .chain(sides)
            .chain([0.0, 1e9, -1e9])
            .max_by(|a, b| slope(*a).total_cmp(&slope(*b)))
            .unwrap();
        let (mut a, mut b) = (best - 1e-4, best + 1e-4);
        for _ in 0..40 {
            let (left, right) = (b - (b - a) * 0.618, a + (b - a) * 0.618);
            if slope(left) > slope(right) {
                b = right;
            } else {
                a = left;
            }
        }
        let greatest = slope(best).max(slope(0.5 * (a + b)));
        assert!(
            (greatest - sup).abs() <= 1e-12 * sup,
            "{act}: sup |phi'| = {greatest}, not {sup}"
        );
    }
}
