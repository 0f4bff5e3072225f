//! The next key worth pressing, from what is on the screen.

use crate::app::action::{Action, Direction, Parameter};
use crate::app::keys::{Focus, KeyRow};
use crate::app::state::{Model, View};
use crate::engine::factors::FactorsNews;
use crate::engine::training::TrainingNews;

/// What is worth doing next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// That.
    pub action: Action,
    /// Its key and what it does, in one line.
    pub text: String,
}

impl Model {
    /// The same with hints in its footer.
    #[must_use]
    pub fn hinting(self) -> Self {
        Self {
            hints: true,
            ..self
        }
    }

    /// A row of the table of keys with the name of what it does as things stand; `None` where there is nothing for it to do.
    #[must_use]
    pub fn row_now(&self, row: &KeyRow) -> Option<KeyRow> {
        let [over, going_on, begun] = match (row.action, self.view) {
            (Action::Run, View::Train) => {
                let known = |of: fn(&TrainingNews) -> bool| self.training().is_some_and(of);
                let [over, begun] = [TrainingNews::is_settled, TrainingNews::is_begun].map(known);
                [over, self.trains(), begun]
            }
            (Action::Run, View::Factors) => {
                let known = |of: fn(&FactorsNews) -> bool| self.factors().is_some_and(of);
                let [over, begun] = [FactorsNews::is_settled, FactorsNews::is_begun].map(known);
                [over, self.runs_factors(), begun]
            }
            _ => return Some(*row),
        };
        let name = match (going_on, begun) {
            (true, _) => "pause",
            (false, true) => "go on",
            (false, false) => row.name,
        };
        (!over).then_some(KeyRow { name, ..*row })
    }

    /// One line that names the next key worth pressing; `None` where nothing suggests itself or nobody wants hints.
    #[must_use]
    pub fn hint(&self) -> Option<Hint> {
        let Focus::View(view) = self.focus() else {
            return None;
        };
        let (action, what) = match view {
            _ if !self.hints => return None,
            _ if self.frozen => (Action::Freeze, "lets the picture go on".to_owned()),
            View::Scope => self.hint_of_scope()?,
            View::Compare if self.pins().next().is_none() => {
                (Action::CompareDefaults, "compares four frameworks".into())
            }
            View::Compare => (Action::Swap, "swaps the network and the pin".into()),
            View::Atlas => (Action::Apply, "opens this pair in the scope".into()),
            View::Phase if !self.can_snap() => return None,
            View::Phase => (Action::Snap, "goes to the edge of chaos".into()),
            View::Advice => (Action::Apply, "applies this choice".into()),
            View::Train if self.trains() => return None,
            View::Train => (Action::Run, "trains these networks".into()),
            View::Factors if self.runs_factors() => return None,
            View::Factors => (Action::Run, "measures what matters".into()),
        };
        let key = self.key_of(action);
        (!key.is_empty()).then(|| Hint {
            action,
            text: format!("{key} {what}"),
        })
    }

    /// From the first look at the panels to the remedy, the pin beside it, and on to the next activation.
    fn hint_of_scope(&self) -> Option<(Action, String)> {
        let verdict = self.snapshot()?.verdict.as_ref()?;
        if !verdict.is_healthy() {
            return Some(match self.advice().map(|advice| advice.remedy()) {
                None if self.touched.is_none() => (Action::Help, "explains the panels".into()),
                None => return None,
                Some(Some(choice)) => (Action::Remedy, format!("applies {}", self.named(choice))),
                Some(None) => (Action::Show(View::Advice), "ranks the initializers".into()),
            });
        }
        let pinned = self.pins().any(|(_, pin)| pin.spec == self.spec);
        let another = Action::Step(Parameter::Activation, Direction::Forward);
        Some(match (self.touched, self.pins().count()) {
            (None, 0) => (another, "tries another activation".into()),
            (Some(_), 0) => (Action::Pin, "pins this to compare".into()),
            _ if pinned => (another, "tries another activation".into()),
            _ => (
                Action::Show(View::Compare),
                "shows it beside what is pinned".into(),
            ),
        })
    }
}
