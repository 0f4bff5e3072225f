//! One training, as a resumable state machine.

use std::sync::Arc;

use crate::math::team::Team;
use crate::train::batch::{MinibatchPart, parts};
use crate::train::examples::Order;
use crate::train::network::Network;
use crate::train::plan::Plan;
use crate::train::record::{Change, Divergence, Record};
use crate::train::update::Update;

/// Steps whose changes are kept, about.
pub const CHANGES: usize = 100;

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
    record: Arc<Record>,
}

impl Training {
    /// Run `run` at learning rate `rate`; nothing is made yet.
    #[must_use]
    pub fn new(plan: Arc<Plan>, run: u32, rate: f64) -> Self {
        let examples = plan.labels().of().len();
        Self {
            network: Network::new(Arc::clone(&plan), run),
            order: Order::new(plan.spec().seed(), run, examples, plan.recipe().batch_size),
            rate,
            parts: Vec::new(),
            record: Arc::default(),
            plan,
        }
    }

    /// A bounded piece of work: some layers are drawn, or one step is made.
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
        self.step(team);
    }

    fn step(&mut self, team: Team) {
        let recipe = self.plan.recipe();
        let done = self.record.losses.len();
        let examples = self.order.batch(done);
        let answers = self.network.pass(&mut self.parts, examples, team);
        let count = answers.len() as f64;
        let loss = answers.iter().map(|(loss, _)| loss).sum::<f64>() / count;
        let right = answers.iter().filter(|(_, right)| *right).count();
        let record = Arc::make_mut(&mut self.record);
        if !loss.is_finite() {
            let step = done + 1;
            record.diverged = Some(Divergence { step, loss });
            return;
        }
        record.losses.push(loss);
        record.accuracies.push(right as f64 / count);
        let measured =
            done.is_multiple_of(recipe.steps.div_ceil(CHANGES)) || done + 1 == recipe.steps;
        let step = Update::new(recipe.optimizer, self.rate, done + 1);
        let squares = self.network.learn(&self.parts, step, measured, team);
        if measured {
            record.changes.push(Change::new(done + 1, &squares));
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
