//! The player: presses a lecture's keys on a dashboard when their time has come.

mod chapters;
mod keyboard;

pub use chapters::{Position, Sequel};

use std::collections::VecDeque;
use std::sync::Arc;

use crate::app::action::{Action, ViewName};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::Focus;
use crate::app::lecture::script_op::{ScriptOp, ops};
use crate::app::lecture::{Caption, Goal, Lecture, Millis, Question, Tally, dashboard, question};
use crate::app::look::Look;
use crate::app::panel::Panel;
use crate::app::state::{Model, clamped};
use crate::app::update::Msg;
use crate::net::spec::Field;

/// How a lecture is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A person at the keyboard: may pause, step, answer, and take the keyboard over.
    Live,
    /// Nobody yet: questions answer themselves.
    Recording,
}

/// One thing that the player does, for whoever runs the loop.
#[derive(Debug, Default)]
pub struct Cue {
    /// What is to be carried out.
    pub effect: Option<Effect>,
    /// What a recording notes.
    pub note: Option<Note>,
}

/// What a recording notes beside the frames.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// A key was pressed.
    Key(Key),
    /// A chapter began.
    Mark(String),
}

/// A lecture, the dashboard on which it plays, and how far it has come.
#[derive(Clone, Debug)]
pub struct Player {
    lecture: Arc<Lecture>,
    mode: Mode,
    size: (u16, u16),
    model: Model,
    /// Steps that have begun.
    begun: usize,
    /// What is left of the step that began last.
    ops: VecDeque<ScriptOp>,
    caption: Option<Caption>,
    chapter: Option<String>,
    highlight: Option<Panel>,
    question: Option<Question>,
    paused: bool,
    /// The dashboard before the viewer took the keyboard over.
    left: Option<Box<Model>>,
    fault: Option<String>,
    /// What comes after it.
    sequel: Option<Sequel>,
}

impl Player {
    /// A lecture before its first step, on a screen of `(columns, rows)`.
    #[must_use]
    pub fn new(lecture: Arc<Lecture>, look: Look, size: (u16, u16), mode: Mode) -> Self {
        Self {
            model: Model::new(lecture.spec.clone(), look, dashboard(clamped(size))).forgetting(),
            lecture,
            mode,
            size: clamped(size),
            begun: 0,
            ops: VecDeque::new(),
            caption: None,
            chapter: None,
            highlight: None,
            question: None,
            paused: false,
            left: None,
            fault: None,
            sequel: None,
        }
    }

    /// The same after a dashboard on the same screen, whose requests were numbered.
    #[must_use]
    pub fn after(mut self, before: &Model) -> Self {
        let (columns, rows) = self.model.size();
        self.model = self.model.continued(before);
        self.model.update(Msg::Resize(columns, rows));
        self
    }

    /// The dashboard.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What is played.
    #[must_use]
    pub fn lecture(&self) -> &Lecture {
        &self.lecture
    }

    /// Columns and rows of the whole screen.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// How it is played.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The caption that stands under the dashboard.
    #[must_use]
    pub fn caption(&self) -> Option<&Caption> {
        self.caption.as_ref()
    }

    /// The chapter.
    #[must_use]
    pub fn chapter(&self) -> Option<&str> {
        self.chapter.as_deref()
    }

    /// The panel that is pointed out.
    #[must_use]
    pub fn highlight(&self) -> Option<Panel> {
        self.highlight
    }

    /// The question that stands under the dashboard instead of a caption.
    #[must_use]
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// Whether time stands still.
    #[must_use]
    pub fn paused(&self) -> bool {
        self.paused
    }

    /// Whether the viewer has the keyboard.
    #[must_use]
    pub fn taken(&self) -> bool {
        self.left.is_some()
    }

    /// Why the lecture cannot go on as it is written, if so.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Steps that have begun, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.begun, self.lecture.steps.len())
    }

    /// Where the step that began last stands in the script, from 1; 0 before the first.
    #[must_use]
    pub fn line(&self) -> usize {
        let last = self.begun.checked_sub(1);
        last.and_then(|n| self.lecture.steps.get(n))
            .map_or(0, |step| step.line)
    }

    /// Whether everything has been played.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ops.is_empty() && self.begun == self.lecture.steps.len()
    }

    /// Time until the next thing that is due; `None` while the lecture stands still or waits for the simulation or an answer.
    #[must_use]
    pub fn due(&self) -> Option<Millis> {
        if self.paused || self.taken() || self.is_over() || self.fault.is_some() {
            return None;
        }
        match self.ops.front() {
            Some(ScriptOp::Hold(time)) => Some(*time),
            Some(ScriptOp::Think(time)) => match self.mode {
                Mode::Recording => Some(*time),
                Mode::Live => self.answered().then_some(0),
            },
            Some(ScriptOp::Await(goal)) => self.reached(*goal).then_some(0),
            _ => Some(0),
        }
    }

    /// Time passes.
    pub fn pass(&mut self, time: Millis) {
        if self.due().is_some()
            && let Some(ScriptOp::Hold(left) | ScriptOp::Think(left)) = self.ops.front_mut()
        {
            *left = left.saturating_sub(time);
        }
    }

    /// Does one thing that is due, whether or not there is anything to carry out; `None` where nothing is. To be called until then.
    pub fn proceed(&mut self) -> Option<Cue> {
        if self.due() != Some(0) {
            return None;
        }
        while self.ops.is_empty() {
            let step = self.lecture.steps.get(self.begun)?;
            self.ops = ops(step).into();
            self.begun += 1;
        }
        if self.due() != Some(0) {
            return None;
        }
        let op = self.ops.pop_front()?;
        Some(self.perform(op))
    }

    fn perform(&mut self, op: ScriptOp) -> Cue {
        let mut cue = Cue::default();
        match op {
            ScriptOp::Press(key) => return self.press(key),
            ScriptOp::PressTo(key, target, pace, seen) => {
                let here = target.parameter.typed(self.model.spec());
                if here == target.value {
                    return cue;
                }
                if seen.contains(&here) {
                    self.fail(&format!("`{key}` does not lead to `{}`", target.value));
                    return cue;
                }
                let seen = seen.into_iter().chain([here]).collect();
                let again = ScriptOp::PressTo(key, target, pace, seen);
                self.ops.push_front(again);
                self.ops.push_front(ScriptOp::Hold(pace));
                return self.press(key);
            }
            ScriptOp::Say(template) => match template.fill(&self.model) {
                Ok(caption) => {
                    self.caption = Some(caption);
                    self.question = None;
                }
                Err(why) => self.fail(&why),
            },
            ScriptOp::Mark(label) => {
                self.chapter = Some(label.clone());
                self.caption = None;
                self.question = None;
                cue.note = Some(Note::Mark(label));
            }
            ScriptOp::Highlight(place) => self.highlight = place,
            ScriptOp::Ask(ask) => match ask.question.fill(&self.model) {
                Ok(text) => {
                    self.question = Some(Question {
                        ask,
                        text,
                        taken: None,
                        measured: Vec::new(),
                    });
                }
                Err(why) => self.fail(&why),
            },
            ScriptOp::Measure => {
                if let Err(why) = self.measure() {
                    self.fail(&why);
                }
            }
            ScriptOp::Verify => self.verify(),
            ScriptOp::Hold(_) | ScriptOp::Await(_) | ScriptOp::Think(_) => {}
        }
        cue
    }

    fn press(&mut self, key: Key) -> Cue {
        if self.model.keys().action(key, self.model.focus()).is_none() {
            self.fail(&format!("the key `{key}` does nothing here"));
            return Cue::default();
        }
        let effect = self.model.update(Msg::Key(key));
        if matches!(
            effect,
            Some(
                Effect::Quit
                    | Effect::Suspend
                    | Effect::Copy(_)
                    | Effect::Keep
                    | Effect::Record
                    | Effect::Save { .. }
                    | Effect::Write { .. }
            )
        ) {
            self.fail(&format!("the key `{key}` has no place in a lecture"));
            return Cue::default();
        }
        Cue {
            effect,
            note: Some(Note::Key(key)),
        }
    }

    /// Measures the next choice; the numbers in its words must be true.
    fn measure(&mut self) -> Result<(), String> {
        let Some(question) = &mut self.question else {
            return Ok(());
        };
        let choice = question.ask.choices.get(question.measured.len());
        let row = choice.and_then(|choice| choice.measure);
        let row = row.unwrap_or(question.ask.measure);
        let mut claims = choice.into_iter().flat_map(|choice| &choice.claims);
        claims.try_for_each(|claim| claim.check(&self.model))?;
        question.measured.push((row.read)(&self.model));
        Ok(())
    }

    /// The measured answer must be the one that the lecture goes on with.
    fn verify(&mut self) {
        let Some(question) = &self.question else {
            return;
        };
        let expected = question.ask.answer;
        if question.tally() != Tally::Right(expected) {
            let measured = match question.tally() {
                Tally::Right(other) => format!("`{}`", question::letter(other)),
                Tally::Open | Tally::Measuring => "nothing".into(),
            };
            let expected = question::letter(expected);
            self.fail(&format!(
                "the answer is `{expected}` by the script, {measured} by measurement"
            ));
        }
    }

    fn fail(&mut self, why: &str) {
        self.fault = Some(format!("line {}: {why}", self.line()));
    }

    fn answered(&self) -> bool {
        self.question
            .as_ref()
            .is_none_or(|question| question.taken.is_some())
    }

    fn reached(&self, goal: Goal) -> bool {
        let draws = self.model.snapshot().map_or(0, |snapshot| snapshot.draws);
        !self.model.waiting() || matches!(goal, Goal::Draws(wanted) if draws >= wanted)
    }
}

/// The parameter that a key steps in the scope view.
#[must_use]
pub fn stepped(key: Key) -> Option<&'static Field> {
    match KeyMap::default().action(key, Focus::View(ViewName::SCOPE))? {
        Action::Step(parameter, _) => Some(parameter),
        _ => None,
    }
}
