//! The draws of one spec, as many as its curves need, as a resumable state machine.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::engine::snapshot::{Inputs, LayerStats};
use crate::engine::summary::{LayerSummary, inputs, layers, precision};
use crate::engine::verdict::Curves;
use crate::net::spec::{Draws, Spec};
use crate::sim::network::{NetworkDraw, NetworkPlan};
use crate::sim::record::Record;
use crate::sim::team::Team;

/// Work of one step per draw in flight, in matrix entries times vectors of inputs: a few milliseconds on one core.
pub(super) const QUANTUM: u64 = 3 << 20;

/// A draw that costs more than this is first computed by all cores together, so that the first complete curve comes early.
const LARGE: u64 = 32 << 20;

/// Draws after which an automatic ensemble is judged for the first time; it is judged again at every doubling.
pub(super) const FIRST_JUDGEMENT: usize = 8;

/// Draw after draw until the curves are known well enough.
///
/// The result depends on the spec and the cap alone, not on the number of threads: draws are keyed by their number, statistics are
/// computed over draws `0..n` in order, and whether `n` is enough is judged at fixed `n` only.
#[derive(Debug)]
pub(super) struct Ensemble {
    plan: NetworkPlan,
    running: Vec<NetworkDraw>,
    /// Finished draws whose memory the next ones take.
    idle: Vec<NetworkDraw>,
    /// Finished draws by number.
    finished: Vec<Option<Record>>,
    /// Leading draws that are all finished.
    complete: usize,
    next: usize,
    target: usize,
    judge_at: Option<usize>,
    /// What the draws up to there say, where it is being judged whether they are enough.
    judging: Option<LayerSummary>,
    /// What so many draws say, where somebody has [prepared](Self::prepare) it, and whether it is complete.
    prepared: Option<(usize, LayerSummary, bool)>,
    settled: bool,
}

impl Ensemble {
    /// The draws that the spec asks for; none is made yet.
    pub(super) fn new(spec: &Spec) -> Self {
        Self::capped(spec, usize::MAX)
    }

    /// The same, but no more than `cap` draws.
    pub(super) fn capped(spec: &Spec, cap: usize) -> Self {
        let automatic = spec.draws() == Draws::Auto;
        Self {
            plan: NetworkPlan::new(spec),
            running: Vec::new(),
            idle: Vec::new(),
            finished: Vec::new(),
            complete: 0,
            next: 0,
            target: spec.draws_target().min(cap),
            judge_at: automatic.then_some(FIRST_JUDGEMENT),
            judging: None,
            prepared: None,
            settled: false,
        }
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub(super) fn step(&mut self) {
        if let (Some(judging), Some(at)) = (self.judging.take(), self.judge_at) {
            self.judge(judging, at);
            return;
        }
        let threads = rayon::current_num_threads();
        let cost = self.draw_cost();
        let together = cost > LARGE && self.complete == 0;
        let slots = if together {
            1
        } else {
            threads * (QUANTUM / cost.max(1)).clamp(1, 16) as usize
        };
        let slots = slots.min(self.spec().draws_in_flight(slots));
        while self.running.len() < slots && self.next < self.target {
            let index = self.next as u32;
            self.running.push(match self.idle.pop() {
                Some(mut draw) => {
                    draw.restart(index);
                    draw
                }
                None => self.plan.draw(index),
            });
            self.finished.push(None);
            self.next += 1;
        }
        if together {
            self.running[0].advance(QUANTUM * threads as u64, Team::Pool);
        } else {
            self.running
                .par_iter_mut()
                .for_each(|draw| draw.advance(QUANTUM, Team::Alone));
        }
        let (done, running) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(NetworkDraw::is_done);
        self.running = running;
        self.collect(done);
    }

    fn collect(&mut self, done: Vec<NetworkDraw>) {
        for mut draw in done {
            let index = draw.index() as usize;
            let mut record = draw.take_record();
            record.layers.shrink_to_fit();
            self.finished[index] = Some(record);
            self.idle.push(draw);
        }
        while self
            .finished
            .get(self.complete)
            .is_some_and(Option::is_some)
        {
            self.complete += 1;
        }
        self.go_on();
    }

    /// Judges where that is due, and stops where all draws are made.
    fn go_on(&mut self) {
        let due = |at: &usize| *at <= self.complete && *at < self.target;
        if let Some(at) = self.judge_at.filter(due) {
            self.judge(LayerSummary::of_means(), at);
        } else if self.complete >= self.target {
            self.stop_at(self.target);
        }
    }

    /// A piece of the judgement of the first `at` draws.
    fn judge(&mut self, mut judging: LayerSummary, at: usize) {
        if !judging.step(&self.records(at)) {
            self.judging = Some(judging);
        } else if precision(judging.layers(), self.spec().width()).enough {
            self.stop_at(at);
        } else {
            self.judge_at = Some(2 * at);
            self.go_on();
        }
    }

    /// A bounded piece of what the first `draws` draws say; whether it is complete, and [`layers`](Self::layers) of them at hand.
    pub(super) fn prepare(&mut self, draws: usize) -> bool {
        let (_, mut summary, mut complete) = match self.prepared.take() {
            Some(prepared) if prepared.0 == draws => prepared,
            _ => (draws, LayerSummary::whole(), false),
        };
        if !complete {
            complete = summary.step(&self.records(draws));
        }
        self.prepared = Some((draws, summary, complete));
        complete
    }

    fn stop_at(&mut self, draws: usize) {
        self.settled = true;
        self.running.clear();
        self.idle.clear();
        self.finished.truncate(draws);
        self.complete = draws;
    }

    /// Lets go of draws that are not complete, and of their memory; they begin anew with the next step.
    pub(super) fn rest(&mut self) {
        self.running = Vec::new();
        self.idle = Vec::new();
        self.finished.truncate(self.complete);
        self.next = self.complete;
    }

    fn spec(&self) -> &Spec {
        self.plan.spec()
    }

    /// Whether all draws are made.
    pub(super) fn is_settled(&self) -> bool {
        self.settled
    }

    /// Draws that are complete (all of the first so many).
    pub(super) fn draws(&self) -> usize {
        self.complete
    }

    /// Draws that will be made at most.
    pub(super) fn target(&self) -> usize {
        self.target
    }

    /// Work of one draw, in matrix entries times vectors of inputs.
    pub(super) fn draw_cost(&self) -> u64 {
        self.plan.cost()
    }

    /// What the first `draws` draws say; with none, what the first draw has reached.
    pub(super) fn layers(&self, draws: usize) -> Cow<'_, [LayerStats]> {
        match &self.prepared {
            Some((of, summary, true)) if *of == draws => Cow::Borrowed(summary.layers()),
            _ => Cow::Owned(layers(&self.reached(draws))),
        }
    }

    /// What the inputs of the same draws have in common.
    pub(super) fn inputs(&self, draws: usize) -> Option<Inputs> {
        inputs(&self.reached(draws))
    }

    /// The first `draws` records; with none, that of the first draw as far as it has come.
    fn reached(&self, draws: usize) -> Vec<&Record> {
        let first = self.running.iter().filter(|d| d.index() == 0);
        match draws {
            0 => first.map(NetworkDraw::record).collect(),
            _ => self.records(draws),
        }
    }

    /// What the verdict is read from: the first `draws` draws, at least one.
    pub(super) fn curves(&self, draws: usize) -> Curves {
        self.measured(draws).1
    }

    /// The same with the layers that it is read from.
    pub(super) fn measured(&self, draws: usize) -> (Cow<'_, [LayerStats]>, Curves) {
        let layers = self.layers(draws);
        let curves = Curves::measured(self.spec(), &layers);
        (layers, curves.seeing(self.spec(), self.inputs(draws)))
    }

    /// The first `draws` records.
    pub(super) fn records(&self, draws: usize) -> Vec<&Record> {
        self.finished[..draws].iter().flatten().collect()
    }
}
