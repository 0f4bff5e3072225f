//! PyTorch: `torch.nn.init` on the weight and bias of an `nn.Linear`.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, rounded};
use crate::net::initializer::{FanMode, TRUNCATED_STD};

pub(super) const IMPORTS: &str = "import torch\nfrom torch import nn";
pub(super) const DEFAULT: &str = "layer = nn.Linear(fan_in, fan_out)";

/// Weights first, then biases, in place.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let mut lines = match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => scaled(scale, gain, mode, form),
        Weights::Normal { mean, std } => vec![normal("weight", mean, std)],
        Weights::Uniform { low, high } => vec![format!(
            "nn.init.uniform_(layer.weight, {}, {})",
            number(low),
            number(high)
        )],
        Weights::Truncated {
            mean,
            raw_std,
            low,
            high,
        } => vec![format!(
            "nn.init.trunc_normal_(layer.weight, {}std={}, a={}, b={})",
            mean_argument(mean),
            number(raw_std),
            number(low),
            number(high)
        )],
        Weights::Orthogonal { gain } => {
            vec![format!("nn.init.orthogonal_(layer.weight{})", factor(gain))]
        }
        Weights::Sparse { sparsity, std } => vec![format!(
            "nn.init.sparse_(layer.weight, sparsity={}, std={})",
            number(sparsity),
            number(std)
        )],
        Weights::Identity { gain: 1.0 } => vec!["nn.init.eye_(layer.weight)".into()],
        Weights::Identity { gain } => vec![
            "with torch.no_grad():".into(),
            format!("    nn.init.eye_(layer.weight).mul_({})", number(gain)),
        ],
        Weights::Constant { value: 0.0 } => vec!["nn.init.zeros_(layer.weight)".into()],
        Weights::Constant { value: 1.0 } => vec!["nn.init.ones_(layer.weight)".into()],
        Weights::Constant { value } => {
            vec![format!(
                "nn.init.constant_(layer.weight, {})",
                number(value)
            )]
        }
    };
    lines.extend(match offsets {
        Offsets::Zeros => vec!["nn.init.zeros_(layer.bias)".into()],
        Offsets::Normal { mean, std } => vec![normal("bias", mean, std)],
        Offsets::Uniform { low, high } => vec![format!(
            "nn.init.uniform_(layer.bias, {}, {})",
            number(low),
            number(high)
        )],
        Offsets::ByFanIn { factor } => vec![
            format!("bound = {}", by_root(factor, "layer.in_features ** -0.5")),
            "nn.init.uniform_(layer.bias, -bound, bound)".into(),
        ],
        Offsets::Constant { value } => {
            vec![format!("nn.init.constant_(layer.bias, {})", number(value))]
        }
    });
    Code::exact(lines)
}

fn mean_argument(mean: f64) -> String {
    match mean {
        0.0 => String::new(),
        mean => format!("mean={}, ", number(mean)),
    }
}

fn normal(what: &str, mean: f64, std: f64) -> String {
    let (mean, std) = (mean_argument(mean), number(std));
    format!("nn.init.normal_(layer.{what}, {mean}std={std})")
}

fn factor(gain: f64) -> String {
    if gain == 1.0 {
        String::new()
    } else {
        format!(", gain={}", number(gain))
    }
}

fn scaled(scale: f64, gain: f64, mode: FanMode, form: Form) -> Vec<String> {
    let variance = rounded(scale * gain * gain, 14);
    if form != Form::Truncated {
        let name = if form == Form::Normal {
            "normal"
        } else {
            "uniform"
        };
        if mode == FanMode::FanAvg {
            let gain = factor(rounded(variance.sqrt(), 14));
            return vec![format!("nn.init.xavier_{name}_(layer.weight{gain})")];
        }
        let fan = match mode {
            FanMode::FanIn => Some(""),
            FanMode::FanOut => Some(", mode=\"fan_out\""),
            _ => None,
        };
        if let Some((fan, slope)) = fan.zip(nonlinearity(variance)) {
            return vec![format!(
                "nn.init.kaiming_{name}_(layer.weight{fan}, {slope})"
            )];
        }
    }
    let std = deviation(scale, gain, mode);
    match form {
        Form::Normal => vec![format!("nn.init.normal_(layer.weight, std={std})")],
        Form::Truncated => vec![
            format!("std = {std} / {TRUNCATED_STD:?}"),
            "nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)".into(),
        ],
        Form::Uniform => vec![
            format!("bound = 3 ** 0.5 * {std}"),
            "nn.init.uniform_(layer.weight, -bound, bound)".into(),
        ],
    }
}

/// The argument of `kaiming_*_` with this variance times fan, where there is a plain one.
fn nonlinearity(variance: f64) -> Option<String> {
    let slope = rounded((2.0 / variance - 1.0).sqrt(), 12);
    match variance {
        2.0 => Some("nonlinearity=\"relu\"".into()),
        1.0 => Some("nonlinearity=\"linear\"".into()),
        _ if (slope * slope - 5.0).abs() < 1e-10 => Some("a=5 ** 0.5".into()),
        _ if slope.is_finite() && slope == rounded(slope, 4) => {
            Some(format!("a={}", number(slope)))
        }
        _ => None,
    }
}

/// The standard deviation as an expression: `(scale / fan) ** 0.5`, or with a gain `gain / fan ** 0.5`.
fn deviation(scale: f64, gain: f64, mode: FanMode) -> String {
    let fan = match mode {
        FanMode::FanIn => "layer.in_features",
        FanMode::FanOut => "layer.out_features",
        FanMode::FanAvg => "((layer.in_features + layer.out_features) / 2)",
        FanMode::FanGeoAvg => "(layer.in_features * layer.out_features) ** 0.5",
    };
    if gain == 1.0 {
        format!("({} / {fan}) ** 0.5", number(scale))
    } else if mode == FanMode::FanGeoAvg {
        let fan = "(layer.in_features * layer.out_features)";
        format!("{} / {fan} ** 0.25", number(scale.sqrt() * gain))
    } else {
        format!("{} / {fan} ** 0.5", number(scale.sqrt() * gain))
    }
}
