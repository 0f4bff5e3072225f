//! A script's steps, taken apart into what is done at one moment.

use std::sync::Arc;

use crate::app::action::{Action, ViewName};
use crate::app::key::Key;
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::Focus;
use crate::app::lecture::{Ask, Goal, Millis, PACE, Place, Step, TYPING, Target, Template, What};

/// What is done at one moment, or how long nothing is.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// A key is pressed.
    Press(Key),
    /// A key is pressed, and again after so long, until the parameter has its value; those that it has had already.
    PressTo(Key, Target, Millis, Vec<String>),
    /// Time passes.
    Hold(Millis),
    /// The simulation goes on.
    Await(Goal),
    /// A caption is said.
    Say(Template),
    /// A chapter begins.
    Mark(String),
    /// A panel is pointed out.
    Highlight(Option<Place>),
    /// A question is asked.
    Ask(Arc<Ask>),
    /// Live, the audience answers; a recording waits so long.
    Think(Millis),
    /// What the next choice of the question comes to is read off the dashboard.
    Measure,
    /// The measured answer is the one that the script goes on with.
    Verify,
}

impl Deed {
    /// Whether it leaves something behind that later steps build on.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::Press(_) | Self::PressTo(..) | Self::Mark(_) | Self::Highlight(_)
        )
    }
}

/// The deeds of a step, in order.
pub(super) fn deeds(step: &Step) -> Vec<Deed> {
    match &step.what {
        What::Ask(ask) => question(ask),
        What::Say(template, hold) => {
            let measured = template.is_measured();
            let mut deeds: Vec<Deed> = measured
                .then_some(Deed::Await(Goal::Settled))
                .into_iter()
                .collect();
            deeds.extend([Deed::Say(template.clone()), Deed::Hold(*hold)]);
            deeds
        }
        What::Wait(time) => vec![Deed::Hold(*time)],
        What::Until(goal) => vec![Deed::Await(*goal)],
        What::Mark(label) => vec![Deed::Mark(label.clone())],
        What::Highlight(place) => vec![Deed::Highlight(*place)],
        keys => presses(keys),
    }
}

/// The key presses of a step, and none of any other.
fn presses(what: &What) -> Vec<Deed> {
    let each = |keys: &[Key], pace| {
        let presses = keys.iter().flat_map(|key| {
            let awaited = is_remedy(*key).then_some(Deed::Await(Goal::Settled));
            awaited
                .into_iter()
                .chain([Deed::Press(*key), Deed::Hold(pace)])
        });
        presses.collect()
    };
    match what {
        What::Keys(keys, pace) => each(keys, *pace),
        What::KeyTo(key, target, pace) => {
            vec![
                Deed::PressTo(*key, target.clone(), *pace, Vec::new()),
                Deed::Hold(PACE),
            ]
        }
        What::Type(text) => {
            let key = |c| if c == '\n' { Key::Enter } else { Key::Char(c) };
            let mut deeds: Vec<Deed> = each(&text.chars().map(key).collect::<Vec<_>>(), TYPING);
            deeds.push(Deed::Hold(PACE));
            deeds
        }
        _ => Vec::new(),
    }
}

/// Whether a key of the scope view applies the remedy, which has to be measured first.
pub(super) fn is_remedy(key: Key) -> bool {
    KeyMap::default().action(key, Focus::View(ViewName::SCOPE)) == Some(Action::Remedy)
}

/// Asked, answered, and every choice measured on the dashboard.
fn question(ask: &Ask) -> Vec<Deed> {
    let mut deeds = vec![Deed::Ask(Arc::new(ask.clone())), Deed::Think(ask.think)];
    for choice in &ask.choices {
        deeds.extend(choice.keys.iter().flat_map(presses));
        deeds.extend([Deed::Await(Goal::Settled), Deed::Measure, Deed::Hold(PACE)]);
    }
    deeds.extend([Deed::Verify, Deed::Hold(ask.hold)]);
    deeds
}
