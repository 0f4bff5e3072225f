//! The table of initializers: one row each.

use super::{Distribution, FanMode, Scheme};

/// One parameter of an initializer, typed between the parentheses.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in help and messages.
    pub name: &'static str,
    /// What frameworks call it.
    pub also: &'static [&'static str],
    /// Whether it is typed by its name only.
    pub keyed: bool,
    /// What it may be.
    pub domain: Domain,
    /// Whether it must be typed; `value` is then only what the hotkeys show.
    pub required: bool,
    /// The default.
    pub value: ArgumentValue,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub enum Domain {
    /// A number in `low..=high`.
    Number {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// One of these words; the second of a pair is another spelling of the first.
    Word(&'static [(&'static str, &'static str)]),
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ArgumentValue {
    /// A number.
    Number(f64),
    /// A word of the domain.
    Word(&'static str),
    /// The framework's own, where nothing is typed.
    Own,
}

/// One initializer: everything that parsing, help, completion and the law need.
#[derive(Clone, Copy, Debug)]
pub struct InitializerRow {
    /// The name, as Keras spells it.
    pub name: &'static str,
    /// Other spellings (case and underscores never matter).
    pub aliases: &'static [&'static str],
    /// Parameters in order.
    pub parameters: &'static [Parameter],
    /// The law in one line, gain 1.
    pub formula: &'static str,
    /// Where it comes from, and whose default the parameters have.
    pub source: &'static str,
    pub(super) scheme: fn(&[ArgumentValue]) -> Scheme,
}

impl Parameter {
    /// Its name and what frameworks call it.
    pub(super) fn spellings(&self) -> Vec<&'static str> {
        [&[self.name], self.also].concat()
    }
}

pub(super) const fn number(name: &'static str, value: f64, low: f64, high: f64) -> Parameter {
    let domain = Domain::Number { low, high };
    Parameter {
        name,
        also: &[],
        keyed: false,
        domain,
        required: false,
        value: ArgumentValue::Number(value),
    }
}

pub(super) const fn word_of(
    name: &'static str,
    words: &'static [(&'static str, &'static str)],
    value: &'static str,
) -> Parameter {
    Parameter {
        domain: Domain::Word(words),
        value: ArgumentValue::Word(value),
        ..number(name, 0.0, 0.0, 0.0)
    }
}

const fn also(parameter: Parameter, also: &'static [&'static str]) -> Parameter {
    Parameter { also, ..parameter }
}

const fn own(parameter: Parameter) -> Parameter {
    Parameter {
        value: ArgumentValue::Own,
        ..parameter
    }
}

const fn by_name(parameter: Parameter) -> Parameter {
    Parameter {
        keyed: true,
        ..parameter
    }
}

const fn required(parameter: Parameter) -> Parameter {
    Parameter {
        required: true,
        ..parameter
    }
}

const SLOPE: &[Parameter] = &[number("a", 0.0, -1e3, 1e3)];
pub(super) const GAIN: &[Parameter] = &[number("gain", 1.0, 1e-6, 1e6)];
const STD: Parameter = also(own(number("std", 0.0, 0.0, 1e6)), &["stddev"]);
pub(super) const MEAN: Parameter = by_name(number("mean", 0.0, -1e6, 1e6));
const CUT: Parameter = by_name(own(number("cut", 0.0, 1e-6, 1e6)));
pub(super) const A: Parameter = by_name(own(number("a", 0.0, -1e6, 1e6)));
pub(super) const B: Parameter = by_name(own(number("b", 0.0, -1e6, 1e6)));

/// What frameworks call the lower end of an interval.
pub(super) const LOW: &[&str] = &["minval", "low", "a"];

/// The modes of `variance_scaling`.
pub const FAN_MODES: &[(&str, &str)] = &[
    ("fan_in", "in"),
    ("fan_out", "out"),
    ("fan_avg", "avg"),
    ("fan_geo_avg", "geo_avg"),
];
/// The distributions of `variance_scaling`.
pub const DISTRIBUTIONS: &[(&str, &str)] = &[
    ("normal", "untruncated_normal"),
    ("truncated_normal", "trunc_normal"),
    ("uniform", "uniform"),
];

fn float(values: &[ArgumentValue], index: usize) -> f64 {
    match values[index] {
        ArgumentValue::Number(x) => x,
        ArgumentValue::Word(_) | ArgumentValue::Own => unreachable!("the table says number"),
    }
}

fn word(values: &[ArgumentValue], index: usize) -> &'static str {
    match values[index] {
        ArgumentValue::Word(x) => x,
        ArgumentValue::Number(_) | ArgumentValue::Own => unreachable!("the table says word"),
    }
}

fn variance_scaling(values: &[ArgumentValue]) -> Scheme {
    let mode = match word(values, 1) {
        "fan_in" => FanMode::FanIn,
        "fan_out" => FanMode::FanOut,
        "fan_avg" => FanMode::FanAvg,
        _ => FanMode::FanGeoAvg,
    };
    let distribution = match word(values, 2) {
        "uniform" => Distribution::Uniform,
        "normal" => Distribution::Normal,
        _ => Distribution::TruncatedNormal,
    };
    Scheme::Scaled {
        scale: float(values, 0),
        mode,
        distribution,
        named: false,
    }
}

const fn named(scale: f64, mode: FanMode, distribution: Distribution) -> Scheme {
    Scheme::Scaled {
        scale,
        mode,
        distribution,
        named: true,
    }
}

fn he_scale(values: &[ArgumentValue]) -> f64 {
    let a = float(values, 0);
    2.0 / (1.0 + a * a)
}

/// Every initializer, in the order of the hotkey.
pub const INITIALIZERS: &[InitializerRow] = &[
    InitializerRow {
        name: "glorot_uniform",
        aliases: &["xavier_uniform"],
        parameters: &[],
        formula: "U(±√(6/(fan_in+fan_out))), Var = 2/(fan_in+fan_out)",
        source: "Glorot & Bengio 2010, eq. 16",
        scheme: |_| named(1.0, FanMode::FanAvg, Distribution::Uniform),
    },
    InitializerRow {
        name: "glorot_normal",
        aliases: &["xavier_normal"],
        parameters: &[],
        formula: "normal, Var = 2/(fan_in+fan_out); Keras, Flax and Haiku cut it at 2σ and correct the std, TensorFlow.js only cuts it",
        source: "Glorot & Bengio 2010, eq. 12",
        scheme: |_| named(1.0, FanMode::FanAvg, Distribution::Normal),
    },
    InitializerRow {
        name: "he_uniform",
        aliases: &["kaiming_uniform"],
        parameters: SLOPE,
        formula: "U(±√(6/((1+a²)·fan_in))), Var = 2/((1+a²)·fan_in), a the negative slope; mlx without a: Var = 1/fan_in",
        source: "He et al. 2015, eq. 15; PyTorch's default layer is a = √5",
        scheme: |v| named(he_scale(v), FanMode::FanIn, Distribution::Uniform),
    },
    InitializerRow {
        name: "he_normal",
        aliases: &["kaiming_normal"],
        parameters: SLOPE,
        formula: "normal, Var = 2/((1+a²)·fan_in), a the negative slope; mlx without a: Var = 1/fan_in; Keras, Flax and Haiku cut it at 2σ and correct the std, TensorFlow.js only cuts it",
        source: "He et al. 2015, eqs. 10 and 15",
        scheme: |v| named(he_scale(v), FanMode::FanIn, Distribution::Normal),
    },
    InitializerRow {
        name: "lecun_uniform",
        aliases: &[],
        parameters: &[],
        formula: "U(±√(3/fan_in)), Var = 1/fan_in",
        source: "LeCun et al. 1998, Efficient BackProp, eq. 16",
        scheme: |_| named(1.0, FanMode::FanIn, Distribution::Uniform),
    },
    InitializerRow {
        name: "lecun_normal",
        aliases: &[],
        parameters: &[],
        formula: "normal, Var = 1/fan_in; Keras, Flax and Haiku cut it at 2σ and correct the std, TensorFlow.js only cuts it",
        source: "LeCun et al. 1998, Efficient BackProp, eq. 16; Klambauer et al. 2017 for SELU",
        scheme: |_| named(1.0, FanMode::FanIn, Distribution::Normal),
    },
    InitializerRow {
        name: "orthogonal",
        aliases: &[],
        parameters: GAIN,
        formula: "gain·Q, Q Haar (semi-)orthogonal, Var = gain²/max(fan_in, fan_out)",
        source: "Saxe et al. 2014",
        scheme: |v| Scheme::Orthogonal { gain: float(v, 0) },
    },
    InitializerRow {
        name: "variance_scaling",
        aliases: &[],
        parameters: &[
            number("scale", 1.0, 1e-12, 1e12),
            word_of("mode", FAN_MODES, "fan_in"),
            word_of("distribution", DISTRIBUTIONS, "truncated_normal"),
        ],
        formula: "Var = scale/fan; normal is never cut, truncated_normal is cut at 2σ and corrected, in every dialect",
        source: "Keras and JAX VarianceScaling; defaults of Keras (Keras reads \"normal\" as truncated_normal)",
        scheme: variance_scaling,
    },
    InitializerRow {
        name: "random_normal",
        aliases: &["normal"],
        parameters: &[STD, MEAN],
        formula: "N(mean, std²), mean 0 unless typed (mean=0.1)",
        source: "std is the framework's own where it is left out; Burn, candle and tch have none: Keras'",
        scheme: |v| Scheme::Normal {
            mean: float(v, 1),
            std: float(v, 0),
        },
    },
    InitializerRow {
        name: "random_uniform",
        aliases: &["uniform"],
        parameters: &[
            also(own(number("bound", 0.0, -1e6, 1e6)), LOW),
            also(own(number("high", 0.0, -1e6, 1e6)), &["maxval", "b"]),
        ],
        formula: "U(±bound), Var = bound²/3; flax: U[0, bound), mean bound/2; of two numbers U[low, high)",
        source: "the framework's own where it is left out; Burn, candle and tch have none: Keras'",
        scheme: |v| match v[1] {
            ArgumentValue::Own => Scheme::Uniform { bound: float(v, 0) },
            end if end == v[0] => Scheme::Constant { value: float(v, 0) },
            _ => Scheme::Interval {
                low: float(v, 0),
                high: float(v, 1),
            },
        },
    },
    InitializerRow {
        name: "truncated_normal",
        aliases: &["trunc_normal"],
        parameters: &[STD, MEAN, CUT, A, B],
        formula: "N(mean, std²), mean 0 unless typed, cut at mean ± 2·std and not corrected (real std 0.8796·std); pytorch and paddle: cut at ±2 absolute; cut=c: at ±c; a=,b=: at a and b",
        source: "std is the framework's own where it is left out; Burn, candle, tch, tinygrad and MLX have no such law: as Keras",
        scheme: |v| Scheme::Truncated {
            mean: float(v, 1),
            std: float(v, 0),
            ends: match (v[2], v[3], v[4]) {
                (ArgumentValue::Number(cut), ..) => Some([-cut, cut]),
                (_, ArgumentValue::Number(a), ArgumentValue::Number(b)) => Some([a, b]),
                _ => None,
            },
        },
    },
    InitializerRow {
        name: "sparse",
        aliases: &[],
        parameters: &[
            required(number("sparsity", 0.1, 0.0, 1.0)),
            number("std", 0.01, 0.0, 1e6),
        ],
        formula: "N(0, std²), ceil(sparsity·fan_out) zeros in every column",
        source: "Martens 2010; PyTorch sparse_, whose default std is 0.01",
        scheme: |v| Scheme::Sparse {
            sparsity: float(v, 0),
            std: float(v, 1),
        },
    },
    InitializerRow {
        name: "identity",
        aliases: &["eye"],
        parameters: GAIN,
        formula: "gain on the main diagonal, 0 elsewhere",
        source: "Keras Identity, PyTorch eye_",
        scheme: |v| Scheme::Identity { gain: float(v, 0) },
    },
    InitializerRow {
        name: "constant",
        aliases: &[],
        parameters: &[also(required(number("value", 0.01, -1e6, 1e6)), &["val"])],
        formula: "every weight = value",
        source: "every framework; Keras defaults to 0, here the value must be typed",
        scheme: |v| Scheme::Constant { value: float(v, 0) },
    },
    InitializerRow {
        name: "zeros",
        aliases: &["zero"],
        parameters: &[],
        formula: "every weight = 0",
        source: "every framework",
        scheme: |_| Scheme::Constant { value: 0.0 },
    },
    InitializerRow {
        name: "ones",
        aliases: &["one"],
        parameters: &[],
        formula: "every weight = 1 (times the gain)",
        source: "every framework",
        scheme: |_| Scheme::Constant { value: 1.0 },
    },
];
