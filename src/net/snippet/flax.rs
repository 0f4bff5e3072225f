//! Flax: `jax.nn.initializers` of an `nnx.Linear` (the same functions serve `linen.Dense`).

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, rounded};
use crate::net::initializer::FanMode;

pub(super) const IMPORTS: &str = "import jax\nfrom flax import nnx";
pub(super) const DEFAULT: &str = "layer = nnx.Linear(fan_in, fan_out, rngs=rngs)";

/// One call of `nnx.Linear`; biases are zeros unless told.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let Some(kernel) = kernel(weights) else {
        return Code::none("JAX has no sparse initializer");
    };
    let bias = match offsets {
        Offsets::Zeros => String::new(),
        Offsets::Normal { mean, std } => format!(", bias_init={}", normal(mean, std)),
        Offsets::Uniform { low, high } => {
            format!(", bias_init={}", uniform(&number(low), &number(high)))
        }
        Offsets::ByFanIn { factor } => {
            let bound = by_root(factor, "fan_in ** -0.5");
            format!(", bias_init={}", uniform(&format!("-({bound})"), &bound))
        }
        Offsets::Constant { value } => format!(
            ", bias_init=jax.nn.initializers.constant({})",
            number(value)
        ),
    };
    Code::exact([format!(
        "layer = nnx.Linear(fan_in, fan_out, kernel_init={kernel}{bias}, rngs=rngs)"
    )])
}

/// The argument `kernel_init`.
fn kernel(weights: Weights) -> Option<String> {
    let call = |name: &str, arguments: &str| format!("jax.nn.initializers.{name}({arguments})");
    Some(match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => scaled(rounded(scale * gain * gain, 14), mode, form),
        Weights::Normal { mean, std } => normal(mean, std),
        Weights::Uniform { low: 0.0, high } => call("uniform", &number(high)),
        Weights::Uniform { low, high } => uniform(&number(low), &number(high)),
        Weights::Truncated {
            mean,
            raw_std,
            low,
            high,
        } => truncated(mean, raw_std, [low, high]),
        Weights::Orthogonal { gain: 1.0 } => call("orthogonal", ""),
        Weights::Orthogonal { gain } => call("orthogonal", &number(gain)),
        Weights::Identity { gain } => {
            let factor = if gain == 1.0 {
                String::new()
            } else {
                format!("{} * ", number(gain))
            };
            format!("lambda key, shape, dtype: {factor}jax.numpy.eye(*shape, dtype=dtype)")
        }
        Weights::Constant { value: 0.0 } => "jax.nn.initializers.zeros".into(),
        Weights::Constant { value: 1.0 } => "jax.nn.initializers.ones".into(),
        Weights::Constant { value } => call("constant", &number(value)),
        Weights::Sparse { .. } => return None,
    })
}

/// `jax.nn.initializers.normal` has mean 0.
fn normal(mean: f64, std: f64) -> String {
    let std = number(std);
    match mean {
        0.0 => format!("jax.nn.initializers.normal({std})"),
        mean => format!(
            "lambda key, shape, dtype: {} + {std} * jax.random.normal(key, shape, dtype)",
            number(mean)
        ),
    }
}

/// `jax.nn.initializers.truncated_normal` has mean 0; its cuts are in standard deviations.
fn truncated(mean: f64, raw_std: f64, ends: [f64; 2]) -> String {
    let [lower, upper] = ends.map(|end| rounded((end - mean) / raw_std, 14));
    let (std, [low, high]) = (number(raw_std), [lower, upper].map(number));
    match (mean, lower, upper) {
        (0.0, -2.0, 2.0) => format!("jax.nn.initializers.truncated_normal({std})"),
        (0.0, ..) => {
            format!("jax.nn.initializers.truncated_normal({std}, lower={low}, upper={high})")
        }
        _ => format!(
            "lambda key, shape, dtype: {} + {std} * jax.random.truncated_normal(key, {low}, {high}, shape, dtype)",
            number(mean)
        ),
    }
}

/// `jax.nn.initializers.uniform` is one-sided: `[0, scale)`.
fn uniform(low: &str, high: &str) -> String {
    format!("lambda key, shape, dtype: jax.random.uniform(key, shape, dtype, {low}, {high})")
}

fn scaled(variance: f64, mode: FanMode, form: Form) -> String {
    let named = match (variance, mode, form) {
        (1.0, FanMode::FanAvg, Form::Uniform) => "glorot_uniform",
        (1.0, FanMode::FanAvg, Form::Truncated) => "glorot_normal",
        (2.0, FanMode::FanIn, Form::Uniform) => "he_uniform",
        (2.0, FanMode::FanIn, Form::Truncated) => "he_normal",
        (1.0, FanMode::FanIn, Form::Uniform) => "lecun_uniform",
        (1.0, FanMode::FanIn, Form::Truncated) => "lecun_normal",
        _ => {
            let mode = match mode {
                FanMode::FanIn => "fan_in",
                FanMode::FanOut => "fan_out",
                FanMode::FanAvg => "fan_avg",
                FanMode::FanGeoAvg => "fan_geo_avg",
            };
            let form = match form {
                Form::Normal => "normal",
                Form::Truncated => "truncated_normal",
                Form::Uniform => "uniform",
            };
            let scale = number(variance);
            return format!(
                "jax.nn.initializers.variance_scaling({scale}, \"{mode}\", \"{form}\")"
            );
        }
    };
    format!("jax.nn.initializers.{named}()")
}
