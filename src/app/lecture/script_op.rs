//! A script's steps, taken apart into what is done at one moment.

use std::sync::Arc;

use crate::app::action::{Action, ViewName};
use crate::app::key::Key;
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::Focus;
use crate::app::lecture::{Ask, Goal, Millis, PACE, ParameterValue, Step, TYPING, Template, What};
use crate::app::panel::Panel;

/// What is done at one moment, or how long nothing is.
#[derive(Clone, Debug)]
pub(super) enum ScriptOp {
    /// A key is pressed.
    Press(Key),
    /// A key is pressed, and again after so long, until the parameter has its value; those that it has had already.
    PressTo(Key, ParameterValue, Millis, Vec<String>),
    /// Time passes.
    Hold(Millis),
    /// The simulation goes on.
    Await(Goal),
    /// A caption is said.
    Say(Template),
    /// A chapter begins.
    Mark(String),
    /// A panel is pointed out.
    Highlight(Option<Panel>),
    /// A question is asked.
    Ask(Arc<Ask>),
    /// Live, the audience answers; a recording waits so long.
    Think(Millis),
    /// What the next choice of the question comes to is read off the dashboard.
    Measure,
    /// The measured answer is the one that the script goes on with.
    Verify,
}

impl ScriptOp {
    /// Whether it leaves something behind that later steps build on.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::Press(_) | Self::PressTo(..) | Self::Mark(_) | Self::Highlight(_)
        )
    }
}

/// The ops of a step, in order.
pub(super) fn ops(step: &Step) -> Vec<ScriptOp> {
    match &step.what {
        What::Ask(ask) => question(ask),
        What::Say(template, hold) => {
            let measured = template.is_measured();
            let mut ops: Vec<ScriptOp> = measured
                .then_some(ScriptOp::Await(Goal::Settled))
                .into_iter()
                .collect();
            ops.extend([ScriptOp::Say(template.clone()), ScriptOp::Hold(*hold)]);
            ops
        }
        What::Wait(time) => vec![ScriptOp::Hold(*time)],
        What::Until(goal) => vec![ScriptOp::Await(*goal)],
        What::Mark(label) => vec![ScriptOp::Mark(label.clone())],
        What::Highlight(place) => vec![ScriptOp::Highlight(*place)],
        keys => presses(keys),
    }
}

/// The key presses of a step, and none of any other.
fn presses(what: &What) -> Vec<ScriptOp> {
    let each = |keys: &[Key], pace| {
        let presses = keys.iter().flat_map(|key| {
            let awaited = is_remedy(*key).then_some(ScriptOp::Await(Goal::Settled));
            awaited
                .into_iter()
                .chain([ScriptOp::Press(*key), ScriptOp::Hold(pace)])
        });
        presses.collect()
    };
    match what {
        What::Keys(keys, pace) => each(keys, *pace),
        What::KeyTo(key, target, pace) => {
            vec![
                ScriptOp::PressTo(*key, target.clone(), *pace, Vec::new()),
                ScriptOp::Hold(PACE),
            ]
        }
        What::Type(text) => {
            let key = |c| if c == '\n' { Key::Enter } else { Key::Char(c) };
            let mut ops: Vec<ScriptOp> = each(&text.chars().map(key).collect::<Vec<_>>(), TYPING);
            ops.push(ScriptOp::Hold(PACE));
            ops
        }
        _ => Vec::new(),
    }
}

/// Whether a key of the scope view applies the remedy, which has to be measured first.
pub(super) fn is_remedy(key: Key) -> bool {
    KeyMap::default().action(key, Focus::View(ViewName::SCOPE)) == Some(Action::Remedy)
}

/// Asked, answered, and every choice measured on the dashboard.
fn question(ask: &Ask) -> Vec<ScriptOp> {
    let mut ops = vec![
        ScriptOp::Ask(Arc::new(ask.clone())),
        ScriptOp::Think(ask.think),
    ];
    for choice in &ask.choices {
        ops.extend(choice.keys.iter().flat_map(presses));
        ops.extend([
            ScriptOp::Await(Goal::Settled),
            ScriptOp::Measure,
            ScriptOp::Hold(PACE),
        ]);
    }
    ops.extend([ScriptOp::Verify, ScriptOp::Hold(ask.hold)]);
    ops
}
