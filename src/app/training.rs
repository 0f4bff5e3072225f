//! The train view: what is trained, how, and whether it is going on.

use std::sync::Arc;

use crate::app::action::{Action, Direction};
use crate::app::state::{Model, View};
use crate::app::update::Effect;
use crate::engine::request::Request;
use crate::engine::training::{TrainingNews, TrainingRequest};
use crate::net::optimizer::Optimizer;
use crate::net::recipe::{Rate, Recipe};
use crate::net::spec::{Spec, option};

/// Learning rates, in the order of the hotkey.
const RATES: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];
/// Steps, in the order of the hotkey.
const STEPS: [usize; 6] = [30, 100, 300, 1000, 3000, 10_000];
/// Networks of 30 layers that show what an initializer decides: the network, and what is pinned beside it.
pub const EXPERIMENTS: [[&str; 2]; 2] = [
    [
        "relu/he_normal 128x30 input=digits",
        "relu/glorot_normal 128x30 input=digits",
    ],
    [
        "tanh/glorot_normal 128x30 input=digits",
        "tanh/he_normal 128x30 input=digits",
    ],
];

/// What the view remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Training {
    recipe: Recipe,
    /// How often everything was started with the next seed.
    restarts: u64,
    /// What was started last, while it is not paused.
    running: Option<TrainingRequest>,
    known: Option<Arc<TrainingNews>>,
}

impl Training {
    fn is_running(&self, request: &TrainingRequest) -> bool {
        let started = self.running.as_ref();
        started.is_some_and(|started| started.is_about(request))
    }
}

impl Model {
    /// What is known of the trainings of the network and the pins, in this order; `None` in other views and until there is an answer.
    #[must_use]
    pub fn training(&self) -> Option<&TrainingNews> {
        let request = self.training_request()?;
        let known = self.training.known.as_deref();
        known.filter(|known| known.request.is_about(&request))
    }

    /// Whether they are going on.
    #[must_use]
    pub fn trains(&self) -> bool {
        let request = self.training_request();
        request.is_some_and(|request| request.train)
    }

    /// How the networks of the train view are trained.
    #[must_use]
    pub fn training_recipe(&self) -> &Recipe {
        &self.training.recipe
    }

    /// How much is added to every network's seed.
    #[must_use]
    pub fn restarts(&self) -> u64 {
        self.training.restarts
    }

    fn training_request(&self) -> Option<TrainingRequest> {
        if self.view != View::Train {
            return None;
        }
        let pins = self.pins().map(|(_, pin)| &pin.spec);
        let specs = [&self.spec].into_iter().chain(pins);
        let request = TrainingRequest {
            specs: specs.map(|spec| self.restarted(spec)).collect(),
            recipe: self.training.recipe.clone(),
            train: false,
        };
        let train = self.training.is_running(&request) && !self.frozen;
        Some(TrainingRequest { train, ..request })
    }

    /// The network with its seed after all restarts.
    fn restarted(&self, spec: &Arc<Spec>) -> Arc<Spec> {
        if self.training.restarts == 0 {
            return Arc::clone(spec);
        }
        let other = spec.with(|draft| {
            draft.seed = draft.seed.wrapping_add(self.training.restarts);
        });
        other.map_or_else(|_| Arc::clone(spec), Arc::new)
    }

    pub(super) fn wish_for_training(&self) -> Option<Request> {
        self.training_request().map(Request::Training)
    }

    /// Whether the trainings that are shown may become known better.
    pub(super) fn waits_for_training(&self) -> bool {
        self.training_request().is_some_and(|request| {
            self.training()
                .is_none_or(|known| request.train && !known.is_settled())
        })
    }

    pub(super) fn take_training(&mut self, news: Arc<TrainingNews>) {
        self.training.known = Some(news);
    }

    /// Starts the trainings, pauses them, goes on.
    pub(super) fn run_training(&mut self) {
        if self.training().is_some_and(TrainingNews::is_settled) {
            let key = self.key_of(Action::Restart);
            self.message = Some(format!(
                "the training is over; {key} starts with the next seed"
            ));
            return;
        }
        let request = self.training_request();
        self.training.running = request.filter(|request| !self.training.is_running(request));
    }

    /// Starts everything with the next seed.
    pub(super) fn restart_training(&mut self) {
        self.training.restarts = self.training.restarts.wrapping_add(1);
        self.training.running = self.training_request();
    }

    /// Another optimizer, at its own rate.
    pub(super) fn next_optimizer(&mut self, direction: Direction) {
        let all = Optimizer::ALL;
        let by = match direction {
            Direction::Forward => 1,
            Direction::Back => all.len() - 1,
        };
        let recipe = &mut self.training.recipe;
        recipe.optimizer = all[(recipe.optimizer as usize + by) % all.len()];
        recipe.rate = Rate::Default;
    }

    /// A larger or smaller learning rate.
    pub(super) fn step_rate(&mut self, direction: Direction) {
        let recipe = &mut self.training.recipe;
        let here = recipe.rates()[0];
        match next(&RATES, &here, direction) {
            Ok(rate) => recipe.rate = Rate::Fixed(rate),
            Err(end) => self.message = Some(format!("learning rate: {here} is the {end}")),
        }
    }

    /// More or fewer steps.
    pub(super) fn more_steps(&mut self, direction: Direction) {
        let here = self.training.recipe.steps;
        match next(&STEPS, &here, direction) {
            Ok(steps) => self.training.recipe.steps = steps,
            Err(end) => self.message = Some(format!("steps: {here} is the {end}")),
        }
    }

    /// Thirty layers: ReLU forward, tanh back.
    pub(super) fn load_experiment(&mut self, direction: Direction) -> Option<Effect> {
        let [network, pin] = EXPERIMENTS[direction as usize].map(|text| {
            let spec: Spec = text.parse().expect("a test reads every experiment");
            Arc::new(spec)
        });
        self.training.recipe = Recipe::default();
        self.training.restarts = 0;
        self.training.running = None;
        self.pin_only(pin);
        self.touched = None;
        (network != self.spec).then(|| self.request(network))
    }

    /// The command line that prints the numbers of these trainings once they are begun; `None` where none does, because
    /// `initscope train` gives every network the input of the first.
    pub(super) fn training_command(&self) -> Option<String> {
        let begun = self.training().filter(|news| news.is_begun())?;
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

    /// Why there is nothing to save of the train view.
    pub(super) fn no_training(&self) -> Option<String> {
        let begun = self.training().is_some_and(TrainingNews::is_begun);
        let start = self.key_of(Action::Run);
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

    #[test]
    fn every_experiment_is_of_thirty_layers_and_differs_in_the_initializer_alone() {
        for pair in EXPERIMENTS {
            let [a, b] = pair.map(|text| text.parse::<Spec>().expect("valid"));
            assert_eq!((a.depth(), a.activation()), (30, b.activation()));
            assert_ne!(a.initializer(), b.initializer());
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
