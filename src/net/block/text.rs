//! The text of a block: `pre(ln,mlp(4))+post(rms,mlp(2),alpha=0.5)`.

use std::str::FromStr;

use super::{Block, Factor, Norm, Place, RATIO, SUB_LAYERS, SubLayer};
use crate::net::spec::SpecError;
use crate::net::written::value;

/// What is known of blocks, but not simulated yet.
const LATER: [(&str, &str); 9] = [
    ("peri", "a norm before and after the branch"),
    ("respost", "a norm after the branch"),
    ("bn", "batch normalization"),
    ("attn", "attention"),
    ("glu", "a gated branch"),
    ("preact", "a branch that begins with the activation"),
    ("conv", "a convolution"),
    ("gamma", "a gate"),
    (
        "none",
        "a branch without a norm in this place (write res(mlp(4)))",
    ),
];

/// What is allowed, for the end of a message.
const ALLOWED: &str = "a block is 1 to 8 sub-layers `pre(NORM,mlp(RATIO))`, `post(NORM,mlp(RATIO))` or `res(mlp(RATIO))` joined by +, \
NORM ln or rms, each with skip=FACTOR and alpha=FACTOR where they are not 1; for instance";

/// The part of a text at fault and what is wrong with it.
struct Problem(String, String);

impl FromStr for Block {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        read(&compact).map_err(|Problem(part, problem)| SpecError::Block {
            part,
            problem,
            allowed: ALLOWED,
        })
    }
}

fn read(text: &str) -> Result<Block, Problem> {
    let parts = pieces(text, '+').ok_or_else(|| problem(text, "no closing `)`"))?;
    if parts.len() > SUB_LAYERS {
        return Err(problem(text, "more than 8 sub-layers"));
    }
    let subs = parts.into_iter().map(sub_layer);
    Ok(Block(subs.collect::<Result<_, _>>()?))
}

fn problem(part: &str, problem: &str) -> Problem {
    Problem(part.to_owned(), problem.to_owned())
}

/// What stands between separators outside parentheses; `None` where a parenthesis is left open.
fn pieces(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut depth, mut from, mut pieces) = (0_i32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if c == separator && depth == 0 {
            pieces.push(&text[from..at]);
            from = at + 1;
        }
    }
    pieces.push(&text[from..]);
    (depth == 0).then_some(pieces)
}

/// The name and what stands in its parentheses.
fn call(text: &str) -> Option<(&str, &str)> {
    text.strip_suffix(')')?.split_once('(')
}

/// A word that is none of those allowed here: whether it is known, and what is.
fn unknown(part: &str, word: &str, allowed: &str) -> Problem {
    match LATER.iter().find(|(name, _)| *name == word) {
        Some((_, what)) => problem(part, &format!("{what} is not simulated yet")),
        None => problem(part, &format!("`{word}` is not {allowed}")),
    }
}

fn sub_layer(text: &str) -> Result<SubLayer, Problem> {
    let (place, arguments) =
        call(text).ok_or_else(|| problem(text, "not a sub-layer with parentheses"))?;
    let arguments =
        pieces(arguments, ',').ok_or_else(|| problem(text, "parentheses that do not match"))?;
    let norm = |word: &str| {
        let found = Norm::ALL.into_iter().find(|norm| norm.name() == word);
        found.ok_or_else(|| unknown(text, word, "a norm"))
    };
    let (place, rest) = match (place, &arguments[..]) {
        ("pre", [first, rest @ ..]) => (Place::Pre(norm(first)?), rest),
        ("post", [first, rest @ ..]) => (Place::Post(norm(first)?), rest),
        ("res", rest) => (Place::Bare, rest),
        (other, _) => return Err(unknown(text, other, "pre, post or res")),
    };
    let [branch, options @ ..] = rest else {
        return Err(problem(text, "no branch"));
    };
    let mut sub = SubLayer {
        place,
        ratio: ratio(text, branch)?,
        skip: Factor::ONE,
        alpha: Factor::ONE,
    };
    let mut seen = Vec::new();
    for option in options {
        let (key, written) = option
            .split_once('=')
            .ok_or_else(|| unknown(text, option, "skip=FACTOR or alpha=FACTOR"))?;
        let slot = match key {
            "skip" => &mut sub.skip,
            "alpha" => &mut sub.alpha,
            _ => return Err(unknown(text, key, "skip or alpha")),
        };
        if seen.contains(&key) {
            return Err(problem(text, &format!("{key} is there twice")));
        }
        seen.push(key);
        *slot = written
            .parse()
            .map_err(|()| problem(text, &format!("{key} `{written}` is not {FACTOR}")))?;
    }
    Ok(sub)
}

/// What a factor may be.
pub(crate) const FACTOR: &str = "a number or a power of the number N of blocks or L of sub-layers, such as 1/sqrt(2N) or (8N)^-0.25";

fn ratio(sub: &str, branch: &str) -> Result<f64, Problem> {
    let (name, argument) = call(branch).unwrap_or((branch, ""));
    if name != "mlp" {
        return Err(unknown(sub, name, "mlp(RATIO)"));
    }
    let found = value::<f64>(argument).filter(|ratio| RATIO.contains(ratio));
    found.ok_or_else(|| {
        let (low, high) = (RATIO.start(), RATIO.end());
        problem(
            sub,
            &format!("`{branch}` has no ratio of hidden units from {low} to {high}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_written_as_it_is_read() {
        for (text, written) in [
            ("pre(ln, mlp(4))", "pre(ln,mlp(4))"),
            (
                "post(rms,mlp(1/2),alpha=1,skip=(2N)^.25)",
                "post(rms,mlp(0.5),skip=(2N)^0.25)",
            ),
            (
                "res(mlp(1),alpha=1/sqrt(L)) + pre(rms,mlp(4))",
                "res(mlp(1),alpha=1/sqrt(L))+pre(rms,mlp(4))",
            ),
        ] {
            let block: Block = text.parse().expect(text);
            assert_eq!(block.to_string(), written);
            assert_eq!(written.parse(), Ok(block));
        }
    }

    #[test]
    fn what_is_no_block_is_told_what_is() {
        for (text, told) in [
            ("", "not a sub-layer"),
            ("pre(ln,attn(4))", "attention is not simulated yet"),
            ("peri(ln,mlp(4))", "is not simulated yet"),
            ("pre(bn,mlp(4))", "batch normalization is not simulated yet"),
            ("pre(mlp(4))", "`mlp(4)` is not a norm"),
            ("pre(ln)", "no branch"),
            ("res(mlp)", "no ratio"),
            ("res(mlp(0))", "no ratio"),
            ("res(mlp(4),beta=2)", "`beta` is not skip or alpha"),
            ("res(mlp(4),alpha=1,alpha=2)", "alpha is there twice"),
            ("res(mlp(4),alpha=x)", "alpha `x` is not a number"),
            ("res(mlp(4)", "no closing"),
            ("hello(mlp(4))", "`hello` is not pre, post or res"),
        ] {
            let error = text.parse::<Block>().expect_err(text).to_string();
            assert!(error.contains(told), "{text}: {error}");
            assert!(error.contains("for instance"), "{text}: {error}");
        }
        let nine = ["res(mlp(1))"; 9].join("+");
        assert!(nine.parse::<Block>().is_err());
    }
}
