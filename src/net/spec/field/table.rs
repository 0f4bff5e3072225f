//! The rows.

use super::structure::{
    ARCH, BLOCK, CONV, COPIES, EMBED, EPS, INITIAL_NORM, INWARD, LAST_NORM, NORM, OUTWARD,
    STANDARDIZED, TOKENS,
};
use super::{Field, parsed};
use crate::net::activation::ACTIVATIONS;
use crate::net::described::Described;
use crate::net::framework::FRAMEWORKS;
use crate::net::initializer::INITIALIZERS;
use crate::net::input::{Input, Scale};
use crate::net::spec::ladders;

fn none() -> Vec<&'static str> {
    Vec::new()
}

/// What most rows have in common.
pub(super) const PLAIN: Field = Field {
    name: "",
    short: None,
    placeholder: "NUMBER",
    about: "",
    example: "",
    names: none,
    head: false,
    draws_weights: false,
    get: |_| None,
    resolved: None,
    step: None,
    set: |_, _| Ok(()),
};

/// Activation, such as relu or leaky_relu(0.2).
pub const ACTIVATION: Field = Field {
    name: "activation",
    short: Some('a'),
    placeholder: "NAME",
    about: "Activation, such as relu or leaky_relu(0.2) [default: relu]",
    example: "relu",
    names: || ACTIVATIONS.iter().map(|row| row.name).collect(),
    head: true,
    get: |draft| Some(draft.activation.to_string()),
    set: |draft, text| {
        draft.activation = text.parse()?;
        Ok(())
    },
    step: Some(ladders::OF_ACTIVATION),
    ..PLAIN
};

/// Weight initializer, such as he_normal; `default` is the framework's default layer.
pub const INITIALIZER: Field = Field {
    name: "initializer",
    short: Some('i'),
    placeholder: "NAME",
    about: "Weight initializer, such as he_normal; `default` is the framework's default layer [default: default]",
    example: "he_normal",
    names: || {
        let named = INITIALIZERS.iter().map(|row| row.name);
        ["default"].into_iter().chain(named).collect()
    },
    head: true,
    draws_weights: true,
    get: |draft| {
        let named = draft.initializer.as_ref();
        Some(named.map_or("default".into(), ToString::to_string))
    },
    set: |draft, text| {
        draft.initializer = match text {
            "default" => None,
            name => Some(name.parse()?),
        };
        Ok(())
    },
    step: Some(ladders::OF_INITIALIZER),
    ..PLAIN
};

/// Framework: dialect of the initializer, and the default layer where none is named; or custom(weights=LAW, bias=LAW).
pub const FRAMEWORK: Field = Field {
    name: "framework",
    short: Some('f'),
    placeholder: "NAME",
    about: "Framework: dialect of the initializer, and the default layer where none is named; or custom(weights=LAW, bias=LAW) [default: keras]",
    example: "pytorch",
    names: || FRAMEWORKS.iter().map(|row| row.name).collect(),
    draws_weights: true,
    get: |draft| {
        let described = draft.described.as_ref().map(ToString::to_string);
        Some(described.unwrap_or_else(|| draft.framework.to_string()))
    },
    set: |draft, text| {
        draft.described = Described::is_meant(text)
            .then(|| text.parse())
            .transpose()?;
        draft.framework = match &draft.described {
            Some(described) => described.names,
            None => text.parse()?,
        };
        Ok(())
    },
    step: Some(ladders::OF_FRAMEWORK),
    ..PLAIN
};

/// Multiplier of the weights.
pub const GAIN: Field = Field {
    name: "gain",
    short: Some('g'),
    placeholder: "FACTOR",
    about: "Multiplier of the weights [default: 1]",
    example: "1.5",
    draws_weights: true,
    get: |draft| Some(draft.gain.to_string()),
    set: |draft, text| {
        draft.gain = parsed("gain", text, "a number", "1.5")?;
        Ok(())
    },
    step: Some(ladders::OF_GAIN),
    ..PLAIN
};

/// Biases: a standard deviation, a law (constant(0.1), uniform(0.06), uniform(1/sqrt(fan_in))), `preset` (the framework's) or `auto` (the framework's where the weights are too, else 0).
pub const BIAS: Field = Field {
    name: "bias",
    short: Some('b'),
    placeholder: "LAW",
    about: "Biases: a standard deviation, a law (constant(0.1), uniform(0.06), uniform(1/sqrt(fan_in))), `preset` (the framework's) or `auto` (the framework's where the weights are too, else 0)",
    example: "0.1",
    draws_weights: true,
    get: |draft| Some(draft.bias.to_string()),
    set: |draft, text| {
        draft.bias = text.parse()?;
        Ok(())
    },
    step: Some(ladders::OF_BIAS),
    ..PLAIN
};

/// Units per layer, 1 to 16384.
pub const WIDTH: Field = Field {
    name: "width",
    short: Some('w'),
    placeholder: "UNITS",
    about: "Units per layer, 1 to 16384 [default: 256]",
    example: "256",
    head: true,
    get: |draft| Some(draft.width.to_string()),
    set: |draft, text| {
        const ALLOWED: &str = "a whole number from 1 to 16384";
        draft.width = parsed("width", text, ALLOWED, "256")?;
        Ok(())
    },
    step: Some(ladders::OF_WIDTH),
    ..PLAIN
};

/// Layers, 1 to 10000.
pub const DEPTH: Field = Field {
    name: "depth",
    short: Some('d'),
    placeholder: "LAYERS",
    about: "Layers, 1 to 10000 [default: 64]",
    example: "64",
    head: true,
    get: |draft| Some(draft.depth.to_string()),
    set: |draft, text| {
        const ALLOWED: &str = "a whole number from 1 to 10000";
        draft.depth = parsed("depth", text, ALLOWED, "64")?;
        Ok(())
    },
    step: Some(ladders::OF_DEPTH),
    ..PLAIN
};

/// Inputs, or tokens of all sequences, seen at once, 1 to 256.
pub const BATCH: Field = Field {
    name: "batch",
    placeholder: "INPUTS",
    about: "Inputs, or tokens of all sequences, seen at once, 1 to 256 [default: 16]",
    example: "16",
    get: |draft| Some(draft.batch.to_string()),
    resolved: Some(|spec| Some(spec.batch().to_string())),
    set: |draft, text| {
        const ALLOWED: &str = "a whole number from 1 to 256";
        draft.batch = parsed("batch", text, ALLOWED, "16")?;
        Ok(())
    },
    ..PLAIN
};

/// `noise`, `digits` (embedded), or a .npy or .csv file with one example a row.
pub const INPUT: Field = Field {
    name: "input",
    short: Some('n'),
    placeholder: "INPUT",
    about: "`noise`, `digits` (embedded), or a .npy or .csv file with one example a row [default: noise]",
    example: "digits",
    names: || vec!["noise", "digits"],
    get: |draft| Some(draft.input.to_string()),
    set: |draft, text| {
        draft.input = Input::read(text, None, None)?;
        draft.input_dim = None;
        Ok(())
    },
    step: Some(ladders::OF_INPUT),
    ..PLAIN
};

/// Classes of the rows of a data file: `last` or `first` (that column, which then is no input), the name of a column, or a .npy or .csv file with one label a row.
pub const LABELS: Field = Field {
    name: "labels",
    placeholder: "LABELS",
    about: "Classes of the rows of a data file: `last` or `first` (that column, which then is no input), the name of a column, or a .npy or .csv file with one label a row",
    example: "last",
    names: || vec!["last", "first"],
    get: |draft| draft.input.label_source().map(str::to_owned),
    set: |draft, text| {
        let scale = draft.input.scale();
        draft.input = Input::read(&draft.input.to_string(), Some(text), scale)?;
        Ok(())
    },
    ..PLAIN
};

/// How the numbers of a data file are scaled: `all` (one mean and std of all entries), `column` (of each column) or `none`.
pub const SCALE: Field = Field {
    name: "scale",
    placeholder: "SCALE",
    about: "How the numbers of a data file are scaled: `all` (one mean and std of all entries), `column` (of each column) or `none` [default: all]",
    example: "column",
    names: || Scale::NAMES.iter().map(|(name, _)| *name).collect(),
    get: |draft| {
        let scale = draft.input.scale().filter(|scale| *scale != Scale::All);
        scale.map(|scale| scale.to_string())
    },
    resolved: Some(|spec| match spec.input() {
        Input::Data(data) => Some(data.scale().to_string()),
        Input::Noise | Input::Digits => None,
    }),
    set: |draft, text| {
        draft.input = draft.input.rescaled(text.parse()?)?;
        Ok(())
    },
    ..PLAIN
};

/// Dimension of the noise where it differs from the width.
pub const INPUT_DIM: Field = Field {
    name: "input_dim",
    placeholder: "DIMENSION",
    about: "Dimension of the noise where it differs from the width",
    example: "784",
    get: |draft| draft.input_dim.map(|dim| dim.to_string()),
    resolved: Some(|_| None),
    set: |draft, text| {
        const ALLOWED: &str = "a whole number from 1 to 16384";
        draft.input_dim = Some(parsed("input_dim", text, ALLOWED, "784")?);
        Ok(())
    },
    ..PLAIN
};

/// Seed of everything random.
pub const SEED: Field = Field {
    name: "seed",
    short: Some('s'),
    about: "Seed of everything random [default: 0]",
    example: "7",
    get: |draft| Some(draft.seed.to_string()),
    set: |draft, text| {
        const ALLOWED: &str = "a whole number from 0 to 18446744073709551615";
        draft.seed = parsed("seed", text, ALLOWED, "7")?;
        Ok(())
    },
    step: Some(ladders::OF_SEED),
    ..PLAIN
};

/// How many networks, or `auto`: until the error is smaller than a screen can show.
pub const DRAWS: Field = Field {
    name: "draws",
    about: "How many networks, or `auto`: until the error is smaller than a screen can show [default: auto]",
    example: "128",
    get: |draft| Some(draft.draws.to_string()),
    set: |draft, text| {
        draft.draws = text.parse()?;
        Ok(())
    },
    ..PLAIN
};

/// How products with weights are computed: `dense` draws every weight, `matrix-free` samples the same joint law without them (normal weights of mean 0 and orthogonal ones only), `auto` takes the cheaper.
pub const ENGINE: Field = Field {
    name: "engine",
    placeholder: "METHOD",
    about: "How products with weights are computed: `dense` draws every weight, `matrix-free` samples the same joint law without them (normal weights of mean 0 and orthogonal ones only), `auto` takes the cheaper [default: auto]",
    example: "auto",
    names: || vec!["auto", "dense", "matrix-free"],
    get: |draft| Some(draft.engine.to_string()),
    set: |draft, text| {
        draft.engine = text.parse()?;
        Ok(())
    },
    ..PLAIN
};

/// Every field, in the order of the help; those with keys in the text form in the order in which it writes them.
pub static FIELDS: [Field; 28] = [
    ARCH,
    ACTIVATION,
    INITIALIZER,
    FRAMEWORK,
    GAIN,
    BIAS,
    WIDTH,
    DEPTH,
    BATCH,
    INPUT,
    LABELS,
    SCALE,
    INPUT_DIM,
    SEED,
    DRAWS,
    ENGINE,
    CONV,
    BLOCK,
    OUTWARD,
    INWARD,
    INITIAL_NORM,
    LAST_NORM,
    NORM,
    TOKENS,
    EMBED,
    EPS,
    COPIES,
    STANDARDIZED,
];
