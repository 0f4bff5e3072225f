//! Gaussian expectations against the reference tables, to 1e-13 where the brief asks for 1e-10.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use super::from_reference;
use crate::reference::table;
use initscope::net::activation::Activation;
use initscope::report::theory::Propagation;
use initscope::theory::curve::LayerLaw;
use initscope::theory::gaussian::Gaussian;

/// Relative error, where `want` is small beside the size of the integrand relative to `1e-2` of that size.
fn error(got: f64, want: f64, size: f64) -> f64 {
    if got == want {
        0.0
    } else {
        (got - want).abs() / want.abs().max(1e-2 * size)
    }
}

#[test]
fn moments_agree_with_the_reference() {
    let mut checked = 0;
    let mut kernels: BTreeMap<String, Gaussian> = BTreeMap::new();
    for row in table("gaussian_moments") {
        let id = &row["activation"];
        let q: f64 = row["q"].parse().unwrap();
        let kernel = kernels
            .entry(id.clone())
            .or_insert_with(|| Gaussian::new(&from_reference(id)));
        let m = kernel.moments(q);
        let [stein, stein2] = kernel.stein(q);
        let pairs = [
            ("E_phi", m.mean, m.second.sqrt()),
            ("E_phi2", m.second, 0.0),
            ("E_phi4", m.fourth, 0.0),
            ("E_dphi", m.slope_mean, m.slope_second.sqrt()),
            ("E_dphi2", m.slope_second, 0.0),
            ("E_dphi4", m.slope_fourth, 0.0),
            ("E_dphi_stein", stein, (m.second / q).sqrt()),
            ("E_d2phi_stein", stein2, m.second.sqrt() / q),
            ("dE_phi2_dq", m.second_by_q, m.second / q),
        ];
        for (column, got, size) in pairs {
            let want: f64 = row[column].parse().unwrap();
            let error = error(got, want, size);
            assert!(
                error < 2e-13,
                "{id} at q = {q}: {column} is {got:e}, not {want:e}: {error:.1e}"
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 176 * 9);
}

#[test]
fn correlated_pairs_agree_with_the_reference() {
    let mut checked = 0;
    let mut kernels: BTreeMap<String, Gaussian> = BTreeMap::new();
    for row in table("correlation_map") {
        let id = &row["activation"];
        let (q, c): (f64, f64) = (row["q"].parse().unwrap(), row["c"].parse().unwrap());
        let kernel = kernels
            .entry(id.clone())
            .or_insert_with(|| Gaussian::new(&from_reference(id)));
        let m = kernel.moments(q);
        let [product, slopes] = kernel.products(q, 1.0 - c);
        let deficit = kernel.deficit(q, 1.0 - c);
        let want: f64 = row["E_phi_phi"].parse().unwrap();
        let want_slopes: f64 = row["E_dphi_dphi"].parse().unwrap();
        let errors = [
            error(product, want, m.second),
            error(slopes, want_slopes, m.slope_second),
            error(m.second - deficit, want, m.second),
        ];
        assert!(
            errors.iter().all(|e| *e < 2e-13),
            "{id} at q = {q}, c = {c}: {errors:?}"
        );
        checked += 1;
    }
    assert_eq!(checked, 351);
}

fn typed(text: &str) -> Activation {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// Expressions that overflow, cancel or lose digits as they are typed, and the rows they equal.
const STABLE: &[(&str, &str)] = &[
    ("log(1+exp(x))", "softplus"),
    ("ln(exp(x)+1)", "softplus"),
    ("-log(1+exp(-x))", "log_sigmoid"),
    ("x*tanh(log(1+exp(x)))", "mish"),
    ("(x+sqrt(x^2+4))/2", "squareplus"),
    ("0.5*(sqrt(x*x+4)+x)", "squareplus"),
    ("exp(x)/(1+exp(x))", "sigmoid"),
    ("1/(1+exp(-x))", "sigmoid"),
    ("x/(1+exp(-x))", "silu"),
    ("2/(1+exp(-2*x))-1", "tanh"),
    ("(exp(x)-exp(-x))/(exp(x)+exp(-x))", "tanh"),
    ("1-2/(1+exp(2*x))", "tanh"),
    ("max(x,0)+min(exp(x)-1,0)", "elu"),
    ("0.5*x*(1+erf(x/sqrt(2)))", "gelu"),
    ("x*(1+tanh(x/2))/2", "silu"),
    ("x-tanh(x)", "tanhshrink"),
    ("x/(1+abs(x))", "softsign"),
];

#[test]
fn what_is_typed_has_the_expectations_of_the_row() {
    for (text, row) in STABLE {
        let (one, named) = (Gaussian::new(&typed(text)), Gaussian::new(&typed(row)));
        for q in [0.01, 0.3, 1.0, 3.0, 20.0, 400.0, 1e4] {
            let (a, b) = (one.moments(q), named.moments(q));
            for (got, want, of) in [
                (a.second, b.second, b.second),
                (a.variance, b.variance, b.second),
                (a.slope_second, b.slope_second, b.slope_second),
                (a.mean, b.mean, b.second.sqrt()),
                (a.second_by_q, b.second_by_q, b.second / q),
            ] {
                let error = (got - want).abs() / want.abs().max(1e-2 * of);
                assert!(error < 1e-12, "{text} at q = {q}: {got:e}, not {want:e}");
            }
        }
    }
}

#[test]
fn narrow_features_are_summed_or_not_known() {
    // E phi'^2 of tanh(a (x - k)) is a (4/3) times the density at k, of 1/(1 + (a (x - k))^2) a pi/4 times it, but for 1/a^2.
    for (text, k, want) in [
        ("tanh(1e5*x)", 0.0_f64, 4e5 / 3.0),
        ("tanh(1e5*(x-0.3))", 0.3, 4e5 / 3.0),
        ("1/(1+(1e4*(x-0.3))^2)", 0.3, 1e4 * PI / 4.0),
        ("exp(-1e8*(x+1.7)^2)", -1.7, 1e4 * (PI / 2.0).sqrt()),
    ] {
        let got = Gaussian::new(&typed(text)).moments(1.0).slope_second;
        let density = (-0.5 * k * k).exp() / (2.0 * PI).sqrt();
        let error = (got / (want * density) - 1.0).abs();
        assert!(
            got.is_nan() || error < 1e-6,
            "{text}: {got:e}, {error:e} off"
        );
    }
    for (text, reason) in [
        ("sin(100*x)", "varies too fast between x = -64 and 64"),
        ("sqrt(abs(x))", "its slope is infinite at x = 0"),
        ("abs(x-0.3)^0.7", "its slope is infinite at x = 0.3"),
    ] {
        let error = Propagation::predict(&typed(text), LayerLaw::square(1.0, 0.1), 5).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}
