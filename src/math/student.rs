//! Quantiles of Student's t distribution and of the normal one.

use crate::math::root::brent;

/// The `t` with `P(|T| <= t) = level` for `dof >= 1` degrees of freedom, `0 < level < 1`.
///
/// By the finite sums for whole degrees of freedom (Abramowitz & Stegun 26.7.3 and 26.7.4) in the angle `atan(t / sqrt(dof))`.
#[must_use]
pub fn two_sided(level: f64, dof: usize) -> f64 {
    let angle = brent(0.0, std::f64::consts::FRAC_PI_2, |angle| {
        inside(angle, dof) - level
    });
    angle.tan() * (dof as f64).sqrt()
}

/// The `z` with `P(|Z| <= z) = level` of a standard normal `Z`, `0 < level < 1 - 1e-15`.
#[must_use]
pub fn normal_two_sided(level: f64) -> f64 {
    brent(0.0, 9.0, |z| {
        libm::erf(z * std::f64::consts::FRAC_1_SQRT_2) - level
    })
}

/// `P(|T| <= sqrt(dof) tan(angle))`.
fn inside(angle: f64, dof: usize) -> f64 {
    let (sin, cos) = angle.sin_cos();
    let odd = dof % 2 == 1;
    // terms c_k cos^k with k = 1, 3, ... dof - 2 or k = 0, 2, ... dof - 2 and c_{k+2} = c_k (k + 1) / (k + 2)
    let (mut term, mut sum, mut k) = (if odd { cos } else { 1.0 }, 0.0, usize::from(odd));
    while k + 2 <= dof {
        sum += term;
        term *= cos * cos * (k + 1) as f64 / (k + 2) as f64;
        k += 2;
    }
    if odd {
        std::f64::consts::FRAC_2_PI * (angle + sin * sum)
    } else {
        sin * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_are_those_of_the_tables() {
        // Abramowitz & Stegun, table 26.10
        let table = [
            (0.95, 1, 12.706),
            (0.95, 2, 4.303),
            (0.99, 3, 5.841),
            (0.95, 7, 2.365),
            (0.99, 10, 3.169),
            (0.95, 29, 2.045),
            (0.999, 60, 3.460),
        ];
        for (level, dof, t) in table {
            assert!((two_sided(level, dof) - t).abs() < 6e-4, "{level} {dof}");
        }
        for (level, z) in [(0.95, 1.959_964), (0.99, 2.575_829), (0.5, 0.674_490)] {
            assert!((normal_two_sided(level) - z).abs() < 1e-6, "{level}");
        }
    }
}
