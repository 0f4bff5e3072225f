//! Our special functions beside those of another crate.

use initscope::math::gamma::{digamma, trigamma};
use initscope::math::special::{normal_cdf, normal_pdf};
use initscope::math::student::{normal_two_sided, two_sided};
use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

/// Relative error that the other crate has in the tail: 5e-11 at -8, where ours agrees with mpmath to the last digits.
const NORMAL: f64 = 1e-10;

fn close(ours: f64, theirs: f64, relative: f64, what: &str) {
    let error = (ours - theirs).abs() / theirs.abs();
    assert!(
        error <= relative,
        "{what}: {ours:e} and {theirs:e}, {error:e}"
    );
}

#[test]
fn the_normal_distribution_is_that_of_another_crate() {
    let normal = Normal::standard();
    for i in -80..=80 {
        let x = f64::from(i) / 10.0;
        close(normal_cdf(x), normal.cdf(x), NORMAL, &format!("cdf at {x}"));
        close(normal_pdf(x), normal.pdf(x), 1e-13, &format!("pdf at {x}"));
    }
    for level in [0.5, 0.9, 0.95, 0.99, 0.999, 1.0 - 1e-6] {
        let z = normal_two_sided(level);
        close(
            normal.cdf(z) - normal.cdf(-z),
            level,
            NORMAL,
            &format!("level {level}"),
        );
    }
}

#[test]
fn student_s_t_is_that_of_another_crate() {
    for dof in [1, 2, 3, 7, 30, 63, 511] {
        let student = StudentsT::new(0.0, 1.0, dof as f64).expect("a distribution");
        for level in [0.5, 0.9, 0.95, 0.99, 0.999] {
            let t = two_sided(level, dof);
            let theirs = student.cdf(t) - student.cdf(-t);
            close(theirs, level, 1e-10, &format!("{dof} degrees at {level}"));
        }
    }
}

#[test]
fn digamma_is_that_of_another_crate_and_trigamma_its_slope() {
    for i in 1..=400 {
        let x = f64::from(i) / 8.0;
        let theirs = statrs::function::gamma::digamma(x);
        let error = (digamma(x) - theirs).abs();
        // they stop their series at 1e-14 or so; near the zero only the absolute error counts
        assert!(error <= 1e-12 * theirs.abs().max(1.0), "{x}: {error:e}");
        // by central differences: h^2 psi'''/6 with psi'''/6 <= 1/x^4 + 1/(3 x^3), and the rounding of two values
        let h = 1e-3 * x;
        let slope = (digamma(x + h) - digamma(x - h)) / (2.0 * h);
        let bound = h * h * (1.0 / x.powi(4) + 1.0 / (3.0 * x.powi(3))) * 1.01
            + 4e-15 * digamma(x).abs().max(1.0) / h;
        assert!((slope - trigamma(x)).abs() <= bound, "{x}");
    }
}
