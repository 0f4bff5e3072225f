//! The deficit map in two variables, the variance and the angle between inputs, by interpolation.
//!
//! With `c = cos theta` and `epsilon = 1 - c` the deficit `D` is smooth in `theta` from 0 on, for kinks as well as jumps:
//! `D = q E phi'^2 epsilon exp(v)` for a continuous activation, where `v(0) = 0` makes the limit of equal inputs exact, and
//! `D = Var phi sqrt(epsilon) exp(v)` for one that jumps. Cells hold `v` over one octave of `q` (or everything towards 0, in
//! `s`) and an interval of angles that is halved until its coefficients have fallen.

use std::f64::consts::PI;
use std::sync::OnceLock;

use crate::math::chebyshev::{Interpolant, sum};
use crate::theory::gaussian::Allowance;

/// `v(x, theta)` by summation.
type Exact<'a> = &'a dyn Fn(f64, f64, &Allowance) -> f64;

/// Points in `ln q` of a strip over an octave.
pub(super) const OCTAVE: usize = 9;
/// Points in the angle.
const POINTS: usize = 9;
/// Largest accepted size of the last coefficients of `v`: the relative error of the deficit.
const TOLERANCE: f64 = 1e-7;
/// Halvings of an interval of angles before direct evaluation takes over.
const DEEPEST: u32 = 6;

/// `v` over one interval of `ln q` (or `s`) and all angles, on `N` points of the interval: 1 for a single `q`, its centre.
#[derive(Debug)]
pub(super) struct Strip<const N: usize> {
    range: (f64, f64),
    anchored: bool,
    /// Evaluations that fill one cell at most.
    most: usize,
    cells: Vec<Cell<N>>,
}

#[derive(Debug)]
struct Cell<const N: usize> {
    low: f64,
    high: f64,
    depth: u32,
    content: OnceLock<Content<N>>,
}

#[derive(Debug)]
enum Content<const N: usize> {
    Table(Box<Interpolant<N, POINTS>>),
    Halves(Box<[Cell<N>; 2]>),
    Direct,
}

impl<const N: usize> Strip<N> {
    /// `anchored` where `v(0) = 0`. The activation varies on the scale 1, so `v` does on angles about `1/sd`: the intervals are
    /// halves of each other down to there.
    pub(super) fn new(range: (f64, f64), anchored: bool, sd: f64, most: usize) -> Self {
        let halvings = (2.0 * sd).log2().ceil().clamp(1.0, 30.0) as i32;
        let edge = |i: i32| {
            if i > halvings {
                0.0
            } else {
                PI * 2.0_f64.powi(-i)
            }
        };
        let cells = (0..=halvings)
            .map(|i| Cell::new(edge(i + 1), edge(i), 0))
            .collect();
        Self {
            range,
            anchored,
            most,
            cells,
        }
    }

    /// `v(x, theta)` where the strip resolves it; `exact` is asked where a cell is filled.
    pub(super) fn at(&self, x: f64, theta: f64, exact: Exact<'_>) -> Option<f64> {
        let index = self
            .cells
            .partition_point(|c| c.low > theta)
            .min(self.cells.len() - 1);
        self.cells[index].at(self, x, theta, exact)
    }
}

impl<const N: usize> Cell<N> {
    fn new(low: f64, high: f64, depth: u32) -> Self {
        Self {
            low,
            high,
            depth,
            content: OnceLock::new(),
        }
    }

    fn at(&self, strip: &Strip<N>, x: f64, theta: f64, exact: Exact<'_>) -> Option<f64> {
        match self.content.get_or_init(|| self.fill(strip, exact)) {
            Content::Table(table) => {
                let coefficients = table.at(x).map(|c| [c]);
                let t = (2.0 * theta - self.low - self.high) / (self.high - self.low);
                Some(sum(&coefficients, t)[0])
            }
            Content::Halves(halves) => {
                halves[usize::from(theta > halves[0].high)].at(strip, x, theta, exact)
            }
            Content::Direct => None,
        }
    }

    fn fill(&self, strip: &Strip<N>, exact: Exact<'_>) -> Content<N> {
        let allowance = Allowance::of(strip.most);
        let series = |x: f64| {
            let at = |theta| [exact(x, theta, &allowance)];
            let line = Interpolant::<POINTS, 1>::new(self.low, self.high, at);
            let mut coefficients = line.coefficients().map(|[c]| c);
            if strip.anchored && self.low == 0.0 {
                coefficients[0] -= line.at(0.0)[0];
            }
            coefficients
        };
        let table = Interpolant::<N, POINTS>::new(strip.range.0, strip.range.1, series);
        let largest = |row: &[f64; POINTS], from: usize| {
            row[from..].iter().fold(0.0_f64, |a, c| a.max(c.abs()))
        };
        let rows = table.coefficients();
        // One point in `ln q` stands for itself.
        let across = rows[N.min(OCTAVE - 2)..]
            .iter()
            .map(|r| largest(r, 0))
            .fold(0.0, f64::max);
        let along = rows
            .iter()
            .map(|r| largest(r, POINTS - 2))
            .fold(0.0, f64::max);
        if along <= TOLERANCE && across <= TOLERANCE {
            return Content::Table(Box::new(table));
        }
        if along <= TOLERANCE || !along.is_finite() || self.depth == DEEPEST {
            return Content::Direct;
        }
        let middle = 0.5 * (self.low + self.high);
        let half = |low, high| Cell::new(low, high, self.depth + 1);
        Content::Halves(Box::new([half(self.low, middle), half(middle, self.high)]))
    }
}
