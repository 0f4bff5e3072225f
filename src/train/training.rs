//! One training, as a resumable state machine.

use std::ops::Range;
use std::sync::Arc;

use crate::math::team::Team;
use crate::train::batch::{MinibatchPart, parts};
use crate::train::examples::Order;
use crate::train::network::{Network, answers};
use crate::train::plan::{Body, Plan};
use crate::train::record::{Change, Divergence, Record};
use crate::train::update::{How, Squares, Update, rows_within};

/// Steps whose changes are kept, about.
pub const CHANGES: usize = 100;

/// Multiplications of one piece of work, about: a few milliseconds on one core.
pub const PIECE: u64 = 1 << 26;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// The way forward from this section of a group of parts on, those of the groups before counted.
    Forward(usize),
    /// The way back through the sections before this one.
    Back(usize),
    /// New weights from this row of this matrix on.
    Learn(usize, usize),
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
    /// Parts that go through a section together: all of a plain network, else one a thread.
    group: usize,
    /// Multiplications of every section of every group in one direction.
    costs: Vec<u64>,
    /// Multiplications of the gradient of every matrix.
    matrix_costs: Vec<u64>,
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
            group: 1,
            costs: Vec::new(),
            matrix_costs: plan.matrix_costs(),
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
            self.divide(threads);
        }
        let mut left = PIECE as i64;
        while left > 0 {
            left -= self.piece(left as u64, team) as i64;
            if self.is_done() || self.task == Task::Forward(0) {
                return;
            }
        }
    }

    /// Groups of parts, and what a section of each costs.
    fn divide(&mut self, threads: usize) {
        let sections = self.plan.section_costs();
        match self.plan.body() {
            Body::Plain(_) => {
                self.group = self.parts.len();
                self.costs = sections;
            }
            Body::Stages(_) => {
                self.group = threads;
                let groups = self.parts.chunks(threads);
                let each = groups.flat_map(|group| {
                    let examples: usize = group.iter().map(MinibatchPart::examples).sum();
                    sections.iter().map(move |cost| cost * examples as u64)
                });
                self.costs = each.collect();
            }
        }
    }

    /// The parts of every group that has sections in `units`, and which.
    fn groups(&self, units: &Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
        let sections = self.plan.sections();
        let groups = units.start / sections..units.end.div_ceil(sections);
        let each = groups.map(|group| {
            let first = group * sections;
            let own = units.start.max(first) - first..units.end.min(first + sections) - first;
            let parts = group * self.group;
            (parts..(parts + self.group).min(self.parts.len()), own)
        });
        each.collect()
    }

    /// A part of the step in one direction, about `budget` multiplications; how many.
    fn piece(&mut self, budget: u64, team: Team) -> u64 {
        match self.task {
            Task::Forward(from) => {
                let (count, cost) = within(self.costs[from..].iter(), budget);
                self.forward(from..from + count, team);
                cost
            }
            Task::Back(to) => {
                let (count, cost) = within(self.costs[..to].iter().rev(), budget);
                let from = to - count;
                for (parts, sections) in self.groups(&(from..to)) {
                    let parts = &mut self.parts[parts];
                    self.network.backward(parts, sections, team);
                }
                self.task = match from {
                    0 => Task::Learn(0, 0),
                    from => Task::Back(from),
                };
                cost
            }
            Task::Learn(from, row) => self.learn(from, row, budget, team),
        }
    }

    fn forward(&mut self, units: Range<usize>, team: Team) {
        let end = units.end;
        let groups = self.groups(&units);
        let examples = self.order.batch(self.record.losses.len());
        for (parts, sections) in groups {
            let before = self.parts[..parts.start].iter();
            let first: usize = before.map(MinibatchPart::examples).sum();
            let parts = &mut self.parts[parts];
            (self.network).forward(parts, &examples[first..], sections, team);
        }
        self.task = Task::Forward(end);
        if end == self.costs.len() {
            self.task = Task::Back(end);
            self.loss = loss(&self.parts);
            let (loss, _) = self.loss;
            if !loss.is_finite() {
                let record = Arc::make_mut(&mut self.record);
                let step = record.losses.len() + 1;
                record.diverged = Some(Divergence { step, loss });
            }
        }
    }

    fn learn(&mut self, from: usize, row: usize, budget: u64, team: Team) -> u64 {
        let all = self.matrix_costs.len();
        let rows = self.plan.shapes()[from].fan_out;
        let own = self.matrix_costs[from];
        let fitting = rows_within(budget, rows, own);
        let (range, part, cost) = if row > 0 || fitting < rows {
            let part = row..(row + fitting).min(rows);
            let cost = own * part.len() as u64 / rows as u64;
            (from..from + 1, Some(part), cost)
        } else {
            let (count, cost) = within(self.matrix_costs[from..].iter(), budget);
            (from..from + count, None, cost)
        };
        let recipe = self.plan.recipe();
        let number = self.record.losses.len() + 1;
        let measured =
            (number - 1).is_multiple_of(recipe.steps.div_ceil(CHANGES)) || number == recipe.steps;
        let before = if row > 0 { self.squares.pop() } else { None };
        let how = How {
            step: Update::new(recipe.optimizer, self.rate, number),
            measured,
            rows: part.as_ref().map(|part| (part, before.unwrap_or_default())),
        };
        let end = range.end;
        let squares = self.network.learn(&self.parts, range, how, team);
        self.squares.extend(squares);
        self.task = match part {
            Some(part) if part.end < rows => Task::Learn(from, part.end),
            _ => Task::Learn(end, 0),
        };
        if self.task == Task::Learn(all, 0) {
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
