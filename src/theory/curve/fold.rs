//! The maps of infinite width, folded over the tape of a network: lengths forward, differences forward, gradients back.

use std::f64::consts::LN_10;
use std::sync::Arc;

use super::overlaps::Overlaps;
use super::stream::{Passing, back, pass};
use super::{Curve, LayerLaw, check};
use crate::net::activation::Activation;
use crate::net::tape::{Section, Tape};
use crate::theory::error::TheoryError;
use crate::theory::kernel::{Kernel, Local};
use crate::theory::maps::ln_add;

/// Layers of one step that are new to the tables: a single sum may take ten milliseconds (squareplus at a large variance).
const STEP: usize = 1;
/// Layers at hand of the tables that cost no more than one that is not.
pub(super) const TABULATED: usize = 64;
/// Share of the squared mean in `E x^2` below which `x` counts as centred.
const CENTRED: f64 = 1e-9;

/// What enters a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Second moment of the input's entries: 1 for standard noise.
    pub q0: f64,
    /// Mean overlap of two inputs, `E x y / q0`: 0 for independent noise.
    pub c0: f64,
    /// Inputs whose gradients are summed, at least 1.
    pub batch: usize,
    /// Whether to follow the overlap of inputs, the costly part.
    pub overlaps: bool,
}

/// What one activation is given, less the mean of the biases, as the finite-width theory needs it.
#[derive(Clone, Copy, Debug)]
pub(in crate::theory) struct State {
    pub(in crate::theory) ln_q: f64,
    pub(in crate::theory) ln_epsilon: f64,
    pub(in crate::theory) local: Local,
}

/// One section: the second moments on the way through it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passage {
    /// Of what the linear operation gives.
    pub(super) ln_linear: f64,
    pub(super) state: State,
    /// Of what leaves the section.
    ln_output: f64,
}

/// A network with the kernels of its activations.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) tape: Tape<LayerLaw>,
    pub(super) entry: Entry,
    /// One for each section that is stored.
    pub(super) kernels: Vec<Arc<Kernel>>,
    /// Sections from this one on are equal and have no stream.
    pub(super) uniform: usize,
}

/// A [`fold`] on its way, in bounded steps.
#[derive(Debug)]
pub struct Fold {
    chain: Chain,
    passages: Vec<Passage>,
    /// The stream behind the last of them.
    passing: Option<Passing>,
    /// At work once all second moments are known.
    overlaps: Option<Overlaps>,
}

/// Predicts the curves of a network of any structure; a layer is a section of the tape, `z` what its activation is given.
///
/// # Errors
/// Refuses variances, moments and overlaps outside their range, expectations that cannot be computed, and structures whose maps are
/// not known.
pub fn fold(tape: Tape<LayerLaw>, entry: Entry) -> Result<Curve, TheoryError> {
    let mut fold = Fold::new(tape, entry)?;
    loop {
        if let Some(curve) = fold.advance()? {
            return Ok(curve);
        }
    }
}

impl Fold {
    /// Nothing is computed yet.
    ///
    /// # Errors
    /// Refuses variances, moments and overlaps outside their range.
    pub fn new(tape: Tape<LayerLaw>, entry: Entry) -> Result<Self, TheoryError> {
        let laws: Vec<LayerLaw> = tape
            .distinct()
            .iter()
            .map(|section| section.linear)
            .collect();
        check(&laws, &entry)?;
        let uniform = (1..=laws.len()).find(|number| tape.is_uniform_from(*number));
        let kernels = tape.distinct().iter().map(kernel);
        let chain = Chain {
            kernels: kernels.collect::<Result<_, _>>()?,
            uniform: uniform.unwrap_or(usize::MAX),
            tape,
            entry,
        };
        Ok(Self {
            passages: Vec::with_capacity(chain.tape.depth()),
            passing: None,
            overlaps: None,
            chain,
        })
    }

    /// Some layers more; the curve once there are no more.
    ///
    /// # Errors
    /// As [`fold`].
    pub fn advance(&mut self) -> Result<Option<Curve>, TheoryError> {
        let depth = self.chain.tape.depth();
        if self.passages.len() < depth {
            let mut left = STEP * TABULATED;
            while left > 0 && self.passages.len() < depth {
                left = left.saturating_sub(self.lengthen()?);
            }
            return Ok(None);
        }
        let chain = &self.chain;
        if chain.entry.overlaps {
            let overlaps =
                (self.overlaps).get_or_insert_with(|| Overlaps::new(chain, &self.passages));
            if overlaps.advance(STEP * TABULATED, chain, &mut self.passages)? {
                return Ok(None);
            }
        }
        Ok(Some(chain.curve(&self.passages)))
    }

    /// Second moments of the next section and the expectations there, of all that are left where `q` stands still; what that
    /// costs, in layers at hand of the tables.
    fn lengthen(&mut self) -> Result<usize, TheoryError> {
        let chain = &self.chain;
        let number = self.passages.len() + 1;
        let section = chain.tape.section(number);
        let law = section.linear;
        let ln_linear = match self.passages.last() {
            None => (law.sigma_w2 * chain.entry.q0 + law.sigma_b2).ln(),
            Some(below) => ln_add(law.sigma_w2.ln() + below.ln_output, law.sigma_b2.ln()),
        };
        if let Some(below) = self.passages.last()
            && number >= chain.uniform
            && ln_linear == below.state.ln_q
            && section.equals_beside_linear(chain.tape.section(number - 1))
        {
            self.passages.resize(chain.tape.depth(), *below);
            return Ok(1);
        }
        let linear = Passing {
            ln_second: ln_linear,
            gaussian: true,
            centred: true,
        };
        let given = pass(section.before, linear, &mut self.passing)?;
        if !given.gaussian {
            return Err(TheoryError::Architecture {
                reason: "an activation is given a sum that is not Gaussian",
            });
        }
        let kernel = chain.kernel(number);
        let ln_q = given.ln_second;
        let local = kernel.local(ln_q);
        if ln_q.is_nan() || local.ln_second.is_nan() || local.ln_slope.is_nan() {
            return Err(TheoryError::unresolved(kernel.gaussian(), ln_q.exp()));
        }
        let below = self.passages.last().map(|below| below.state.ln_q);
        let known = below.is_some_and(|below| kernel.strip_of(below) == kernel.strip_of(ln_q));
        let activated = Passing {
            ln_second: local.ln_second,
            gaussian: section.phi.is_none(),
            centred: -local.ln_variance_share.exp_m1() < CENTRED,
        };
        self.passages.push(Passage {
            ln_linear,
            state: State {
                ln_q,
                ln_epsilon: 0.0,
                local,
            },
            ln_output: pass(section.after, activated, &mut self.passing)?.ln_second,
        });
        Ok(if known { 1 } else { TABULATED })
    }
}

/// The kernel of a section's activation, which is given the mean of the biases besides.
fn kernel(section: &Section<LayerLaw>) -> Result<Arc<Kernel>, TheoryError> {
    let identity = || "identity".parse::<Activation>().expect("in the table");
    let phi = section.phi.clone().unwrap_or_else(identity);
    let mean = section.linear.mean_b;
    if mean != 0.0 && (section.before.is_some() || section.after.is_some()) {
        return Err(TheoryError::BiasMean { mean });
    }
    Kernel::with_bias_mean(&phi, mean)
}

impl Chain {
    pub(super) fn kernel(&self, number: usize) -> &Kernel {
        &self.kernels[self.tape.stored(number)]
    }

    /// The curves, gradients from the last section back.
    fn curve(&self, passages: &[Passage]) -> Curve {
        let states: Vec<State> = passages.iter().map(|passage| passage.state).collect();
        let log10 =
            |f: fn(&State) -> f64| states.iter().map(|s| f(s) / LN_10).collect::<Vec<f64>>();
        let x_second_moment = log10(|s| s.local.ln_second);
        let depth = passages.len();
        let [mut grad_z, mut grad_x, mut grad_linear] = [(); 3].map(|()| vec![0.0; depth]);
        let mut stream = f64::NEG_INFINITY;
        let mut above = 0.0;
        for (l, state) in states.iter().enumerate().rev() {
            let section = self.tape.section(l + 1);
            above = back(section.after, above, &mut stream).1;
            grad_x[l] = above / LN_10;
            above += state.local.ln_slope;
            let (whole, branch) = back(section.before, above, &mut stream);
            grad_z[l] = whole / LN_10;
            grad_linear[l] = branch / LN_10;
            above = branch + section.linear.back_w2.ln();
        }
        // with the mean of the biases in them
        let (whole, differs): (Vec<f64>, Vec<f64>) = (1..)
            .zip(&states)
            .map(|(number, state)| {
                let mean = self.tape.section(number).linear.mean_b;
                let whole = ln_add(state.ln_q, 2.0 * mean.abs().ln());
                let share = match mean {
                    0.0 => 0.0,
                    _ => state.ln_q - whole,
                };
                (whole / LN_10, (state.ln_epsilon + share) / LN_10)
            })
            .unzip();
        let batch = (self.entry.batch as f64).log10();
        let outputs = passages.iter().map(|passage| passage.ln_output / LN_10);
        let inputs = std::iter::once(self.entry.q0.log10()).chain(outputs);
        Curve {
            z_second_moment: whole,
            // Beyond all numbers the mean and the variance no longer can be told apart.
            x_variance: log10(|s| match s.local.ln_second {
                f64::INFINITY => f64::INFINITY,
                _ => s.local.ln_variance,
            }),
            x_second_moment,
            distinguishability: if self.entry.overlaps {
                differs
            } else {
                Vec::new()
            },
            grad_w: grad_linear
                .iter()
                .zip(inputs)
                .map(|(g, x)| batch + g + x)
                .collect(),
            grad_b: grad_linear.iter().map(|g| batch + g).collect(),
            grad_z,
            grad_x,
            grad_input: above / LN_10,
            states,
        }
    }
}
