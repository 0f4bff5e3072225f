//! Where a lecture is, how long it is, its chapters, and what comes after it.

use std::sync::Arc;

use crate::app::action::Direction;
use crate::app::lecture::player::Player;
use crate::app::lecture::script_op::{ScriptOp, ops};
use crate::app::lecture::{Lecture, Millis, Step, What};
use crate::app::state::Model;

/// The lecture that comes after this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequel {
    /// Its number, from 0.
    pub number: usize,
    /// What it is called.
    pub title: String,
}

/// Where a lecture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The chapter, from 1; 0 before the first.
    pub chapter: usize,
    /// How many there are.
    pub chapters: usize,
    /// Time from the beginning, without what the simulation takes.
    pub elapsed: Millis,
    /// Time to the end, counted so.
    pub length: Millis,
}

impl Lecture {
    /// Every chapter: the step with which it begins, and its name.
    pub fn chapters(&self) -> impl Iterator<Item = (usize, &str)> {
        let steps = self.steps.iter().enumerate();
        steps.filter_map(|(place, step)| match &step.what {
            What::Mark(label) => Some((place, label.as_str())),
            _ => None,
        })
    }

    /// The step with which a chapter begins: by its number, from 1, its name or the beginning of it.
    ///
    /// # Errors
    /// There is none; which there are.
    pub fn chapter(&self, typed: &str) -> Result<usize, String> {
        let all: Vec<(usize, &str)> = self.chapters().collect();
        let number = typed.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let lower = typed.to_lowercase();
        let begins = |(_, name): &&(usize, &str)| name.to_lowercase().starts_with(&lower);
        let found = number
            .and_then(|n| all.get(n))
            .or_else(|| all.iter().find(|(_, name)| name.to_lowercase() == lower))
            .or_else(|| all.iter().find(begins));
        found.map(|(place, _)| *place).ok_or_else(|| {
            let names: Vec<String> = (1..)
                .zip(&all)
                .map(|(n, (_, name))| format!("{n} {name}"))
                .collect();
            if names.is_empty() {
                return "this lecture has no chapters; leave --from out".to_owned();
            }
            format!("no such chapter; there are {}", names.join(", "))
        })
    }

    /// The same with so many seconds of the script in a second.
    #[must_use]
    pub fn at_speed(mut self, speed: f64) -> Self {
        let scaled = |time: &mut Millis| *time = (*time as f64 / speed).round() as Millis;
        for step in &mut self.steps {
            match &mut step.what {
                What::Keys(_, time)
                | What::KeyTo(.., time)
                | What::Say(_, time)
                | What::Wait(time) => scaled(time),
                What::Ask(ask) => {
                    scaled(&mut ask.think);
                    scaled(&mut ask.hold);
                }
                What::Type(_) | What::Until(_) | What::Mark(_) | What::Highlight(_) => {}
            }
        }
        self
    }
}

/// How long steps take by the script.
fn time<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Millis {
    steps.into_iter().flat_map(ops).map(|op| held(&op)).sum()
}

fn held(op: &ScriptOp) -> Millis {
    match op {
        ScriptOp::Hold(time) | ScriptOp::Think(time) => *time,
        _ => 0,
    }
}

impl Player {
    /// The same with a lecture after it.
    #[must_use]
    pub fn followed_by(mut self, sequel: Option<Sequel>) -> Self {
        self.sequel = sequel;
        self
    }

    /// What comes after this lecture.
    #[must_use]
    pub fn sequel(&self) -> Option<&Sequel> {
        self.sequel.as_ref()
    }

    /// Where it is.
    #[must_use]
    pub fn position(&self) -> Position {
        let steps = &self.lecture.steps;
        let length = time(steps);
        let to_come = time(&steps[self.begun..]) + self.ops.iter().map(held).sum::<Millis>();
        let begun = |(place, _): &(usize, &str)| *place < self.begun;
        Position {
            chapter: self.lecture.chapters().filter(begun).count(),
            chapters: self.lecture.chapters().count(),
            elapsed: length.saturating_sub(to_come),
            length,
        }
    }

    /// To the beginning of a step: everything up to there is played at once.
    #[must_use]
    pub fn from_step(mut self, step: usize) -> Self {
        self.go_to(step);
        self
    }

    /// To the beginning of the next chapter, of this one, or of the one before where this has just begun.
    pub(super) fn turn_to_chapter(&mut self, direction: Direction) {
        let starts: Vec<usize> = self.lecture.chapters().map(|(place, _)| place).collect();
        let target = match direction {
            Direction::Forward => starts.iter().find(|place| **place >= self.begun),
            // a chapter whose first caption stands has just begun
            Direction::Back => starts.iter().rev().find(|place| **place + 2 < self.begun),
        };
        match (target, direction) {
            (Some(place), _) => self.go_to(*place),
            (None, Direction::Back) => self.go_to(0),
            (None, Direction::Forward) => {}
        }
    }

    pub(super) fn go_to(&mut self, target: usize) {
        let mut fresh = Self::new(
            Arc::clone(&self.lecture),
            self.model.look(),
            self.size,
            self.mode,
        );
        fresh.sequel = self.sequel.take();
        fresh.model = Model::continued(fresh.model, &self.model);
        for step in &self.lecture.steps[..target] {
            fresh
                .ops
                .extend(ops(step).into_iter().filter(ScriptOp::is_lasting));
            while let Some(op) = fresh.ops.pop_front() {
                if !matches!(op, ScriptOp::Hold(_)) {
                    fresh.perform(op);
                }
            }
        }
        fresh.question = None;
        fresh.begun = target;
        *self = fresh;
    }
}
