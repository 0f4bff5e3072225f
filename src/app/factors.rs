//! The factors view: what is varied, whether it is being measured, where the cursor is.

use std::sync::Arc;

use crate::app::action::{Action, Direction};
use crate::app::state::{Model, View};
use crate::app::update::Effect;
use crate::engine::factors::{BASE, FactorsNews, FactorsRequest, Kind, Response, recipe};
use crate::engine::request::Request;
use crate::net::recipe::Recipe;
use crate::net::spec::shell_word;

/// Runs of each network, in the order of the hotkey.
const RUNS: [usize; 5] = [2, 4, 8, 16, 32];

/// What the view remembers.
#[derive(Clone, Debug)]
pub(super) struct Factors {
    response: Response,
    /// The factor under the cursor: the ranking moves, the factor stays.
    factor: Kind,
    runs: usize,
    /// What was started last, while it is not paused.
    running: Option<FactorsRequest>,
    known: Option<Arc<FactorsNews>>,
}

impl Default for Factors {
    fn default() -> Self {
        Self {
            response: Response::Gradient,
            factor: Kind::Activation,
            runs: recipe().runs,
            running: None,
            known: None,
        }
    }
}

impl Factors {
    fn is_running(&self, request: &FactorsRequest) -> bool {
        let started = self.running.as_ref();
        started.is_some_and(|started| started.is_about(request))
    }
}

impl Model {
    /// What is known of the experiment around the network; `None` in other views and until there is an answer.
    #[must_use]
    pub fn factors(&self) -> Option<&FactorsNews> {
        let request = self.factors_request()?;
        let known = self.factors.known.as_deref();
        known.filter(|known| known.request.is_about(&request))
    }

    /// Whether the experiment around the network is being carried out.
    #[must_use]
    pub fn runs_factors(&self) -> bool {
        let request = self.factors_request();
        request.is_some_and(|request| request.measure)
    }

    /// What the first chart of the factors view shows.
    #[must_use]
    pub fn factors_response(&self) -> Response {
        self.factors.response
    }

    /// The factor under the cursor of the factors view.
    #[must_use]
    pub fn factors_cursor(&self) -> Kind {
        self.factors.factor
    }

    fn factors_request(&self) -> Option<FactorsRequest> {
        if self.view != View::Factors {
            return None;
        }
        let request = FactorsRequest {
            base: Arc::clone(&self.spec),
            recipe: Recipe {
                runs: self.factors.runs,
                ..recipe()
            },
            measure: false,
        };
        let measure = self.factors.is_running(&request) && !self.frozen;
        Some(FactorsRequest { measure, ..request })
    }

    pub(super) fn wish_for_factors(&self) -> Option<Request> {
        self.factors_request().map(Request::Factors)
    }

    /// Whether the experiment that is shown may become known better.
    pub(super) fn waits_for_factors(&self) -> bool {
        self.factors_request().is_some_and(|request| {
            self.factors()
                .is_none_or(|known| request.measure && !known.is_settled())
        })
    }

    pub(super) fn take_factors(&mut self, news: Arc<FactorsNews>) {
        self.factors.known = Some(news);
    }

    /// Starts the experiment, pauses it, goes on.
    pub(super) fn run_factors(&mut self) {
        if self.factors().is_some_and(FactorsNews::is_settled) {
            let more = self.key_of(Action::Amount(Direction::Forward));
            self.message = Some(format!(
                "nothing is left to measure; {more} takes more runs"
            ));
            return;
        }
        let request = self.factors_request();
        self.factors.running = request.filter(|request| !self.factors.is_running(request));
    }

    /// The cursor to a factor, and what the first chart shows.
    pub(super) fn point_at_factor(&mut self, response: Response, factor: Kind) {
        self.factors.response = response;
        self.factors.factor = factor;
    }

    /// The cursor to the next or previous factor, in the order of the chart.
    pub(super) fn along_factors(&mut self, direction: Direction) {
        let known = self.factors().and_then(|news| news.known.as_ref().ok());
        let ranked = known.map(|known| known.ranked(self.factors.response));
        let mut order: Vec<Kind> = ranked.into_iter().flatten().map(|(kind, _)| kind).collect();
        if order.is_empty() {
            order = Kind::ALL.to_vec();
        }
        let here = order.iter().position(|kind| *kind == self.factors.factor);
        let next = match (here, direction) {
            (None, _) => 0,
            (Some(here), Direction::Forward) => (here + 1).min(order.len() - 1),
            (Some(here), Direction::Back) => here.saturating_sub(1),
        };
        self.factors.factor = order[next];
    }

    /// The next or previous response.
    pub(super) fn along_responses(&mut self, direction: Direction) {
        let all = Response::ALL;
        let by = match direction {
            Direction::Forward => 1,
            Direction::Back => all.len() - 1,
        };
        self.factors.response = all[(self.factors.response as usize + by) % all.len()];
    }

    /// More or fewer runs of each network.
    pub(super) fn more_runs(&mut self, direction: Direction) {
        let here = RUNS.iter().position(|runs| *runs == self.factors.runs);
        let here = here.unwrap_or(0);
        let next = match direction {
            Direction::Forward => here + 1,
            Direction::Back => here.wrapping_sub(1),
        };
        match RUNS.get(next) {
            Some(runs) => self.factors.runs = *runs,
            None => {
                let end = if next == RUNS.len() {
                    "largest"
                } else {
                    "smallest"
                };
                self.message = Some(format!("runs: {} is the {end}", self.factors.runs));
            }
        }
    }

    /// The network that the command line varies where it is given none.
    pub(super) fn usual_base(&mut self) -> Option<Effect> {
        let base = BASE.parse().expect("a test reads the base");
        self.touched = None;
        (base != *self.spec).then(|| self.request(Arc::new(base)))
    }

    /// The command line that prints the numbers of this experiment; `None` before there are some.
    pub(super) fn factors_command(&self) -> Option<String> {
        if self.no_factors().is_some() {
            return None;
        }
        let FactorsRequest {
            base, recipe: own, ..
        } = self.factors_request()?;
        let mut words = vec!["initscope factors".to_owned()];
        words.extend(own.flags_over(&recipe()));
        let base = base.to_string();
        // behind this an activation that begins with a dash is no flag
        words.extend(base.starts_with('-').then(|| "--".to_owned()));
        words.push(shell_word(&base));
        Some(words.join(" "))
    }

    /// Why there is nothing to save of the factors view.
    pub(super) fn no_factors(&self) -> Option<String> {
        match self.factors().map(|news| &news.known) {
            Some(Err(why)) => Some(why.to_string()),
            Some(Ok(known)) if known.runs(Response::Signal) > 0 => None,
            _ => {
                let start = self.key_of(Action::Run);
                Some(format!("nothing is measured yet; {start} starts"))
            }
        }
    }
}
