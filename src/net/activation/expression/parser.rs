//! Precedence climbing from tokens to a postfix program.
//!
//! From loose to tight: `+ -`, `* /`, the sign `-`, `^` (right to left). So `-x^2` is `-(x^2)` and `2^-x` is allowed.

use crate::net::activation::{Activation, ActivationRow};

use super::error::ExpressionError;
use super::function::{Called, Function, find};
use super::program::{DEPTH, Instruction, Program};
use super::stable::settle;
use super::token::{Spot, Token, tokens};

const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const SIGN: u8 = 3;
const POWER: u8 = 4;

/// Parentheses inside parentheses.
const NESTED: usize = 64;

/// The largest whole exponent that is computed by squaring.
const SQUARED: f64 = 64.0;

const OPERAND: &str = "a number, `x`, a function such as `tanh(x)`, or `(`";

/// Reads `text` as an expression in `x`.
pub(super) fn parse(text: &str) -> Result<Program, ExpressionError> {
    let program = program(text)?;
    if !program
        .ops
        .iter()
        .any(|op| matches!(op, Instruction::Argument))
    {
        let text = text.to_owned();
        return Err(ExpressionError::Constant { text });
    }
    Ok(program)
}

/// The same, also without an `x`.
fn program(text: &str) -> Result<Program, ExpressionError> {
    let mut parser = Parser {
        text,
        spots: tokens(text)?,
        at: 0,
        nested: 0,
        program: Program::default(),
    };
    parser.expression(SUM)?;
    parser.expect(&Token::End, "an operator + - * / ^ or the end")?;
    let program = parser.program;
    if program.depth() > DEPTH {
        return Err(size(text, DEPTH, "pending operands"));
    }
    Ok(program)
}

fn size(text: &str, most: usize, what: &str) -> ExpressionError {
    ExpressionError::Size {
        text: text.to_owned(),
        limit: format!("{most} {what}"),
    }
}

/// The value of `text` where it is a constant expression with a finite value.
pub(in crate::net) fn constant(text: &str) -> Option<f64> {
    match program(text).ok()?.ops[..] {
        [Instruction::Constant(value)] => Some(value),
        _ => None,
    }
}

struct Parser<'t> {
    text: &'t str,
    spots: Vec<Spot>,
    at: usize,
    nested: usize,
    program: Program,
}

impl Parser<'_> {
    fn here(&self) -> &Spot {
        &self.spots[self.at]
    }

    fn take(&mut self) -> Spot {
        let spot = self.here().clone();
        // The end is never passed.
        self.at = (self.at + 1).min(self.spots.len() - 1);
        spot
    }

    fn is(&self, sign: char) -> bool {
        self.here().token == Token::Sign(sign)
    }

    fn expect(&mut self, token: &Token, expected: &'static str) -> Result<(), ExpressionError> {
        if self.here().token == *token {
            self.take();
            return Ok(());
        }
        Err(self.unexpected(self.here(), expected))
    }

    fn unexpected(&self, spot: &Spot, expected: &'static str) -> ExpressionError {
        ExpressionError::Unexpected {
            text: self.text.to_owned(),
            found: spot.shown(),
            column: spot.column,
            expected,
        }
    }

    /// One operand and every operator after it that binds at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<(), ExpressionError> {
        let start = self.program.ops.len();
        self.operand()?;
        loop {
            let (binds, right, op) = match self.here().token {
                Token::Sign('+') => (SUM, PRODUCT, Instruction::Add),
                Token::Sign('-') => (SUM, PRODUCT, Instruction::Subtract),
                Token::Sign('*') => (PRODUCT, SIGN, Instruction::Multiply),
                Token::Sign('/') => (PRODUCT, SIGN, Instruction::Divide),
                Token::Sign('^') => (POWER, POWER, Instruction::Power),
                _ => return Ok(()),
            };
            if binds < least {
                return Ok(());
            }
            self.take();
            let middle = self.program.ops.len();
            self.expression(right)?;
            self.emit(op, start, middle);
        }
    }

    fn operand(&mut self) -> Result<(), ExpressionError> {
        self.nested += 1;
        if self.nested > NESTED {
            return Err(size(self.text, NESTED, "levels"));
        }
        let start = self.program.ops.len();
        let spot = self.take();
        match &spot.token {
            Token::Number(number) => self.program.ops.push(Instruction::Constant(*number)),
            Token::Word(name) => self.word(name, &spot)?,
            Token::Sign('(') => {
                self.expression(SUM)?;
                self.expect(&Token::Sign(')'), "an operator + - * / ^ or `)`")?;
            }
            Token::Sign('-') => {
                self.expression(SIGN)?;
                self.emit(Instruction::Negate, start, start);
            }
            Token::Sign('+') => self.expression(SIGN)?,
            _ => return Err(self.unexpected(&spot, OPERAND)),
        }
        self.nested -= 1;
        Ok(())
    }

    fn word(&mut self, name: &str, spot: &Spot) -> Result<(), ExpressionError> {
        let (text, name, column) = (self.text.to_owned(), name.to_owned(), spot.column);
        if self.is('(') {
            self.take();
            return match find(&name) {
                Some(Called::Own(op)) => self.call(op, spot),
                Some(Called::Table(act)) => self.table(&act, spot),
                None => Err(ExpressionError::Function { text, name, column }),
            };
        }
        let op = match name.as_str() {
            "x" | "X" => Instruction::Argument,
            "pi" => Instruction::Constant(std::f64::consts::PI),
            "e" => Instruction::Constant(std::f64::consts::E),
            _ => {
                return Err(match find(&name) {
                    Some(called) => ExpressionError::Bare {
                        example: example(&name, &called),
                        text,
                        name,
                        column,
                    },
                    None => ExpressionError::Name { text, name, column },
                });
            }
        };
        self.program.ops.push(op);
        Ok(())
    }

    /// The arguments of one of our own functions, the opening parenthesis already taken.
    fn call(&mut self, op: Instruction, spot: &Spot) -> Result<(), ExpressionError> {
        let start = self.program.ops.len();
        let mut middle = start;
        let wanted = op.operands();
        let mut given = 0;
        loop {
            self.expression(SUM)?;
            given += 1;
            if !self.is(',') {
                break;
            }
            self.take();
            middle = self.program.ops.len();
        }
        self.close()?;
        if given != wanted {
            let takes = ["one number", "two numbers"][wanted - 1].to_owned();
            return Err(self.arguments(spot, takes, given, &Called::Own(op)));
        }
        self.emit(op, start, middle);
        Ok(())
    }

    /// The argument of a table activation, then values of its parameters.
    fn table(&mut self, act: &Activation, spot: &Spot) -> Result<(), ExpressionError> {
        let row = act.row().expect("it was found in the table");
        self.expression(SUM)?;
        let mut values = Vec::new();
        let mut given = 1;
        while self.is(',') {
            self.take();
            let (start, column) = (self.program.ops.len(), self.here().column);
            self.expression(SUM)?;
            given += 1;
            let value = self.program.ops.split_off(start);
            let Some(parameter) = row.parameters.get(values.len()) else {
                continue;
            };
            match value[..] {
                [Instruction::Constant(value)]
                    if (parameter.min..=parameter.max).contains(&value) =>
                {
                    values.push(value + 0.0);
                }
                _ => {
                    return Err(ExpressionError::Parameter {
                        text: self.text.to_owned(),
                        parameter: *parameter,
                        column,
                    });
                }
            }
        }
        self.close()?;
        if given > row.parameters.len() + 1 {
            let takes = match row.parameters.len() {
                0 => "one number".to_owned(),
                n => format!("at most {} numbers", n + 1),
            };
            return Err(self.arguments(spot, takes, given, &Called::Table(act.clone())));
        }
        let defaults = row.parameters[values.len()..].iter().map(|p| p.default);
        values.extend(defaults);
        let act = Activation::of_row(row, &values);
        let start = self.program.ops.len();
        self.emit(Instruction::Apply(Function::Table(act)), start, start);
        Ok(())
    }

    fn close(&mut self) -> Result<(), ExpressionError> {
        self.expect(&Token::Sign(')'), "an operator + - * / ^, `,` or `)`")
    }

    fn arguments(&self, spot: &Spot, takes: String, given: usize, of: &Called) -> ExpressionError {
        ExpressionError::Arguments {
            text: self.text.to_owned(),
            name: spot.typed.clone(),
            column: spot.column,
            takes,
            given,
            example: example(&spot.typed, of),
        }
    }

    /// Appends `op`, whose operands begin at `start` and, the second, at `middle`; constants are computed at once.
    fn emit(&mut self, op: Instruction, start: usize, middle: usize) {
        let ops = &mut self.program.ops;
        let constant = |op: &Instruction| matches!(op, Instruction::Constant(_));
        if ops[start..].iter().all(constant) && ops[start..].len() == op.operands() {
            let mut folded = Program {
                ops: ops.split_off(start),
            };
            folded.ops.push(op);
            let value = folded.at(0.0).value;
            if value.is_finite() {
                ops.push(Instruction::Constant(value));
            } else {
                ops.extend(folded.ops);
            }
            return;
        }
        let (left, right) = ops[start..].split_at(middle - start);
        // With one constant operand, the operand that goes (if any) and the step that knows it.
        let (gone, op) = match (op, left, right) {
            (Instruction::Add, [Instruction::Constant(c)], _) => {
                (Some(start), Instruction::Shift(*c))
            }
            (Instruction::Add, _, [Instruction::Constant(c)]) => {
                (Some(middle), Instruction::Shift(*c))
            }
            (Instruction::Subtract, _, [Instruction::Constant(c)]) => {
                (Some(middle), Instruction::Shift(-c))
            }
            (Instruction::Multiply, [Instruction::Constant(c)], _) => {
                (Some(start), Instruction::Scale(*c))
            }
            (Instruction::Multiply, _, [Instruction::Constant(c)]) => {
                (Some(middle), Instruction::Scale(*c))
            }
            (Instruction::Divide, _, [Instruction::Constant(c)]) => {
                (Some(middle), Instruction::Over(*c))
            }
            (Instruction::Power, _, [Instruction::Constant(n)])
                if n.fract() == 0.0 && n.abs() <= SQUARED =>
            {
                (Some(middle), Instruction::Integer(*n as i32))
            }
            (Instruction::Greater, [Instruction::Constant(0.0)], _) => {
                (Some(start), Instruction::Apply(Function::Relu))
            }
            (Instruction::Greater, _, [Instruction::Constant(0.0)]) => {
                (Some(middle), Instruction::Apply(Function::Relu))
            }
            // The constant e is the exact one.
            (Instruction::Power, [Instruction::Constant(std::f64::consts::E)], _) => {
                (Some(start), Instruction::Apply(Function::Exp))
            }
            (op, _, _) => (None, op),
        };
        if let Some(gone) = gone {
            ops.remove(gone);
        }
        ops.push(op);
        settle(ops, start);
    }
}

/// How a function is written.
fn example(name: &str, called: &Called) -> String {
    let parameters = match called {
        Called::Own(op) if op.operands() == 2 => ", 0".to_owned(),
        Called::Own(_) => String::new(),
        Called::Table(act) => {
            let parameters = act
                .row()
                .map_or(&[][..], |row: &ActivationRow| row.parameters);
            parameters
                .iter()
                .map(|p| format!(", {}", p.example))
                .collect()
        }
    };
    format!("{name}(x{parameters})")
}
