//! How deep a network of a kind may be, measured: ensembles of other depths than the network's own, as a resumable state machine.
//!
//! Sought is the first depth that fails (see [`budget`](crate::engine::verdict::Budget)). A guess comes from the network's own curves
//! where it fails and from theory where it is healthy. An ensemble at the guess is *healthy*, *fails*, or is *unsure*: its verdict would
//! be another one if the median of a channel lay elsewhere within its confidence interval (99 % each side, from the order of the
//! draws alone). The nearest healthy and failing depths around what is unsure are the answer, `healthy_at` and `fails_at`; they are
//! neighbours, or within 4 %, where draws decide that much.
//!
//! Cost. Each ensemble has 16 to 256 draws; all together take no more than twice the work of the network's own ensemble, but
//! [`LEAST`] at least and [`MOST`] at most, and no network has more than [`FAR`] layers unless the own one does. Where that does not
//! do, the interval stays wide, nothing is found to fail, or theory's word is all there is; each is told as such.
//!
//! The answer depends on the spec and its ensemble alone, not on the number of threads.

mod family;
mod probe;

use std::sync::Arc;

use crate::engine::snapshot::Snapshot;
use crate::engine::verdict::{Budget, BudgetSource, Channel, Verdict};
use crate::net::spec::Spec;
use crate::sim::network::NetworkPlan;
pub use family::{Asking, Deepening, Expecting, LAYERS_PER_UNIT, expected, foretold};
pub use probe::Fate;

use family::deepened;
use probe::{Probe, ProbeReading};

/// The deepest network that is tried, or the own depth where that is more.
pub const FAR: usize = 1000;
/// Work that a search may always do, on the scale of [`NetworkPlan::cost`]: about a quarter of a second on one core.
pub const LEAST: u64 = 1 << 28;
/// Work that no search goes beyond: about a second.
pub const MOST: u64 = 1 << 30;
/// Draws of a first look at a depth.
const FIRST: usize = 16;
/// Draws at a depth after which what is unsure stays so.
const LAST: usize = 256;
/// Ensembles at most.
const TRIES: usize = 32;
/// Depths are not told apart below one part in so many,
const FINE: usize = 25;
/// nor where draws do not decide below one part in so many.
const COARSE: usize = 10;

/// A network whose curves are measured.
#[derive(Clone, Debug)]
pub struct DepthRequest {
    snapshot: Arc<Snapshot>,
}

impl PartialEq for DepthRequest {
    fn eq(&self, other: &Self) -> bool {
        let [own, other] = [&self.snapshot, &other.snapshot];
        own.spec == other.spec && own.draws == other.draws
    }
}

impl DepthRequest {
    /// Of a network of whose curves nothing more will come; `None` where nothing is known of them, its depth is measured, or
    /// it has blocks or norms.
    #[must_use]
    pub fn of(snapshot: &Arc<Snapshot>) -> Option<Self> {
        let open = snapshot.verdict.as_ref();
        let open = open.is_some_and(|verdict| !verdict.budget.is_measured());
        (snapshot.draws > 0 && open && !snapshot.spec.has_stages()).then(|| Self {
            snapshot: Arc::clone(snapshot),
        })
    }
}

/// What is known of the depth.
#[derive(Clone, Debug, PartialEq)]
pub struct DepthNews {
    /// The network.
    pub spec: Arc<Spec>,
    /// How deep it may be.
    pub budget: Budget,
}

/// What an ensemble of as many draws as the spec asks for says of its own depth.
#[must_use]
pub fn fate(spec: &Spec, drift_limit: f64) -> Fate {
    let mut probe = Probe::new(spec, spec.draws_target());
    loop {
        probe.step();
        if let Some(reading) = probe.reading(drift_limit) {
            return reading.fate;
        }
    }
}

/// A search on its way.
#[derive(Debug)]
pub struct DepthSearch {
    spec: Arc<Spec>,
    drift_limit: f64,
    /// What is said until the search is over.
    estimate: Budget,
    /// What theory is asked, of a healthy network.
    asking: Option<Asking>,
    own_depth_is_healthy: bool,
    /// The deepest network that is surely healthy, with its draws; 0 layers are.
    healthy: (usize, usize),
    /// The shallowest deeper one that surely fails, with its draws and the channel.
    fails: Option<(usize, usize, Option<Channel>)>,
    /// Between them what draws do not decide: the shallowest, the deepest.
    unsure: Option<(ProbeReading, ProbeReading)>,
    /// Where the deepest healthy network seems to be.
    guess: usize,
    probe: Option<Probe>,
    tries: usize,
    work: u64,
    done: bool,
}

impl DepthSearch {
    /// A search around a network that was measured in so many draws, with this verdict.
    #[must_use]
    pub fn new(snapshot: &Snapshot, verdict: &Verdict) -> Self {
        debug_assert!(
            !snapshot.spec.has_stages(),
            "plain networks alone are searched"
        );
        let (spec, draws) = (Arc::clone(&snapshot.spec), snapshot.draws);
        let (estimate, drift_limit) = (verdict.budget, verdict.drift_limit);
        let twice = NetworkPlan::new(&spec)
            .cost()
            .saturating_mul(2 * draws as u64);
        let mut search = Self {
            guess: estimate.healthy_at,
            own_depth_is_healthy: verdict.is_healthy(),
            estimate,
            asking: (verdict.is_healthy() && estimate.source != BudgetSource::Theory)
                .then(Asking::default),
            healthy: (0, usize::MAX),
            fails: None,
            unsure: None,
            probe: None,
            tries: 0,
            work: twice.clamp(LEAST, MOST),
            done: false,
            drift_limit,
            spec,
        };
        if let Some(curves) = snapshot.curves().filter(|_| draws >= FIRST) {
            let margins = probe::margins_of(&snapshot.layers);
            search.learn(ProbeReading::new(&curves, margins, draws, drift_limit));
        }
        search
    }

    /// Prepares a request; a search for the same network goes on.
    #[must_use]
    pub fn resume(request: DepthRequest, before: Option<Self>) -> Self {
        let snapshot = request.snapshot;
        match before {
            Some(before) if before.spec == snapshot.spec => before,
            _ => {
                let verdict = snapshot.verdict.clone().unwrap_or_default();
                Self::new(&snapshot, &verdict)
            }
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Counts what is worth showing at once: what theory says, and the answer.
    #[must_use]
    pub fn milestones(&self) -> usize {
        usize::from(self.asking.is_none()) + usize::from(self.done)
    }

    /// Ensembles that were begun.
    #[must_use]
    pub fn tries(&self) -> usize {
        self.tries
    }

    /// What is known now.
    #[must_use]
    pub fn news(&self) -> DepthNews {
        DepthNews {
            spec: Arc::clone(&self.spec),
            budget: self.budget(),
        }
    }

    /// How deep such a network may be; an estimate until the search is over.
    #[must_use]
    pub fn budget(&self) -> Budget {
        let (healthy_at, draws) = self.healthy;
        let own = self.spec.depth();
        // what draws do not decide at the own depth is as the verdict says
        let told = (healthy_at > 0 && !self.own_depth_is_healthy).then_some((
            own,
            draws,
            self.estimate.channel,
        ));
        let fails = self.fails.or(told);
        let decided = match (healthy_at, fails) {
            (0, Some((depth, ..))) => depth == 1 || self.estimate.healthy_at >= depth,
            (_, Some(_)) => true,
            (known, None) => known > own,
        };
        if !self.done || !decided {
            return self.estimate;
        }
        Budget {
            healthy_at,
            fails_at: fails.map(|(depth, ..)| depth),
            channel: fails.and_then(|(.., channel)| channel),
            source: BudgetSource::Measured {
                draws: fails.map_or(draws, |(_, other, _)| other.min(draws)),
            },
        }
    }

    /// A bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        if self.done {
            return;
        }
        if self.asking.is_some() {
            self.ask_theory();
            return;
        }
        let reserve = self.reserve();
        let Some(probe) = &mut self.probe else {
            self.probe = self.next();
            self.done = self.probe.is_none();
            return;
        };
        probe.step();
        let Some(reading) = probe.reading(self.drift_limit) else {
            return;
        };
        let more = probe.cost();
        let unsure = reading.fate == Fate::Unsure && reading.draws < LAST;
        if unsure && more.saturating_mul(1 + reserve) <= self.work {
            self.work -= more;
            probe.double();
            return;
        }
        self.probe = None;
        self.learn(reading);
    }

    /// Runs to the end.
    #[must_use]
    pub fn run(mut self) -> Budget {
        while !self.done {
            self.step();
        }
        self.budget()
    }

    /// How many times the work of so many draws more is to be left for what has to be looked at beside them.
    fn reserve(&self) -> u64 {
        match (&self.unsure, self.fails) {
            // both ends around it, with as many draws as it has then
            (None, _) => 5,
            (_, None) => 3,
            (_, Some(_)) => 1,
        }
    }

    /// Of a healthy network: what theory expects beyond it, where theory expects it healthy too.
    fn ask_theory(&mut self) {
        let asking = self.asking.as_mut();
        let Some(theory) = asking.and_then(|asking| asking.step(&self.spec, self.drift_limit))
        else {
            return;
        };
        self.asking = None;
        if let Some(theory) = theory.filter(|it| it.healthy_at >= self.estimate.healthy_at) {
            self.estimate = theory;
            self.guess = theory.healthy_at;
        }
    }

    /// What an ensemble of some depth says.
    fn learn(&mut self, reading: ProbeReading) {
        let depth = reading.depth;
        match reading.fate {
            Fate::Healthy => {
                if depth > self.healthy.0 {
                    self.healthy = (depth, reading.draws);
                }
                self.unsure = self.unsure.filter(|(first, _)| depth < first.depth);
            }
            Fate::Fails(channel) => {
                if self.fails.is_none_or(|(known, ..)| depth < known) {
                    self.fails = Some((depth, reading.draws, channel));
                }
                self.unsure = self.unsure.filter(|(_, last)| depth > last.depth);
                self.guess = reading.likely;
            }
            Fate::Unsure => {
                self.guess = reading.likely;
                let zone = self.unsure.get_or_insert((reading, reading));
                if depth < zone.0.depth {
                    zone.0 = reading;
                }
                if depth > zone.1.depth {
                    zone.1 = reading;
                }
            }
        }
    }

    /// The depth to look at next.
    fn next(&mut self) -> Option<Probe> {
        if self.tries == TRIES {
            return None;
        }
        self.tries += 1;
        let far = FAR.max(self.spec.depth());
        let [first, second] = self.wishes(far);
        let affordable = |depth: &usize| {
            let probe = Probe::new(&deepened(&self.spec, *depth)?, FIRST);
            (probe.cost() <= self.work).then_some(probe)
        };
        let wished = [first, second].into_iter().flatten();
        let probe = wished.filter_map(|depth| affordable(&depth)).next();
        let probe = probe.or_else(|| {
            // where nothing fails yet, something nearer than the guess is worth knowing too
            let lone = self.fails.is_none() && self.unsure.is_none();
            let known = self.healthy.0;
            let halved = |depth: &usize| Some(known + (depth - known) / 2);
            let nearer = std::iter::successors(first.filter(|_| lone), halved);
            let worth = |depth: &usize| depth - known > known / 4;
            nearer
                .take_while(worth)
                .find_map(|depth| affordable(&depth))
        })?;
        self.work -= probe.cost();
        Some(probe)
    }

    /// The depths worth a look, the better one first.
    fn wishes(&self, far: usize) -> [Option<usize>; 2] {
        let low = self.healthy.0;
        let high = self.fails.map(|(depth, ..)| depth);
        let Some((first, last)) = self.unsure else {
            let next = match high {
                None if low >= far => None,
                None if self.guess > low => Some(self.guess.min(far)),
                None => Some((2 * low).clamp(1, far)),
                Some(high) if high - low <= 1 || (high - low) * FINE <= low => None,
                Some(high) if self.guess == low => Some((low + 1).min(high - 1)),
                Some(high) if self.guess > low => Some(self.guess.min(high - 1)),
                Some(high) => Some(usize::midpoint(low, high)),
            };
            return [next, None];
        };
        // from trial to trial twice as far from where draws do not decide
        let wide = last.depth - first.depth + 1;
        let below = (!near(low, first.depth)).then(|| {
            let next = first.sure.min(first.depth.saturating_sub(wide));
            if next > low {
                next
            } else {
                usize::midpoint(low, first.depth)
            }
        });
        let above = last.depth + wide.max(last.depth - last.sure);
        let above = match high {
            None if last.depth < far => Some(above.min(far)),
            Some(high) if !near(last.depth, high) && above < high => Some(above),
            Some(high) if !near(last.depth, high) => Some(usize::midpoint(last.depth, high)),
            _ => None,
        };
        match high {
            None => [above, below],
            Some(_) => [below, above],
        }
    }
}

/// Whether there is nothing worth a look between a depth that is decided and one that draws do not decide, or the other way round.
fn near(low: usize, high: usize) -> bool {
    high - low <= 1 + high / COARSE
}
