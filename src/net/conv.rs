//! Convolutions by their fans: the network stays one of matrices, whose weights have the variance that the convolution's would have.
//!
//! A convolution of stride 1 with `k` taps, `c` channels read and `g` groups sums `k c / g` products for every number: with circular
//! padding its maps of lengths and gradients are those of a matrix whose `fan_in Var W` is `k c / g` times the variance of a tap (Xiao et al.
//! 2018, eqs. 2.5-2.7). An initializer is told other fans by some frameworks, and then means another variance than it says.
//!
//! ```
//! use initscope::net::spec::Spec;
//!
//! // PyTorch tells kaiming_normal_(mode="fan_out") of a depthwise kernel 64 channels that read it, where one does
//! let text = "relu/he_normal(mode=fan_out) 64x8 conv=3x3,groups=64 framework=pytorch";
//! let spec: Spec = text.parse()?;
//! let fans = spec.conv_fans(2).expect("a convolution");
//! assert_eq!((fans.told, fans.true_fans), ((9, 576), (9, 9)));
//! let law = spec.weight_law(2);
//! assert!((64.0 * law.variance(64, 64) - 2.0 / 64.0).abs() < 1e-9);
//! # Ok::<(), initscope::net::spec::SpecError>(())
//! ```

use std::fmt;
use std::str::FromStr;

use crate::net::framework::Framework;
use crate::net::spec::{Spec, SpecError};
use crate::net::written::{number, value};

/// Taps along one side at most.
const SIDE: usize = 64;

/// Kernel and groups of a convolution of stride 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conv {
    /// Taps along every side.
    pub kernel: Vec<usize>,
    /// Channels are read in so many groups.
    pub groups: usize,
    /// Whether it is the transpose of one.
    pub transposed: bool,
}

/// `(fan_in, fan_out)` of one layer's convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvFans {
    /// What the framework tells an initializer.
    pub told: (usize, usize),
    /// How many products are summed, forward and back.
    pub true_fans: (usize, usize),
}

impl Conv {
    /// The fans between so many channels; `None` in a framework whose rule is not known here.
    #[must_use]
    pub fn fans(&self, framework: Framework, inputs: usize, outputs: usize) -> Option<ConvFans> {
        let taps: usize = self.kernel.iter().product();
        let (of_inputs, of_outputs) = (taps * inputs / self.groups, taps * outputs / self.groups);
        let told = match (framework, self.transposed) {
            // torch/nn/init.py:458-476: sizes 1 and 0 of the weight, (out, in/g, k, k) or, transposed, (in, out/g, k, k)
            (Framework::PyTorch | Framework::Tch, false) => (of_inputs, taps * outputs),
            (Framework::PyTorch | Framework::Tch, true) => (of_outputs, taps * inputs),
            // keras random_initializers.py:691-699: the last two sizes, of a depthwise kernel (k, k, c, 1)
            (Framework::Keras, false) if self.groups == inputs && self.groups > 1 => {
                (taps * inputs, taps * outputs / inputs)
            }
            // of a transposed one (k, k, out, in)
            (Framework::Keras, true) => (taps * outputs, taps * inputs),
            (Framework::Keras | Framework::Flax, _) => (of_inputs, taps * outputs),
            _ => return None,
        };
        Some(ConvFans {
            told,
            true_fans: (of_inputs, of_outputs),
        })
    }
}

impl Spec {
    /// The fans of layer `l` where its matrix stands for a convolution.
    #[must_use]
    pub fn conv_fans(&self, layer: usize) -> Option<ConvFans> {
        let (inputs, outputs) = self.fans(layer);
        let conv = self.draft().conv.as_ref()?;
        conv.fans(self.framework(), inputs, outputs)
    }

    /// What the initializer is told of a convolution and what is true, with what that does to the variance.
    #[must_use]
    pub fn conv_note(&self) -> Option<String> {
        let conv = self.draft().conv.as_ref()?;
        let ConvFans { told, true_fans } = self.conv_fans(2)?;
        let told_words = format!("fan_in {} and fan_out {}", told.0, told.1);
        if told == true_fans {
            return Some(format!("conv {conv} has {told_words}"));
        }
        let variance = |(fan_in, fan_out)| {
            let initializer = self.effective_initializer();
            let law = initializer.law(self.framework(), fan_in, fan_out, self.gain());
            law.variance(fan_in, fan_out)
        };
        let ratio = variance(told) / variance(true_fans);
        let effect = match ratio {
            ratio if (ratio - 1.0).abs() < 1e-3 => "the variance is the same".into(),
            ratio if ratio < 1.0 => {
                format!(
                    "the variance is {} times too small",
                    number(round(1.0 / ratio))
                )
            }
            ratio => format!("the variance is {} times too large", number(round(ratio))),
        };
        Some(format!(
            "conv {conv}: {} tells the initializer {told_words}, true are {} and {}: {effect}",
            self.framework(),
            true_fans.0,
            true_fans.1,
        ))
    }
}

/// To three digits.
fn round(ratio: f64) -> f64 {
    let unit = 10_f64.powf(ratio.log10().floor() - 2.0);
    (ratio / unit).round() * unit
}

impl fmt::Display for Conv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides: Vec<String> = self.kernel.iter().map(ToString::to_string).collect();
        f.write_str(&sides.join("x"))?;
        if self.groups > 1 {
            write!(f, ",groups={}", self.groups)?;
        }
        if self.transposed {
            f.write_str(",transposed")?;
        }
        Ok(())
    }
}

impl FromStr for Conv {
    type Err = SpecError;

    /// `3x3`, `7`, `3x3,groups=64`, `3x3,transposed`.
    fn from_str(text: &str) -> Result<Self, SpecError> {
        let wrong = || SpecError::Value {
            field: "conv",
            given: text.to_owned(),
            allowed: "KERNEL with sides of 1 to 64 taps, such as 3x3, behind it groups=NUMBER and transposed (stride 1), or none",
            example: "3x3,groups=64",
        };
        let mut words = text.split(',').map(str::trim);
        let sides = words.next().unwrap_or_default().split('x');
        let side = |text: &str| value::<usize>(text).filter(|side| (1..=SIDE).contains(side));
        let kernel: Option<Vec<usize>> = sides.map(side).collect();
        let kernel = kernel.filter(|kernel| kernel.len() <= 3);
        let mut conv = Self {
            kernel: kernel.ok_or_else(wrong)?,
            groups: 1,
            transposed: false,
        };
        for word in words {
            match word.split_once('=') {
                None if word == "transposed" => conv.transposed = true,
                Some(("groups", groups)) => {
                    let groups = value::<usize>(groups).filter(|groups| *groups > 0);
                    conv.groups = groups.ok_or_else(wrong)?;
                }
                _ => return Err(wrong()),
            }
        }
        Ok(conv)
    }
}
