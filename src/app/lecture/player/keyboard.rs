//! What a person at the keyboard can do while a lecture plays.

use crate::app::action::{Action, Direction};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::keys::row::Focus;
use crate::app::lecture::player::{Mode, Player};
use crate::app::lecture::script_op::{ScriptOp, is_remedy};
use crate::app::lecture::{What, dashboard};
use crate::app::state::clamped;
use crate::app::update::Msg;

/// Gives the viewer the keyboard, and gives it back.
pub(super) const TAKE: Key = Key::Char('t');
/// Begins the next lecture when this one is over.
const NEXT: Key = Key::Char('n');

impl Player {
    /// Takes one message in, as the dashboard does; the loop carries the effect out.
    pub fn update(&mut self, msg: Msg) -> Option<Effect> {
        match msg {
            Msg::Key(key) if self.mode == Mode::Live => self.key(key),
            Msg::Resize(columns, rows) => {
                self.size = clamped((columns, rows));
                let (columns, rows) = dashboard(self.size);
                self.model.update(Msg::Resize(columns, rows))
            }
            other => self.model.update(other),
        }
    }

    fn key(&mut self, key: Key) -> Option<Effect> {
        let typing = self.model.focus().types();
        if self.taken() && (key != TAKE || typing) {
            return self.model.update(Msg::Key(key));
        }
        if let (Key::Char(c), Some(question)) = (key, &mut self.question)
            && question.taken.is_none()
            && matches!(self.ops.front(), Some(ScriptOp::Think(_)))
        {
            let choice = (c as usize).checked_sub('a' as usize);
            let choice = choice.filter(|choice| *choice < question.ask.choices.len());
            if choice.is_some() {
                question.taken = choice;
                return None;
            }
        }
        match key {
            TAKE => self.hand_over(),
            Key::Char(' ') => self.paused = !self.paused,
            Key::Right => self.skip(),
            Key::Left => self.step_back(),
            Key::PageDown => self.turn_to_chapter(Direction::Forward),
            Key::PageUp => self.turn_to_chapter(Direction::Back),
            NEXT if self.is_over() => {
                return self
                    .sequel
                    .as_ref()
                    .map(|next| Effect::Lecture(next.number));
            }
            other => match self
                .model
                .keys()
                .action(other, Focus::View(self.model.view().name))
            {
                Some(action @ (Action::Quit | Action::Back | Action::Suspend | Action::Redraw)) => {
                    return self.model.update(Msg::Do(action));
                }
                _ => {
                    return self.model.update(Msg::Tell(format!(
                        "{TAKE} gives you the keyboard; space pauses, Left and Right step, q quits"
                    )));
                }
            },
        }
        None
    }

    /// The keyboard changes hands; coming back, the dashboard is as it was left.
    fn hand_over(&mut self) {
        match self.left.take() {
            None => self.left = Some(Box::new(self.model.clone())),
            Some(left) => self.model = left.continued(&self.model),
        }
    }

    /// What the lecture waits for is over.
    fn skip(&mut self) {
        if let Some(question) = &mut self.question
            && matches!(self.ops.front(), Some(ScriptOp::Think(_)))
        {
            // a question that nobody wants to answer is measured all the same
            question.taken = question.taken.or(Some(usize::MAX));
        }
        let over = match (self.ops.front(), self.ops.get(1)) {
            (Some(ScriptOp::Hold(_)), _) => true,
            (Some(ScriptOp::Await(_)), next) => self.is_possible(next),
            _ => false,
        };
        if over {
            self.ops.pop_front();
        }
        self.paused = false;
    }

    /// Whether what the simulation is awaited for can be done before it has settled.
    fn is_possible(&self, op: Option<&ScriptOp>) -> bool {
        match op {
            Some(ScriptOp::Say(template)) => template.fill(&self.model).is_ok(),
            Some(ScriptOp::Measure) => false,
            Some(ScriptOp::Press(key)) => !is_remedy(*key),
            _ => true,
        }
    }

    /// Back to the caption before the present one: everything up to there is played at once.
    fn step_back(&mut self) {
        let speaks =
            |n: &usize| matches!(self.lecture.steps[*n].what, What::Say(..) | What::Ask(_));
        let mut before = (0..self.begun).rev().filter(speaks);
        let target = before.nth(1).unwrap_or(0);
        self.go_to(target);
    }
}
