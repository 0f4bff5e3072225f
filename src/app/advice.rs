//! The advice: the choice under the cursor, the lines to paste, the remedy.

use std::sync::Arc;

use crate::app::action::{Action, Direction, Parameter};
use crate::app::state::{Model, View};
use crate::app::update::Effect;
use crate::engine::advice::{Advice, advise};
use crate::net::snippet::Snippet;

/// Before the source has worked it out.
pub(super) const NOT_YET: &str = "the advice is still being worked out";

impl Model {
    /// What to type instead; `None` until the source has worked it out.
    #[must_use]
    pub fn advice(&self) -> Option<&Advice> {
        self.snapshot.as_ref()?.advice.as_deref()
    }

    /// Which choice is under the cursor of the advice view, from the best down.
    #[must_use]
    pub fn choice(&self) -> usize {
        let last = self
            .advice()
            .map_or(0, |a| a.choices.len().saturating_sub(1));
        self.choice.min(last)
    }

    /// The lines to paste for the choice under the cursor.
    #[must_use]
    pub fn snippet(&self) -> Option<Snippet> {
        let choice = self.advice()?.choices.get(self.choice())?;
        let target = self.target.unwrap_or(self.spec.framework());
        Some(Snippet::of(&choice.spec, target))
    }

    /// Lines to paste for the next or previous framework.
    pub(super) fn next_target(&mut self, direction: Direction) {
        let here = self.target.unwrap_or(self.spec.framework());
        self.target = Some(match direction {
            Direction::Forward => here.next(),
            Direction::Back => here.previous(),
        });
    }

    /// The best choice of the advice, which is worked out here where the source has not done so yet.
    pub(super) fn remedy(&mut self) -> Option<Effect> {
        let known = self.snapshot.as_ref().and_then(|s| s.advice.clone());
        let advice = known.unwrap_or_else(|| Arc::new(advise(&self.spec)));
        match advice.remedy() {
            Some(choice) => {
                self.touched = Some(Parameter::Initializer);
                self.message = Some(format!("{}: {}", choice.label, choice.reason));
                Some(self.request(Arc::clone(&choice.spec)))
            }
            None => {
                self.message = Some(format!("remedy: {}", advice.no_remedy()));
                None
            }
        }
    }

    pub(super) fn choose(&mut self, direction: Direction) {
        let last = self
            .advice()
            .map_or(0, |a| a.choices.len().saturating_sub(1));
        self.choice = match direction {
            Direction::Forward => (self.choice() + 1).min(last),
            Direction::Back => self.choice().saturating_sub(1),
        };
    }

    /// The choice under the cursor becomes the network.
    pub(super) fn apply(&mut self) -> Option<Effect> {
        let Some(choice) = self.advice().and_then(|a| a.choices.get(self.choice())) else {
            self.message = Some(NOT_YET.into());
            return None;
        };
        let (spec, label) = (Arc::clone(&choice.spec), choice.label.clone());
        let scope = self.keys.key_of(Action::Show(View::Scope));
        self.message = Some(format!("applied: {label}; {scope} shows its curves"));
        self.touched = Some(Parameter::Initializer);
        self.choice = 0;
        Some(self.request(spec))
    }

    pub(super) fn copy(&mut self) -> Option<Effect> {
        let Some(snippet) = self.snippet() else {
            self.message = Some(NOT_YET.into());
            return None;
        };
        self.message = Some(format!(
            "sent to the terminal's clipboard: {} for {}",
            match snippet.lines.len() {
                1 => "1 line".to_owned(),
                n => format!("{n} lines"),
            },
            snippet.framework
        ));
        Some(Effect::Copy(snippet.text()))
    }
}
