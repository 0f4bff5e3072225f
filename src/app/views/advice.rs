//! The advice: every initializer ranked, the choice under the cursor, the lines to paste.

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction, ViewName};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};
use crate::app::mouse::Gesture;
use crate::app::view::{View, ViewRow};
use crate::app::view_info::ViewInfo;
use crate::engine::advice::{Advice as Ranking, rank};
use crate::net::framework::Framework;
use crate::net::snippet::Snippet;
use crate::net::spec::field;

/// Its name.
pub const NAME: ViewName = ViewName::ADVICE;
const HERE: Category = Category::View(NAME);

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('5')] Action::Show(NAME), NAME.0, 20,
                "every initializer ranked for this network, with the lines to paste";
        },
        keys: KEYS,
        panels: PANELS,
        shows_pins: false,
        has_layers: false,
    },
    new: || Box::<Advice>::default(),
};

const PANELS: &[(&str, &str)] = &[(
    "advice",
    "Every initializer for this activation, depth and width, best first, as theory expects it at this width; under it the lines that realise exactly that law. \
         limit is the share of a limit of the verdict that one draw in ten uses up: above 100 % the network is not safe.",
)];

const KEYS: &[KeyRow] = rows! { HERE;
    [Key::Down, Char('j'); Key::Up, Char('k')] Action::Choose(Forward) => Action::Choose(Back), "choice", 21,
        "advice view: next, previous choice";
    [Key::Right; Key::Left] Action::Target(Forward) => Action::Target(Back), "paste for", 22,
        "advice view: lines to paste for the next, previous framework";
    [Key::Enter] Action::Apply, "apply", 23,
        "advice view: the choice becomes the network";
    [Char('y')] Action::Copy, "copy", 24,
        "advice view: asks your terminal's clipboard for the lines, also over SSH; they can be saved";
};

/// The view.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// Where the cursor is, from the best choice down.
    choice: usize,
    /// Whose lines are shown; `None` is the network's own framework.
    target: Option<Framework>,
}

impl Advice {
    /// Which choice is under the cursor, from the best down.
    #[must_use]
    pub fn choice(&self, context: &Context) -> usize {
        context
            .advice()
            .map_or(self.choice, |ranking| self.within(ranking))
    }

    fn within(&self, ranking: &Ranking) -> usize {
        self.choice.min(ranking.choices.len().saturating_sub(1))
    }

    /// The lines to paste for the choice under the cursor.
    #[must_use]
    pub fn snippet(&self, context: &Context) -> Option<Snippet> {
        self.snippet_of(context.advice()?, context)
    }

    fn snippet_of(&self, ranking: &Ranking, context: &Context) -> Option<Snippet> {
        let choice = ranking.choices.get(self.within(ranking))?;
        let target = self.target.unwrap_or(context.spec.framework());
        Some(Snippet::of(&choice.spec, target))
    }

    /// The choice under the cursor becomes the network.
    fn apply(&mut self, ranking: &Ranking, context: &mut Context) {
        let Some(choice) = ranking.choices.get(self.within(ranking)) else {
            return;
        };
        let scope = context.key_of(Action::Show(ViewName::SCOPE));
        context.message = Some(format!(
            "applied: {}; {scope} shows its curves",
            choice.label
        ));
        context.touched = Some(&field::INITIALIZER);
        self.choice = 0;
        context.set_spec(Arc::clone(&choice.spec));
    }

    /// The lines to paste into the terminal's clipboard.
    fn copy(&self, ranking: &Ranking, context: &mut Context) {
        let Some(snippet) = self.snippet_of(ranking, context) else {
            return;
        };
        context.message = Some(format!(
            "asked the terminal to copy {} for {}",
            match snippet.lines.len() {
                1 => "1 line".to_owned(),
                n => format!("{n} lines"),
            },
            snippet.framework
        ));
        context.effect = Some(Effect::Copy(snippet.text()));
    }
}

/// The ranking, worked out here where the source has not done so yet: a lecture that is played again at once has no source.
fn ranking(context: &Context) -> Arc<Ranking> {
    let known = context.curves().and_then(|known| known.advice.clone());
    known.unwrap_or_else(|| Arc::new(rank(&context.spec)))
}

impl View for Advice {
    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        match action {
            Action::Choose(direction) => {
                let ranking = ranking(context);
                self.choice = direction.along(self.within(&ranking), ranking.choices.len());
            }
            Action::Target(direction) => {
                let here = self.target.unwrap_or(context.spec.framework());
                self.target = Some(match direction {
                    Direction::Forward => here.next(),
                    Direction::Back => here.previous(),
                });
            }
            Action::Apply => self.apply(&ranking(context), context),
            Action::Copy => self.copy(&ranking(context), context),
            _ => return false,
        }
        true
    }

    fn point(&mut self, [choice, _]: [usize; 2], gesture: Gesture, _: &mut Context) -> bool {
        if gesture.is_press() {
            self.choice = choice;
        }
        gesture.is_press()
    }

    fn cursor(&self, context: &Context) -> Option<[usize; 2]> {
        Some([self.choice(context), 0]).filter(|[choice, _]| *choice > 0)
    }

    fn place(&mut self, [choice, _]: [usize; 2], _: &mut Context) {
        self.choice = choice;
    }

    fn hint(&self, _: &Context) -> Option<(Action, String)> {
        Some((Action::Apply, "applies this choice".into()))
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        let unknown = context.advice().is_none();
        unknown.then(|| "the advice is still being worked out".into())
    }
}
