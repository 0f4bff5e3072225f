//! The maps of infinite width, folded over the tape of a network: lengths forward, differences forward, gradients back.

use std::collections::HashMap;
use std::f64::consts::{LN_2, LN_10};
use std::sync::Arc;

use super::{Curve, LayerLaw, check};
use crate::net::activation::Activation;
use crate::net::tape::{JoinScale, Section, Stream, Tape};
use crate::theory::error::TheoryError;
use crate::theory::kernel::{Kernel, Local, Route};
use crate::theory::maps::ln_add;

/// Changes of `ln q` below which layers stand at one variance for their overlaps.
const SAME: f64 = 1e-9;
/// Layers at one variance that pay for a table of overlaps at it.
const RUN: usize = 16;
/// Layers in one octave of `q` that pay for its table of overlaps.
const CROWD: usize = 100;
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
struct Passage {
    /// Of what the linear operation gives.
    ln_linear: f64,
    state: State,
    /// Of what leaves the section.
    ln_output: f64,
}

/// A network with the kernels of its activations.
struct Chain<'a> {
    tape: &'a Tape<LayerLaw>,
    entry: &'a Entry,
    /// One for each section that is stored.
    kernels: Vec<Arc<Kernel>>,
    /// Sections from this one on are equal and have no stream.
    uniform: usize,
}

/// Predicts the curves of a network of any structure; a layer is a section of the tape, `z` what its activation is given.
///
/// # Errors
/// Refuses variances, moments and overlaps outside their range, expectations that cannot be computed, and structures whose maps are
/// not known.
pub fn fold(tape: &Tape<LayerLaw>, entry: &Entry) -> Result<Curve, TheoryError> {
    let laws: Vec<LayerLaw> = tape
        .distinct()
        .iter()
        .map(|section| section.linear)
        .collect();
    check(&laws, entry)?;
    let uniform = (1..=laws.len()).find(|number| tape.is_uniform_from(*number));
    let kernels = tape.distinct().iter().map(kernel);
    let chain = Chain {
        tape,
        entry,
        kernels: kernels.collect::<Result<_, _>>()?,
        uniform: uniform.unwrap_or(usize::MAX),
    };
    let mut passages = chain.lengths()?;
    if entry.overlaps {
        chain.overlaps(&mut passages)?;
    }
    Ok(chain.curve(&passages))
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

/// `ln` of the second moment of a sum of uncorrelated parts.
fn ln_join(scale: JoinScale, stream: f64, branch: f64) -> f64 {
    let ln_square = |factor: f64| 2.0 * factor.abs().ln();
    ln_add(
        ln_square(scale.skip) + stream,
        ln_square(scale.branch) + branch,
    )
}

/// A stream on its way: `ln` of its second moment, and what is known of its law.
#[derive(Clone, Copy)]
struct Passing {
    ln_second: f64,
    gaussian: bool,
    centred: bool,
}

impl Chain<'_> {
    fn kernel(&self, number: usize) -> &Kernel {
        &self.kernels[self.tape.stored(number)]
    }

    /// Second moments and the expectations there; overlaps are left for later. Stops computing where `q` stands still.
    fn lengths(&self) -> Result<Vec<Passage>, TheoryError> {
        let depth = self.tape.depth();
        let mut passages: Vec<Passage> = Vec::with_capacity(depth);
        let mut passing: Option<Passing> = None;
        while passages.len() < depth {
            let number = passages.len() + 1;
            let section = self.tape.section(number);
            let law = section.linear;
            let ln_linear = match passages.last() {
                None => (law.sigma_w2 * self.entry.q0 + law.sigma_b2).ln(),
                Some(below) => ln_add(law.sigma_w2.ln() + below.ln_output, law.sigma_b2.ln()),
            };
            if let Some(below) = passages.last()
                && number >= self.uniform
                && ln_linear == below.state.ln_q
                && section.equals_beside_linear(self.tape.section(number - 1))
            {
                passages.resize(depth, *below);
                break;
            }
            let linear = Passing {
                ln_second: ln_linear,
                gaussian: true,
                centred: true,
            };
            let given = pass(section.before, linear, &mut passing)?;
            if !given.gaussian {
                return Err(TheoryError::Architecture {
                    reason: "an activation is given a sum that is not Gaussian",
                });
            }
            let kernel = self.kernel(number);
            let ln_q = given.ln_second;
            let local = kernel.local(ln_q);
            if ln_q.is_nan() || local.ln_second.is_nan() || local.ln_slope.is_nan() {
                return Err(TheoryError::unresolved(kernel.gaussian(), ln_q.exp()));
            }
            let activated = Passing {
                ln_second: local.ln_second,
                gaussian: section.phi.is_none(),
                centred: -local.ln_variance_share.exp_m1() < CENTRED,
            };
            passages.push(Passage {
                ln_linear,
                state: State {
                    ln_q,
                    ln_epsilon: 0.0,
                    local,
                },
                ln_output: pass(section.after, activated, &mut passing)?.ln_second,
            });
        }
        Ok(passages)
    }

    /// `ln epsilon` along the lengths.
    fn overlaps(&self, passages: &mut [Passage]) -> Result<(), TheoryError> {
        let last = passages[passages.len() - 1].state.ln_q;
        let routes = Routes::of(self, passages);
        let allowance = self.kernels[0].allowance();
        let first = self.tape.section(1).linear.sigma_w2.ln()
            + self.entry.q0.ln()
            + (1.0 - self.entry.c0).ln();
        // ln of what differs, in the stream that passes by
        let mut stream = f64::NEG_INFINITY;
        let mut ln_epsilon = (first - passages[0].ln_linear).min(LN_2);
        for l in 0..passages.len() {
            let number = l + 1;
            let section = self.tape.section(number);
            let Passage {
                ln_linear, state, ..
            } = passages[l];
            let State { ln_q, local, .. } = state;
            if let Some(op) = section.before {
                let differs = differ(op, ln_epsilon + ln_linear, &mut stream);
                ln_epsilon = (differs - ln_q).min(LN_2);
            }
            passages[l].state.ln_epsilon = ln_epsilon;
            let Some(next) = passages.get(l + 1).map(|p| p.ln_linear) else {
                break;
            };
            if !(ln_q.is_finite() && next.is_finite()) {
                continue;
            }
            let kernel = self.kernel(number);
            let route = routes.of_layer(kernel, l, ln_q);
            let law = self.tape.section(number + 1).linear;
            let deficit = kernel.ln_deficit(ln_q, &local, ln_epsilon, route, &allowance);
            let after = match section.after {
                // sigma_w2 E phi^2 is q less the share of the bias.
                None => deficit + (-(law.sigma_b2.ln() - next).exp()).ln_1p(),
                Some(op) => {
                    let differs = differ(op, deficit + local.ln_second, &mut stream);
                    law.sigma_w2.ln() + differs - next
                }
            };
            if after.is_nan() && local.ln_second.is_finite() && local.ln_slope.is_finite() {
                return Err(TheoryError::unresolved(kernel.gaussian(), ln_q.exp()));
            }
            if after.is_nan() {
                continue;
            }
            let after = after.min(LN_2);
            let stands = after == ln_epsilon && next == ln_q && next == last;
            if stands && number + 1 >= self.uniform {
                for passage in &mut passages[l + 1..] {
                    passage.state.ln_epsilon = after;
                }
                break;
            }
            ln_epsilon = after;
        }
        Ok(())
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

/// What leaves the stream's place where `flow` arrives.
fn pass(
    op: Option<Stream>,
    mut flow: Passing,
    passing: &mut Option<Passing>,
) -> Result<Passing, TheoryError> {
    let Some(op) = op else {
        return Ok(flow);
    };
    if let Some((scale, stream)) = op.join.zip(*passing) {
        if !(stream.centred || flow.centred) {
            return Err(TheoryError::Architecture {
                reason: "stream and branch both have a mean, so that they are correlated",
            });
        }
        flow = Passing {
            ln_second: ln_join(scale, stream.ln_second, flow.ln_second),
            gaussian: stream.gaussian && flow.gaussian,
            centred: stream.centred && flow.centred,
        };
    }
    *passing = op.fork.then_some(flow);
    Ok(flow)
}

/// `ln` of what differs between inputs after the stream's place, where `flow` arrives.
fn differ(op: Stream, flow: f64, stream: &mut f64) -> f64 {
    let differs = op.join.map_or(flow, |scale| ln_join(scale, *stream, flow));
    *stream = differs;
    differs
}

/// `ln` of the squared gradient at the stream's place and at the branch, where `above` arrives.
fn back(op: Option<Stream>, above: f64, stream: &mut f64) -> (f64, f64) {
    let Some(op) = op else {
        return (above, above);
    };
    let whole = if op.fork {
        ln_add(above, *stream)
    } else {
        above
    };
    let Some(scale) = op.join else {
        return (whole, whole);
    };
    *stream = whole + 2.0 * scale.skip.abs().ln();
    (whole, whole + 2.0 * scale.branch.abs().ln())
}

/// How the overlaps of every layer are computed.
struct Routes {
    /// A table at the variance where a network of one activation comes to stand, and from which layer on.
    line: Option<(usize, Route)>,
    /// Layers by kernel and octave.
    crowds: HashMap<(*const Kernel, usize), usize>,
}

impl Routes {
    fn of(chain: &Chain<'_>, passages: &[Passage]) -> Self {
        let mut crowds = HashMap::new();
        for (l, passage) in passages.iter().enumerate() {
            let kernel = chain.kernel(l + 1);
            if kernel.slopes().is_none() {
                let key = (
                    std::ptr::from_ref(kernel),
                    kernel.strip_of(passage.state.ln_q),
                );
                *crowds.entry(key).or_default() += 1;
            }
        }
        let kernel = &chain.kernels[0];
        let one = chain.kernels.iter().all(|other| Arc::ptr_eq(other, kernel));
        let last = passages[passages.len() - 1].state.ln_q;
        let settled = passages
            .iter()
            .rposition(|p| !((p.state.ln_q - last).abs() <= SAME))
            .map_or(0, |l| l + 1);
        let pays = one && kernel.slopes().is_none() && passages.len() - settled >= RUN;
        Self {
            line: pays.then(|| (settled, kernel.line(last))),
            crowds,
        }
    }

    fn of_layer(&self, kernel: &Kernel, l: usize, ln_q: f64) -> &Route {
        let crowd = || self.crowds[&(std::ptr::from_ref(kernel), kernel.strip_of(ln_q))];
        match &self.line {
            _ if kernel.slopes().is_some() => &Route::Direct,
            Some((from, line)) if l >= *from => line,
            _ if crowd() >= CROWD => &Route::Octave,
            _ => &Route::Direct,
        }
    }
}
