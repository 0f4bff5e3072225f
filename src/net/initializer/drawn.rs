//! Weights drawn from a law: a whole matrix as the simulation makes it, and one entry by the textbook.

use ndarray::Array2;
use rand::{Rng, RngExt};
use rand_distr::{ChiSquared, Distribution, StandardNormal, Uniform};

use crate::math::haar;
use crate::math::standardized;
use crate::math::stream::{Purpose, StreamKey};
use crate::net::bias::BiasLaw;
use crate::net::framework::Framework;
use crate::net::initializer::law::{diagonal_share, zero_share};
use crate::net::initializer::{Initializer, WeightLaw};

impl Initializer {
    /// The weights of one layer in Keras' dialect with gain 1: `fan_out x fan_in`, so that `z = W x` is `w.dot(&x)`.
    ///
    /// `fan_in, fan_out >= 1`. For another dialect or gain: [`law`](Self::law), then [`WeightLaw::sample`], which says more.
    ///
    /// ```
    /// use initscope::net::framework::Framework;
    /// use initscope::net::initializer::Initializer;
    /// use rand::SeedableRng;
    /// use rand_xoshiro::Xoshiro256PlusPlus;
    ///
    /// let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    /// let he: Initializer = "he_normal".parse()?;
    /// let w = he.sample(300, 100, &mut rng);
    /// assert_eq!(w.dim(), (100, 300));
    /// let variance = w.mapv(|w| w * w).mean().expect("not empty");
    /// assert!((variance * 300.0 / 2.0 - 1.0).abs() < 0.05);
    ///
    /// let q = "orthogonal".parse::<Initializer>()?.law(Framework::PyTorch, 5, 5, 2.0).sample(5, 5, &mut rng);
    /// let squared = q.t().dot(&q);
    /// assert!((squared[[0, 0]] - 4.0).abs() < 1e-5 && squared[[0, 1]].abs() < 1e-5);
    /// # Ok::<(), initscope::net::initializer::InitializerError>(())
    /// ```
    pub fn sample<R: Rng + ?Sized>(
        &self,
        fan_in: usize,
        fan_out: usize,
        rng: &mut R,
    ) -> Array2<f32> {
        self.law(Framework::default(), fan_in, fan_out, 1.0)
            .sample(fan_in, fan_out, rng)
    }
}

impl WeightLaw {
    /// A matrix of this law, `fan_out x fan_in`: what the simulation draws for a layer, with a seed from `rng`.
    ///
    /// `fan_in, fan_out >= 1`, the fans the law was made for. One matrix takes 64 bits of `rng`; entries are single precision.
    pub fn sample<R: Rng + ?Sized>(
        &self,
        fan_in: usize,
        fan_out: usize,
        rng: &mut R,
    ) -> Array2<f32> {
        let key = StreamKey {
            seed: rng.next_u64(),
            draw: 0,
            layer: 1,
            purpose: Purpose::Weights,
        };
        let mut entries = vec![0.0; fan_out * fan_in];
        self.fill(key, [fan_out, fan_in], fan_in, &mut entries);
        Array2::from_shape_vec((fan_out, fan_in), entries).expect("as many entries as places")
    }

    /// The `[fan_out, fan_in]` matrix that a key names into `out`, whose rows are `stride` apart; what is between stays.
    pub fn fill(&self, key: StreamKey, size: [usize; 2], stride: usize, out: &mut [f32]) {
        match (*self, self.entries(size[0])) {
            (_, Some(entries)) => entries.matrix(key, size, stride, out),
            (Self::Orthogonal { gain }, None) => {
                haar::matrix(key, gain as f32, size, stride, out);
            }
            (Self::Standardized { gain }, None) => {
                standardized::matrix(key, gain, size, stride, out);
            }
            (_, None) => unreachable!("only these have dependent entries"),
        }
    }

    /// The law of the entry at a random place of a `fan_out x fan_in` matrix, whatever the others are.
    #[must_use]
    pub fn entry(&self, fan_in: usize, fan_out: usize) -> EntryLaw {
        EntryLaw {
            law: *self,
            fan_in,
            fan_out,
        }
    }
}

/// The law of one entry of a matrix: [`WeightLaw::entry`]. The naive reference of the fast fills: `rand_distr` and rejection
/// instead of inversion, in double precision until the last step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EntryLaw {
    law: WeightLaw,
    fan_in: usize,
    fan_out: usize,
}

impl Distribution<f32> for EntryLaw {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f32 {
        let value = match self.law {
            WeightLaw::Normal { mean, std } => mean + std * normal(rng),
            WeightLaw::Uniform { low, high } => uniform(low, high, rng),
            WeightLaw::TruncatedNormal {
                mean,
                raw_std,
                low,
                high,
            } => mean + truncated(raw_std, low - mean, high - mean, rng),
            WeightLaw::Orthogonal { gain } => gain * coordinate(self.fan_in.max(self.fan_out), rng),
            WeightLaw::Sparse { sparsity, std } => {
                if rng.random_bool(zero_share(sparsity, self.fan_out)) {
                    0.0
                } else {
                    std * normal(rng)
                }
            }
            WeightLaw::Identity { gain } => {
                let diagonal = rng.random_bool(diagonal_share(self.fan_in, self.fan_out));
                if diagonal { gain } else { 0.0 }
            }
            WeightLaw::Constant { value } => value,
            // with the mean of a row at 0 an entry is sqrt((n - 1) / n) of a direction in n - 1 dimensions
            WeightLaw::Standardized { .. } if self.fan_in == 1 => 0.0,
            WeightLaw::Standardized { gain } => {
                let n = self.fan_in as f64;
                gain * ((n - 1.0) / n).sqrt() * coordinate(self.fan_in - 1, rng)
            }
        };
        value as f32
    }
}

/// One bias; those of a layer are independent.
impl Distribution<f32> for BiasLaw {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f32 {
        let value = match *self {
            Self::Zeros => 0.0,
            Self::Normal { mean, std } => mean + std * normal(rng),
            Self::Uniform { low, high } => uniform(low, high, rng),
            Self::Constant { value } => value,
        };
        value as f32
    }
}

fn normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    StandardNormal.sample(rng)
}

fn uniform<R: Rng + ?Sized>(low: f64, high: f64, rng: &mut R) -> f64 {
    Uniform::new_inclusive(low, high)
        .expect("a law has finite ends in order")
        .sample(rng)
}

/// `N(0, std^2)` conditioned on `[low, high]`, `low <= 0 <= high`, by rejection: of a normal where the interval is wide, of a
/// uniform number where it is narrow, so that more than every fourth is taken in either case.
fn truncated<R: Rng + ?Sized>(std: f64, low: f64, high: f64, rng: &mut R) -> f64 {
    if std == 0.0 {
        return 0.0;
    }
    let wide = high - low > 2.0 * std;
    loop {
        let value = if wide {
            std * normal(rng)
        } else {
            uniform(low, high, rng)
        };
        let taken = if wide {
            (low..=high).contains(&value)
        } else {
            rng.random::<f64>() < (-0.5 * (value / std) * (value / std)).exp()
        };
        if taken {
            return value;
        }
    }
}

/// A coordinate of a uniformly distributed unit vector of so many dimensions: `x / sqrt(x^2 + chi^2)`, `x` normal.
fn coordinate<R: Rng + ?Sized>(dimensions: usize, rng: &mut R) -> f64 {
    let x = normal(rng);
    let others = match dimensions - 1 {
        0 => 0.0,
        n => ChiSquared::new(n as f64)
            .expect("a positive number of degrees")
            .sample(rng),
    };
    x / (x * x + others).sqrt()
}
