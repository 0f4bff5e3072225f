//! The resolved law of one weight matrix and its exact moments.

use crate::math::entries::Entries;

/// Beyond this many standard deviations a cut is not noticed: the normal generator itself ends at 6.6.
const NO_CUT: f64 = 5.0;

/// The resolved law of one weight matrix `W` (`fan_out x fan_in`), entries independent unless stated.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum WeightLaw {
    /// Independent `N(mean, std^2)`.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        std: f64,
    },
    /// Independent uniform on `[low, high]`.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// `N(mean, raw_std^2)` conditioned on `[low, high]`, which holds its mean.
    TruncatedNormal {
        /// Mean before truncation.
        mean: f64,
        /// Standard deviation before truncation.
        raw_std: f64,
        /// Lower cut, at most the mean.
        low: f64,
        /// Upper cut, at least the mean.
        high: f64,
    },
    /// `gain` times a Haar (semi-)orthogonal matrix.
    Orthogonal {
        /// Multiplier of the orthogonal matrix.
        gain: f64,
    },
    /// `N(0, std^2)` with `ceil(sparsity * fan_out)` zeros in every column (one column per input), as PyTorch's `sparse_`.
    Sparse {
        /// Share of zeros per column.
        sparsity: f64,
        /// Standard deviation of the others.
        std: f64,
    },
    /// `gain` on the main diagonal, 0 elsewhere.
    Identity {
        /// ArgumentValue of the diagonal.
        gain: f64,
    },
    /// Every entry the same.
    Constant {
        /// That value.
        value: f64,
    },
    /// Rows of mean 0 and norm `gain` in uniform directions, independent of each other: normal ones after
    /// `gain (w - mean w) / |w - mean w|` (weight standardization: Qiao et al. 2019; Brock et al. 2021, eq. 3).
    Standardized {
        /// Norm of a row.
        gain: f64,
    },
}

impl WeightLaw {
    /// Mean of an entry; for the identity over all `fan_in * fan_out` entries.
    #[must_use]
    pub fn mean(&self, fan_in: usize, fan_out: usize) -> f64 {
        match *self {
            Self::Orthogonal { .. } | Self::Sparse { .. } | Self::Standardized { .. } => 0.0,
            Self::Normal { mean, .. } => mean,
            Self::Uniform { low, high } => f64::midpoint(low, high),
            Self::TruncatedNormal {
                mean,
                raw_std,
                low,
                high,
            } => mean + raw_std * truncated(raw_std, low - mean, high - mean)[0],
            Self::Identity { gain } => gain * diagonal_share(fan_in, fan_out),
            Self::Constant { value } => value,
        }
    }

    /// Variance of an entry as realised (after truncation, zeros included); for the identity over all entries.
    ///
    /// `gain^2 / max(fan_in, fan_out)` for a (semi-)orthogonal matrix.
    #[must_use]
    pub fn variance(&self, fan_in: usize, fan_out: usize) -> f64 {
        match *self {
            Self::Normal { std, .. } => std * std,
            Self::Uniform { low, high } => (high - low) * (high - low) / 12.0,
            Self::TruncatedNormal {
                mean,
                raw_std,
                low,
                high,
            } => raw_std * raw_std * truncated(raw_std, low - mean, high - mean)[1],
            Self::Orthogonal { gain } => gain * gain / fan_in.max(fan_out) as f64,
            Self::Sparse { sparsity, std } => std * std * (1.0 - zero_share(sparsity, fan_out)),
            Self::Identity { gain } => {
                let p = diagonal_share(fan_in, fan_out);
                gain * gain * p * (1.0 - p)
            }
            Self::Constant { .. } => 0.0,
            Self::Standardized { gain } => gain * gain / fan_in as f64,
        }
    }

    /// Standard deviation of an entry as realised: the root of [`variance`](Self::variance).
    #[must_use]
    pub fn std(&self, fan_in: usize, fan_out: usize) -> f64 {
        self.variance(fan_in, fan_out).sqrt()
    }

    /// `E[w^2] = variance + mean^2`.
    #[must_use]
    pub fn second_moment(&self, fan_in: usize, fan_out: usize) -> f64 {
        let mean = self.mean(fan_in, fan_out);
        self.variance(fan_in, fan_out) + mean * mean
    }

    /// Kurtosis `E[(w - mean)^4] / variance^2` of an entry (3 for a normal); `None` where the variance is 0.
    ///
    /// Uniform 1.8; normal cut at two standard deviations 2.36553671712965; entry of a Haar matrix `3M / (M + 2)` with
    /// `M = max(fan_in, fan_out)`; sparse `3 / (1 - p)` and identity `(1 - 3p(1-p)) / (p(1-p))` with `p` the share of
    /// zeros or of ones; standardized `3 (fan_in - 1) / (fan_in + 1)`.
    #[must_use]
    pub fn kurtosis(&self, fan_in: usize, fan_out: usize) -> Option<f64> {
        if self.variance(fan_in, fan_out) == 0.0 {
            return None;
        }
        Some(match *self {
            Self::Normal { .. } => 3.0,
            Self::Uniform { .. } => 1.8,
            Self::TruncatedNormal {
                mean,
                raw_std,
                low,
                high,
            } => truncated(raw_std, low - mean, high - mean)[2],
            Self::Orthogonal { .. } => {
                let m = fan_in.max(fan_out) as f64;
                3.0 * m / (m + 2.0)
            }
            Self::Sparse { sparsity, .. } => 3.0 / (1.0 - zero_share(sparsity, fan_out)),
            Self::Identity { .. } => {
                let p = diagonal_share(fan_in, fan_out);
                (1.0 - 3.0 * p * (1.0 - p)) / (p * (1.0 - p))
            }
            Self::Constant { .. } => return None,
            Self::Standardized { .. } => {
                let n = fan_in as f64;
                3.0 * (n - 1.0) / (n + 1.0)
            }
        })
    }

    /// Smallest interval that holds every entry.
    #[must_use]
    pub fn support(&self) -> (f64, f64) {
        match *self {
            Self::Normal { mean, std: 0.0 } => (mean, mean),
            Self::Sparse { std: 0.0, .. } => (0.0, 0.0),
            Self::Normal { .. } | Self::Sparse { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Uniform { low, high } | Self::TruncatedNormal { low, high, .. } => (low, high),
            Self::Orthogonal { gain } | Self::Standardized { gain } => (-gain.abs(), gain.abs()),
            Self::Identity { gain } => (gain.min(0.0), gain.max(0.0)),
            Self::Constant { value } => (value, value),
        }
    }

    /// How the entries are made in single precision; `None` for an orthogonal matrix or standardized rows, whose entries are not
    /// independent.
    #[must_use]
    pub fn entries(&self, fan_out: usize) -> Option<Entries> {
        Some(match *self {
            Self::Normal { mean, std } => normal_entries(mean, std),
            Self::Uniform { low, high } => Entries::Uniform {
                low: low as f32,
                high: high as f32,
            },
            Self::TruncatedNormal {
                mean,
                raw_std,
                low,
                high,
            } => cut_entries(mean, raw_std, [low, high]),
            Self::Sparse { sparsity, std } => Entries::Sparse {
                zeros: zeros_per_column(sparsity, fan_out) as u64,
                std: std as f32,
            },
            Self::Identity { gain } => Entries::Identity { gain: gain as f32 },
            Self::Constant { value } => Entries::Constant {
                value: value as f32,
            },
            Self::Orthogonal { .. } | Self::Standardized { .. } => return None,
        })
    }

    /// Whether the entries are independent normals of mean 0, so that products can be sampled without the matrix.
    #[must_use]
    pub fn is_gaussian(&self) -> bool {
        matches!(self, Self::Normal { mean: 0.0, .. })
    }

    /// Whether every draw gives the same matrix (identity, constant).
    #[must_use]
    pub fn is_deterministic(&self) -> bool {
        matches!(self, Self::Identity { .. } | Self::Constant { .. })
    }

    /// The law of `factor * W`, for `factor > 0`.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        match self {
            Self::Normal { mean, std } => Self::Normal {
                mean: mean * factor,
                std: std * factor,
            },
            Self::Uniform { low, high } => Self::Uniform {
                low: low * factor,
                high: high * factor,
            },
            Self::TruncatedNormal {
                mean,
                raw_std,
                low,
                high,
            } => Self::TruncatedNormal {
                mean: mean * factor,
                raw_std: raw_std * factor,
                low: low * factor,
                high: high * factor,
            },
            Self::Orthogonal { gain } => Self::Orthogonal {
                gain: gain * factor,
            },
            Self::Sparse { sparsity, std } => Self::Sparse {
                sparsity,
                std: std * factor,
            },
            Self::Identity { gain } => Self::Identity {
                gain: gain * factor,
            },
            Self::Constant { value } => Self::Constant {
                value: value * factor,
            },
            Self::Standardized { gain } => Self::Standardized {
                gain: gain * factor,
            },
        }
    }
}

fn normal_entries(mean: f64, std: f64) -> Entries {
    let (mean, std) = (mean as f32, std as f32);
    match mean {
        0.0 => Entries::Normal { std },
        mean => Entries::ShiftedNormal { mean, std },
    }
}

/// Cuts that are the same on both sides of a mean of 0 are made as they always were; of others each is at [`NO_CUT`] at most.
fn cut_entries(mean: f64, raw_std: f64, ends: [f64; 2]) -> Entries {
    let [low, high] = ends.map(|end| (end - mean) / raw_std);
    let erf = |cut: f64| libm::erf(cut * std::f64::consts::FRAC_1_SQRT_2) as f32;
    let std = raw_std as f32;
    if raw_std == 0.0 || (low <= -NO_CUT && high >= NO_CUT) {
        normal_entries(mean, raw_std)
    } else if mean == 0.0 && low == -high {
        let erf_cut = erf(high);
        Entries::TruncatedNormal { std, erf_cut }
    } else {
        Entries::CutNormal {
            mean: mean as f32,
            std,
            erf_ends: [erf(low.max(-NO_CUT)), erf(high.min(NO_CUT))],
        }
    }
}

/// Zeros per column of a sparse matrix, as PyTorch counts them: `ceil(sparsity * fan_out)`.
#[must_use]
pub fn zeros_per_column(sparsity: f64, fan_out: usize) -> usize {
    ((sparsity * fan_out as f64).ceil() as usize).min(fan_out)
}

pub(super) fn zero_share(sparsity: f64, fan_out: usize) -> f64 {
    zeros_per_column(sparsity, fan_out) as f64 / fan_out as f64
}

pub(super) fn diagonal_share(fan_in: usize, fan_out: usize) -> f64 {
    1.0 / fan_in.max(fan_out) as f64
}

/// Mean, variance and kurtosis of `N(0, 1)` conditioned on `[low / raw_std, high / raw_std]`, `low <= 0 <= high`.
fn truncated(raw_std: f64, low: f64, high: f64) -> [f64; 3] {
    if raw_std == 0.0 || low == high {
        return [0.0, 0.0, f64::NAN];
    }
    let (a, b) = (-low / raw_std, high / raw_std);
    let scale = a.max(b);
    let moment = |k: i32| {
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        (partial_moment(k, b, scale) + sign * partial_moment(k, a, scale)) * scale.powi(k)
    };
    let mass = moment(0);
    let [m1, m2, m3, m4] = [1, 2, 3, 4].map(|k| moment(k) / mass);
    let variance = m2 - m1 * m1;
    let fourth = m4 - 4.0 * m1 * m3 + 6.0 * m1 * m1 * m2 - 3.0 * m1.powi(4);
    [m1, variance, fourth / (variance * variance)]
}

/// `scale^-k * integral of x^k exp(-x^2/2)` over `[0, a]`, `0 <= a <= scale`, to about 1e-15 relative.
///
/// With `t = a^2/2` the series `exp(-t) * a^(k+1)/(k+1) * (1 + 2t/(k+3) + (2t)^2/((k+3)(k+5)) + ...)` has positive terms
/// only (DLMF 8.7.1); beyond `t = 50` the tail is below 1e-19 of the complete integral
/// `2^((k-1)/2) Gamma((k+1)/2)`.
fn partial_moment(k: i32, a: f64, scale: f64) -> f64 {
    let t = a * a / 2.0;
    if t > 50.0 {
        let s = f64::from(k + 1) / 2.0;
        return 2_f64.powf(s - 1.0) * libm::tgamma(s) / scale.powi(k);
    }
    let (mut term, mut sum, mut n) = (1.0, 1.0, f64::from(k) + 3.0);
    while term > 1e-17 * sum {
        term *= 2.0 * t / n;
        sum += term;
        n += 2.0;
    }
    (-t).exp() * a * (a / scale).powi(k) / f64::from(k + 1) * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normal_cut_at_two_sigma_has_the_published_std_and_kurtosis() {
        let law = WeightLaw::TruncatedNormal {
            mean: 0.0,
            raw_std: 0.05,
            low: -0.1,
            high: 0.1,
        };
        assert!((law.std(1, 1) / 0.05 - 0.879_625_661_034_239_8).abs() < 2e-15);
        let kurtosis = law.kurtosis(1, 1).expect("positive variance");
        assert!(
            (kurtosis - 2.365_536_717_129_65).abs() < 1e-13,
            "{kurtosis}"
        );
        assert_eq!(law.mean(1, 1), 0.0);
    }

    #[test]
    fn a_cut_far_out_is_a_normal_and_a_cut_far_inside_is_a_uniform() {
        let wide = WeightLaw::TruncatedNormal {
            mean: 0.0,
            raw_std: 1.0,
            low: -40.0,
            high: 40.0,
        };
        assert!((wide.std(1, 1) - 1.0).abs() < 1e-15);
        assert!((wide.kurtosis(1, 1).expect("positive variance") - 3.0).abs() < 1e-14);
        // Relative difference to the uniform is O((c / raw_std)^2) = 4e-12.
        let narrow = WeightLaw::TruncatedNormal {
            mean: 0.0,
            raw_std: 1e6,
            low: -2.0,
            high: 2.0,
        };
        assert!((narrow.std(1, 1) - 2.0 / 3_f64.sqrt()).abs() < 1e-11);
        assert!((narrow.kurtosis(1, 1).expect("positive variance") - 1.8).abs() < 1e-11);
    }

    #[test]
    fn a_one_sided_cut_is_the_half_normal() {
        let law = WeightLaw::TruncatedNormal {
            mean: 0.0,
            raw_std: 2.0,
            low: 0.0,
            high: 100.0,
        };
        let mean = (2.0 / std::f64::consts::PI).sqrt();
        assert!((law.mean(1, 1) - 2.0 * mean).abs() < 1e-14);
        assert!((law.variance(1, 1) - 4.0 * (1.0 - mean * mean)).abs() < 1e-14);
    }

    #[test]
    fn the_two_branches_of_the_partial_moment_meet() {
        for k in 0..=4 {
            let inside = partial_moment(k, 9.999_999, 10.0);
            let outside = partial_moment(k, 10.000_001, 10.0);
            assert!((inside / outside - 1.0).abs() < 1e-14, "moment {k}");
        }
    }
}
