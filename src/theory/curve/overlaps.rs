//! How what differs between two inputs travels, once all second moments are known.

use std::collections::HashMap;
use std::f64::consts::LN_2;
use std::sync::Arc;

use super::fold::{Chain, Passage, State, TABULATED};
use super::stream::differ;
use crate::theory::error::TheoryError;
use crate::theory::gaussian::Allowance;
use crate::theory::kernel::{Kernel, Route};

/// Changes of `ln q` below which layers stand at one variance for their overlaps.
const SAME: f64 = 1e-9;
/// Layers at one variance that pay for a table of overlaps at it.
const RUN: usize = 16;
/// Layers in one octave of `q` that pay for its table of overlaps.
const CROWD: usize = 100;

/// `ln epsilon` on its way along the lengths.
#[derive(Debug)]
pub(super) struct Overlaps {
    routes: Routes,
    allowance: Allowance,
    /// Layers that are passed.
    passed: usize,
    /// Of what enters the next layer.
    ln_epsilon: f64,
    /// `ln` of what differs in the stream that passes by.
    stream: f64,
}

impl Overlaps {
    /// At the input.
    pub(super) fn new(chain: &Chain, passages: &[Passage]) -> Self {
        let first = chain.tape.section(1).linear.sigma_w2.ln()
            + chain.entry.q0.ln()
            + (1.0 - chain.entry.c0).ln();
        Self {
            routes: Routes::of(chain, passages),
            allowance: chain.kernels[0].allowance(),
            passed: 0,
            ln_epsilon: (first - passages[0].ln_linear).min(LN_2),
            stream: f64::NEG_INFINITY,
        }
    }

    /// Through so many layers at hand of the tables, fewer where they are summed; whether any are left.
    pub(super) fn advance(
        &mut self,
        mut budget: usize,
        chain: &Chain,
        passages: &mut [Passage],
    ) -> Result<bool, TheoryError> {
        while budget > 0 && self.passed < passages.len() {
            budget = budget.saturating_sub(self.pass(chain, passages)?);
        }
        Ok(self.passed < passages.len())
    }

    /// Through one layer, or all that are left where nothing changes any more; what that costs, in layers at hand of the tables.
    fn pass(&mut self, chain: &Chain, passages: &mut [Passage]) -> Result<usize, TheoryError> {
        let last = passages[passages.len() - 1].state.ln_q;
        let l = self.passed;
        self.passed += 1;
        let number = l + 1;
        let section = chain.tape.section(number);
        let Passage {
            ln_linear, state, ..
        } = passages[l];
        let State { ln_q, local, .. } = state;
        if let Some(op) = section.before {
            let differs = differ(op, self.ln_epsilon + ln_linear, &mut self.stream);
            self.ln_epsilon = (differs - ln_q).min(LN_2);
        }
        let ln_epsilon = self.ln_epsilon;
        passages[l].state.ln_epsilon = ln_epsilon;
        let Some(next) = passages.get(l + 1).map(|p| p.ln_linear) else {
            return Ok(1);
        };
        if !(ln_q.is_finite() && next.is_finite()) {
            return Ok(1);
        }
        let kernel = chain.kernel(number);
        let route = self.routes.of_layer(kernel, l, ln_q);
        let law = chain.tape.section(number + 1).linear;
        let deficit = kernel.ln_deficit(ln_q, &local, ln_epsilon, route, &self.allowance);
        let after = match section.after {
            // sigma_w2 E phi^2 is q less the share of the bias.
            None => deficit + (-(law.sigma_b2.ln() - next).exp()).ln_1p(),
            Some(op) => {
                let differs = differ(op, deficit + local.ln_second, &mut self.stream);
                law.sigma_w2.ln() + differs - next
            }
        };
        if after.is_nan() && local.ln_second.is_finite() && local.ln_slope.is_finite() {
            return Err(TheoryError::unresolved(kernel.gaussian(), ln_q.exp()));
        }
        let cost = match route {
            Route::Direct if kernel.slopes().is_none() => TABULATED,
            _ => 1,
        };
        if after.is_nan() {
            return Ok(cost);
        }
        let after = after.min(LN_2);
        let stands = after == ln_epsilon && next == ln_q && next == last;
        if stands && number + 1 >= chain.uniform {
            for passage in &mut passages[l + 1..] {
                passage.state.ln_epsilon = after;
            }
            self.passed = passages.len();
        }
        self.ln_epsilon = after;
        Ok(cost)
    }
}

/// What layers share whose overlaps come from one table.
fn crowd(kernel: &Kernel, ln_q: f64) -> (usize, usize) {
    (std::ptr::from_ref(kernel).addr(), kernel.strip_of(ln_q))
}

/// How the overlaps of every layer are computed.
#[derive(Debug)]
struct Routes {
    /// A table at the variance where a network of one activation comes to stand, and from which layer on.
    line: Option<(usize, Route)>,
    /// Layers by kernel (its address) and octave.
    crowds: HashMap<(usize, usize), usize>,
}

impl Routes {
    fn of(chain: &Chain, passages: &[Passage]) -> Self {
        let mut crowds = HashMap::new();
        for (l, passage) in passages.iter().enumerate() {
            let kernel = chain.kernel(l + 1);
            if kernel.slopes().is_none() {
                *crowds.entry(crowd(kernel, passage.state.ln_q)).or_default() += 1;
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
        match &self.line {
            _ if kernel.slopes().is_some() => &Route::Direct,
            Some((from, line)) if l >= *from => line,
            _ if self.crowds[&crowd(kernel, ln_q)] >= CROWD => &Route::Octave,
            _ => &Route::Direct,
        }
    }
}
