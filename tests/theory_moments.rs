//! Gaussian expectations against the reference tables, to 1e-13 where the brief asks for 1e-10.

use std::collections::BTreeMap;

use initscope::net::activation::Activation;
use initscope::theory::gaussian::Gaussian;

/// `leaky_relu_0.2` is `leaky_relu(0.2)` here: numbers at the end of a reference id are parameters.
fn from_reference(id: &str) -> Activation {
    let tokens: Vec<&str> = id.split('_').collect();
    let words = tokens
        .iter()
        .take_while(|t| t.parse::<f64>().is_err())
        .count();
    let (name, parameters) = tokens.split_at(words);
    let text = format!("{}({})", name.join("_"), parameters.join(","));
    text.trim_end_matches("()").parse().expect("a reference id")
}

fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = format!("{}/tests/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).expect("a reference table");
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

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
