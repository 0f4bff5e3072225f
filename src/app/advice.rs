//! The advice: the choice under the cursor, the lines to paste, the remedy.

use std::sync::Arc;

use crate::app::action::{Action, Direction, Parameter};
use crate::app::state::{Model, View};
use crate::app::update::Effect;
use crate::engine::advice::{Advice, Choice, Remedy, rank};
use crate::net::snippet::Snippet;

/// Remedies that were applied and are remembered.
const REMEMBERED: usize = 64;

impl Model {
    /// What to type instead; `None` until the source has worked it out.
    #[must_use]
    pub fn advice(&self) -> Option<&Advice> {
        self.snapshot.as_ref()?.advice.as_deref()
    }

    /// The ranking, worked out here where the source has not done so yet: a lecture that is played again at once has no source.
    fn advised(&self) -> Arc<Advice> {
        let known = self.snapshot.as_ref().and_then(|s| s.advice.clone());
        known.unwrap_or_else(|| Arc::new(rank(&self.spec)))
    }

    /// Which choice is under the cursor of the advice view, from the best down.
    #[must_use]
    pub fn choice(&self) -> usize {
        self.advice()
            .map_or(self.choice, |advice| self.within(advice))
    }

    fn within(&self, advice: &Advice) -> usize {
        self.choice.min(advice.choices.len().saturating_sub(1))
    }

    /// The lines to paste for the choice under the cursor.
    #[must_use]
    pub fn snippet(&self) -> Option<Snippet> {
        self.snippet_of(self.advice()?)
    }

    fn snippet_of(&self, advice: &Advice) -> Option<Snippet> {
        let choice = advice.choices.get(self.within(advice))?;
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

    /// A choice, with what it changes beside the initializer where that is the present one.
    #[must_use]
    pub fn named(&self, choice: &Choice) -> String {
        let mut name = choice.label.clone();
        if choice.spec.initializer() == self.spec.initializer() {
            let changed = |parameter: Parameter| {
                let [then, now] = [&choice.spec, &self.spec].map(|spec| parameter.typed(spec));
                (then != now).then_some(then)
            };
            if let Some(gain) = changed(Parameter::Gain) {
                name.push_str(&format!(", gain {gain}"));
            }
            if let Some(bias) = changed(Parameter::Bias) {
                name.push_str(&format!(", bias {bias}"));
            }
        }
        name
    }

    /// The choice that was measured healthy becomes the network; where none is, the message says why.
    pub(super) fn remedy(&mut self) -> Option<Effect> {
        let remembered = self.remedies.iter().find(|(from, _)| *from == self.spec);
        let healed = match self.advice().map(|advice| (advice, advice.remedy())) {
            Some((_, Some(choice))) => {
                let why = format!("{}: {}", self.named(choice), choice.reason);
                Ok((Arc::clone(&choice.spec), why))
            }
            // played again at once, there is no source to measure
            None if remembered.is_some() => {
                let (_, to) = remembered.expect("just seen");
                Ok((Arc::clone(to), "applied again".into()))
            }
            None => Err("this network is being measured first".into()),
            Some((advice, None)) => Err(match advice.remedy {
                Remedy::Unmeasured if self.waiting() => {
                    "this network is being measured first".into()
                }
                _ => advice.sentence(),
            }),
        };
        match healed {
            Ok((spec, why)) => {
                self.remedies.retain(|(from, _)| *from != self.spec);
                self.remedies.truncate(REMEMBERED - 1);
                self.remedies
                    .insert(0, (Arc::clone(&self.spec), Arc::clone(&spec)));
                self.touched = Some(Parameter::Initializer);
                self.message = Some(why);
                Some(self.request(spec))
            }
            Err(why) => {
                self.message = Some(format!("remedy: {why}"));
                None
            }
        }
    }

    /// The cursor to the next or previous choice.
    pub(super) fn choose(&mut self, direction: Direction) {
        let advice = self.advised();
        let here = self.within(&advice);
        self.choice = match direction {
            Direction::Forward => here + 1,
            Direction::Back => here.saturating_sub(1),
        };
        self.choice = self.within(&advice);
    }

    /// The choice under the cursor becomes the network.
    pub(super) fn apply(&mut self) -> Option<Effect> {
        let advice = self.advised();
        let choice = advice.choices.get(self.within(&advice))?;
        let scope = self.key_of(Action::Show(View::Scope));
        self.message = Some(format!(
            "applied: {}; {scope} shows its curves",
            choice.label
        ));
        self.touched = Some(Parameter::Initializer);
        self.choice = 0;
        Some(self.request(Arc::clone(&choice.spec)))
    }

    /// The lines to paste into the terminal's clipboard.
    pub(super) fn copy(&mut self) -> Option<Effect> {
        let snippet = self.snippet_of(&self.advised())?;
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
