//! The lines to paste that realise exactly the law of a spec in a framework.
//!
//! A snippet speaks of one fully connected layer and of fans by name, so that the same lines serve every layer. The names it
//! expects: PyTorch `layer` (an `nn.Linear`), Keras `units` (and `fan_in` where the bias needs it), Flax `fan_in`, `fan_out`
//! and `rngs`, Burn `fan_in`, `fan_out` and `device`, candle `fan_in`, `fan_out` and `vb`, tch `fan_in`, `fan_out` and `vs`,
//! TensorFlow.js `fanIn` and `fanOut`, the others `fan_in` and `fan_out`. Where a framework cannot express
//! the law, the snippet says so and is not [`exact`](Snippet::exact).
//!
//! ```
//! use initscope::net::framework::Framework;
//! use initscope::net::snippet::Snippet;
//!
//! let spec = "relu/he_normal 256x64 framework=keras".parse()?;
//! assert_eq!(
//!     Snippet::of(&spec, Framework::Keras).text(),
//!     "layer = keras.layers.Dense(units, kernel_initializer=\"he_normal\")"
//! );
//! assert_eq!(
//!     Snippet::of(&spec, Framework::PyTorch).lines[1],
//!     "nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)"
//! );
//! # Ok::<(), initscope::net::spec::SpecError>(())
//! ```

mod blocks;
mod burn;
mod candle;
mod conv;
mod flax;
mod haiku;
mod keras;
mod mlx;
mod paddle;
mod python;
mod pytorch;
mod tch;
mod tfjs;
mod tinygrad;
mod weights;

use crate::net::bias::BiasLaw;
use crate::net::framework::Framework;
use crate::net::spec::{Bias, Spec};
use weights::{Form, Weights};

/// What to type in one framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The framework.
    pub framework: Framework,
    /// What must be imported for [`lines`](Self::lines).
    pub imports: &'static str,
    /// The code; empty where the framework has nothing like it.
    pub lines: Vec<String>,
    /// One line to know beside it.
    pub note: Option<String>,
    /// Whether the lines realise the law of the spec.
    pub exact: bool,
}

/// The bias law of every layer, fans by name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Offsets {
    Zeros,
    Normal {
        mean: f64,
        std: f64,
    },
    Uniform {
        low: f64,
        high: f64,
    },
    /// `U(±factor/sqrt(fan_in))`.
    ByFanIn {
        factor: f64,
    },
    Constant {
        value: f64,
    },
}

impl Offsets {
    /// The law in a framework's words; `None` for zeros. `root` is `1/sqrt(fan_in)`.
    fn law(
        self,
        constant: impl Fn(f64) -> String,
        normal: impl Fn(f64, &str) -> String,
        uniform: impl Fn(&str, &str) -> String,
        root: &str,
    ) -> Option<String> {
        match self {
            Self::Zeros => None,
            Self::Constant { value } => Some(constant(value)),
            Self::Normal { mean, std } => Some(normal(mean, &number(std))),
            Self::Uniform { low, high } => Some(uniform(&number(low), &number(high))),
            Self::ByFanIn { factor } => {
                let bound = by_root(factor, root);
                Some(uniform(&format!("-({bound})"), &bound))
            }
        }
    }
}

/// Code for weights or for a whole layer, as a framework's file writes it.
struct Code {
    lines: Vec<String>,
    note: Option<String>,
    exact: bool,
}

impl Code {
    fn exact(lines: impl IntoIterator<Item = String>) -> Self {
        Self {
            lines: lines.into_iter().collect(),
            note: None,
            exact: true,
        }
    }

    /// The framework has nothing like it.
    fn none(note: impl Into<String>) -> Self {
        Self::exact([]).but(note)
    }

    /// Close, and how it differs.
    fn but(self, note: impl Into<String>) -> Self {
        Self {
            exact: false,
            ..self.noting(note)
        }
    }

    /// Code of a scaled law in a framework without truncated normals, whose normal stands for one.
    fn uncut(text: String, form: Form, framework: &str) -> Self {
        let code = Self::exact([text]);
        match form {
            Form::Truncated => code.but(format!(
                "{framework} has no truncated normal: this one has the same variance and is not cut at 2σ"
            )),
            Form::Normal | Form::Uniform => code,
        }
    }

    fn noting(self, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..self
        }
    }
}

impl Snippet {
    /// How `target` realises the weights and biases of `spec`, whatever the dialect of the spec.
    #[must_use]
    pub fn of(spec: &Spec, target: Framework) -> Self {
        let weights = Weights::of(&spec.effective_initializer(), spec.framework(), spec.gain());
        let described = spec.draft().described.as_ref();
        let asked = match (spec.bias(), described) {
            (Bias::Auto | Bias::Preset, Some(described)) => &described.bias,
            (bias, _) => bias,
        };
        let offsets = match (asked, spec.bias_law(1)) {
            (_, BiasLaw::Zeros) => Offsets::Zeros,
            (_, BiasLaw::Normal { mean, std }) => Offsets::Normal { mean, std },
            (Bias::Auto | Bias::Preset, _) if described.is_none() => {
                Offsets::ByFanIn { factor: 1.0 }
            }
            (Bias::ByFanIn(factor), _) => Offsets::ByFanIn { factor: *factor },
            (_, BiasLaw::Uniform { low, high }) => Offsets::Uniform { low, high },
            (_, BiasLaw::Constant { value }) => Offsets::Constant { value },
        };
        let untouched = spec.initializer().is_none()
            && spec.framework() == target
            && spec.draft().described.is_none()
            && spec.gain() == 1.0
            && matches!(spec.bias(), Bias::Auto | Bias::Preset);
        let (imports, default, write) = writer(target);
        let code = if untouched {
            Code::exact([default.to_owned()]).noting("nothing to configure: this is the default")
        } else {
            write(weights, offsets)
        };
        let code = blocks::network(spec, target, conv::layer(spec, target, code), untouched);
        Self {
            framework: target,
            imports,
            lines: code.lines,
            note: code.note,
            exact: code.exact,
        }
    }

    /// For every framework, in the order of [`Framework::ALL`].
    #[must_use]
    pub fn all(spec: &Spec) -> [Self; Framework::ALL.len()] {
        Framework::ALL.map(|target| Self::of(spec, target))
    }

    /// The lines to paste; where there are none, the reason as a comment in the framework's language.
    #[must_use]
    pub fn text(&self) -> String {
        match (&self.note, self.lines.is_empty()) {
            (Some(note), true) => format!("{} {note}", self.comment()),
            (Some(note), false) if !self.exact => {
                format!("{} {note}\n{}", self.comment(), self.lines.join("\n"))
            }
            _ => self.lines.join("\n"),
        }
    }

    fn comment(&self) -> &'static str {
        match self.framework {
            Framework::Burn | Framework::Candle | Framework::Tch | Framework::Tfjs => "//",
            _ => "#",
        }
    }
}

type Writer = fn(Weights, Offsets) -> Code;

/// Imports, the layer that nobody configured, and the file of a framework.
fn writer(target: Framework) -> (&'static str, &'static str, Writer) {
    match target {
        Framework::Keras => (keras::IMPORTS, keras::DEFAULT, keras::layer),
        Framework::PyTorch => (pytorch::IMPORTS, pytorch::DEFAULT, pytorch::layer),
        Framework::Flax => (flax::IMPORTS, flax::DEFAULT, flax::layer),
        Framework::Burn => (burn::IMPORTS, burn::DEFAULT, burn::layer),
        Framework::Candle => (candle::IMPORTS, candle::DEFAULT, candle::layer),
        Framework::Tch => (tch::IMPORTS, tch::DEFAULT, tch::layer),
        Framework::Tinygrad => (tinygrad::IMPORTS, tinygrad::DEFAULT, tinygrad::layer),
        Framework::Mlx => (mlx::IMPORTS, mlx::DEFAULT, mlx::layer),
        Framework::Paddle => (paddle::IMPORTS, paddle::DEFAULT, paddle::layer),
        Framework::Haiku => (haiku::IMPORTS, haiku::DEFAULT, haiku::layer),
        Framework::Tfjs => (tfjs::IMPORTS, tfjs::DEFAULT, tfjs::layer),
    }
}

/// `1.0 / sqrt` with the factor in place of the 1: `root` where it is 1, else `factor * root`.
fn by_root(factor: f64, root: &str) -> String {
    match factor {
        1.0 => root.to_owned(),
        factor => format!("{} * {root}", number(factor)),
    }
}

/// A number as Python and Rust read it, 15 digits at most, always with a point or an exponent.
fn number(x: f64) -> String {
    format!("{:?}", rounded(x, 15))
}

/// `x` rounded to `digits` significant ones.
fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits - 1)
        .parse()
        .expect("a number that was just written")
}
