//! The train view: what is trained, how, and whether it is going on.

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};
use crate::app::view::{View, ViewRow, run_row};
use crate::app::view_info::ViewInfo;
use crate::engine::request::Request;
use crate::engine::training::{Session, TrainingNews, TrainingRequest};
use crate::net::optimizer::Optimizer;
use crate::net::recipe::{Rate, Recipe};
use crate::net::spec::{Spec, option};

/// Its name.
pub const NAME: ViewName = ViewName("train");
const HERE: Category = Category::View(NAME);

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('6')] Action::Show(NAME), NAME.0, 53,
                "the network and what is pinned in training: do they learn?";
        },
        keys: KEYS,
        panels: PANELS,
        shows_pins: true,
        has_layers: false,
    },
    new: || Box::<Train>::default(),
};

const PANELS: &[(&str, &str)] = &[(
    "train",
    "The network and the pins learn the digits (or your labelled data): loss and accuracy of the minibatches, the mean over the steps of a column, and for every matrix, the head last, the norm of its gradient and of its change in units of its weights; faint is the first step. \
         The dotted line is what chance costs: a network LEARNS (✓) that leaves less than half of it, STALLS (✗) that leaves 95 % or more, and is SLOW (→) in between: more steps or another rate may tell. Beside it stand the three channels before step 1, to tell the outcome from.",
)];

const KEYS: &[KeyRow] = rows! { HERE;
    [Char('x')] Action::Run, "start", 47,
        "train view: start the training, pause it, go on";
    [Key::Enter] Action::Restart, "next seed", 48,
        "train view: start everything again with the next seed";
    [Char('o'); Char('O')] Action::Optimizer(Forward) => Action::Optimizer(Back), "optimizer", 49,
        "train view: next, previous optimizer, at its own learning rate";
    [Char('l'); Char('L')] Action::LearningRate(Forward) => Action::LearningRate(Back), "rate", 50,
        "train view: larger, smaller learning rate";
    [Char('m'); Char('M')] Action::Amount(Forward) => Action::Amount(Back), "steps", 51,
        "train view: more, fewer steps";
    [Char('v'); Char('V')] Action::Preset(Forward) => Action::Preset(Back), "experiment", 52,
        "train view: 30 layers of ReLU, He against Glorot; 24 blocks with 1/sqrt(2N) and without; norms before branches and after; tanh";
};

/// Learning rates, in the order of the hotkey.
const RATES: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];
/// Steps, in the order of the hotkey.
const STEPS: [usize; 6] = [30, 100, 300, 1000, 3000, 10_000];
/// A network and what is pinned beside it, of which one learns.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// That which learns, then the other.
    pub networks: [&'static str; 2],
    /// How both are trained.
    pub optimizer: Optimizer,
    /// At which rate.
    pub rate: Rate,
}

impl Experiment {
    const fn new(networks: [&'static str; 2], optimizer: Optimizer, rate: Rate) -> Self {
        Self {
            networks,
            optimizer,
            rate,
        }
    }
}

/// What an initializer decides in 30 plain layers, the factor of the branches without norms, the place of the norms with attention.
pub const EXPERIMENTS: [Experiment; 4] = [
    Experiment::new(
        [
            "relu/he_normal 128x30 input=digits",
            "relu/glorot_normal 128x30 input=digits",
        ],
        Optimizer::Sgd,
        Rate::Default,
    ),
    Experiment::new(
        [
            "relu/he_normal 64x24 block=res(mlp(1)) out=1/sqrt(2N)",
            "relu/he_normal 64x24 block=res(mlp(1))",
        ],
        Optimizer::Sgd,
        Rate::Default,
    ),
    Experiment::new(
        [
            "relu/glorot_uniform 64x16 block=pre(ln,attn(4))+pre(ln,mlp(4)) final=ln",
            "relu/glorot_uniform 64x16 block=post(ln,attn(4))+post(ln,mlp(4))",
        ],
        Optimizer::Adam,
        Rate::Fixed(0.003),
    ),
    Experiment::new(
        [
            "tanh/glorot_normal 128x30 input=digits",
            "tanh/he_normal 128x30 input=digits",
        ],
        Optimizer::Sgd,
        Rate::Default,
    ),
];

/// The view.
#[derive(Clone, Debug, Default)]
pub struct Train {
    recipe: Recipe,
    /// How often everything was started with the next seed.
    restarts: u64,
    /// What was started last, while it is not paused.
    running: Option<TrainingRequest>,
    /// Which of the [`EXPERIMENTS`] was loaded last.
    experiment: Option<usize>,
}

impl Train {
    /// Whether the trainings are going on.
    #[must_use]
    pub fn is_running(&self, context: &Context) -> bool {
        self.training(context).train
    }

    /// How the networks are trained.
    #[must_use]
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// How much is added to every network's seed.
    #[must_use]
    pub fn restarts(&self) -> u64 {
        self.restarts
    }

    /// The trainings of the network and the pins, in this order.
    fn training(&self, context: &Context) -> TrainingRequest {
        let pins = context.pins().map(|(_, pin)| &pin.spec);
        let specs = [&context.spec].into_iter().chain(pins);
        let request = TrainingRequest {
            specs: specs.map(|spec| self.restarted(spec)).collect(),
            recipe: self.recipe.clone(),
            train: false,
        };
        let train = self.has_started(&request) && !context.frozen;
        TrainingRequest { train, ..request }
    }

    fn has_started(&self, request: &TrainingRequest) -> bool {
        let started = self.running.as_ref();
        started.is_some_and(|started| started.is_about(request))
    }

    /// The network with its seed after all restarts.
    fn restarted(&self, spec: &Arc<Spec>) -> Arc<Spec> {
        if self.restarts == 0 {
            return Arc::clone(spec);
        }
        let other = spec.with(|draft| draft.seed = draft.seed.wrapping_add(self.restarts));
        other.map_or_else(|_| Arc::clone(spec), Arc::new)
    }

    /// Starts the trainings, pauses them, goes on.
    fn run(&mut self, context: &mut Context) {
        if is(context, TrainingNews::is_settled) {
            let key = context.key_of(Action::Restart);
            context.message = Some(format!(
                "the training is over; {key} starts with the next seed"
            ));
            return;
        }
        let request = self.training(context);
        self.running = (!self.has_started(&request)).then_some(request);
    }

    /// The next of the [`EXPERIMENTS`], or the one before.
    fn load_experiment(&mut self, direction: Direction, context: &mut Context) {
        let last = EXPERIMENTS.len() - 1;
        let place = match (self.experiment, direction) {
            (None, Forward) => 0,
            (None, Back) => last,
            (Some(place), direction) => direction.around(place, EXPERIMENTS.len()),
        };
        let experiment = EXPERIMENTS[place];
        let [network, pin] = experiment.networks.map(|text| {
            let spec: Spec = text.parse().expect("a test reads every experiment");
            Arc::new(spec)
        });
        *self = Self {
            recipe: Recipe {
                optimizer: experiment.optimizer,
                rate: experiment.rate,
                ..Recipe::default()
            },
            experiment: Some(place),
            ..Self::default()
        };
        context.pins = context.pins.replaced([pin]);
        context.touched = None;
        if network != context.spec {
            context.set_spec(network);
        }
    }
}

/// Whether this is true of what is known of the trainings.
fn is(context: &Context, of: fn(&TrainingNews) -> bool) -> bool {
    context.known::<Session>().is_some_and(of)
}

impl View for Train {
    fn request(&self, context: &Context) -> Option<Request> {
        Some(Request::Training(self.training(context)))
    }

    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        match action {
            Action::Run => self.run(context),
            Action::Restart => {
                self.restarts = self.restarts.wrapping_add(1);
                self.running = Some(self.training(context));
            }
            Action::Optimizer(direction) => {
                let all = Optimizer::ALL;
                let next = direction.around(self.recipe.optimizer as usize, all.len());
                self.recipe.optimizer = all[next];
                self.recipe.rate = Rate::Default;
            }
            Action::LearningRate(direction) => {
                let here = self.recipe.rates()[0];
                match next(&RATES, &here, direction) {
                    Ok(rate) => self.recipe.rate = Rate::Fixed(rate),
                    Err(end) => {
                        context.message = Some(format!("learning rate: {here} is the {end}"));
                    }
                }
            }
            Action::Amount(direction) => {
                let here = self.recipe.steps;
                match next(&STEPS, &here, direction) {
                    Ok(steps) => self.recipe.steps = steps,
                    Err(end) => context.message = Some(format!("steps: {here} is the {end}")),
                }
            }
            Action::Preset(direction) => self.load_experiment(direction, context),
            _ => return false,
        }
        true
    }

    fn follow(&mut self, flags: &[(String, String)]) {
        if let Ok(recipe) = Recipe::default().changed(flags) {
            self.recipe = recipe;
        }
    }

    fn row_now(&self, row: &KeyRow, context: &Context) -> Option<KeyRow> {
        let [over, begun] =
            [TrainingNews::is_settled, TrainingNews::is_begun].map(|of| is(context, of));
        run_row(row, [over, self.is_running(context), begun])
    }

    fn hint(&self, context: &Context) -> Option<(Action, String)> {
        (!self.is_running(context)).then(|| (Action::Run, "trains these networks".into()))
    }

    /// `None` where `initscope train`, which gives every network the input of the first, does not print the same.
    fn command_line(&self, context: &Context) -> Option<String> {
        let begun = context.known::<Session>().filter(|news| news.is_begun())?;
        let (first, others) = begun.request.specs.split_first()?;
        let alike = others.iter().all(|spec| spec.input() == first.input());
        if !alike || begun.networks.iter().any(Result::is_err) {
            return None;
        }
        let mut words = vec![format!("initscope train {}", first.flags())];
        let against = others.iter();
        words.extend(against.map(|spec| option("against", &spec.to_string())));
        words.extend(begun.request.recipe.flags_over(&Recipe::default()));
        Some(words.join(" "))
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        let start = context.key_of(Action::Run);
        let begun = is(context, TrainingNews::is_begun);
        (!begun).then(|| format!("no step is made yet; {start} starts"))
    }
}

/// The rung after or before `here`, or at which end of the ladder it is.
fn next<T: Copy + PartialOrd>(
    ladder: &[T],
    here: &T,
    direction: Direction,
) -> Result<T, &'static str> {
    let (found, end) = match direction {
        Direction::Forward => (ladder.iter().find(|rung| *rung > here), "largest"),
        Direction::Back => (ladder.iter().rev().find(|rung| *rung < here), "smallest"),
    };
    found.copied().ok_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::block::Block;

    #[test]
    fn every_experiment_is_of_two_networks_that_differ_in_one_thing() {
        for experiment in EXPERIMENTS {
            let [a, b] = experiment
                .networks
                .map(|text| text.parse::<Spec>().expect("valid"));
            let [size, other] = [&a, &b].map(|s| (s.width(), s.depth(), s.activation().clone()));
            assert_eq!(size, other);
            let differs = [
                a.initializer() != b.initializer(),
                a.draft().outward != b.draft().outward,
                a.block().map(Block::attends) == Some(true) && a.block() != b.block(),
            ];
            assert_eq!(differs.iter().filter(|differs| **differs).count(), 1);
        }
    }

    #[test]
    fn a_ladder_has_two_ends() {
        assert_eq!(next(&STEPS, &300, Direction::Forward), Ok(1000));
        assert_eq!(next(&RATES, &0.02, Direction::Back), Ok(0.01));
        assert_eq!(next(&STEPS, &10_000, Direction::Forward), Err("largest"));
        assert_eq!(next(&RATES, &0.0001, Direction::Back), Err("smallest"));
    }
}
