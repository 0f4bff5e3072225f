//! Which piece an expression is on: the sides of its corners at some `x`, and each piece continued beyond them.

use std::cell::Cell;

use super::dual::{Dual, apply};
use super::function::Function;
use super::program::{DEPTH, Instruction, Program, step};

/// What happens where a quantity vanishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ZeroKind {
    /// One analytic piece ends and another begins, as in `abs`, `max` or a table activation with corners.
    Switch,
    /// A root or logarithm is not analytic there.
    Root,
    /// A denominator vanishes.
    Pole,
    /// The argument of a smooth function whose features lie near its 0.
    Smooth,
}

/// A quantity whose zeros matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct WatchedZero {
    pub(super) kind: ZeroKind,
    /// The quantity and its slope.
    pub(super) at: Dual<f64>,
}

impl WatchedZero {
    /// -1, 0 or 1; for NaN 0, and the walk hands the NaN on.
    pub(super) fn side(&self) -> i8 {
        i8::from(self.at.value > 0.0) - i8::from(self.at.value < 0.0)
    }
}

/// Steps of a program that its examination may take, about a second's worth.
pub(super) const WORK: usize = 1 << 26;

/// A program with the corners of the table activations in it.
#[derive(Debug)]
pub(super) struct Branches<'p> {
    program: &'p Program,
    /// For each step, the kinks of its table activation.
    kinks: Vec<Vec<f64>>,
    /// Steps of [`WORK`] that are left.
    left: Cell<usize>,
}

impl<'p> Branches<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        let kinks = |op: &Instruction| match op {
            Instruction::Apply(Function::Table(act)) => act.phi().shape().kinks,
            _ => Vec::new(),
        };
        Self {
            program,
            kinks: program.ops.iter().map(kinks).collect(),
            left: Cell::new(WORK),
        }
    }

    /// Whether the examination has taken more than [`WORK`] steps.
    pub(super) fn exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Value and slope as the program runs.
    pub(super) fn at(&self, x: f64) -> Dual<f64> {
        self.program.at(x)
    }

    /// The same, with every watched quantity, always the same ones in the same order.
    pub(super) fn watched(&self, x: f64, watches: &mut Vec<WatchedZero>) -> Dual<f64> {
        watches.clear();
        self.walk(x, |watch| {
            watches.push(watch);
            watch.side()
        })
    }

    /// The largest number on the stack on the way to the value, an estimate of what rounding errors are proportional to.
    pub(super) fn largest(&self, x: f64) -> f64 {
        let mut stack = [[Dual::constant(0.0)]; DEPTH];
        let mut top = 0;
        let mut largest = 0.0_f64;
        for op in &self.program.ops {
            top = step(op, &[x], &mut stack, top);
            largest = largest.max(stack[top - 1][0].value.abs());
        }
        largest
    }

    /// The sides of all watched quantities.
    pub(super) fn sides(&self, x: f64) -> Vec<i8> {
        let mut watches = Vec::new();
        self.watched(x, &mut watches);
        watches.iter().map(WatchedZero::side).collect()
    }

    /// The analytic piece that holds where the sides are `sides`, continued to `x`; `None` where a table activation, which
    /// cannot be continued, would have to be.
    pub(super) fn continued(&self, x: f64, sides: &[i8]) -> Option<Dual<f64>> {
        let mut sides = sides.iter();
        let mut across = false;
        let reached = self.walk(x, |watch| {
            let side = *sides.next().expect("the quantities are always the same");
            let far = watch.at.value.abs() > 1e-9 * (1.0 + x.abs()) * (1.0 + watch.at.slope.abs());
            across |= watch.kind == ZeroKind::Switch && watch.side() != side && far;
            side
        });
        let table = self.kinks.iter().any(|kinks| !kinks.is_empty());
        (!(table && across)).then_some(reached)
    }

    /// Runs the program; `side` is told each watched quantity and answers which side of its zero shall hold.
    fn walk(&self, x: f64, mut side: impl FnMut(WatchedZero) -> i8) -> Dual<f64> {
        let steps = self.program.ops.len();
        self.left.set(self.left.get().saturating_sub(steps));
        let mut stack = [[Dual::constant(0.0)]; DEPTH];
        let mut top = 0;
        for (op, kinks) in self.program.ops.iter().zip(&self.kinks) {
            let first = top - op.operands();
            let u = stack[first][0];
            let v = stack[first + usize::from(op.operands() == 2)][0];
            let mut watch = |kind, at| side(WatchedZero { kind, at });
            let zero = Dual::constant(0.0);
            let chosen = match op {
                Instruction::Greater | Instruction::Lesser => {
                    let side = watch(ZeroKind::Switch, u.subtract(v));
                    let greater = matches!(op, Instruction::Greater);
                    match (side, greater) {
                        _ if u.value.is_nan() || v.value.is_nan() => Some(u.add(v)),
                        (0, true) => Some(u.greater(v)),
                        (0, false) => Some(u.lesser(v)),
                        (1, true) | (-1, false) => Some(u),
                        _ => Some(v),
                    }
                }
                Instruction::Apply(Function::Abs) => Some(match watch(ZeroKind::Switch, u) {
                    _ if u.value.is_nan() => u,
                    0 => zero,
                    1 => u,
                    _ => u.negate(),
                }),
                Instruction::Apply(Function::Relu) => Some(match watch(ZeroKind::Switch, u) {
                    _ if u.value.is_nan() => u,
                    1 => u,
                    _ => zero,
                }),
                Instruction::Apply(Function::Sign) => Some(match watch(ZeroKind::Switch, u) {
                    _ if u.value.is_nan() => u,
                    side => Dual::constant(f64::from(side)),
                }),
                Instruction::Apply(f @ Function::Table(_)) => {
                    watch(ZeroKind::Smooth, u);
                    let mut on_side = [u];
                    for kink in kinks {
                        let value = u.value - kink;
                        let at = Dual { value, ..u };
                        match watch(ZeroKind::Switch, at) {
                            1 if value <= 0.0 => on_side[0].value = kink.next_up(),
                            -1 if value >= 0.0 => on_side[0].value = kink.next_down(),
                            _ => {}
                        }
                    }
                    apply(f, &mut on_side);
                    Some(on_side[0])
                }
                Instruction::Divide => {
                    watch(ZeroKind::Pole, v);
                    None
                }
                Instruction::Integer(..0) => {
                    watch(ZeroKind::Pole, u);
                    None
                }
                Instruction::Apply(Function::Tan) => {
                    watch(ZeroKind::Pole, cosine(u));
                    None
                }
                Instruction::Apply(Function::Sqrt | Function::Ln) => {
                    watch(ZeroKind::Root, u);
                    None
                }
                Instruction::Apply(Function::Ln1p) => {
                    watch(ZeroKind::Root, u.shift(1.0));
                    None
                }
                Instruction::Apply(Function::Sin | Function::Cos) => None,
                Instruction::Apply(_) => {
                    watch(ZeroKind::Smooth, u);
                    None
                }
                Instruction::Power => {
                    let kind = if v.value < 0.0 {
                        ZeroKind::Pole
                    } else {
                        ZeroKind::Root
                    };
                    watch(kind, u);
                    None
                }
                _ => None,
            };
            match chosen {
                Some(result) => {
                    stack[first] = [result];
                    top = first + 1;
                }
                None => top = step(op, &[x], &mut stack, top),
            }
        }
        stack[0][0]
    }
}

/// What vanishes where `tan(u)` has its poles.
fn cosine(u: Dual<f64>) -> Dual<f64> {
    let mut row = [u];
    apply(&Function::Cos, &mut row);
    row[0]
}
