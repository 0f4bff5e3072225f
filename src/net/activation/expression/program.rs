//! An expression as a postfix program.

use super::dual::{Dual, Number, apply, each};
use super::function::Function;

/// One step: it takes its operands from the stack and leaves its result there.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// `x`
    Argument,
    /// A number.
    Constant(f64),
    /// `-u`
    Negate,
    /// `u + v`
    Add,
    /// `u - v`
    Subtract,
    /// `u v`
    Multiply,
    /// `u / v`
    Divide,
    /// The greater of two.
    Greater,
    /// The lesser of two.
    Lesser,
    /// `u^v`
    Power,
    /// `u + c`
    Shift(f64),
    /// `c u`
    Scale(f64),
    /// `u / c`
    Over(f64),
    /// `u^n`
    Integer(i32),
    /// A function of one number.
    Apply(Function),
}

impl Op {
    /// How many operands it takes.
    pub(super) const fn operands(&self) -> usize {
        match self {
            Self::Argument | Self::Constant(_) => 0,
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Greater
            | Self::Lesser
            | Self::Power => 2,
            _ => 1,
        }
    }
}

/// Room on the stack.
pub(super) const DEPTH: usize = 16;

/// Steps that leave one number on a stack of at most [`DEPTH`].
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
}

impl Program {
    /// The most numbers that lie on the stack at once.
    pub(super) fn depth(&self) -> usize {
        let mut depth = 0;
        let after = |op: &Op| {
            depth = depth + 1 - op.operands();
            depth
        };
        self.ops.iter().map(after).max().unwrap_or(0)
    }

    /// Leaves the values at `x` and the derivatives in the first row of the stack.
    #[inline(always)]
    pub(super) fn run<N: Number, const W: usize>(&self, x: &[N; W], stack: &mut [[Dual<N>; W]]) {
        let mut top = 0;
        for op in &self.ops {
            top = step(op, x, stack, top);
        }
    }

    /// The value at `x` and the derivative.
    pub(super) fn at(&self, x: f64) -> Dual<f64> {
        let mut stack = [[Dual::constant(0.0)]; DEPTH];
        self.run(&[x], &mut stack);
        stack[0][0]
    }
}

/// Every `u` of a row becomes `u.f(v)`, `v` in the row above.
macro_rules! pairs {
    ($below:expr, $rest:expr, $f:ident) => {
        for (u, v) in $below.iter_mut().zip(&$rest[0]) {
            *u = u.$f(*v);
        }
    };
}

/// Does one step on rows of `W` numbers, `top` rows lying on the stack, and returns how many lie there then.
#[inline(always)]
pub(super) fn step<N: Number, const W: usize>(
    op: &Op,
    x: &[N; W],
    stack: &mut [[Dual<N>; W]],
    top: usize,
) -> usize {
    let first = top - op.operands();
    let (below, rest) = stack[first..]
        .split_first_mut()
        .expect("the stack has room");
    match op {
        Op::Argument => {
            for (u, x) in below.iter_mut().zip(x) {
                *u = Dual::constant(*x);
                u.slope = x.like(1.0);
            }
        }
        Op::Constant(c) => *below = x.map(|x| Dual::constant(x.like(*c))),
        Op::Negate => each!(below, u => u.negate()),
        Op::Add => pairs!(below, rest, add),
        Op::Subtract => pairs!(below, rest, subtract),
        Op::Multiply => pairs!(below, rest, multiply),
        Op::Divide => pairs!(below, rest, divide),
        Op::Greater => pairs!(below, rest, greater),
        Op::Lesser => pairs!(below, rest, lesser),
        Op::Power => pairs!(below, rest, power),
        Op::Shift(c) => each!(below, u => u.shift(*c)),
        Op::Scale(c) => each!(below, u => u.scale(*c)),
        Op::Over(c) => each!(below, u => u.over(*c)),
        Op::Integer(n) => each!(below, u => u.integer(*n)),
        Op::Apply(f) => apply(f, below),
    }
    first + 1
}
