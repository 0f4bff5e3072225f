//! The way back: gradients layer by layer, pre-activations brought back where they were not kept.

use crate::math::gram::mirror;
use crate::math::stream::Purpose;
use crate::sim::backward_sweep::{Arrive, BackwardPart, BackwardSweep, Fetch, GradientExponents};
use crate::sim::draw::plan::{Plan, algebra_cost};
use crate::sim::draw::{Cursor, Draw, Phase, last_part};
use crate::sim::gradient;
use crate::sim::matrix_free::{self, Backward};
use crate::sim::panel_scale::{EXPONENT_LIMIT, Size, settle_alike};
use crate::sim::record::log10;
use crate::sim::saved_layer::SavedLayer;
use crate::sim::signal::full_gram;
use crate::sim::team::{Team, for_each_part};

impl Draw {
    /// Whether what the section below `section` left is at hand.
    fn has_below(&self, section: usize) -> bool {
        section - 1 > self.saved_from
    }

    /// Whether the way back through `section` fetches what is below at once: the panels are passed through together.
    fn fetches_along(&self, plan: &Plan, section: usize) -> bool {
        self.has_below(section) && plan.node(section).units == plan.node(section - 1).units
    }

    /// Parts `part..` of the way down through `section`, as many as the budget allows; returns the cost.
    ///
    /// With `arrive`, its `delta` from `dl/dx`; and, where they are at hand, outputs and slopes of the section below.
    pub(super) fn backward(
        &mut self,
        plan: &Plan,
        section: usize,
        arrive: bool,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let lanes = plan.lanes;
        // what is fetched above all sections has no section of its own
        let above_all = section > plan.depth();
        let passed = plan.node(if arrive { section } else { section - 1 });
        let cost = plan.node(section.min(plan.depth())).sweep_cost(lanes);
        let (parts, units) = (passed.parts(), passed.part_units);
        let end = last_part(part, parts, budget, cost);
        let key = self.key(section, Purpose::Backward);
        let action = (!above_all).then(|| &plan.node(section).action);
        let free = action
            .and_then(|action| action.free())
            .filter(|_| section > 1);
        let fetches = !arrive || self.fetches_along(plan, section);
        if arrive && part == 0 {
            let saved = &self.saved[section - self.saved_from - 1];
            let ops = plan.section(section);
            self.exponents = GradientExponents::new(
                self.g_exponent,
                saved.frame.slope_exponent(),
                [ops.before, ops.after],
                &mut self.stream_gradient,
            );
        }
        let below: Option<&SavedLayer> =
            fetches.then(|| &self.saved[section - self.saved_from - 2]);
        let (given, biases) = below.map_or((&[][..], &[][..]), SavedLayer::activated);
        let stream_below = below.and_then(|below| below.streams[1].as_ref());
        let stream_below = stream_below.map_or(&[][..], |stream| stream.y.data());
        let z = if arrive && free.is_some() {
            &self.saved[section - self.saved_from - 1].z.data()[..passed.units * lanes]
        } else {
            &[]
        };
        let formed = self.formed.as_ref();
        let sweep = BackwardSweep {
            arrive: arrive.then_some(Arrive {
                formed: formed.map(
                    |Backward {
                         mixing, span_part, ..
                     }| (mixing, &span_part[..]),
                ),
                keep: section > 1 && free.is_none(),
                z_dot_d: free.is_some(),
                joins: self.exponents.joins,
            }),
            fetch: below.map(|saved| Fetch {
                activation: &plan.node(section - 1).activation,
                frame: &saved.frame,
                gram: free.is_none() && !above_all,
                fresh: free.map(|law| (key, law.is_haar())),
            }),
            lanes,
        };
        let rows = units * lanes;
        let mut fresh = self.fresh.data_mut().chunks_mut(rows);
        let mut stream = self.stream.data_mut().chunks_mut(rows);
        let used = ..passed.units * lanes;
        let panels = self.g.data_mut()[used]
            .chunks_mut(rows)
            .zip(self.x.data_mut()[used].chunks_mut(rows));
        let panels = panels
            .zip(self.slope.data_mut()[used].chunks_mut(rows))
            .zip(&mut self.parts);
        let mut tasks: Vec<BackwardPart<'_>> = panels
            .enumerate()
            .map(|(at, (((g, x), slope), sums))| BackwardPart {
                first: at * units,
                z: z.get(at * rows..).unwrap_or_default(),
                z_below: given.get(at * rows..).unwrap_or_default(),
                stream_below: stream_below.get(at * rows..).unwrap_or_default(),
                biases: biases.get(at * units..).unwrap_or_default(),
                g,
                stream: stream.next().unwrap_or_default(),
                x,
                slope,
                fresh: fresh.next().unwrap_or_default(),
                sums,
            })
            .collect();
        for_each_part(
            team,
            &mut tasks[part..end],
            &mut self.workspaces,
            |task, work| {
                task.sums.clear();
                sweep.run(task, work);
            },
        );
        self.cursor = if end < parts {
            self.cursor.at(end)
        } else {
            self.reduce(parts);
            if arrive {
                self.descended(plan, section)
            } else {
                self.fetched(plan, section)
            }
        };
        (end - part) as u64 * cost
    }

    /// Notes what was fetched of the section below.
    fn fetched(&mut self, plan: &Plan, section: usize) -> Cursor {
        self.take_fetched(plan, section);
        if section > plan.depth() {
            Phase::Backward.of(section - 1)
        } else {
            Phase::Conclude.of(section)
        }
    }

    /// Completes the matrices of which only the upper half was summed.
    fn take_fetched(&mut self, plan: &Plan, section: usize) {
        let lanes = plan.lanes;
        mirror(&mut self.total.fresh, lanes);
        let streamed = section <= plan.depth() && plan.node(section).action.streamed().is_some();
        if streamed && self.has_below(section) {
            mirror(&mut self.total.gram, lanes);
            let below = section - self.saved_from - 2;
            self.saved[below].gram.clone_from(&self.total.gram);
        }
    }

    /// Records the gradients' sizes at this section, and goes for what is below if it is not at hand.
    fn descended(&mut self, plan: &Plan, section: usize) -> Cursor {
        let (units, lanes, batch) = (plan.node(section).units, plan.lanes, plan.spec.batch());
        let count = (units * batch) as f64;
        self.formed = None;
        mirror(&mut self.total.d_gram, lanes);
        self.d_gram.clone_from(&self.total.d_gram);
        self.z_dot_d.clone_from(&self.total.z_dot_d);
        let at = section - self.saved_from - 1;
        self.known = self.saved[at].known.take();
        let GradientExponents { x, z, d, joins } = self.exponents;
        for (join, squares) in joins.iter().zip(self.total.joined) {
            if let Some(mean) = join.and_then(|join| join.stream_mean(squares / count)) {
                self.stream_gradient.mean = mean;
            }
        }
        let record = &mut self.record.layers[section - 1];
        record.grad_x = log10(self.total.squares / count, 2 * x);
        record.peaks[2] = log10(f64::from(self.total.peak), z);
        let squares: f64 = match joins[0] {
            None => self.d_gram.iter().step_by(lanes + 1).sum(),
            Some(_) => self.total.joined[0],
        };
        record.grad_z = log10(squares / count, 2 * z);
        let bias = gradient::total(&self.d_gram, lanes, batch).max(0.0);
        record.grad_b = log10(bias / units as f64, 2 * d);
        self.g_exponent = d;
        if section > 1 && !self.has_below(section) {
            self.forget();
            self.checkpoints.pop();
            self.saved_from -= plan.segment;
            return self.enter(plan, self.saved_from + 1);
        }
        if section > 1 && !self.fetches_along(plan, section) {
            return Phase::Fetch.of(section);
        }
        self.take_fetched(plan, section);
        Phase::Conclude.of(section)
    }

    /// Mean square of `dl/dW` from `deltaᵀ delta` and `XᵀX` of the section's input; the matrix-free transposed product.
    pub(super) fn conclude(&mut self, plan: &Plan, section: usize) -> u64 {
        let (node, batch) = (plan.node(section), plan.spec.batch());
        let (gram, scale) = self.output(section - 1);
        let gram = full_gram(gram, plan.lanes, scale);
        let frobenius = gradient::inner(&self.d_gram, &gram, plan.lanes, batch).max(0.0);
        self.record.layers[section - 1].grad_w = log10(
            frobenius / (node.fan_in * node.units) as f64,
            2 * (self.g_exponent + scale.top()),
        );
        self.record.backward += 1;
        self.cursor = match (section, node.action.free(), &self.known) {
            (1, ..) => Phase::Done.of(1),
            (_, Some(law), Some(known)) => {
                let sums = matrix_free::Sums {
                    d_gram: &self.d_gram,
                    z_dot_d: &self.z_dot_d,
                    overlap: &self.total.overlap,
                    fresh: &self.total.fresh,
                };
                self.formed = law.backward(known, &sums, batch);
                let exponent = self.formed.as_ref().map(|formed| formed.exponent);
                self.carried(section, exponent)
            }
            _ => Phase::Transposed.of(section),
        };
        algebra_cost(plan.lanes)
    }

    /// What follows once `dl/dx` of the section below has been brought to the size of 1 by a power of two, if it could be.
    fn carried(&mut self, section: usize, exponent: Option<i64>) -> Cursor {
        let largest = self.g_exponent.max(self.stream_gradient.exponent);
        match exponent {
            Some(by) if largest <= EXPONENT_LIMIT => {
                self.g_exponent += by;
                Phase::Backward.of(section - 1)
            }
            _ => {
                self.record.gradient_overflow(section - 1);
                Phase::Done.of(section)
            }
        }
    }

    /// Parts `part..` of a streamed transposed product, as many as the budget allows; returns the cost.
    pub(super) fn transposed(
        &mut self,
        plan: &Plan,
        section: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let node = plan.node(section);
        let law = node.action.streamed().expect("a streamed product");
        let cost = law.part_cost(plan.lanes) as u64;
        let parts = law.backward_parts();
        let end = last_part(part, parts, budget, cost);
        let key = self.key(section, Purpose::Weights);
        law.backward(key, part..end, &self.g, &mut self.g_next, team);
        self.cursor = if end < parts {
            self.cursor.at(end)
        } else {
            std::mem::swap(&mut self.g, &mut self.g_next);
            let mut exponent = self.g_exponent;
            let size = settle_alike(&mut self.g, node.fan_in, plan.spec.batch(), &mut exponent);
            let by = (size != Size::Overflow).then_some(exponent - self.g_exponent);
            self.carried(section, by)
        };
        (end - part) as u64 * cost
    }
}
