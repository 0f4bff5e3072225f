//! Where a function must be split so that 16-point panels integrate it.

use std::array;
use std::cell::Cell;
use std::sync::OnceLock;

use super::{NODES, RULE};

/// Largest relative size of the last two Legendre coefficients of a resolved panel. Coefficients of a smooth function fall
/// geometrically, so the error of the 32nd-order rule is about the square of this.
const RESOLVED: f64 = 1e-8;
/// Values below this share of the function's size near 0 need not be resolved relative to themselves.
const FLOOR: f64 = 1e-9;
/// Rounding errors up to this share of the function's size at `x` or `-x` are no features.
const ROUNDING: f64 = 1e-6;
/// The same as a share of its size near 0: a tail that has vanished among them.
const VANISHED: f64 = 1e-13;
/// Largest relative distance of a typed function at the ends of a resolved panel from its polynomial there: more is a narrow
/// feature that no node has seen.
const ENDS: f64 = 1e-5;
/// Shells per side: `[0, 1], [1, 2], [2, 4], ...` up to `2^62`.
const SHELLS: usize = 63;
/// Narrowest panel, as a share of its distance from 0.
const NARROWEST: f64 = 1e-9;
/// Largest relative step of the value across such a panel: more is a jump or a pole that is not among the kinks.
const STEP: f64 = 1e-3;
/// Distance from 0 below which nothing is resolved.
const NEAREST: f64 = 1e-290;

/// A function, its derivative, and the absolute rounding errors of both.
pub type Pair<'a> = &'a dyn Fn(f64) -> [f64; 4];

/// What a mesh is made for.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Points where the function is not analytic or varies fast, ascending: they are breakpoints.
    pub anchors: Vec<f64>,
    /// Most breakpoints on one side of 0, and in one shell.
    pub most: usize,
    /// Whether the function may have features between the nodes, as one that is typed, and panels are tested at their ends too.
    pub typed: bool,
}

/// Breakpoints of a function, found on first use shell by shell: its anchors, and bisections until every panel is resolved.
#[derive(Debug)]
pub struct Mesh {
    subject: Subject,
    /// Largest values near 0.
    size: [f64; 2],
    /// Distances from 0, ascending, of the points in one shell, its outer edge included; empty where it cannot be resolved.
    shells: [Vec<OnceLock<Vec<f64>>>; 2],
}

impl Mesh {
    /// The mesh of a function that is analytic between its anchors.
    #[must_use]
    pub fn new(subject: Subject, f: Pair<'_>) -> Self {
        let mut size = [0.0_f64; 2];
        for i in -8..=8 {
            let y = f(0.125 * f64::from(i) + 0.01);
            size = array::from_fn(|k| size[k].max(y[k].abs()));
        }
        if subject.typed {
            let ladder = (-9..=0).map(|k| 10.0_f64.powi(k));
            let beside = ladder.flat_map(|d| [-d, d]).chain([0.0]);
            for x in beside.flat_map(|d| subject.anchors.iter().chain(&[0.0]).map(move |a| a + d)) {
                let y = f(x);
                let finite = |k: usize| if y[k].is_finite() { y[k].abs() } else { 0.0 };
                size = array::from_fn(|k| size[k].max(finite(k)));
            }
        }
        let side = || (0..SHELLS).map(|_| OnceLock::new()).collect();
        Self {
            subject,
            size,
            shells: [side(), side()],
        }
    }

    /// The breakpoints on one side of 0 as ascending distances from it, shell by shell as they are asked for. They end, and
    /// `known` becomes false, where the function varies too fast or more than the subject's number would be needed.
    pub fn points<'a>(
        &'a self,
        negative: bool,
        f: Pair<'a>,
        known: &'a Cell<bool>,
    ) -> impl Iterator<Item = f64> + 'a {
        let mut left = self.subject.most;
        let shells = self.shells[usize::from(negative)].iter().enumerate();
        shells
            .map_while(move |(shell, cell)| {
                let points = cell.get_or_init(|| self.build(negative, shell, f));
                if points.is_empty() || points.len() > left {
                    known.set(false);
                    return None;
                }
                left -= points.len();
                Some(points.iter().copied())
            })
            .flatten()
    }

    /// The breakpoints up to `reach` or a little more; `None` where there would be too many.
    #[must_use]
    pub fn side(&self, negative: bool, reach: f64, f: Pair<'_>) -> Option<Vec<f64>> {
        let known = Cell::new(true);
        let mut all = Vec::with_capacity(16);
        for point in self.points(negative, f, &known) {
            all.push(point);
            // Shells end at powers of 2.
            if point >= reach && point.log2().fract() == 0.0 {
                break;
            }
        }
        known.get().then_some(all)
    }

    /// The fewest of the points up to `reach` on one side, anchors among them, between which the last Legendre coefficients
    /// stay below `share` of the function's size, in the interval or near 0.
    #[must_use]
    pub fn thinned(&self, negative: bool, reach: f64, share: f64, f: Pair<'_>) -> Option<Vec<f64>> {
        let all = self.side(negative, reach, f)?;
        let sign = if negative { -1.0 } else { 1.0 };
        let mut kept = Vec::new();
        let mut left = 0.0;
        for pair in all.windows(2) {
            let anchor = self.subject.anchors.contains(&(sign * pair[0]));
            if anchor || self.resolved(sign * left, sign * pair[1], (share, share), f) != Some(true)
            {
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
            .subject
            .anchors
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
                let narrow = right <= left || right - left < NARROWEST * right || right < NEAREST;
                let share = (RESOLVED, FLOOR * RESOLVED);
                match self.resolved(sign * left, sign * right, share, f) {
                    None => return Vec::new(),
                    Some(false) if !narrow => pending.extend([right, middle]),
                    Some(false) if self.subject.typed && steps(sign * left, sign * right, f) => {
                        return Vec::new();
                    }
                    Some(_) => {
                        points.push(right);
                        left = right;
                    }
                }
                if points.len() + pending.len() > self.subject.most {
                    return Vec::new();
                }
            }
        }
        points
    }

    /// Whether the last coefficients are below a share of the size in the panel, or a share of the size near 0; `None` where the
    /// function is not a number.
    fn resolved(&self, a: f64, b: f64, (share, of_all): (f64, f64), f: Pair<'_>) -> Option<bool> {
        let (centre, half) = (0.5 * (a + b), 0.5 * (b - a));
        let mut last = [[0.0_f64; 2]; 2];
        let mut size = [0.0_f64; 2];
        let mut noise = [0.0_f64; 2];
        let mut samples = [[0.0; 2]; NODES];
        for ((&(x, w), p), sample) in RULE.iter().zip(last_legendre()).zip(&mut samples) {
            let y = f(half * x + centre);
            if y[0].is_nan() || y[1].is_nan() {
                return None;
            }
            *sample = [y[0], y[1]];
            for k in 0..2 {
                size[k] = size[k].max(y[k].abs());
                noise[k] = noise[k].max(y[2 + k]);
                for n in 0..2 {
                    last[n][k] += w * p[n] * y[k];
                }
            }
        }
        let mut slack = [0.0; 2];
        if noise.iter().any(|n| *n > 0.0) {
            let mut around = size;
            for &(x, _) in &RULE {
                let y = f(-half * x - centre);
                around = array::from_fn(|k| around[k].max(y[k].abs()));
            }
            slack = array::from_fn(|k| {
                if noise[k] <= (ROUNDING * around[k]).max(VANISHED * self.size[k]) {
                    8.0 * noise[k]
                } else {
                    0.0
                }
            });
        }
        let smooth = (0..2).all(|k| {
            let allowed = (share * size[k]).max(of_all * self.size[k]).max(slack[k]);
            last[0][k].abs().max(last[1][k].abs()) <= allowed || !size[k].is_finite()
        });
        Some(smooth && (!self.subject.typed || self.meets_ends(a, b, &samples, size, slack, f)))
    }

    /// Whether the polynomial through the samples meets the function just inside both ends of the panel.
    fn meets_ends(
        &self,
        a: f64,
        b: f64,
        samples: &[[f64; 2]; NODES],
        size: [f64; 2],
        slack: [f64; 2],
        f: Pair<'_>,
    ) -> bool {
        let inside = |x: f64, other: f64| {
            if x < other {
                x.next_up()
            } else {
                x.next_down()
            }
        };
        [(inside(a, b), 0), (inside(b, a), 1)]
            .iter()
            .all(|(x, end)| {
                let y = f(*x);
                (0..2).all(|k| {
                    let met: f64 = samples
                        .iter()
                        .zip(&at_ends()[*end])
                        .map(|(sample, weight)| weight * sample[k])
                        .sum();
                    let size = size[k].max(y[k].abs());
                    let allowed = (ENDS * size).max(FLOOR * self.size[k]) + 16.0 * slack[k];
                    (met - y[k]).abs() <= allowed || !size.is_finite()
                })
            })
    }
}

/// Whether the value changes across a panel by more than a share of its size.
fn steps(a: f64, b: f64, f: Pair<'_>) -> bool {
    let (from, to) = (f(a)[0], f(b)[0]);
    !((to - from).abs() <= STEP * from.abs().max(to.abs()))
}

/// Weights of the samples at the nodes in the value at -1 and at 1 of the polynomial through them.
fn at_ends() -> &'static [[f64; NODES]; 2] {
    static WEIGHTS: OnceLock<[[f64; NODES]; 2]> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        [-1.0, 1.0].map(|end: f64| {
            array::from_fn(|i| {
                let others = (0..NODES).filter(|j| *j != i);
                others
                    .map(|j| (end - RULE[j].0) / (RULE[i].0 - RULE[j].0))
                    .product()
            })
        })
    })
}

/// `(2n + 1)/2 P_n` at the nodes, for the last two degrees a 16-point rule can project on, 14 and 15.
fn last_legendre() -> &'static [[f64; 2]; NODES] {
    static VALUES: OnceLock<[[f64; 2]; NODES]> = OnceLock::new();
    VALUES.get_or_init(|| {
        array::from_fn(|i| {
            let x = RULE[i].0;
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

    fn subject(anchors: &[f64]) -> Subject {
        Subject {
            anchors: anchors.to_vec(),
            most: 8192,
            typed: false,
        }
    }

    #[test]
    fn narrow_features_are_found_and_smooth_tails_are_not_cut() {
        let f = |x: f64| {
            [
                (20.0 * (x - 5.0)).tanh(),
                20.0 / (20.0 * (x - 5.0)).cosh().powi(2),
                0.0,
                0.0,
            ]
        };
        let mesh = Mesh::new(subject(&[]), &f);
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
                0.0,
                0.0,
            ]
        };
        let mesh = Mesh::new(subject(&[-0.3, 0.3]), &f);
        assert_eq!(
            mesh.side(true, 1.5, &f).expect("resolvable"),
            [0.3, 1.0, 2.0]
        );
        let wild = |x: f64| [(1e7 * x).sin(), 1e7 * (1e7 * x).cos(), 0.0, 0.0];
        let mesh = Mesh::new(subject(&[]), &wild);
        assert!(mesh.side(false, 4.0, &wild).is_none());
        let undefined = |x: f64| [if x < 2.5 { x } else { f64::NAN }, 1.0, 0.0, 0.0];
        let mesh = Mesh::new(subject(&[]), &undefined);
        assert!(mesh.side(false, 2.0, &undefined).is_some());
        assert!(mesh.side(false, 4.0, &undefined).is_none());
    }
}
