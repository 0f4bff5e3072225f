//! Where a function must be split so that 16-point panels integrate it.

use std::array;
use std::sync::OnceLock;

use super::{NODES, rule};

/// Largest relative size of the last two Legendre coefficients of a resolved panel. Coefficients of a smooth function fall
/// geometrically, so the error of the 32nd-order rule is about the square of this.
const RESOLVED: f64 = 1e-8;
/// Values below this share of the function's size near 0 need not be resolved relative to themselves.
const FLOOR: f64 = 1e-9;
/// Shells per side: `[0, 1], [1, 2], [2, 4], ...` up to `2^62`.
const SHELLS: usize = 63;
/// Most panels in one shell.
const MOST: usize = 8192;

/// A function and its derivative.
pub type Pair<'a> = &'a dyn Fn(f64) -> [f64; 2];

/// Breakpoints of a function, found on first use shell by shell: its kinks, and bisections until every panel is resolved.
#[derive(Debug)]
pub struct Mesh {
    kinks: Vec<f64>,
    /// Largest values near 0.
    size: [f64; 2],
    /// Distances from 0, ascending, of the points in one shell, its outer edge included; empty where it cannot be resolved.
    shells: [Vec<OnceLock<Vec<f64>>>; 2],
}

impl Mesh {
    /// The mesh of a function that is analytic between its `kinks` (ascending).
    #[must_use]
    pub fn new(kinks: &[f64], f: Pair<'_>) -> Self {
        let mut size = [0.0_f64; 2];
        for i in -8..=8 {
            let y = f(0.125 * f64::from(i) + 0.01);
            size = array::from_fn(|k| size[k].max(y[k].abs()));
        }
        let side = || (0..SHELLS).map(|_| OnceLock::new()).collect();
        Self {
            kinks: kinks.to_vec(),
            size,
            shells: [side(), side()],
        }
    }

    /// The non-analytic points, ascending.
    #[must_use]
    pub fn kinks(&self) -> &[f64] {
        &self.kinks
    }

    /// The breakpoints on one side of 0 as ascending distances from it, up to `reach` or a little more; `None` where the
    /// function varies too fast to be resolved with a reasonable number of panels.
    #[must_use]
    pub fn side(&self, negative: bool, reach: f64, f: Pair<'_>) -> Option<Vec<f64>> {
        let mut all = Vec::with_capacity(16);
        for (shell, cell) in self.shells[usize::from(negative)].iter().enumerate() {
            let points = cell.get_or_init(|| self.build(negative, shell, f));
            if points.is_empty() {
                return None;
            }
            all.extend_from_slice(points);
            if *points.last()? >= reach {
                break;
            }
        }
        Some(all)
    }

    /// The fewest of the points up to `reach` on one side, kinks among them, between which the last Legendre coefficients
    /// stay below `share` of the function's size, in the interval or near 0.
    #[must_use]
    pub fn thinned(&self, negative: bool, reach: f64, share: f64, f: Pair<'_>) -> Option<Vec<f64>> {
        let all = self.side(negative, reach, f)?;
        let sign = if negative { -1.0 } else { 1.0 };
        let mut kept = Vec::new();
        let mut left = 0.0;
        for pair in all.windows(2) {
            let kink = self.kinks.contains(&(sign * pair[0]));
            if kink || !self.resolved(sign * left, sign * pair[1], (share, share), f) {
                kept.push(pair[0]);
                left = pair[0];
            }
        }
        Some(kept)
    }

    fn build(&self, negative: bool, shell: usize, f: Pair<'_>) -> Vec<f64> {
        let sign = if negative { -1.0 } else { 1.0 };
        let outer = 2.0_f64.powi(shell as i32);
        let inner = if shell == 0 { 0.0 } else { 0.5 * outer };
        let mut ends: Vec<f64> = self
            .kinks
            .iter()
            .map(|k| sign * k)
            .filter(|k| (inner..outer).contains(k) && *k > 0.0)
            .collect();
        ends.sort_by(f64::total_cmp);
        ends.push(outer);
        let mut points = Vec::new();
        let mut left = inner;
        for end in ends {
            let mut pending = vec![end];
            while let Some(right) = pending.pop() {
                let middle = 0.5 * (left + right);
                if right <= left
                    || right - left < 1e-9 * right
                    || self.resolved(sign * left, sign * right, (RESOLVED, FLOOR * RESOLVED), f)
                {
                    points.push(right);
                    left = right;
                } else {
                    pending.extend([right, middle]);
                }
                if points.len() > MOST {
                    return Vec::new();
                }
            }
        }
        points
    }

    /// Whether the last coefficients are below a share of the size in the panel, or a share of the size near 0.
    fn resolved(&self, a: f64, b: f64, (share, of_all): (f64, f64), f: Pair<'_>) -> bool {
        let (centre, half) = (0.5 * (a + b), 0.5 * (b - a));
        let mut last = [[0.0_f64; 2]; 2];
        let mut size = [0.0_f64; 2];
        for (&(x, w), p) in rule().iter().zip(last_legendre()) {
            let y = f(half * x + centre);
            for k in 0..2 {
                size[k] = size[k].max(y[k].abs());
                for n in 0..2 {
                    last[n][k] += w * p[n] * y[k];
                }
            }
        }
        (0..2).all(|k| {
            let allowed = (share * size[k]).max(of_all * self.size[k]);
            last[0][k].abs().max(last[1][k].abs()) <= allowed || !size[k].is_finite()
        })
    }
}

/// `(2n + 1)/2 P_n` at the nodes, for the last two degrees a 16-point rule can project on, 14 and 15.
fn last_legendre() -> &'static [[f64; 2]; NODES] {
    static VALUES: OnceLock<[[f64; 2]; NODES]> = OnceLock::new();
    VALUES.get_or_init(|| {
        array::from_fn(|i| {
            let x = rule()[i].0;
            let (mut before, mut p) = (1.0, x);
            for n in 1..14 {
                let n = f64::from(n);
                (before, p) = (p, ((2.0 * n + 1.0) * x * p - n * before) / (n + 1.0));
            }
            let next = (29.0 * x * p - 14.0 * before) / 15.0;
            [14.5 * p, 15.5 * next]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_features_are_found_and_smooth_tails_are_not_cut() {
        let f = |x: f64| {
            [
                (20.0 * (x - 5.0)).tanh(),
                20.0 / (20.0 * (x - 5.0)).cosh().powi(2),
            ]
        };
        let mesh = Mesh::new(&[], &f);
        let points = mesh.side(false, 100.0, &f).expect("resolvable");
        let near = points.iter().filter(|x| (4.5..5.5).contains(*x)).count();
        assert!(near > 4, "{points:?}");
        assert!(points.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(
            points.iter().filter(|x| **x > 16.0).count(),
            3,
            "{points:?}"
        );
    }

    #[test]
    fn a_kink_is_a_breakpoint_and_a_wild_function_is_refused() {
        let f = |x: f64| {
            [
                (x.abs() - 0.3).max(0.0),
                if x.abs() > 0.3 { x.signum() } else { 0.0 },
            ]
        };
        let mesh = Mesh::new(&[-0.3, 0.3], &f);
        assert_eq!(
            mesh.side(true, 1.5, &f).expect("resolvable"),
            [0.3, 1.0, 2.0]
        );
        let wild = |x: f64| [(1e7 * x).sin(), 1e7 * (1e7 * x).cos()];
        assert!(Mesh::new(&[], &wild).side(false, 4.0, &wild).is_none());
    }
}
