//! What norms, activations and matrices do to moments, forward and back.

use std::cell::OnceCell;
use std::f64::consts::LN_2;
use std::sync::Arc;

use super::batch::Means;
use super::{Law, Step, divisor, mixes_inputs, times};
use crate::net::block::Norm;
use crate::net::spec::Spec;
use crate::theory::error::TheoryError;
use crate::theory::kernel::{Kernel, Route};
use crate::theory::maps::ln_add;

/// Step in `ln` of a share that differs, of the derivative of an overlap.
const STEP: f64 = 0.01;
/// Share of `eps` in the variance that BatchNorm divides by, up to which it does not count: `1e-4` of a mean square.
const SMALL: f64 = 1e-4;

/// `ln` of a mean square, and of what differs of it between two inputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signal {
    pub(super) second: f64,
    pub(super) differs: f64,
    /// Whether the numbers of a unit are Gaussian over draws; those behind BatchNorm are not.
    pub(super) gaussian: bool,
}

impl Signal {
    /// `ln` of the share that differs.
    pub(super) fn share(self) -> f64 {
        (self.differs - self.second).min(LN_2)
    }

    /// The output of a matrix; `variance` is `ln` of that over units.
    pub(super) fn given(self, law: Law, variance: f64) -> Self {
        Self {
            second: law.given(if law.centred { variance } else { self.second }),
            differs: times(law.forward, self.differs),
            gaussian: true,
        }
    }
}

/// `ln` of the mean square of a gradient, and the overlap of those of two inputs: 0 where nothing mixes inputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gradient {
    pub(super) second: f64,
    pub(super) overlap: f64,
}

impl Gradient {
    pub(super) const NONE: Self = Self {
        second: f64::NEG_INFINITY,
        overlap: 0.0,
    };

    /// A multiple, by the `ln` of the factor of its mean square.
    pub(super) fn times(self, ln: f64) -> Self {
        Self {
            second: times(self.second, ln),
            ..self
        }
    }

    /// The sum with one that is not correlated.
    pub(super) fn and(self, other: Self) -> Self {
        let second = ln_add(self.second, other.second);
        let part = |of: Self| match of.second {
            f64::NEG_INFINITY => 0.0,
            own => (own - second).exp() * of.overlap,
        };
        Self {
            second,
            overlap: part(self) + part(other),
        }
    }
}

/// How a gradient comes back through a norm, an activation, or both.
#[derive(Clone, Copy, Debug)]
pub(super) enum Back {
    /// Times a number, of which this is `ln` of the square; the overlap of two inputs' is multiplied by `kept`.
    Each { ln: f64, kept: f64 },
    /// Through BatchNorm, where this differed between inputs (`ln`).
    Batch { means: Means, differs: f64 },
}

/// What a norm and an activation behind it, or one of both, give.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    pub(super) signal: Signal,
    /// `ln` of the variance over units.
    pub(super) variance: f64,
    /// `ln E phi'^2` where there is an activation.
    pub(super) slope: f64,
    pub(super) back: Back,
}

/// The operations of one network.
pub(super) struct Operations<'a> {
    spec: &'a Spec,
    /// Whether a norm mixes inputs.
    mixes: bool,
    kernel: Arc<Kernel>,
    /// Of the activation behind BatchNorm.
    means: OnceCell<Option<Means>>,
    eps: f64,
}

impl<'a> Operations<'a> {
    /// Of a spec with these stages.
    pub(super) fn new(spec: &'a Spec, steps: &[Step]) -> Self {
        Self {
            mixes: mixes_inputs(spec, steps),
            means: OnceCell::new(),
            kernel: Kernel::of(spec.activation()),
            eps: spec.draft().eps,
            spec,
        }
    }

    /// A norm.
    pub(super) fn normed(&self, norm: Option<Norm>, signal: Signal) -> Result<Passed, TheoryError> {
        if norm == Some(Norm::Batch) {
            return self.behind_batch(signal, Means::identity(self.spec.batch()));
        }
        let divisor = divisor(norm, signal.second, self.eps);
        let signal = Signal {
            second: signal.second - divisor,
            differs: signal.differs - divisor,
            ..signal
        };
        Ok(Passed {
            signal,
            variance: signal.second,
            slope: f64::NAN,
            back: Back::Each {
                ln: -divisor,
                kept: 1.0,
            },
        })
    }

    /// The activation, behind a norm where there is one.
    pub(super) fn activated(
        &self,
        norm: Option<Norm>,
        signal: Signal,
    ) -> Result<Passed, TheoryError> {
        if norm == Some(Norm::Batch) {
            let means = self
                .means
                .get_or_init(|| Means::of(self.spec.activation(), self.spec.batch()));
            let refused = TheoryError::Architecture {
                reason: "what this activation does behind BatchNorm cannot be computed",
            };
            return self.behind_batch(signal, (*means).ok_or(refused)?);
        }
        if !signal.gaussian {
            return Err(not_gaussian());
        }
        let given = self.normed(norm, signal)?;
        let divisor = signal.second - given.signal.second;
        let second = given.signal.second;
        let local = self.kernel.local(second);
        let unresolved = || TheoryError::unresolved(self.kernel.gaussian(), second.exp());
        if second.is_nan() || local.ln_second.is_nan() || local.ln_slope.is_nan() {
            return Err(unresolved());
        }
        let share = given.signal.share();
        let deficit = |share: f64| {
            let allowance = self.kernel.allowance();
            let route = Route::Direct;
            (self.kernel).ln_deficit(second, &local, share, &route, &allowance)
        };
        let compared = self.spec.batch() > 1 && second.is_finite();
        let differs = if compared {
            deficit(share)
        } else {
            f64::NEG_INFINITY
        };
        // by Price's theorem E phi'_1 phi'_2 is the derivative of E phi_1 phi_2 by the covariance
        let kept = if self.mixes && compared && share > f64::NEG_INFINITY {
            let middle = share.min(LN_2 - STEP);
            let slope = (deficit(middle + STEP) - deficit(middle - STEP)) / (2.0 * STEP);
            (local.ln_second + deficit(middle) - second - middle - local.ln_slope).exp() * slope
        } else {
            1.0
        };
        if differs.is_nan() || kept.is_nan() {
            return Err(unresolved());
        }
        Ok(Passed {
            signal: Signal {
                second: local.ln_second,
                differs: times(local.ln_second, differs),
                gaussian: false,
            },
            variance: local.ln_variance,
            slope: local.ln_slope,
            back: Back::Each {
                ln: local.ln_slope - divisor,
                kept,
            },
        })
    }

    /// BatchNorm, and what follows it with these means.
    fn behind_batch(&self, signal: Signal, means: Means) -> Result<Passed, TheoryError> {
        if !signal.gaussian {
            return Err(not_gaussian());
        }
        if self.eps > SMALL * signal.differs.exp() {
            return Err(TheoryError::Architecture {
                reason: "eps is no small part of the variance that BatchNorm divides by",
            });
        }
        Ok(Passed {
            signal: Signal {
                second: means.second.ln(),
                differs: (means.second - means.product).ln(),
                gaussian: false,
            },
            variance: (means.second - means.mean * means.mean).ln(),
            slope: f64::NAN,
            back: Back::Batch {
                means,
                differs: signal.differs,
            },
        })
    }

    /// A gradient on its way back.
    pub(super) fn back(&self, back: Back, gradient: Gradient) -> Gradient {
        let inputs = self.spec.batch();
        match back {
            Back::Each { ln, kept } => Gradient {
                second: times(gradient.second, ln),
                overlap: kept * gradient.overlap,
            },
            Back::Batch { means, differs } => Gradient {
                second: gradient.second + means.back(inputs, gradient.overlap).ln() - differs,
                overlap: -1.0 / (inputs as f64 - 1.0),
            },
        }
    }

    /// `ln` of the mean square of the batch-summed gradient of a matrix that reads this.
    pub(super) fn of_weights(&self, gradient: Gradient, read: Signal) -> f64 {
        let inputs = self.spec.batch() as f64;
        let common = match gradient.overlap {
            0.0 => 0.0,
            overlap => (inputs - 1.0) * overlap * -(read.differs - read.second).exp_m1(),
        };
        times(inputs.ln() + read.second + common.ln_1p(), gradient.second)
    }
}

fn not_gaussian() -> TheoryError {
    TheoryError::Architecture {
        reason: "a stream that BatchNorm has passed is not Gaussian, which the next norm of its kind or activation needs",
    }
}

/// `ln` of the share that differs of a product of two independent factors, of which these `ln` shares differ: `r + t - r t`.
pub(super) fn share_of_product(r: f64, t: f64) -> f64 {
    let (small, other) = (r.exp().min(t.exp()), r.max(t));
    if small < 1.0 {
        ln_add(r.min(t), times(other, (-small).ln_1p()))
    } else {
        (small + other.exp() - small * other.exp()).max(0.0).ln()
    }
}
