//! Activations typed as expressions: values, derivatives and single-precision kernels against the table's rows, what is
//! found out about their shape, and the simulation with them.

use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::snapshot::{LayerStats, Snapshot};
use initscope::math::simd;
use initscope::net::activation::{Activation, LeadingTerm, Shape, Smoothness};
use initscope::net::spec::{Draft, Draws, Spec};

fn act(text: &str) -> Activation {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn shape(text: &str) -> Shape {
    act(text).phi().shape()
}

/// An expression, the row it must equal, and the size of the terms that cancel in it: 1 where `1 + erf` or `exp - 1` do.
const ROWS: &[(&str, &str, f64)] = &[
    ("x*sigmoid(1.702*x)", "quick_gelu", 0.0),
    ("max(x,0)", "relu", 0.0),
    ("0.5*x*(1+erf(x/sqrt(2)))", "gelu", 1.0),
    ("x/(1+abs(x))", "softsign", 0.0),
    ("tanh(x)", "tanh", 0.0),
    ("max(min(x,1),-1)", "hard_tanh", 0.0),
    ("x*min(max(x+3,0),6)/6", "hard_swish", 0.0),
    ("max(x, 0.2*x)", "leaky_relu(0.2)", 0.0),
    ("max(x,0)+min(exp(x)-1,0)", "elu", 1.0),
    ("exp(-x^2)", "gaussian", 0.0),
    ("x*tanh(softplus(x))", "mish", 0.0),
    ("relu(x)**2", "relu_squared", 0.0),
    ("x-tanh(x)", "tanhshrink", 1.0),
    ("log(1+exp(x))", "softplus", 1.0),
    ("2*sigmoid(2*x)-1", "tanh", 1.0),
    ("sin(x)", "sin", 0.0),
    ("celu(x, 2)", "celu(2)", 0.0),
    ("hardshrink(x)", "hardshrink", 0.0),
];

/// Both signs of 21 numbers per octave from 2^-30 to 2^5, the kinks and 0.
fn grid(kinks: &[f64]) -> Vec<f32> {
    let octaves = (0..35 * 21).map(|i| (f64::from(i) / 21.0 - 30.0).exp2() as f32);
    let mut grid: Vec<f32> = octaves.flat_map(|x| [x, -x]).collect();
    grid.extend(kinks.iter().map(|k| *k as f32).chain([0.0]));
    grid.resize(grid.len().next_multiple_of(16), 0.5);
    grid
}

#[test]
fn values_and_derivatives_equal_those_of_the_row() {
    for (text, row_name, cancelling) in ROWS {
        let (typed, row) = (act(text), act(row_name));
        for x in grid(&row.phi().shape().kinks) {
            let x = f64::from(x);
            // Rounding x^2 or 1.702 x in an exponent costs x^2 half-ulps at most; where terms of size 1 cancel, their ulp.
            let close = |got: f64, want: f64| {
                let ulps = f64::EPSILON * (8.0 + x * x) * want.abs();
                (got - want).abs() <= ulps + 4.0 * f64::EPSILON * cancelling * (1.0 + x.abs())
            };
            let (got, want) = (typed.phi().value(x), row.phi().value(x));
            assert!(close(got, want), "{text} at {x} is {got}, not {want}");
            let (got, want) = (typed.phi().derivative(x), row.phi().derivative(x));
            if (*row_name, x) == ("elu", 0.0) {
                // Both corners take the flatter side, 0.
                continue;
            }
            // Where a gated slope changes sign, its terms of size |x| cancel.
            let terms = 4.0 * f64::EPSILON * x.abs().min(2.0);
            let near = close(got, want) || (got - want).abs() <= terms;
            assert!(near, "the slope of {text} at {x} is {got}, not {want}");
        }
    }
}

#[test]
fn single_precision_is_double_precision_rounded_on_every_instruction_set() {
    let others = [
        "log(1+exp(x))-log(2)",
        "x+sin(x)^2",
        "sqrt(x^2+1)-1",
        "sign(x)*sqrt(abs(x))",
        "cos(x)*atan(x)-tan(tanh(x))",
        "sinh(x/8)/cosh(x/8)",
        "abs(x)^1.5+2^-x",
        "gelu(2*x)-pi*(x^2+1)^-2",
        "ln(e+x^2)",
    ];
    let texts = ROWS.iter().map(|(text, ..)| *text).chain(others);
    for text in texts {
        let (typed, z) = (act(text), grid(&shape(text).kinks));
        let phi = typed.phi();
        for (name, level) in simd::levels() {
            let (mut x, mut dx) = (vec![0.0; z.len()], vec![0.0; z.len()]);
            phi.eval(level, &z, &mut x, &mut dx);
            for ((z, x), dx) in z.iter().zip(x).zip(dx) {
                let exact = f64::from(*z);
                for (got, want) in [(x, phi.value(exact)), (dx, phi.derivative(exact))] {
                    let got = f64::from(got);
                    // Half an ulp, and what two double-precision evaluations may differ by (terms up to 1 + x^2 cancel).
                    let rounding = 0.5 * f64::from(f32::EPSILON) * want.abs() + 2_f64.powi(-150);
                    let doubles = 16.0 * f64::EPSILON * (1.0 + exact * exact);
                    let close = (got - want).abs() <= rounding + doubles || got == want;
                    assert!(close, "{text} at {z}: {got:e}, not {want:e}, on {name}");
                }
            }
        }
    }
}

#[test]
fn a_nan_stays_visible_and_a_lane_depends_on_nothing_else() {
    for (text, ..) in ROWS {
        let phi = act(text);
        let z: Vec<f32> = (0..96).map(|i| (i as f32 - 40.0) / 8.0).collect();
        let mut spoilt = z.clone();
        spoilt[5] = f32::NAN;
        for (_, level) in simd::levels() {
            let run = |z: &[f32]| {
                let (mut x, mut dx) = (vec![0.0; z.len()], vec![0.0; z.len()]);
                phi.phi().eval(level, z, &mut x, &mut dx);
                (x, dx)
            };
            let ((x, dx), (with_nan, _)) = (run(&z), run(&spoilt));
            assert!(with_nan[5].is_nan(), "{text}");
            assert_eq!(with_nan.iter().filter(|x| x.is_nan()).count(), 1, "{text}");
            for from in [16, 32, 80] {
                let part = run(&z[from..from + 16]);
                assert_eq!(part.0, x[from..from + 16], "{text}");
                assert_eq!(part.1, dx[from..from + 16], "{text}");
            }
        }
    }
}

#[test]
fn derivatives_are_those_of_the_values() {
    let functions = [
        "exp(x/3)",
        "ln(x^2+1)",
        "sqrt(x^2+2)",
        "abs(x)*x",
        "relu(x)*x",
        "max(x^3,x-7)",
        "min(sin(x),x/2)",
        "tanh(x)*x",
        "sigmoid(x)^3",
        "softplus(2*x)",
        "erf(x)/2",
        "sin(3*x)",
        "cos(x^2)",
        "tan(x/99)",
        "atan(2*x)",
        "sinh(x/2)",
        "cosh(x/2)",
        "(x^2+1)^x",
        "2^x",
        "x^5-(x^2+1)^-3",
        "pow(abs(x),2.5)",
        "1/(1+x^2)",
        "(2-x)/(x^2+3)",
        "e^-x*pi",
        "-x^2",
        "elu(x,0.5)+silu(3*x)",
        "(x-1)*(x+1)/(1+exp(x))",
    ];
    for text in functions {
        let typed = act(text);
        let value = |x: f64| typed.phi().value(x);
        for x in [-3.3, -1.7, -0.4, 0.6, 1.1, 2.9] {
            // Central differences at two steps, extrapolated: an error of order h^4 = 1e-12 and rounding of order 1e-16/h.
            let difference = |h: f64| (value(x + h) - value(x - h)) / (2.0 * h);
            let want = (4.0 * difference(5e-4) - difference(1e-3)) / 3.0;
            let got = typed.phi().derivative(x);
            let close = (got - want).abs() <= 1e-9 * (1.0 + want.abs() + value(x).abs());
            assert!(close, "the slope of {text} at {x} is {got}, not {want}");
        }
    }
}

/// Equal shapes but for the last digits of coefficients and supremum.
fn assert_same_shape(got: &Shape, want: &Shape, text: &str) {
    let near = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-10 * b.abs();
    let same_term = |a: Option<LeadingTerm>, b: Option<LeadingTerm>| match (a, b) {
        (Some(a), Some(b)) => {
            a.degree == b.degree && near(a.left, b.left) && near(a.right, b.right)
        }
        (a, b) => a == b,
    };
    assert_eq!(got.smoothness, want.smoothness, "{text}");
    assert_eq!(
        (&got.kinks, &got.jumps),
        (&want.kinks, &want.jumps),
        "{text}"
    );
    assert_eq!(got.homogeneous, want.homogeneous, "{text}");
    let leading_terms = [
        (got.at_zero, want.at_zero),
        (got.at_infinity, want.at_infinity),
    ];
    for (a, b) in leading_terms {
        assert!(same_term(a, b), "{text}: {a:?}, not {b:?}");
    }
    let (a, b) = (got.derivative_sup, want.derivative_sup);
    assert!(near(a, b), "{text}: sup |phi'| = {a}, not {b}");
}

#[test]
fn the_shape_found_is_the_shape_of_the_row() {
    for (text, row, _) in ROWS {
        assert_same_shape(&shape(text), &shape(row), text);
    }
}

#[test]
fn only_real_corners_are_kinks() {
    for (text, smoothness, kinks) in [
        ("abs(x)^2", Smoothness::Analytic, vec![]),
        ("abs(x)*sign(x)", Smoothness::Analytic, vec![]),
        ("max(x,0)+min(x,0)", Smoothness::Analytic, vec![]),
        ("max(x^2,0)", Smoothness::Analytic, vec![]),
        ("x*abs(x)", Smoothness::C1, vec![0.0]),
        ("abs(x)^1.5", Smoothness::C1, vec![0.0]),
        ("relu(x-0.3)^2", Smoothness::C1, vec![0.3]),
        ("sqrt(x^2)", Smoothness::Kink, vec![0.0]),
        ("sqrt(abs(x))", Smoothness::Kink, vec![0.0]),
        ("abs(abs(x)-1)", Smoothness::Kink, vec![-1.0, 0.0, 1.0]),
        (
            "abs((x-0.3)^2-1e-8)",
            Smoothness::Kink,
            vec![0.2999, 0.3001],
        ),
        ("sign(x-2)+x", Smoothness::Jump, vec![2.0]),
        ("relu6(3*x)", Smoothness::Kink, vec![0.0, 2.0]),
    ] {
        let found = shape(text);
        assert_eq!(
            (found.smoothness, &found.kinks),
            (smoothness, &kinks),
            "{text}"
        );
    }
    // Kinks for ever: the 64 nearest to 0.
    let kinks = shape("abs(sin(x))").kinks;
    assert_eq!(kinks.len(), 64);
    for kink in kinks {
        let turns = kink / std::f64::consts::PI;
        assert!((turns - turns.round()).abs() < 1e-14 && turns.abs() < 33.0);
    }
}

#[test]
fn leading_terms_are_claimed_only_where_they_hold() {
    // Snake has the term x at both ends and is not homogeneous in between.
    let snake = shape("x+sin(x)^2");
    assert_eq!(snake.at_zero, Some(LeadingTerm::new(1, -1.0, 1.0)));
    assert_eq!(snake.at_infinity, snake.at_zero);
    assert!(!snake.homogeneous && shape("max(x,0.3*x)").homogeneous);
    for text in [
        "sin(x)",
        "x*exp(x)",
        "abs(sin(x))",
        "sin(x^2)",
        "x*log(1+x^2)",
        "cosh(x)",
        "sqrt(abs(x))",
    ] {
        assert_eq!(shape(text).at_infinity, None, "{text}");
    }
    for text in [
        "x+0.1",
        "sign(x)",
        "sqrt(abs(x))",
        "exp(-x^2)",
        "max(x,0)+min(x,0)^2",
        "x^9",
    ] {
        assert_eq!(shape(text).at_zero, None, "{text}");
    }
    for text in [
        "x^2",
        "x*sin(x)",
        "exp(x)",
        "sin(x^2)",
        "x*log(1+x^2)",
        "sqrt(abs(x))",
    ] {
        assert_eq!(shape(text).derivative_sup, f64::INFINITY, "{text}");
    }
    for (text, degree, coefficient) in [
        ("x^4", 4, 1.0),
        ("1-exp(-x^4)", 4, 1.0),
        ("3*x^6", 6, 3.0),
        ("x^8", 8, 1.0),
        ("cosh(x^2)-1", 4, 0.5),
        ("x^2-sin(x)^2", 4, 1.0 / 3.0),
        ("sin(x^5)-relu(x)^7", 5, 1.0),
    ] {
        let term = shape(text).at_zero.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(term.degree, degree, "{text}");
        // what an extrapolation must settle to
        assert!(
            (term.right / coefficient - 1.0).abs() < 1e-6,
            "{text}: {term:?}"
        );
    }
    let shifted = shape("log(1+exp(x))-log(2)");
    assert_eq!(shifted.at_zero, Some(LeadingTerm::new(1, -0.5, 0.5)));
    assert_eq!(shifted.at_infinity, Some(LeadingTerm::new(1, 0.0, 1.0)));
}

#[test]
fn where_an_expression_overflows_on_its_way_its_limit_holds() {
    for (text, row) in [
        ("log(1+exp(x))", "softplus"),
        ("exp(x)/(1+exp(x))", "sigmoid"),
        ("x/(1+exp(-x))", "silu"),
    ] {
        let (typed, row) = (act(text), act(row));
        for x in [-1e30, -5000.0, 800.0, 1e4, 1e30] {
            assert_eq!(typed.phi().value(x), row.phi().value(x), "{text} at {x}");
            assert_eq!(
                typed.phi().derivative(x),
                row.phi().derivative(x),
                "{text}' at {x}"
            );
            let (mut value, mut slope) = ([0.0; 16], [0.0; 16]);
            typed
                .phi()
                .eval(simd::level(), &[x as f32; 16], &mut value, &mut slope);
            assert_eq!(
                f64::from(value[3]),
                f64::from(row.phi().value(x) as f32),
                "{text} at {x}"
            );
        }
    }
    assert_eq!(act("exp(x)").phi().value(1000.0), f64::INFINITY);
}

fn run(activation: &str) -> Snapshot {
    let draft = Draft {
        activation: act(activation),
        initializer: Some("he_normal".parse().unwrap()),
        width: 64,
        depth: 12,
        draws: Draws::Exactly(3),
        ..Draft::default()
    };
    Engine::new(Arc::new(Spec::new(draft).unwrap())).run()
}

#[test]
fn a_simulation_with_an_expression_draws_the_curves_of_the_row() {
    for (text, row, _) in ROWS {
        let (typed, named) = (run(text), run(row));
        for (l, (a, b)) in typed.layers.iter().zip(&named.layers).enumerate() {
            let curves: [fn(&LayerStats) -> f64; 4] = [
                |s| s.z_second_moment.log10_mean,
                |s| s.x_variance.log10_mean,
                |s| s.grad_z.unwrap().log10_mean,
                |s| s.distinguishability.log10_mean,
            ];
            for curve in curves {
                let (a, b) = (curve(a), curve(b));
                // Twelve layers of relative rounding errors of some 1e-6 each, in decades; where an activation is cubic near 0
                // the decades triple from layer to layer, and a rounding error with them.
                let allowed = 1e-4 + 1e-6 * b.abs();
                assert!((a - b).abs() < allowed, "{text} at layer {l}: {a}, not {b}");
            }
        }
    }
}
