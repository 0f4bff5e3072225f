//! The factors view: what is varied, whether it is being measured, where the cursor is.

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};
use crate::app::mouse::Gesture;
use crate::app::view::{View, ViewRow, run_row};
use crate::app::view_info::ViewInfo;
use crate::engine::factors::{
    BASE, Experiment, Extent, Factor, FactorsNews, FactorsRequest, Response, recipe, short,
};
use crate::engine::request::Request;
use crate::net::recipe::Recipe;
use crate::net::spec::{Spec, shell_word};

/// Its name.
pub const NAME: ViewName = ViewName("factors");
const HERE: Category = Category::View(NAME);

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('7')] Action::Show(NAME), NAME.0, 41,
                "what matters: one factor varied at a time around the network, and how much it changes";
        },
        keys: KEYS,
        panels: PANELS,
        shows_pins: false,
        has_layers: false,
    },
    new: || Box::<Factors>::default(),
};

const PANELS: &[(&str, &str)] = &[
    (
        "what matters",
        "An experiment around the network: one factor is varied at a time. What is measured before step 1 of a training begins when the view is opened; the training is begun by a key, on a smaller base where the network itself would take longer than half a minute.",
    ),
    (
        "the bars",
        "Each bar is the largest difference between two levels of a factor, full up to the lower end of its 95 % interval and shaded to the upper. \
         Drifts and distinguishability are in decades; after the training, uncertainty left is the share of what chance costs, and a run learns that leaves less than half: these bars go from 0 to 100 %.",
    ),
    (
        "interaction",
        "Every activation with every initializer; its number is half the largest difference of differences. \
         Where the best initializer (*) changes from row to row, an initializer alone is no answer.",
    ),
];

const KEYS: &[KeyRow] = rows! { HERE;
    [Char('x'); Char('X')] Action::Run => Action::Restart, "train", 42,
        "factors view: train a base that ends within half a minute, pause, go on; the network itself, however long that takes";
    [Key::Right; Key::Left] Action::Across(Forward) => Action::Across(Back), "measure", 43,
        "factors view: drift of the signal, of the gradient, distinguishability, uncertainty left, share that learns";
    [Key::Down, Char('j'); Key::Up, Char('k')] Action::Choose(Forward) => Action::Choose(Back), "factor", 44,
        "factors view: next, previous factor, and why it matters";
    [Char('m'); Char('M')] Action::Amount(Forward) => Action::Amount(Back), "runs", 45,
        "factors view: more, fewer runs of each network";
    [Char('v')] Action::Preset(Forward), "usual base", 46,
        "factors view: the network that `initscope factors` varies";
};

/// Runs of each network, in the order of the hotkey.
const RUNS: [usize; 5] = [2, 4, 8, 16, 32];

/// The view.
#[derive(Clone, Debug)]
pub struct Factors {
    response: Response,
    /// The factor under the cursor: the ranking moves, the factor stays.
    factor: Factor,
    runs: usize,
    training: Option<Training>,
}

/// A training that was begun.
#[derive(Clone, Debug)]
struct Training {
    /// The network of that moment, and how many runs were wanted.
    around: Arc<Spec>,
    runs: usize,
    base: Arc<Spec>,
    recipe: Recipe,
    paused: bool,
}

impl Default for Factors {
    fn default() -> Self {
        Self {
            response: Response::Gradient,
            factor: Factor::Activation,
            runs: recipe().runs,
            training: None,
        }
    }
}

impl Factors {
    /// Whether networks are being trained.
    #[must_use]
    pub fn is_running(&self, context: &Context) -> bool {
        let wanted = self.experiment(context).extent == Extent::Training;
        wanted && !is(context, FactorsNews::is_settled)
    }

    /// Whether a training has been begun around the network, be it paused or over.
    #[must_use]
    pub fn has_begun(&self, context: &Context) -> bool {
        self.begun(context).is_some()
    }

    /// What a short training is of.
    #[must_use]
    pub fn offer(&self, context: &Context) -> (Spec, Recipe) {
        short(&context.spec, &self.recipe())
    }

    /// How many runs of each network are wanted.
    #[must_use]
    pub fn recipe(&self) -> Recipe {
        Recipe {
            runs: self.runs,
            ..recipe()
        }
    }

    fn begun(&self, context: &Context) -> Option<&Training> {
        let begun = self.training.as_ref();
        begun.filter(|begun| begun.around == context.spec && begun.runs == self.runs)
    }

    /// What the first chart shows.
    #[must_use]
    pub fn response(&self) -> Response {
        self.response
    }

    /// The factor under the cursor.
    #[must_use]
    pub fn cursor(&self) -> Factor {
        self.factor
    }

    /// The experiment around the network.
    fn experiment(&self, context: &Context) -> FactorsRequest {
        let (base, recipe, extent) = match self.begun(context) {
            Some(begun) => {
                let extent = match begun.paused || context.frozen {
                    true => Extent::Start,
                    false => Extent::Training,
                };
                (&begun.base, begun.recipe.clone(), extent)
            }
            None => (&context.spec, self.recipe(), Extent::Start),
        };
        FactorsRequest {
            base: Arc::clone(base),
            recipe,
            extent: match context.frozen {
                true => Extent::Design,
                false => extent,
            },
        }
    }

    /// Starts the short training, pauses what is begun, goes on.
    fn run(&mut self, context: &mut Context) {
        if self.begun(context).is_none() {
            let (base, recipe) = self.offer(context);
            return self.start(base, recipe, context);
        }
        if is(context, FactorsNews::is_settled) {
            let [more, whole] = [Action::Amount(Direction::Forward), Action::Restart]
                .map(|action| context.key_of(action));
            context.message = Some(format!(
                "nothing is left to measure; {more} takes more runs, {whole} trains the network itself"
            ));
        } else if let Some(training) = &mut self.training {
            training.paused = !training.paused;
        }
    }

    /// Starts a training, where there is one.
    fn start(&mut self, base: Spec, recipe: Recipe, context: &mut Context) {
        let news = context.known::<Experiment>();
        let why = news.and_then(|news| news.known.as_ref().err());
        if let Some(why) = why {
            context.message = Some(why.to_string());
            return;
        }
        self.training = Some(Training {
            around: Arc::clone(&context.spec),
            runs: self.runs,
            base: Arc::new(base),
            recipe,
            paused: false,
        });
    }

    /// The cursor to the next or previous factor, in the order of the chart.
    fn choose(&mut self, direction: Direction, context: &Context) {
        let news = context.known::<Experiment>();
        let ranked = news.and_then(|news| Some(news.known.as_ref().ok()?.ranked(self.response)));
        let ranked = ranked.into_iter().flatten().map(|(kind, _)| kind);
        let own = |kind: &Factor| *kind != Factor::Interaction;
        let mut order: Vec<Factor> = ranked.filter(own).collect();
        if order.is_empty() {
            order = Factor::ALL.into_iter().filter(own).collect();
        }
        let here = order.iter().position(|kind| *kind == self.factor);
        let next = here.map_or(0, |here| direction.along(here, order.len()));
        self.factor = order[next];
    }

    /// More or fewer runs of each network.
    fn more_runs(&mut self, direction: Direction, context: &mut Context) {
        let here = RUNS.iter().position(|runs| *runs == self.runs);
        let here = here.unwrap_or(0);
        let next = direction.along(here, RUNS.len());
        if next == here {
            let end = match direction {
                Direction::Forward => "largest",
                Direction::Back => "smallest",
            };
            context.message = Some(format!("runs: {} is the {end}", self.runs));
        }
        self.runs = RUNS[next];
    }
}

/// Whether this is true of what is known of the experiment.
fn is(context: &Context, of: fn(&FactorsNews) -> bool) -> bool {
    context.known::<Experiment>().is_some_and(of)
}

impl View for Factors {
    fn request(&self, context: &Context) -> Option<Request> {
        Some(Request::Factors(self.experiment(context)))
    }

    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        match action {
            Action::Run => self.run(context),
            Action::Restart => {
                let recipe = self.recipe();
                self.start((*context.spec).clone(), recipe, context);
            }
            Action::Choose(direction) => self.choose(direction, context),
            Action::Across(direction) => {
                let all = Response::ALL;
                self.response = all[direction.around(self.response as usize, all.len())];
            }
            Action::Amount(direction) => self.more_runs(direction, context),
            // the network that the command line varies where it is given none
            Action::Preset(_) => {
                let base = BASE.parse().expect("a test reads the base");
                context.touched = None;
                if base != *context.spec {
                    context.set_spec(Arc::new(base));
                }
            }
            _ => return false,
        }
        true
    }

    /// The cursor to a factor, and what the first chart shows: places in [`Response::ALL`] and [`Factor::ALL`].
    fn point(&mut self, [response, factor]: [usize; 2], gesture: Gesture, _: &mut Context) -> bool {
        let found = Response::ALL.get(response).zip(Factor::ALL.get(factor));
        if let Some((response, factor)) = found.filter(|_| gesture.is_press()) {
            (self.response, self.factor) = (*response, *factor);
        }
        gesture.is_press()
    }

    fn cursor(&self, _: &Context) -> Option<[usize; 2]> {
        let begun = Self::default();
        let moved = (begun.factor, begun.response) != (self.factor, self.response);
        let factor = Factor::ALL.iter().position(|kind| *kind == self.factor)?;
        moved.then_some([factor, self.response as usize])
    }

    fn place(&mut self, [factor, response]: [usize; 2], context: &mut Context) {
        self.point([response, factor], Gesture::Left, context);
    }

    fn follow(&mut self, flags: &[(String, String)]) {
        if let Ok(recipe) = recipe().changed(flags) {
            self.runs = recipe.runs;
        }
    }

    fn running(&self, context: &Context) -> Option<String> {
        let known = context.known::<Experiment>()?.known.as_ref().ok()?;
        let percent = 100 * known.progress.made / known.progress.asked.max(1);
        self.is_running(context)
            .then(|| format!("training at {percent} %"))
    }

    fn row_now(&self, row: &KeyRow, context: &Context) -> Option<KeyRow> {
        let begun = self.has_begun(context);
        let over = begun && is(context, FactorsNews::is_settled);
        run_row(row, [over, self.is_running(context), begun])
    }

    fn hint(&self, context: &Context) -> Option<(Action, String)> {
        (!self.has_begun(context)).then(|| (Action::Run, "trains for half a minute".into()))
    }

    fn command_line(&self, context: &Context) -> Option<String> {
        if self.no_numbers(context).is_some() {
            return None;
        }
        let FactorsRequest {
            base, recipe: own, ..
        } = self.experiment(context);
        let mut words = vec!["initscope factors".to_owned()];
        words.extend(own.flags_over(&recipe()));
        let base = base.to_string();
        // behind this an activation that begins with a dash is no flag
        words.extend(base.starts_with('-').then(|| "--".to_owned()));
        words.push(shell_word(&base));
        Some(words.join(" "))
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        match context.known::<Experiment>().map(|news| &news.known) {
            Some(Err(why)) => Some(why.to_string()),
            Some(Ok(known)) if known.runs(Response::Signal) > 0 => None,
            _ => Some("nothing is measured yet".into()),
        }
    }
}
