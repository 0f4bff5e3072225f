//! Keras 3: initializers of a `Dense` layer; a new instance per layer, because one instance repeats itself.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, rounded};
use crate::net::initializer::FanMode;

pub(super) const IMPORTS: &str = "import keras";
pub(super) const DEFAULT: &str = "layer = keras.layers.Dense(units)";

/// Cuts beyond this many standard deviations are left out: they touch less than one weight in a million.
const FAR: f64 = 5.0;

/// One call of `Dense`; biases are zeros unless told.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let kernel = kernel(weights);
    let bias = match offsets {
        Offsets::Zeros => "",
        Offsets::Normal { mean, std } => &format!(", bias_initializer={}", normal(mean, std)),
        Offsets::Uniform { low, high } => &format!(
            ", bias_initializer={}",
            uniform(&number(low), &number(high))
        ),
        Offsets::ByFanIn { factor } => {
            let bound = by_root(factor, "fan_in ** -0.5");
            &format!(
                ", bias_initializer={}",
                uniform(&format!("-({bound})"), &bound)
            )
        }
        Offsets::Constant { value } => &format!(
            ", bias_initializer=keras.initializers.Constant({})",
            number(value)
        ),
    };
    Code {
        lines: kernel
            .lines
            .into_iter()
            .map(|k| format!("layer = keras.layers.Dense(units, kernel_initializer={k}{bias})"))
            .collect(),
        ..kernel
    }
}

/// The argument `kernel_initializer`.
fn kernel(weights: Weights) -> Code {
    let one = |text: String| Code::exact([text]);
    match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => one(scaled(rounded(scale * gain * gain, 14), mode, form)),
        Weights::Normal { mean, std } => one(normal(mean, std)),
        Weights::Uniform { low, high } => one(uniform(&number(low), &number(high))),
        Weights::Truncated {
            mean,
            raw_std,
            low,
            high,
        } => truncated(mean, raw_std, [low, high]),
        Weights::Orthogonal { gain } => one(with_gain("orthogonal", "Orthogonal", gain)),
        Weights::Identity { gain } => one(with_gain("identity", "Identity", gain)),
        Weights::Constant { value: 0.0 } => one("\"zeros\"".into()),
        Weights::Constant { value: 1.0 } => one("\"ones\"".into()),
        Weights::Constant { value } => {
            one(format!("keras.initializers.Constant({})", number(value)))
        }
        Weights::Sparse { .. } => Code::none("Keras has no sparse initializer"),
    }
}

fn with_gain(name: &str, class: &str, gain: f64) -> String {
    if gain == 1.0 {
        format!("\"{name}\"")
    } else {
        format!("keras.initializers.{class}(gain={})", number(gain))
    }
}

fn mean_argument(mean: f64) -> String {
    match mean {
        0.0 => String::new(),
        mean => format!("mean={}, ", number(mean)),
    }
}

fn normal(mean: f64, std: f64) -> String {
    let (mean, std) = (mean_argument(mean), number(std));
    format!("keras.initializers.RandomNormal({mean}stddev={std})")
}

fn uniform(low: &str, high: &str) -> String {
    format!("keras.initializers.RandomUniform({low}, {high})")
}

fn scaled(variance: f64, mode: FanMode, form: Form) -> String {
    let named = match (variance, mode, form) {
        (1.0, FanMode::FanAvg, Form::Uniform) => "glorot_uniform",
        (1.0, FanMode::FanAvg, Form::Truncated) => "glorot_normal",
        (2.0, FanMode::FanIn, Form::Uniform) => "he_uniform",
        (2.0, FanMode::FanIn, Form::Truncated) => "he_normal",
        (1.0, FanMode::FanIn, Form::Uniform) => "lecun_uniform",
        (1.0, FanMode::FanIn, Form::Truncated) => "lecun_normal",
        _ => return variance_scaling(variance, mode, form),
    };
    format!("\"{named}\"")
}

fn variance_scaling(variance: f64, mode: FanMode, form: Form) -> String {
    let mode = match mode {
        FanMode::FanIn => "fan_in",
        FanMode::FanOut => "fan_out",
        FanMode::FanAvg => "fan_avg",
        FanMode::FanGeoAvg => return geometric(variance, form),
    };
    let form = match form {
        Form::Normal => "untruncated_normal",
        Form::Truncated => "truncated_normal",
        Form::Uniform => "uniform",
    };
    let scale = number(variance);
    format!(
        "keras.initializers.VarianceScaling(scale={scale}, mode=\"{mode}\", distribution=\"{form}\")"
    )
}

/// `fan_geo_avg`, which Keras lacks: its variance scaling by both fans of the shape.
fn geometric(variance: f64, form: Form) -> String {
    let scale = number(variance);
    let std = format!("({scale} / (shape[0] * shape[1]) ** 0.5) ** 0.5");
    let law = match form {
        Form::Normal => format!("keras.random.normal(shape, stddev={std}, dtype=dtype)"),
        Form::Truncated => {
            let correction = crate::net::initializer::TRUNCATED_STD;
            format!(
                "keras.random.truncated_normal(shape, stddev={std} / {correction:?}, dtype=dtype)"
            )
        }
        Form::Uniform => {
            format!("3 ** 0.5 * {std} * keras.random.uniform(shape, -1.0, 1.0, dtype=dtype)")
        }
    };
    format!("lambda shape, dtype=None: {law}")
}

/// Keras' own cut is two standard deviations beside the mean.
fn truncated(mean: f64, raw_std: f64, ends: [f64; 2]) -> Code {
    let ratios = ends.map(|end| (end - mean) / raw_std);
    let [below, above] = ratios.map(f64::abs);
    if [below, above].iter().all(|r| (r - 2.0).abs() < 1e-12) {
        let (mean, std) = (mean_argument(mean), number(raw_std));
        return Code::exact([format!(
            "keras.initializers.TruncatedNormal({mean}stddev={std})"
        )]);
    }
    if below.min(above) > FAR {
        let note = format!(
            "the cut at {:.0} standard deviations is left out: fewer than one weight in a million is beyond",
            below.min(above)
        );
        return Code::exact([normal(mean, raw_std)]).noting(note);
    }
    let erf = |ratio: f64| number(libm::erf(ratio / std::f64::consts::SQRT_2));
    let shift = match mean {
        0.0 => String::new(),
        mean => format!("{} + ", number(mean)),
    };
    Code::exact([format!(
        "lambda shape, dtype=None: {shift}{} * keras.ops.erfinv(keras.random.uniform(shape, {}, {}, dtype=dtype))",
        number(raw_std * std::f64::consts::SQRT_2),
        erf(ratios[0]),
        erf(ratios[1])
    )])
}
