//! An expression as a postfix program.

use super::dual::{Dual, Number, apply, each};
use super::function::Function;

/// One step: it takes its operands from the stack and leaves its result there.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Instruction {
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

impl Instruction {
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

    /// How many steps of arithmetic it is worth on one number.
    pub(super) const fn steps(&self) -> usize {
        use Function::{Atan, Cosh, Ln1p, Sinh, Table};
        match self {
            Self::Power | Self::Apply(Atan | Cosh | Ln1p | Sinh | Table(_)) => 8,
            Self::Apply(_) => 3,
            _ => 1,
        }
    }

    /// The same on a row of numbers: more where they are taken one by one, measured on AVX2.
    pub(super) const fn steps_in_a_row(&self) -> usize {
        use Function::{Atan, Cosh, Ln1p, Sinh, Table};
        match self {
            Self::Power => 80,
            Self::Apply(Table(_)) => 24,
            Self::Apply(Cosh | Ln1p | Sinh) => 20,
            Self::Apply(Atan) => 8,
            Self::Apply(_) => 3,
            _ => 1,
        }
    }
}

/// Room on the stack.
pub(super) const DEPTH: usize = 16;

/// Steps that leave one number on a stack of at most [`DEPTH`].
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) ops: Vec<Instruction>,
}

impl Program {
    /// The most numbers that lie on the stack at once.
    pub(super) fn depth(&self) -> usize {
        let mut depth = 0;
        let after = |op: &Instruction| {
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

    /// Absolute rounding errors of the value at `x` and of the derivative, from those of every step: an operand's error is what
    /// the result changes by when the operand does; infinite where they are not known.
    pub(super) fn rounding(&self, x: f64) -> [f64; 2] {
        let mut stack = [Dual::constant(0.0); DEPTH];
        let mut errors = [Dual::constant(0.0); DEPTH];
        let mut top = 0;
        for op in &self.ops {
            let count = op.operands();
            let first = top - count;
            let operands = |shifted: usize, value: f64, slope: f64| {
                let mut row = [[Dual::constant(0.0)]; 3];
                for (at, to) in row[..count].iter_mut().enumerate() {
                    to[0] = stack[first + at];
                    if at == shifted {
                        to[0].value += value;
                        to[0].slope += slope;
                    }
                }
                step(op, &[x], &mut row, count);
                row[0][0]
            };
            let result = operands(count, 0.0, 0.0);
            let unit = match op {
                Instruction::Argument | Instruction::Constant(_) | Instruction::Negate => 0.0,
                _ => f64::EPSILON,
            };
            let mut error = Dual {
                value: unit * result.value.abs(),
                slope: unit * result.slope.abs(),
            };
            for at in 0..count {
                let own = errors[first + at];
                let moved = operands(at, own.value, 0.0);
                error.value += (moved.value - result.value).abs();
                error.slope += (moved.slope - result.slope).abs();
                error.slope += (operands(at, 0.0, own.slope).slope - result.slope).abs();
            }
            (stack[first], errors[first]) = (result, error);
            top = first + 1;
        }
        [errors[0].value, errors[0].slope].map(|e| if e.is_nan() { f64::INFINITY } else { e })
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
    op: &Instruction,
    x: &[N; W],
    stack: &mut [[Dual<N>; W]],
    top: usize,
) -> usize {
    let first = top - op.operands();
    let (below, rest) = stack[first..]
        .split_first_mut()
        .expect("the stack has room");
    match op {
        Instruction::Argument => {
            for (u, x) in below.iter_mut().zip(x) {
                *u = Dual::constant(*x);
                u.slope = x.like(1.0);
            }
        }
        Instruction::Constant(c) => *below = x.map(|x| Dual::constant(x.like(*c))),
        Instruction::Negate => each!(below, u => u.negate()),
        Instruction::Add => pairs!(below, rest, add),
        Instruction::Subtract => pairs!(below, rest, subtract),
        Instruction::Multiply => pairs!(below, rest, multiply),
        Instruction::Divide => pairs!(below, rest, divide),
        Instruction::Greater => pairs!(below, rest, greater),
        Instruction::Lesser => pairs!(below, rest, lesser),
        Instruction::Power => pairs!(below, rest, power),
        Instruction::Shift(c) => each!(below, u => u.shift(*c)),
        Instruction::Scale(c) => each!(below, u => u.scale(*c)),
        Instruction::Over(c) => each!(below, u => u.over(*c)),
        Instruction::Integer(n) => each!(below, u => u.integer(*n)),
        Instruction::Apply(f) => apply(f, below),
    }
    first + 1
}
