//! The rows of blocks and norms.

use super::table::PLAIN;
use super::{Field, parsed};
use crate::net::block::{FACTOR, Factor, Norm, Place};
use crate::net::preset::{self, Preset};
use crate::net::spec::{SpecError, ladders};
use crate::net::written::number;

/// A network that people train, by its name: everything but batch, seed, draws and engine.
pub const ARCH: Field = Field {
    name: "arch",
    placeholder: "NAME",
    about: "Network that people train, as its library begins it: gpt2, llama, bert, vit_timm, ...; what is said beside it wins",
    example: "gpt2",
    names: || preset::names().collect(),
    draws_weights: true,
    resolved: Some(|spec| match Preset::of(spec.draft()) {
        Some(preset) => Some(preset.name.to_owned()),
        None => (!spec.has_stages()).then(|| preset::PLAIN.to_owned()),
    }),
    set: preset::set,
    step: Some(ladders::OF_ARCH),
    ..PLAIN
};

/// The convolution whose fans the matrices have.
pub const CONV: Field = Field {
    name: "conv",
    placeholder: "KERNEL",
    about: "Convolution whose fans the matrices of plain layers have, as PyTorch, Keras or Flax tells them to the initializer: 3x3, 7, with groups=NUMBER, transposed and stride=NUMBER, or none [default: none]",
    example: "3x3,groups=64",
    draws_weights: true,
    get: |draft| draft.conv.as_ref().map(ToString::to_string),
    set: |draft, text| {
        draft.conv = match text {
            "none" => None,
            text => Some(text.parse()?),
        };
        Ok(())
    },
    ..PLAIN
};

/// What is repeated: sub-layers joined by `+`.
pub const BLOCK: Field = Field {
    name: "block",
    placeholder: "BLOCK",
    about: "Residual block that the depth repeats: sub-layers PLACE(NORM,BRANCH) joined by +, PLACE pre, post, peri or respost, NORM ln, rms or bn, or res(BRANCH); BRANCH is mlp(RATIO), preact(1), preact(2), glu(RATIO), mix or attn(HEADS,causal,rope); with skip=FACTOR and alpha=FACTOR; PLACE(NORM) or res alone moves the norms of the block that is there",
    example: "pre(ln,mlp(4))",
    draws_weights: true,
    get: |draft| draft.block.as_ref().map(ToString::to_string),
    set: |draft, text| {
        draft.block = match text {
            "none" => None,
            text => Some(match (Place::alone(text), &draft.block) {
                (Some(place), Some(block)) => block.placed(place),
                _ => text.parse()?,
            }),
        };
        Ok(())
    },
    ..PLAIN
};

/// Multiplier of the last matrix of every branch.
pub const OUTWARD: Field = Field {
    name: "out",
    placeholder: "FACTOR",
    about: "Multiplier of the last matrix of every branch, a number or a power of the blocks N, the sub-layers L or the block's number l [default: 1]",
    example: "1/sqrt(2N)",
    draws_weights: true,
    get: |draft| (draft.outward != Factor::ONE).then(|| draft.outward.to_string()),
    set: |draft, text| {
        draft.outward = factor("out", text)?;
        Ok(())
    },
    ..PLAIN
};

/// Multiplier of the first matrix of every branch.
pub const INWARD: Field = Field {
    name: "in",
    placeholder: "FACTOR",
    about: "Multiplier of the first matrices of every branch (of attention: of the values), a number or a power of the blocks N, the sub-layers L or the block's number l [default: 1]",
    example: "1/sqrt(L)",
    draws_weights: true,
    get: |draft| (draft.inward != Factor::ONE).then(|| draft.inward.to_string()),
    set: |draft, text| {
        draft.inward = factor("in", text)?;
        Ok(())
    },
    ..PLAIN
};

/// The norm before the first block.
pub const INITIAL_NORM: Field = Field {
    name: "initial",
    placeholder: "NORM",
    about: "Norm before the first block: ln, rms, bn or none [default: none]",
    example: "ln",
    names: norms,
    get: |draft| draft.initial_norm.map(|norm| norm.name().to_owned()),
    set: |draft, text| {
        draft.initial_norm = norm("initial", text)?;
        Ok(())
    },
    ..PLAIN
};

/// The norm after the last block.
pub const LAST_NORM: Field = Field {
    name: "final",
    placeholder: "NORM",
    about: "Norm after the last block: ln, rms, bn or none [default: none]",
    example: "ln",
    names: norms,
    get: |draft| draft.last_norm.map(|norm| norm.name().to_owned()),
    set: |draft, text| {
        draft.last_norm = norm("final", text)?;
        Ok(())
    },
    ..PLAIN
};

/// The norm between matrix and activation of every plain layer.
pub const NORM: Field = Field {
    name: "norm",
    placeholder: "NORM",
    about: "Norm between matrix and activation of every plain layer: ln, rms, bn or none [default: none]",
    example: "ln",
    names: norms,
    get: |draft| draft.norm.map(|norm| norm.name().to_owned()),
    set: |draft, text| {
        draft.norm = norm("norm", text)?;
        Ok(())
    },
    ..PLAIN
};

/// Tokens of a sequence.
pub const TOKENS: Field = Field {
    name: "tokens",
    placeholder: "NUMBER",
    about: "Tokens of a sequence, which divide the batch: a batch of 64 is four sequences of 16 [default: 16 where tokens attend to each other, else 1]",
    example: "16",
    get: |draft| draft.tokens.map(|tokens| tokens.to_string()),
    set: |draft, text| {
        const ALLOWED: &str = "a whole number from 1 to 256";
        draft.tokens = Some(parsed("tokens", text, ALLOWED, "16")?);
        Ok(())
    },
    ..PLAIN
};

/// Standard deviations of the noise that enters the first block.
pub const EMBED: Field = Field {
    name: "embed",
    placeholder: "STD",
    about: "Standard deviation of the noise that enters a network with blocks or norms; of tokens and positions: 0.02+0.02 [default: 1]",
    example: "0.02",
    get: |draft| match (draft.embed, draft.position) {
        (1.0, 0.0) => None,
        (embed, 0.0) => Some(number(embed)),
        (embed, position) => Some(format!("{}+{}", number(embed), number(position))),
    },
    set: |draft, text| {
        let std = |text: &str| parsed("embed", text, "a number, or two joined by +", "0.02+0.02");
        let (embed, position) = match sum(text) {
            Some((embed, position)) => (std(embed)?, std(position)?),
            None => (std(text)?, 0.0),
        };
        (draft.embed, draft.position) = (embed, position);
        Ok(())
    },
    ..PLAIN
};

/// Whether all blocks begin with the weights of the first.
pub const COPIES: Field = Field {
    name: "copies",
    placeholder: "YES",
    about: "Whether all blocks begin with the weights of the first, as torch.nn.TransformerEncoder's do: yes or no [default: no]",
    example: "yes",
    names: || vec!["yes", "no"],
    get: |draft| draft.copies.then(|| "yes".to_owned()),
    set: |draft, text| {
        draft.copies = yes("copies", text)?;
        Ok(())
    },
    ..PLAIN
};

/// Whether the rows of every matrix of a block are standardized.
pub const STANDARDIZED: Field = Field {
    name: "standardized",
    placeholder: "YES",
    about: "Whether the rows of every matrix of a block have mean 0 and norm GAIN times its factors, whatever the initializer, as ScaledStdConv2d of timm makes them: yes or no [default: no]",
    example: "yes",
    draws_weights: true,
    names: || vec!["yes", "no"],
    get: |draft| draft.standardized.then(|| "yes".to_owned()),
    set: |draft, text| {
        draft.standardized = yes("standardized", text)?;
        Ok(())
    },
    ..PLAIN
};

fn yes(field: &'static str, text: &str) -> Result<bool, SpecError> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(SpecError::Value {
            field,
            given: text.to_owned(),
            allowed: "yes or no",
            example: "yes",
        }),
    }
}

/// What every norm adds to the variance.
pub const EPS: Field = Field {
    name: "eps",
    about: "What every norm adds to the variance before the root [default: 0]",
    example: "1e-5",
    get: |draft| (draft.eps != 0.0).then(|| number(draft.eps)),
    set: |draft, text| {
        draft.eps = parsed("eps", text, "a number", "1e-5")?;
        Ok(())
    },
    ..PLAIN
};

/// The two sides of a plus outside parentheses; `1e+2` is one number.
fn sum(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let (at, _) = text.char_indices().find(|(at, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        *c == '+' && depth == 0 && *at > 0 && !text[..*at].ends_with(['e', 'E'])
    })?;
    Some((&text[..at], &text[at + 1..]))
}

fn norms() -> Vec<&'static str> {
    vec!["ln", "rms", "none"]
}

fn norm(field: &'static str, text: &str) -> Result<Option<Norm>, SpecError> {
    let named = Norm::ALL.into_iter().find(|norm| norm.name() == text);
    match (text, named) {
        ("none", _) => Ok(None),
        (_, Some(norm)) => Ok(Some(norm)),
        _ => Err(SpecError::Value {
            field,
            given: text.to_owned(),
            allowed: "ln, rms, bn or none",
            example: "ln",
        }),
    }
}

fn factor(field: &'static str, text: &str) -> Result<Factor, SpecError> {
    text.parse().map_err(|()| SpecError::Value {
        field,
        given: text.to_owned(),
        allowed: FACTOR,
        example: "1/sqrt(2N)",
    })
}
