//! A walk over the real line: samples of an expression, and the cells in which a watched quantity vanishes.

use super::branches::{Branches, WatchedZero, ZeroKind};
use super::dual::Dual;

/// A point with value and slope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) x: f64,
    pub(super) at: Dual<f64>,
}

/// An interval in which the watched quantity with this number vanishes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    from: f64,
    to: f64,
    watch: usize,
    pub(super) kind: ZeroKind,
    /// Whether the quantity touches 0 from one side (its slope changes sign) or crosses it.
    touches: bool,
}

impl Cell {
    /// The end nearer to 0.
    pub(super) fn distance(&self) -> f64 {
        self.from.abs().min(self.to.abs())
    }
}

/// What a walk found, in ascending order.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) samples: Vec<Sample>,
    pub(super) cells: Vec<Cell>,
}

/// The point of the walk nearest to 0; no zero is told apart from 0 if it is nearer.
const NEAREST: f64 = 1.0 / (1_u64 << 40) as f64;

/// The points of the walk from 0 to 1000: geometric up to 1/32, in steps of 1/32 up to 64, then of 1/4.
fn grid() -> impl Iterator<Item = f64> {
    let geometric = (6..=40).rev().map(|k| 0.5_f64.powi(k));
    let fine = (1..64 * 32).map(|i| f64::from(i) / 32.0);
    let coarse = (64 * 4..=4000).map(|i| f64::from(i) / 4.0);
    geometric.chain(fine).chain(coarse)
}

impl Scan {
    /// Walks over `-1000..=1000`.
    pub(super) fn new(branches: &Branches<'_>) -> Self {
        let half: Vec<f64> = grid().collect();
        let left = half.iter().rev().map(|x| -x);
        let points = left.chain([0.0]).chain(half.iter().copied());
        let mut scan = Self {
            samples: Vec::with_capacity(2 * half.len() + 1),
            cells: Vec::new(),
        };
        let (mut before, mut here): (Vec<WatchedZero>, Vec<WatchedZero>) = (Vec::new(), Vec::new());
        for x in points {
            // What the program itself gives: the walk follows pieces that may have an end.
            branches.watched(x, &mut here);
            let at = branches.at(x);
            if let Some(last) = scan.samples.last() {
                for (watch, (a, b)) in before.iter().zip(&here).enumerate() {
                    let towards = |w: &WatchedZero, sign: f64| sign * w.at.slope * w.at.value < 0.0;
                    let touches = a.side() == b.side();
                    if !touches || towards(a, 1.0) && towards(b, -1.0) {
                        scan.cells.push(Cell {
                            from: last.x,
                            to: x,
                            watch,
                            kind: b.kind,
                            touches,
                        });
                    }
                }
            }
            scan.samples.push(Sample { x, at });
            std::mem::swap(&mut before, &mut here);
        }
        scan
    }
}

/// Where the quantity of a cell vanishes: one point, or two where it dips through 0 and back; none where it turns before.
pub(super) fn zeros(branches: &Branches<'_>, cell: &Cell) -> Vec<f64> {
    let mut watches = Vec::new();
    let mut quantity = |x: f64| {
        branches.watched(x, &mut watches);
        watches[cell.watch]
    };
    if !cell.touches {
        return vec![crossing(&mut quantity, cell.from, cell.to)];
    }
    let rising = quantity(cell.from).at.slope > 0.0;
    let (from, to) = bisect(cell.from, cell.to, |x| {
        (quantity(x).at.slope > 0.0) == rising
    });
    let extreme = smaller(&mut quantity, from, to);
    let (start, turn) = (quantity(cell.from), quantity(extreme));
    if turn.side() == start.side() {
        // A double zero is met to half of the digits.
        let touches = turn.at.value.abs() <= 1e-14 * start.at.value.abs();
        return if touches { vec![extreme] } else { Vec::new() };
    }
    if turn.side() == 0 {
        return vec![extreme];
    }
    vec![
        crossing(&mut quantity, cell.from, extreme),
        crossing(&mut quantity, extreme, cell.to),
    ]
}

/// Where the quantity of a cell vanishes or turns, and by how much it changes from there to an end of the cell: what is a root,
/// a logarithm or a denominator in units of its size there.
pub(super) fn zero_or_turn(branches: &Branches<'_>, cell: &Cell) -> (f64, f64) {
    let mut watches = Vec::new();
    let mut quantity = |x: f64| {
        branches.watched(x, &mut watches);
        watches[cell.watch]
    };
    let x = if cell.touches {
        let rising = quantity(cell.from).at.slope > 0.0;
        let (from, to) = bisect(cell.from, cell.to, |x| {
            (quantity(x).at.slope > 0.0) == rising
        });
        smaller(&mut quantity, from, to)
    } else {
        crossing(&mut quantity, cell.from, cell.to)
    };
    let [from, here, to] = [cell.from, x, cell.to].map(|x| quantity(x).at.value);
    let change = (from - here).abs().max((to - here).abs());
    let unit = match cell.kind {
        ZeroKind::Root | ZeroKind::Pole => here.abs(),
        ZeroKind::Switch | ZeroKind::Smooth => 1.0,
    };
    (x, change / unit)
}

/// The one of two points at which the quantity is smaller, the second if none is.
fn smaller(quantity: &mut impl FnMut(f64) -> WatchedZero, a: f64, b: f64) -> f64 {
    let size = |watch: WatchedZero| watch.at.value.abs();
    if size(quantity(a)) < size(quantity(b)) {
        a
    } else {
        b
    }
}

/// The point of `from..=to` where the quantity leaves the side it has at `from`: of what rounding cannot tell apart, the
/// number with fewest digits.
fn crossing(quantity: &mut impl FnMut(f64) -> WatchedZero, from: f64, to: f64) -> f64 {
    let side = quantity(from).side();
    let (a, b) = bisect(from, to, |x| quantity(x).side() == side);
    let zero = smaller(quantity, a, b);
    if zero.abs() <= NEAREST {
        return 0.0;
    }
    let short = rounded(zero, 12);
    let near = (short - zero).abs() <= 4.0 * f64::EPSILON * zero.abs();
    if near {
        smaller(quantity, zero, short)
    } else {
        zero
    }
}

/// `x` to so many significant digits.
pub(super) fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits - 1)
        .parse()
        .expect("a number that was just written")
}

/// Neighbouring numbers in `from..=to`, the first with the property that holds at `from`, the second without.
pub(super) fn bisect(from: f64, to: f64, mut holds: impl FnMut(f64) -> bool) -> (f64, f64) {
    let (mut a, mut b) = (from, to);
    loop {
        let middle = 0.5 * (a + b);
        if middle <= a || middle >= b {
            return (a, b);
        }
        if holds(middle) {
            a = middle;
        } else {
            b = middle;
        }
    }
}
