//! One training, as a resumable state machine.

use std::sync::Arc;

use crate::math::team::Team;
use crate::train::batch::{MinibatchPart, parts};
use crate::train::examples::Order;
use crate::train::network::{Network, answers};
use crate::train::plan::Plan;
use crate::train::record::{Change, Divergence, Record};
use crate::train::update::{Squares, Update};

/// Steps whose changes are kept, about.
pub const CHANGES: usize = 100;

/// Multiplications of one piece of work, about: a few milliseconds on one core.
pub const PIECE: u64 = 1 << 26;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// The way forward from this matrix on.
    Forward(usize),
    /// The way back through the matrices before this one.
    Back(usize),
    /// New weights from this matrix on.
    Learn(usize),
}

/// One network on its way from a draw to what it has learned.
///
/// ```
/// use std::sync::Arc;
/// use initscope::math::team::Team;
/// use initscope::net::recipe::Recipe;
/// use initscope::train::{plan::Plan, training::Training};
///
/// let spec = "relu/he_normal 32x2".parse()?;
/// let recipe = Recipe { steps: 60, ..Recipe::default() };
/// let plan = Plan::new(&spec, &recipe)?; // learns the digits
/// let mut training = Training::new(Arc::new(plan), 0, 0.1);
/// while !training.is_done() {
///     training.advance(Team::Alone);
/// }
/// assert!(training.record().losses[0] > 2.0 && training.record().loss_reached() < 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Training {
    plan: Arc<Plan>,
    network: Network,
    rate: f64,
    order: Order,
    parts: Vec<MinibatchPart>,
    /// Multiplications of every matrix in one direction.
    costs: Vec<u64>,
    task: Task,
    /// Loss of the present step, and the share of its examples that is right.
    loss: (f64, f64),
    /// What the present step changes, of the matrices that have learned.
    squares: Vec<Squares>,
    record: Arc<Record>,
}

impl Training {
    /// Run `run` at learning rate `rate`; nothing is made yet.
    #[must_use]
    pub fn new(plan: Arc<Plan>, run: u32, rate: f64) -> Self {
        Self {
            network: Network::new(Arc::clone(&plan), run),
            order: order(&plan, run),
            rate,
            parts: Vec::new(),
            costs: plan.costs(),
            task: Task::Forward(0),
            loss: (f64::NAN, f64::NAN),
            squares: Vec::new(),
            record: Arc::default(),
            plan,
        }
    }

    /// Run `run` at learning rate `rate` of the same plan, in the memory of this one.
    pub fn restart(&mut self, run: u32, rate: f64) {
        self.network.restart(run);
        self.order = order(&self.plan, run);
        self.rate = rate;
        self.task = Task::Forward(0);
        self.squares.clear();
        self.record = Arc::default();
    }

    /// What it is made from.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// A bounded piece of work: some layers are drawn, or one step is made, or [`PIECE`] of it.
    pub fn advance(&mut self, team: Team) {
        if self.is_done() || self.network.build(team) {
            return;
        }
        if self.parts.is_empty() {
            let threads = match team {
                Team::Alone => 1,
                Team::Pool => rayon::current_num_threads(),
            };
            self.parts = parts(&self.plan, threads);
        }
        let mut left = PIECE as i64;
        while left > 0 {
            left -= self.piece(left as u64, team) as i64;
            if self.is_done() || self.task == Task::Forward(0) {
                return;
            }
        }
    }

    /// A part of the step in one direction, about `budget` multiplications; how many.
    fn piece(&mut self, budget: u64, team: Team) -> u64 {
        let all = self.costs.len();
        let (network, parts) = (&mut self.network, &mut self.parts);
        match self.task {
            Task::Forward(from) => {
                let (count, cost) = within(self.costs[from..].iter(), budget);
                let end = from + count;
                let examples = self.order.batch(self.record.losses.len());
                network.forward(parts, examples, from..end, team);
                self.task = Task::Forward(end);
                if end == all {
                    self.task = Task::Back(all);
                    self.loss = loss(&self.parts);
                    let (loss, _) = self.loss;
                    if !loss.is_finite() {
                        let record = Arc::make_mut(&mut self.record);
                        let step = record.losses.len() + 1;
                        record.diverged = Some(Divergence { step, loss });
                    }
                }
                cost
            }
            Task::Back(to) => {
                let (count, cost) = within(self.costs[..to].iter().rev(), budget);
                let from = to - count;
                network.backward(parts, from..to, team);
                self.task = match from {
                    0 => Task::Learn(0),
                    from => Task::Back(from),
                };
                cost
            }
            Task::Learn(from) => {
                let (count, cost) = within(self.costs[from..].iter(), budget);
                let end = from + count;
                let recipe = self.plan.recipe();
                let number = self.record.losses.len() + 1;
                let measured = (number - 1).is_multiple_of(recipe.steps.div_ceil(CHANGES))
                    || number == recipe.steps;
                let step = Update::new(recipe.optimizer, self.rate, number);
                let squares = network.learn(parts, from..end, step, measured, team);
                self.squares.extend(squares);
                self.task = Task::Learn(end);
                if end == all {
                    self.task = Task::Forward(0);
                    let (loss, right) = self.loss;
                    let record = Arc::make_mut(&mut self.record);
                    record.losses.push(loss);
                    record.accuracies.push(right);
                    if measured {
                        record.changes.push(Change::new(number, &self.squares));
                    }
                    self.squares.clear();
                }
                cost
            }
        }
    }

    /// Whether all steps are made, or none can be any more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.record.diverged.is_some() || self.record.losses.len() == self.plan.recipe().steps
    }

    /// Steps made so far.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.record.losses.len()
    }

    /// What it has told so far.
    #[must_use]
    pub fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// The network as it is now.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }
}

/// How many of these, at least one, cost about the budget together, and what they cost.
fn within<'a>(costs: impl Iterator<Item = &'a u64>, budget: u64) -> (usize, u64) {
    let mut cost = 0;
    let mut count = 0;
    for own in costs {
        if cost >= budget {
            break;
        }
        cost += own;
        count += 1;
    }
    (count, cost)
}

/// Mean loss of a minibatch, and the share of it that is right.
fn loss(parts: &[MinibatchPart]) -> (f64, f64) {
    let answers = answers(parts);
    let count = answers.len() as f64;
    let loss = answers.iter().map(|(loss, _)| loss).sum::<f64>() / count;
    let right = answers.iter().filter(|(_, right)| *right).count();
    (loss, right as f64 / count)
}

/// The order in which a run sees its examples.
fn order(plan: &Plan, run: u32) -> Order {
    let examples = plan.labels().of().len();
    Order::new(plan.spec().seed(), run, examples, plan.recipe().batch_size)
}
