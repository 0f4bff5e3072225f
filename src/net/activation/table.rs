//! The activation table: one row per function. Command line, completion, help and the pages for readers are generated from it.

use std::sync::Arc;

use super::clipped::{Clipped, HardSwish, Hardshrink, ReluSquared, Softshrink, SparsePlus};
use super::exponential::{Celu, Elu, Exponential, Gaussian};
use super::gated::{Gelu, GeluTanh, Mish, Swish};
use super::rectified::{Identity, Leaky, Relu, Threshold};
use super::row::{ActivationRow, Parameter};
use super::sigmoidal::{
    Erf, LogSigmoid, Sigmoid, Sin, Softplus, Softsign, Squareplus, Tanh, Tanhshrink,
};

const fn parameter(name: &'static str, default: f64, range: (f64, f64), example: f64) -> Parameter {
    Parameter {
        name,
        also: &[],
        default,
        min: range.0,
        max: range.1,
        example,
    }
}

const fn also(parameter: Parameter, also: &'static [&'static str]) -> Parameter {
    Parameter { also, ..parameter }
}

/// What frameworks call the slope of a leaky rectifier.
const LEAK: &[&str] = &["negative_slope", "alpha", "init", "a"];
/// What frameworks call the threshold of a shrinkage.
const SHRINKAGE: &[&str] = &["lambd", "threshold"];
const SLOPES: (f64, f64) = (-10.0, 10.0);
const POSITIVE: (f64, f64) = (0.001, 1000.0);
const ANY: (f64, f64) = (-1000.0, 1000.0);

/// Klambauer et al. 2017: the pair that makes (mean 0, variance 1) a fixed point, as every library rounds it.
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;

/// Every activation, in the order the hotkeys walk through.
pub static ACTIVATIONS: &[ActivationRow] = &[
    ActivationRow {
        name: "identity",
        aliases: &["linear"],
        parameters: &[],
        formula: "x",
        source: "affine map",
        summary: "no activation: a deep linear network",
        build: |_| Arc::new(Identity),
    },
    ActivationRow {
        name: "relu",
        aliases: &["rectifier"],
        parameters: &[],
        formula: "max(x, 0)",
        source: "Nair & Hinton 2010, ICML",
        summary: "the rectifier",
        build: |_| Arc::new(Relu),
    },
    ActivationRow {
        name: "leaky_relu",
        aliases: &["lrelu"],
        parameters: &[also(parameter("slope", 0.2, SLOPES, 0.2), LEAK)],
        formula: "x if x > 0 else slope x",
        source: "Maas, Hannun & Ng 2013, ICML workshop",
        summary: "relu with a small slope on the left",
        build: |p| Arc::new(Leaky { slope: p[0] }),
    },
    ActivationRow {
        name: "prelu",
        aliases: &[],
        parameters: &[also(parameter("slope", 0.0, SLOPES, 0.25), LEAK)],
        formula: "x if x > 0 else slope x",
        source: "He et al. 2015, arXiv:1502.01852, eq. 1",
        summary: "leaky_relu with a learned slope, at its initial value",
        build: |p| Arc::new(Leaky { slope: p[0] }),
    },
    ActivationRow {
        name: "relu6",
        aliases: &[],
        parameters: &[],
        formula: "min(max(x, 0), 6)",
        source: "Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10",
        summary: "relu capped at 6",
        build: |_| Arc::new(Clipped::RELU6),
    },
    ActivationRow {
        name: "rrelu",
        aliases: &["rrelu_eval"],
        parameters: &[parameter("slope", 11.0 / 48.0, SLOPES, 0.2)],
        formula: "x if x > 0 else slope x",
        source: "Xu et al. 2015, arXiv:1505.00853",
        summary: "randomised leaky_relu in evaluation: the mean of its slopes, 1/8 to 1/3",
        build: |p| Arc::new(Leaky { slope: p[0] }),
    },
    ActivationRow {
        name: "elu",
        aliases: &[],
        parameters: &[parameter("alpha", 1.0, POSITIVE, 0.5)],
        formula: "x if x > 0 else alpha (exp(x) - 1)",
        source: "Clevert, Unterthiner & Hochreiter 2015, arXiv:1511.07289, eq. 15",
        summary: "exponential linear unit",
        build: |p| {
            Arc::new(Elu {
                alpha: p[0],
                scale: 1.0,
            })
        },
    },
    ActivationRow {
        name: "selu",
        aliases: &[],
        parameters: &[],
        formula: "1.0507 (x if x > 0 else 1.6733 (exp(x) - 1))",
        source: "Klambauer et al. 2017, arXiv:1706.02515, eq. 2",
        summary: "elu scaled to be self-normalising with weight variance 1/fan_in",
        build: |_| {
            Arc::new(Elu {
                alpha: SELU_ALPHA,
                scale: SELU_SCALE,
            })
        },
    },
    ActivationRow {
        name: "celu",
        aliases: &[],
        parameters: &[parameter("alpha", 1.0, POSITIVE, 2.0)],
        formula: "x if x > 0 else alpha (exp(x/alpha) - 1)",
        source: "Barron 2017, arXiv:1704.07483",
        summary: "elu with a continuous derivative for every alpha",
        build: |p| Arc::new(Celu { alpha: p[0] }),
    },
    ActivationRow {
        name: "gelu",
        aliases: &[],
        parameters: &[],
        formula: "x Phi(x), Phi the normal distribution function",
        source: "Hendrycks & Gimpel 2016, arXiv:1606.08415",
        summary: "Gaussian error linear unit, exact; in JAX the name means gelu_tanh",
        build: |_| Arc::new(Gelu),
    },
    ActivationRow {
        name: "gelu_tanh",
        aliases: &["gelu_new", "gelu_approximate"],
        parameters: &[],
        formula: "x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2",
        source: "Hendrycks & Gimpel 2016, arXiv:1606.08415, section 2",
        summary: "gelu by tanh (what JAX calls gelu)",
        build: |_| Arc::new(GeluTanh),
    },
    ActivationRow {
        name: "quick_gelu",
        aliases: &[],
        parameters: &[],
        formula: "x sigmoid(1.702 x)",
        source: "Hendrycks & Gimpel 2016, arXiv:1606.08415, section 2",
        summary: "gelu by the logistic function",
        build: |_| Arc::new(Swish::QUICK_GELU),
    },
    ActivationRow {
        name: "silu",
        aliases: &["swish"],
        parameters: &[],
        formula: "x sigmoid(x)",
        source: "Elfwing, Uchibe & Doya 2017, arXiv:1702.03118; Ramachandran et al. 2017, arXiv:1710.05941",
        summary: "sigmoid linear unit",
        build: |_| Arc::new(Swish::SILU),
    },
    ActivationRow {
        name: "mish",
        aliases: &[],
        parameters: &[],
        formula: "x tanh(ln(1 + exp(x)))",
        source: "Misra 2019, arXiv:1908.08681",
        summary: "smooth, self-gated, close to silu",
        build: |_| Arc::new(Mish),
    },
    ActivationRow {
        name: "hard_swish",
        aliases: &["hard_silu"],
        parameters: &[],
        formula: "x min(max(x + 3, 0), 6) / 6",
        source: "Howard et al. 2019, arXiv:1905.02244",
        summary: "silu with a piecewise linear gate",
        build: |_| Arc::new(HardSwish),
    },
    ActivationRow {
        name: "sigmoid",
        aliases: &["logistic"],
        parameters: &[],
        formula: "1 / (1 + exp(-x))",
        source: "Rumelhart, Hinton & Williams 1986, Nature 323",
        summary: "the logistic function",
        build: |_| Arc::new(Sigmoid),
    },
    ActivationRow {
        name: "hard_sigmoid",
        aliases: &[],
        parameters: &[],
        formula: "min(max(x/6 + 1/2, 0), 1)",
        source: "Howard et al. 2019, arXiv:1905.02244",
        summary: "sigmoid in three straight pieces; in Burn the name means hard_sigmoid_keras2",
        build: |_| Arc::new(Clipped::HARD_SIGMOID),
    },
    ActivationRow {
        name: "hard_sigmoid_keras2",
        aliases: &[],
        parameters: &[],
        formula: "min(max(x/5 + 1/2, 0), 1)",
        source: "Keras 1 and 2, keras.activations.hard_sigmoid",
        summary: "hard_sigmoid of Keras 1 and 2, steeper",
        build: |_| Arc::new(Clipped::HARD_SIGMOID_KERAS2),
    },
    ActivationRow {
        name: "log_sigmoid",
        aliases: &[],
        parameters: &[],
        formula: "ln(sigmoid(x))",
        source: "PyTorch, nn.LogSigmoid",
        summary: "minus softplus(-x)",
        build: |_| Arc::new(LogSigmoid),
    },
    ActivationRow {
        name: "tanh",
        aliases: &[],
        parameters: &[],
        formula: "tanh(x)",
        source: "LeCun et al. 1998, Efficient BackProp, section 4.4",
        summary: "hyperbolic tangent",
        build: |_| Arc::new(Tanh),
    },
    ActivationRow {
        name: "hard_tanh",
        aliases: &[],
        parameters: &[],
        formula: "min(max(x, -1), 1)",
        source: "Collobert 2004, Large scale machine learning (thesis)",
        summary: "tanh in three straight pieces",
        build: |_| Arc::new(Clipped::HARD_TANH),
    },
    ActivationRow {
        name: "softsign",
        aliases: &[],
        parameters: &[],
        formula: "x / (1 + |x|)",
        source: "Glorot & Bengio 2010, AISTATS, section 3",
        summary: "saturates slowly, like 1/|x|",
        build: |_| Arc::new(Softsign),
    },
    ActivationRow {
        name: "softplus",
        aliases: &[],
        parameters: &[],
        formula: "ln(1 + exp(x))",
        source: "Dugas et al. 2001, NIPS 13",
        summary: "smooth relu",
        build: |_| Arc::new(Softplus),
    },
    ActivationRow {
        name: "squareplus",
        aliases: &[],
        parameters: &[parameter("b", 4.0, (1e-6, 1e6), 1.0)],
        formula: "(x + sqrt(x^2 + b)) / 2",
        source: "Barron 2021, arXiv:2112.11687",
        summary: "smooth relu without exponentials",
        build: |p| Arc::new(Squareplus { b: p[0] }),
    },
    ActivationRow {
        name: "tanhshrink",
        aliases: &[],
        parameters: &[],
        formula: "x - tanh(x)",
        source: "PyTorch, nn.Tanhshrink",
        summary: "cubic near 0, linear far out",
        build: |_| Arc::new(Tanhshrink),
    },
    ActivationRow {
        name: "softshrink",
        aliases: &["soft_threshold"],
        parameters: &[also(parameter("lambda", 0.5, POSITIVE, 0.1), SHRINKAGE)],
        formula: "x - lambda if x > lambda, x + lambda if x < -lambda, else 0",
        source: "Donoho 1995, IEEE Trans. Inf. Theory 41",
        summary: "soft thresholding: zero near 0",
        build: |p| Arc::new(Softshrink { width: p[0] }),
    },
    ActivationRow {
        name: "hardshrink",
        aliases: &["hard_threshold"],
        parameters: &[also(parameter("lambda", 0.5, POSITIVE, 0.1), SHRINKAGE)],
        formula: "x if |x| > lambda else 0",
        source: "Donoho & Johnstone 1994, Biometrika 81",
        summary: "hard thresholding: jumps at both ends",
        build: |p| Arc::new(Hardshrink { width: p[0] }),
    },
    ActivationRow {
        name: "threshold",
        aliases: &["thresholded_relu"],
        parameters: &[
            also(parameter("threshold", 1.0, ANY, 0.1), &["theta"]),
            parameter("value", 0.0, ANY, 20.0),
        ],
        formula: "x if x > threshold else value",
        source: "Konda, Memisevic & Krueger 2014, arXiv:1402.3337",
        summary: "a rectifier that switches on at the threshold",
        build: |p| {
            Arc::new(Threshold {
                at: p[0],
                value: p[1],
            })
        },
    },
    ActivationRow {
        name: "erf",
        aliases: &[],
        parameters: &[],
        formula: "erf(x)",
        source: "Williams 1996, NIPS 9 (infinite networks in closed form)",
        summary: "error function, a sigmoid solvable in mean field",
        build: |_| Arc::new(Erf),
    },
    ActivationRow {
        name: "sin",
        aliases: &["sine"],
        parameters: &[],
        formula: "sin(x)",
        source: "Sitzmann et al. 2020, arXiv:2006.09661 (without their factor 30)",
        summary: "periodic",
        build: |_| Arc::new(Sin),
    },
    ActivationRow {
        name: "gaussian",
        aliases: &[],
        parameters: &[],
        formula: "exp(-x^2)",
        source: "Ramasinghe & Lucey 2021, arXiv:2111.15135",
        summary: "a bump at 0",
        build: |_| Arc::new(Gaussian),
    },
    ActivationRow {
        name: "relu_squared",
        aliases: &["relu2", "squared_relu"],
        parameters: &[],
        formula: "max(x, 0)^2",
        source: "So et al. 2021 (Primer), arXiv:2109.08668",
        summary: "the square of relu: every scale drifts",
        build: |_| Arc::new(ReluSquared),
    },
    ActivationRow {
        name: "exponential",
        aliases: &["exp"],
        parameters: &[],
        formula: "exp(x)",
        source: "Keras, keras.activations.exponential",
        summary: "the exponential function",
        build: |_| Arc::new(Exponential),
    },
    ActivationRow {
        name: "sparse_plus",
        aliases: &[],
        parameters: &[],
        formula: "0 if x < -1, (x + 1)^2 / 4 if |x| <= 1, x if x > 1",
        source: "JAX, jax.nn.sparse_plus",
        summary: "softplus with a quadratic knee",
        build: |_| Arc::new(SparsePlus),
    },
    ActivationRow {
        name: "sparse_sigmoid",
        aliases: &[],
        parameters: &[],
        formula: "min(max((x + 1) / 2, 0), 1)",
        source: "Courbariaux et al. 2015, arXiv:1511.00363, eq. 3; JAX, jax.nn.sparse_sigmoid",
        summary: "the slope of sparse_plus",
        build: |_| Arc::new(Clipped::SPARSE_SIGMOID),
    },
];
