//! Convolutions by their fans: the network stays one of matrices, whose weights have the variance that the convolution's would have.
//!
//! A convolution with `k` taps, `c` channels read and `g` groups sums `k c / g` products for every number: with circular
//! padding its maps of lengths and gradients are those of a matrix whose `fan_in Var W` is `k c / g` times the variance of a tap (Xiao et al.
//! 2018, eqs. 2.5-2.7). With stride `s` in `d` directions every position of its input is read by `k c' / (g s^d)` numbers on average, and there
//! are `s^d` times as many of them as of its output: the squares of the gradient, summed over all positions, as the gradient of a weight
//! sums them, change as without stride. A transposed one sums `k c / (g s^d)` products on average, and sums of squared gradients change by the
//! same factor. An initializer is told other fans by some frameworks, and then means another variance than it says.
//!
//! ```
//! use initscope::net::spec::Spec;
//!
//! // PyTorch tells kaiming_normal_(mode="fan_out") of a depthwise kernel 64 channels that read it, where one does
//! let text = "relu/he_normal(mode=fan_out) 64x8 conv=3x3,groups=64 framework=pytorch";
//! let spec: Spec = text.parse()?;
//! let fans = spec.conv_fans(2).expect("a convolution");
//! assert_eq!((fans.told, fans.true_fans), ((9, 576), (9.0, 9.0)));
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

/// Kernel, groups and stride of a convolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conv {
    /// Taps along every side.
    pub kernel: Vec<usize>,
    /// Channels are read in so many groups.
    pub groups: usize,
    /// Whether it is the transpose of one.
    pub transposed: bool,
    /// From one position to the next along every side.
    pub stride: usize,
}

/// `(fan_in, fan_out)` of one layer's convolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvFans {
    /// What the framework tells an initializer.
    pub told: (usize, usize),
    /// How many products are summed, forward and back over all positions, on average.
    pub true_fans: (f64, f64),
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
        let true_fans = [of_inputs, of_outputs].map(|fan| fan as f64 / self.spread());
        Some(ConvFans {
            told,
            true_fans: true_fans.into(),
        })
    }

    /// Positions of the output of a transposed convolution to one of its input, among which its taps are divided; 1 of others.
    fn spread(&self) -> f64 {
        match self.transposed {
            true => self.positions(),
            false => 1.0,
        }
    }

    /// Positions of one side to one of the other.
    fn positions(&self) -> f64 {
        (self.stride as f64).powi(self.kernel.len() as i32)
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
        let way = if conv.transposed { "more" } else { "less" };
        let apart = match conv.stride {
            1 => String::new(),
            _ => format!(
                "; gradients are those of all positions, one of them gets {} times {way} a layer",
                number(conv.positions())
            ),
        };
        if (told.0 as f64, told.1 as f64) == true_fans {
            return Some(format!("conv {conv} has {told_words}{apart}"));
        }
        let variance = |fans: (usize, usize)| {
            let initializer = self.effective_initializer();
            let law = initializer.law(self.framework(), fans.0, fans.1, self.gain());
            law.variance(fans.0, fans.1)
        };
        // what fans `m` times as large make of a variance, smaller ones make good
        let spread = conv.spread();
        let whole = |fan: f64| (fan * spread).round() as usize;
        let base = (whole(true_fans.0), whole(true_fans.1));
        let more = spread as usize;
        let larger = variance((base.0 * more, base.1 * more)) / variance(base);
        let ratio = variance(told) / variance(base) * larger;
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
            "conv {conv}: {} tells the initializer {told_words}, true are {} and {}: {effect}{apart}",
            self.framework(),
            number(true_fans.0),
            number(true_fans.1),
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
        if self.stride > 1 {
            write!(f, ",stride={}", self.stride)?;
        }
        Ok(())
    }
}

impl FromStr for Conv {
    type Err = SpecError;

    /// `3x3`, `7`, `3x3,groups=64`, `4x4,transposed,stride=2`.
    fn from_str(text: &str) -> Result<Self, SpecError> {
        let wrong = || SpecError::Value {
            field: "conv",
            given: text.to_owned(),
            allowed: "KERNEL with sides of 1 to 64 taps, such as 3x3, behind it groups=NUMBER, transposed and stride=NUMBER, or none",
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
            stride: 1,
        };
        for word in words {
            match word.split_once('=') {
                None if word == "transposed" => conv.transposed = true,
                Some(("groups", groups)) => {
                    let groups = value::<usize>(groups).filter(|groups| *groups > 0);
                    conv.groups = groups.ok_or_else(wrong)?;
                }
                Some(("stride", stride)) => {
                    let stride =
                        value::<usize>(stride).filter(|stride| (1..=SIDE).contains(stride));
                    conv.stride = stride.ok_or_else(wrong)?;
                }
                _ => return Err(wrong()),
            }
        }
        Ok(conv)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(text: &str) -> String {
        let spec: Spec = text.parse().expect(text);
        spec.conv_note().expect("a convolution")
    }

    #[test]
    fn taps_of_a_transposed_convolution_are_divided_among_positions_and_gradients_add_up() {
        for (taps, stride) in [(3, 2), (4, 2), (5, 3), (2, 3)] {
            // a ring of 12 positions and one of 12 strides; a tap is read there and written here
            let (few, many) = (12, 12 * stride);
            let mut terms = vec![0; many];
            for at in 0..few {
                for tap in 0..taps {
                    terms[(at * stride + tap) % many] += 1;
                }
            }
            let mean = terms.iter().sum::<usize>() as f64 / many as f64;
            let conv: Conv = format!("{taps},transposed,stride={stride}")
                .parse()
                .expect("one");
            let fans = conv.fans(Framework::PyTorch, 1, 1).expect("known");
            assert!((fans.true_fans.0 - mean).abs() < 1e-12);
            // each of the few gets squares of `taps` numbers of the many: their sum is `taps few / many` of theirs
            assert!((fans.true_fans.1 - (taps * few) as f64 / many as f64).abs() < 1e-12);
            let plain: Conv = format!("{taps},stride={stride}").parse().expect("one");
            let fans = plain.fans(Framework::PyTorch, 1, 1).expect("known");
            // the many get their terms from the few: their sum of squares is `terms` of the few's
            assert_eq!(
                fans.true_fans.1,
                terms.iter().sum::<usize>() as f64 / few as f64
            );
        }
    }

    #[test]
    fn a_stride_is_told_with_what_it_does() {
        assert_eq!(
            note("relu/he_normal 64x8 conv=4x4,transposed,stride=2 framework=pytorch"),
            "conv 4x4,transposed,stride=2: pytorch tells the initializer fan_in 1024 and fan_out 1024, true are 256 and 256: the variance \
             is 4 times too small; gradients are those of all positions, one of them gets 4 times more a layer"
        );
        assert_eq!(
            note("relu/he_normal 64x8 conv=3x3,stride=2 framework=pytorch"),
            "conv 3x3,stride=2 has fan_in 576 and fan_out 576; gradients are those of all positions, one of them gets 4 times less a layer"
        );
        let half =
            note("relu/normal(0.02) 64x8 conv=3x3,groups=64,transposed,stride=2 framework=keras");
        assert!(
            half.contains("true are 2.25 and 2.25: the variance is the same"),
            "{half}"
        );
    }
}
