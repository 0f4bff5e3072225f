//! Forms that lose digits or overflow on their way, replaced by equal ones that do not.

use super::function::Function::{
    Cos, Exp, Expm1, Hyperbola, Ln, Ln1p, Sigmoid, Sin, Softplus, Sqrt, Tanh,
};
use super::program::Instruction::{
    self, Add, Apply, Constant, Divide, Integer, Multiply, Negate, Over, Scale, Shift, Subtract,
};

/// Replaces the last step of a program and its operands, which begin at `start`, where they have a stabler form:
/// `ln(c + a exp(u))`, `exp(u) - 1`, `1 - exp(u)`, `ln(1 + u)`, `1 +- tanh(u)`, `2 sigmoid(u) - 1`, `cos(u) - 1`, `1 - cos(u)`,
/// `exp(u)/(1 + exp(u))`, `1/(1 + exp(u))`, `u +- sqrt(u^2 + c)`.
pub(super) fn settle(ops: &mut Vec<Instruction>, start: usize) {
    let Some((from, stable)) = one_operand(&ops[start..]).or_else(|| two_operands(&ops[start..]))
    else {
        return;
    };
    let kept = start + from.start;
    ops.truncate(start + from.end);
    ops.drain(start..kept);
    ops.extend(stable);
}

/// The steps of `ops` that stay and those that follow them instead.
type Stable = (std::ops::Range<usize>, Vec<Instruction>);

/// Of functions of one operand, told by their last steps.
fn one_operand(ops: &[Instruction]) -> Option<Stable> {
    let n = ops.len();
    let softplus = |gone: usize, a: f64, c: f64| {
        let shifts = |by: f64| (by != 0.0).then_some(Shift(by));
        let steps = shifts((a / c).ln())
            .into_iter()
            .chain([Apply(Softplus)])
            .chain(shifts(c.ln()));
        (0..n - gone, steps.collect())
    };
    // Whether the first operand of the last step is the first step alone.
    let one = || operands(&ops[1..n - 1]) == 1;
    match ops {
        [.., Apply(Exp), Shift(c), Apply(Ln)] if *c > 0.0 => Some(softplus(3, 1.0, *c)),
        [.., Apply(Exp), Scale(a), Shift(c), Apply(Ln)] if *a > 0.0 && *c > 0.0 => {
            Some(softplus(4, *a, *c))
        }
        [.., Shift(1.0), Apply(Ln)] => Some((0..n - 2, vec![Apply(Ln1p)])),
        [.., Apply(Exp), Shift(-1.0)] => Some((0..n - 2, vec![Apply(Expm1)])),
        [.., Apply(Tanh), Shift(c)] if c.abs() == 1.0 => Some((
            0..n - 2,
            vec![Scale(2.0 * c), Apply(Sigmoid), Scale(2.0 * c)],
        )),
        [.., Apply(Sigmoid), Scale(2.0), Shift(-1.0)] => {
            Some((0..n - 3, vec![Over(2.0), Apply(Tanh)]))
        }
        [.., Apply(Cos), Shift(-1.0)] => Some((
            0..n - 2,
            vec![Over(2.0), Apply(Sin), Integer(2), Scale(-2.0)],
        )),
        [Constant(1.0), .., Apply(Exp), Subtract] if one() => {
            Some((1..n - 2, vec![Apply(Expm1), Negate]))
        }
        [Constant(1.0), .., Apply(Tanh), Subtract] if one() => {
            Some((1..n - 2, vec![Scale(-2.0), Apply(Sigmoid), Scale(2.0)]))
        }
        [Constant(1.0), .., Apply(Cos), Subtract] if one() => Some((
            1..n - 2,
            vec![Over(2.0), Apply(Sin), Integer(2), Scale(2.0)],
        )),
        [Constant(1.0), .., Apply(Exp), Shift(1.0), Divide] if one() => {
            Some((1..n - 3, vec![Negate, Apply(Sigmoid)]))
        }
        _ => None,
    }
}

/// Of two operands in which the same one stands twice.
fn two_operands(ops: &[Instruction]) -> Option<Stable> {
    let (last, both) = ops.split_last()?;
    let cuts = 1..both.len();
    if !matches!(last, Add | Subtract | Divide) || operands(both) != 2 {
        return None;
    }
    let middle = cuts
        .into_iter()
        .find(|at| operands(&both[..*at]) == 1 && operands(&both[*at..]) == 1)?;
    let (left, right) = both.split_at(middle);
    match last {
        Divide => {
            let u = left.strip_suffix(&[Apply(Exp)])?;
            let same = right.strip_suffix(&[Apply(Exp), Shift(1.0)]) == Some(u);
            same.then(|| (0..u.len(), vec![Apply(Sigmoid)]))
        }
        _ => {
            let sum = *last == Add;
            let (u, c, root_first) = match (root(right), root(left)) {
                (Some((v, c)), _) if v == left => (left.len(), c, false),
                (_, Some((v, c))) if v == right => (right.len(), c, true),
                _ => return None,
            };
            let steps = match (sum, root_first) {
                (true, _) => vec![Apply(Hyperbola(c))],
                (false, true) => vec![Negate, Apply(Hyperbola(c))],
                (false, false) => vec![Negate, Apply(Hyperbola(c)), Negate],
            };
            // The root begins with its argument as well.
            Some((0..u, steps))
        }
    }
}

/// `u` and `c` of `sqrt(u^2 + c)`, c > 0.
fn root(ops: &[Instruction]) -> Option<(&[Instruction], f64)> {
    let [square @ .., Shift(c), Apply(Sqrt)] = ops else {
        return None;
    };
    let u = match square {
        [u @ .., Integer(2)] => u,
        [twice @ .., Multiply] if twice.len().is_multiple_of(2) => {
            let (u, again) = twice.split_at(twice.len() / 2);
            (u == again).then_some(u)?
        }
        _ => return None,
    };
    (*c > 0.0).then_some((u, *c))
}

/// How many numbers these steps leave on an empty stack; 0 where they need more than they make.
fn operands(ops: &[Instruction]) -> usize {
    let mut depth = 0_usize;
    for op in ops {
        match depth.checked_sub(op.operands()) {
            Some(rest) => depth = rest + 1,
            None => return 0,
        }
    }
    depth
}
