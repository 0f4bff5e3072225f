//! Weight laws with the fans left as names.

use crate::net::framework::Framework;
use crate::net::initializer::{Distribution, FanMode, Initializer, Scheme};

/// Shape of a law whose variance is given by the fans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Normal,
    /// Cut at two raw standard deviations and corrected.
    Truncated,
    Uniform,
}

/// [`WeightLaw`](crate::net::initializer::WeightLaw) for any fans, dialect and gain applied; laws without spread are `Constant`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Weights {
    /// `Var = scale gain^2 / fan`.
    Scaled {
        scale: f64,
        gain: f64,
        mode: FanMode,
        form: Form,
    },
    Normal {
        mean: f64,
        std: f64,
    },
    Uniform {
        low: f64,
        high: f64,
    },
    /// Cut at `low` and `high`, not corrected.
    Truncated {
        mean: f64,
        raw_std: f64,
        low: f64,
        high: f64,
    },
    Orthogonal {
        gain: f64,
    },
    Sparse {
        sparsity: f64,
        std: f64,
    },
    Identity {
        gain: f64,
    },
    Constant {
        value: f64,
    },
}

/// Cuts beyond this many standard deviations change nothing that a weight could show (6e-16 of them).
const NEVER: f64 = 8.0;

impl Weights {
    /// The same for a framework without truncated normals: cuts so far out that no weight could show them are none.
    pub(super) fn uncut(self) -> Self {
        match self {
            Self::Truncated {
                mean,
                raw_std,
                low,
                high,
            } if (mean - low).min(high - mean) / raw_std > NEVER => {
                Self::Normal { mean, std: raw_std }
            }
            weights => weights,
        }
    }

    /// The law of an initializer in a dialect, every weight multiplied by `gain`.
    pub(super) fn of(initializer: &Initializer, dialect: Framework, gain: f64) -> Self {
        match initializer.scheme(dialect) {
            Scheme::Scaled {
                scale,
                mode,
                distribution,
                named,
            } => {
                let (scale, distribution) = match named {
                    true => dialect.named(scale, distribution),
                    false => (scale, distribution),
                };
                let form = match distribution {
                    Distribution::Uniform => Form::Uniform,
                    Distribution::TruncatedNormal => Form::Truncated,
                    Distribution::Normal => Form::Normal,
                };
                Self::Scaled {
                    scale,
                    gain,
                    mode,
                    form,
                }
            }
            Scheme::Uniform { bound: 0.0 } | Scheme::Sparse { std: 0.0, .. } => {
                Self::Constant { value: 0.0 }
            }
            Scheme::Normal { mean, std: 0.0 } | Scheme::Truncated { mean, std: 0.0, .. } => {
                Self::Constant { value: mean * gain }
            }
            Scheme::Normal { mean, std } => Self::Normal {
                mean: mean * gain,
                std: std * gain,
            },
            Scheme::Uniform { bound } => Self::Uniform {
                low: if dialect == Framework::Flax {
                    0.0
                } else {
                    -bound * gain
                },
                high: bound * gain,
            },
            Scheme::Interval { low, high } => Self::Uniform {
                low: low * gain,
                high: high * gain,
            },
            Scheme::Truncated { mean, std, ends } => {
                let ends = ends.unwrap_or_else(|| dialect.ends(mean, std));
                let [low, high] = ends.map(|end| end * gain);
                Self::Truncated {
                    mean: mean * gain,
                    raw_std: std * gain,
                    low,
                    high,
                }
            }
            Scheme::Orthogonal { gain: own } => Self::Orthogonal { gain: own * gain },
            Scheme::Sparse { sparsity, std } => Self::Sparse {
                sparsity,
                std: std * gain,
            },
            Scheme::Identity { gain: own } => Self::Identity { gain: own * gain },
            Scheme::Constant { value } => Self::Constant {
                value: value * gain,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::initializer::{TRUNCATED_STD, WeightLaw};

    /// The resolved law of a symbolic one.
    fn resolved(weights: Weights, fan_in: usize, fan_out: usize) -> WeightLaw {
        match weights {
            Weights::Scaled {
                scale,
                gain,
                mode,
                form,
            } => {
                let std = gain * (scale / mode.fan(fan_in, fan_out)).sqrt();
                match form {
                    Form::Normal => WeightLaw::Normal { mean: 0.0, std },
                    Form::Truncated => WeightLaw::TruncatedNormal {
                        mean: 0.0,
                        raw_std: std / TRUNCATED_STD,
                        low: -2.0 * std / TRUNCATED_STD,
                        high: 2.0 * std / TRUNCATED_STD,
                    },
                    Form::Uniform => WeightLaw::Uniform {
                        low: -3_f64.sqrt() * std,
                        high: 3_f64.sqrt() * std,
                    },
                }
            }
            Weights::Normal { mean, std } => WeightLaw::Normal { mean, std },
            Weights::Uniform { low, high } => WeightLaw::Uniform { low, high },
            Weights::Truncated {
                mean,
                raw_std,
                low,
                high,
            } => WeightLaw::TruncatedNormal {
                mean,
                raw_std,
                low,
                high,
            },
            Weights::Orthogonal { gain } => WeightLaw::Orthogonal { gain },
            Weights::Sparse { sparsity, std } => WeightLaw::Sparse { sparsity, std },
            Weights::Identity { gain } => WeightLaw::Identity { gain },
            Weights::Constant { value } => WeightLaw::Constant { value },
        }
    }

    #[test]
    fn the_law_with_named_fans_is_the_law_of_the_simulation() {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-14 * b.abs();
        let (fan_in, fan_out) = (300, 70);
        let with_means = [
            "random_normal(2,mean=-1)",
            "truncated_normal(1,mean=0.5,a=0,b=3)",
        ];
        let with_means = with_means.map(|text| text.parse().expect("an initializer"));
        for initializer in Initializer::all().into_iter().chain(with_means) {
            for dialect in Framework::ALL {
                for gain in [1.0, 1.7] {
                    let weights = Weights::of(&initializer, dialect, gain);
                    let ours = resolved(weights, fan_in, fan_out);
                    let law = initializer.law(dialect, fan_in, fan_out, gain);
                    let context = format!("{initializer} {dialect} {gain}: {ours:?} {law:?}");
                    let of = |l: WeightLaw| (l.mean(fan_in, fan_out), l.std(fan_in, fan_out));
                    assert_eq!(
                        std::mem::discriminant(&ours),
                        std::mem::discriminant(&law),
                        "{context}"
                    );
                    assert!(
                        near(of(ours).0, of(law).0) && near(of(ours).1, of(law).1),
                        "{context}"
                    );
                    let (a, b) = (ours.support(), law.support());
                    assert!(a == b || near(a.0, b.0) && near(a.1, b.1), "{context}");
                }
            }
        }
    }
}
