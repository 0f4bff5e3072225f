//! The text of a block: `pre(ln,mlp(4))+post(rms,mlp(2),alpha=0.5)`.

use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Attention, Block, Branch, Factor, Heads, Norm, Place, RATIO, SUB_LAYERS, SubLayer};
use crate::net::spec::SpecError;
use crate::net::written::value;

/// Heads, and units of a head, at most.
const HEADS: usize = 1024;

/// What scores may be multiplied by.
const SCALE: RangeInclusive<f64> = 0.0..=1e6;

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Place {
    /// The place of a text without a branch, `peri(rms)` or `res`.
    pub(crate) fn alone(text: &str) -> Option<Self> {
        let compact = without_blanks(text);
        let all = Norm::ALL.into_iter().flat_map(Self::of_norm);
        all.chain([Self::Bare])
            .find(|place| place.to_string() == compact)
    }
}

/// What is known of blocks, but not simulated yet.
const LATER: [(&str, &str); 3] = [
    ("conv", "a convolution"),
    ("gamma", "a gate (its size at the start is alpha's)"),
    (
        "none",
        "a branch without a norm in this place (write res(mlp(4)))",
    ),
];

/// What is allowed, for the end of a message.
const ALLOWED: &str = "a block is 1 to 8 sub-layers PLACE(NORM,BRANCH) joined by +, PLACE pre, post, peri or respost, NORM ln, rms or bn, or res(BRANCH) \
without a norm; BRANCH is mlp(RATIO), mlp(RATIO,NORM), preact(1), preact(2), preact(2,NORM), glu(RATIO), mix (a matrix over the tokens) or attn(HEADS) with causal, rope, \
kv=HEADS, scale=NUMBER, qk=rms; behind it phi (the activation follows the sum), skip=FACTOR, alpha=FACTOR and factors of single matrices (first, gate, up, q, k, v, last); for instance";

/// The part of a text at fault and what is wrong with it.
struct Problem(String, String);

impl FromStr for Block {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        read(&without_blanks(text)).map_err(|Problem(part, problem)| SpecError::Block {
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

fn norm_of(part: &str, word: &str) -> Result<Norm, Problem> {
    let found = Norm::ALL.into_iter().find(|norm| norm.name() == word);
    found.ok_or_else(|| unknown(part, word, "a norm"))
}

fn sub_layer(text: &str) -> Result<SubLayer, Problem> {
    let (place, arguments) =
        call(text).ok_or_else(|| problem(text, "not a sub-layer with parentheses"))?;
    let arguments =
        pieces(arguments, ',').ok_or_else(|| problem(text, "parentheses that do not match"))?;
    let norm = |word: &str| norm_of(text, word);
    let (place, rest) = match (place, &arguments[..]) {
        ("pre", [first, rest @ ..]) => (Place::Pre(norm(first)?), rest),
        ("post", [first, rest @ ..]) => (Place::Post(norm(first)?), rest),
        ("peri", [first, rest @ ..]) => (Place::Peri(norm(first)?), rest),
        ("respost", [first, rest @ ..]) => (Place::ResPost(norm(first)?), rest),
        ("res", rest) => (Place::Bare, rest),
        (other, _) => {
            let places = "pre, post, peri, respost or res";
            return Err(unknown(text, other, places));
        }
    };
    let [branch, options @ ..] = rest else {
        let none = "no branch, and no block before it whose norms it could move";
        return Err(problem(text, none));
    };
    let mut sub = SubLayer {
        place,
        branch: branch_of(text, branch)?,
        skip: Factor::ONE,
        alpha: Factor::ONE,
        activated: false,
        scales: Vec::new(),
    };
    let roles = sub.branch.roles();
    let mut seen = Vec::new();
    for option in options {
        if *option == "phi" && !sub.activated {
            sub.activated = true;
            continue;
        }
        let (key, written) = option
            .split_once('=')
            .ok_or_else(|| unknown(text, option, "NAME=FACTOR"))?;
        if seen.contains(&key) {
            return Err(problem(text, &format!("{key} is there twice")));
        }
        seen.push(key);
        let factor: Factor = written
            .parse()
            .map_err(|()| problem(text, &format!("{key} `{written}` is not {FACTOR}")))?;
        match (key, roles.iter().find(|role| role.name() == key)) {
            ("skip", _) => sub.skip = factor,
            ("alpha", _) => sub.alpha = factor,
            (_, Some(_)) if factor == Factor::ONE => {}
            (_, Some(role)) => sub.scales.push((*role, factor)),
            _ => {
                let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
                let allowed = format!("skip, alpha or one of its matrices: {}", names.join(", "));
                return Err(unknown(text, key, &allowed));
            }
        }
    }
    sub.scales.sort_by_key(|(role, _)| *role);
    Ok(sub)
}

/// What a factor may be.
pub(crate) const FACTOR: &str = "a number or a power of the number N of blocks, L of sub-layers or l of the block, such as 1/sqrt(2N), (8N)^-0.25 or 1/sqrt(1+0.04l)";

fn branch_of(sub: &str, text: &str) -> Result<Branch, Problem> {
    let (name, argument) = call(text).unwrap_or((text, ""));
    match name {
        "mlp" => Ok(Branch::Mlp {
            ratio: ratio(sub, text, argument.split(',').next().unwrap_or_default())?,
            norm: match argument.split_once(',') {
                Some((_, norm)) => Some(norm_of(sub, norm)?),
                None => None,
            },
        }),
        "preact" => match argument.split_once(',') {
            Some(("2", norm)) => Ok(Branch::Preact2 {
                norm: Some(norm_of(sub, norm)?),
            }),
            None if argument == "1" => Ok(Branch::Preact1),
            None if argument == "2" => Ok(Branch::Preact2 { norm: None }),
            _ => Err(problem(
                sub,
                &format!("`{text}` is not preact(1), preact(2) or preact(2,NORM)"),
            )),
        },
        "glu" => Ok(Branch::Glu {
            ratio: ratio(sub, text, argument)?,
        }),
        "attn" => Ok(Branch::Attention(attention(sub, text, argument)?)),
        "mix" if argument.is_empty() => Ok(Branch::Mix),
        _ => Err(unknown(
            sub,
            name,
            "mlp(RATIO), preact(1), preact(2), glu(RATIO), mix or attn(HEADS)",
        )),
    }
}

fn ratio(sub: &str, branch: &str, argument: &str) -> Result<f64, Problem> {
    let found = value::<f64>(argument).filter(|ratio| RATIO.contains(ratio));
    found.ok_or_else(|| {
        let (low, high) = (RATIO.start(), RATIO.end());
        problem(
            sub,
            &format!("`{branch}` has no ratio of hidden units from {low} to {high}"),
        )
    })
}

fn attention(sub: &str, branch: &str, arguments: &str) -> Result<Attention, Problem> {
    let number = |text: &str| value::<usize>(text).filter(|n| (1..=HEADS).contains(n));
    let wrong = |what: &str| problem(sub, &format!("`{branch}` {what}"));
    let mut words = arguments.split(',');
    let first = words.next().unwrap_or_default();
    let heads = match first.strip_prefix("head=") {
        Some(units) => number(units).map(Heads::Of),
        None => number(first).map(Heads::Count),
    };
    let heads = heads.ok_or_else(|| {
        wrong(&format!(
            "has no number of heads from 1 to {HEADS} (or of units to a head: attn(head=64))"
        ))
    })?;
    let mut found = Attention {
        heads,
        kv: None,
        causal: false,
        rope: false,
        scale: 1.0,
        qk_norm: false,
    };
    for word in words {
        match word.split_once('=') {
            None if word == "causal" => found.causal = true,
            None if word == "rope" => found.rope = true,
            Some(("kv", heads)) => {
                let heads = number(heads).ok_or_else(|| wrong("has no number of heads in kv"))?;
                found.kv = Some(heads);
            }
            Some(("scale", scale)) => {
                let scale = value::<f64>(scale).filter(|scale| SCALE.contains(scale));
                found.scale = scale.ok_or_else(|| wrong("has no scale from 0 to 1e6"))?;
            }
            Some(("qk", "rms")) => found.qk_norm = true,
            _ => {
                let allowed = "causal, rope, kv=HEADS, scale=NUMBER or qk=rms";
                return Err(unknown(sub, word, allowed));
            }
        }
    }
    Ok(found)
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
            (
                "pre(ln,attn(12, causal)) + pre(ln,mlp(4))",
                "pre(ln,attn(12,causal))+pre(ln,mlp(4))",
            ),
            (
                "peri(rms,attn(head=64,qk=rms,rope,kv=8,scale=1/2),v=2,q=1/sqrt(2),k=1)",
                "peri(rms,attn(head=64,kv=8,rope,scale=0.5,qk=rms),q=0.7071067811865475,v=2)",
            ),
            (
                "res(mix, alpha=1e-4) + res(mlp(4))",
                "res(mix,alpha=0.0001)+res(mlp(4))",
            ),
            (
                "respost(ln,glu(8/3),up=1/sqrt(2l))",
                "respost(ln,glu(2.6666666666666665),up=1/sqrt(2l))",
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
            ("pre(ln,attn)", "no number of heads"),
            ("pre(ln,attn(0))", "no number of heads"),
            ("pre(ln,attn(4,casual))", "`casual` is not causal, rope"),
            ("pre(ln,attn(4,kv=x))", "no number of heads in kv"),
            (
                "pre(ln,attn(4),up=2)",
                "`up` is not skip, alpha or one of its matrices: q, k, v, last",
            ),
            ("pre(ln,preact(3))", "is not preact(1), preact(2)"),
            ("pre(ln,preact(1,bn))", "is not preact(1), preact(2)"),
            ("pre(ln,mlp(4,gn))", "`gn` is not a norm"),
            ("pre(ln,mlp(4),phi,phi)", "`phi` is not NAME=FACTOR"),
            ("pre(mlp(4))", "`mlp(4)` is not a norm"),
            ("pre(ln)", "no branch"),
            ("res(mlp)", "no ratio"),
            ("res(mlp(0))", "no ratio"),
            ("res(mix(4))", "`mix` is not mlp(RATIO)"),
            (
                "res(mix,first=2)",
                "`first` is not skip, alpha or one of its matrices: last",
            ),
            ("res(mlp(4),beta=2)", "`beta` is not skip, alpha or one"),
            ("res(mlp(4),alpha=1,alpha=2)", "alpha is there twice"),
            ("res(mlp(4),alpha=x)", "alpha `x` is not a number"),
            ("res(mlp(4)", "no closing"),
            (
                "hello(mlp(4))",
                "`hello` is not pre, post, peri, respost or res",
            ),
        ] {
            let error = text.parse::<Block>().expect_err(text).to_string();
            assert!(error.contains(told), "{text}: {error}");
            assert!(error.contains("for instance"), "{text}: {error}");
        }
        let nine = ["res(mlp(1))"; 9].join("+");
        assert!(nine.parse::<Block>().is_err());
    }
}
