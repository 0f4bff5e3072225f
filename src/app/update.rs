//! How the model changes: total, without input or output.

use std::sync::Arc;

use crate::app::action::{Action, Direction, Scroll};
use crate::app::export::{Dialog, Format, Outcome};
use crate::app::help;
use crate::app::key::Key;
use crate::app::look::Palette;
use crate::app::mouse::{Gesture, Target};
use crate::app::state::{Model, Popup, Quantity, View, clamped};
use crate::app::step::{data_of, step};
use crate::engine::request::{Answer, Work};
use crate::engine::snapshot::Snapshot;
use crate::net::spec::Spec;

/// Everything that can happen to the dashboard.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// The mouse was used on this.
    Point(Target, Gesture),
    /// An intent, from wherever.
    Do(Action),
    /// The screen has this many columns and rows now.
    Resize(u16, u16),
    /// The source has news.
    Answer(Answer),
    /// The source stopped working on something; the next request of that kind starts it anew.
    Failed(Work, String),
    /// What became of a file that was to be saved.
    Saved(Format, Outcome),
    /// Something to tell in the message line.
    Tell(String),
}

/// What the loop has to carry out.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the source for this.
    Simulate {
        /// Number of the request.
        generation: u64,
        /// What to simulate.
        spec: Arc<Spec>,
    },
    /// Paint everything anew.
    Redraw,
    /// Take the mouse where the terminal has it, leave it to the terminal where not.
    Mouse,
    /// Save this, over a file of the same name only where it is to be replaced.
    Save {
        /// What.
        format: Format,
        /// Whether another file of this name goes.
        replace: bool,
    },
    /// Ask the terminal to put this text into its clipboard.
    Copy(String),
    /// Play the lecture of this number on the whole screen, then come back.
    Lecture(usize),
    /// Give the terminal back until continued.
    Suspend,
    /// End.
    Quit,
}

impl Model {
    /// The request that the dashboard starts with.
    #[must_use]
    pub fn first(&self) -> Effect {
        Effect::Simulate {
            generation: self.generation,
            spec: Arc::clone(&self.spec),
        }
    }

    /// Takes one message in; the loop carries the effect out.
    pub fn update(&mut self, msg: Msg) -> Option<Effect> {
        match msg {
            Msg::Key(key) => {
                self.message = None;
                match (self.keys.action(key, self.focus()), key) {
                    (Some(action), _) => return self.act(action),
                    (None, Key::Pasted(_)) => {
                        let key = self.key_of(Action::Palette);
                        self.message =
                            Some(format!("pasted text goes into the command palette: {key}"));
                    }
                    (None, _) => {
                        let help = self.key_of(Action::Help);
                        self.message =
                            Some(format!("{key} does nothing here; {help} lists every key"));
                    }
                }
            }
            Msg::Point(target, gesture) => {
                self.message = None;
                return self.point(target, gesture);
            }
            Msg::Do(action) => {
                self.message = None;
                return self.act(action);
            }
            Msg::Resize(columns, rows) => {
                self.size = clamped((columns, rows));
                self.scroll(Scroll::Lines(0));
            }
            Msg::Answer(Answer::Simulation(snapshot)) => self.take(snapshot),
            Msg::Answer(Answer::PhaseMap(map)) => self.map = Some(map),
            Msg::Answer(Answer::Pins(pins)) => self.take_pins(&pins),
            Msg::Answer(Answer::Atlas(atlas)) => self.take_atlas(atlas),
            Msg::Answer(Answer::Factors(factors)) => self.take_factors(factors),
            Msg::Answer(Answer::Training(training)) => self.take_training(training),
            Msg::Answer(Answer::Depth(news)) => self.take_depth(&news),
            Msg::Failed(work, why) => self.fail(work, why),
            Msg::Saved(format, outcome) => self.note(format, outcome),
            Msg::Tell(text) => self.message = Some(text),
        }
        None
    }

    pub(super) fn act(&mut self, action: Action) -> Option<Effect> {
        if !self.keys.offers(action) {
            return None;
        }
        match action {
            Action::Step(parameter, direction) => {
                match step(&self.spec, data_of(&self.home), parameter, direction) {
                    Ok(spec) => {
                        self.touched = Some(parameter);
                        return Some(self.request(Arc::new(spec)));
                    }
                    Err(why) => self.message = Some(why),
                }
            }
            Action::Remedy => return self.remedy(),
            Action::Choose(direction) => match (&mut self.popup, self.view) {
                (Some(Popup::Palette(palette)), _) => palette.step(direction),
                (_, View::Compare) => self.choose_pin(direction),
                (_, View::Atlas) => self.along_activations(direction),
                (_, View::Factors) => self.along_factors(direction),
                (_, View::Advice) => self.choose(direction),
                (_, View::Scope | View::Phase | View::Train) => {}
            },
            Action::Pin => self.pin(),
            Action::Unpin => self.unpin(),
            Action::Swap => return self.swap(),
            Action::CompareDefaults => return self.compare_defaults(),
            Action::Layer(layers) => self.walk(layers),
            Action::Across(direction) if self.view == View::Factors => {
                self.along_responses(direction);
            }
            Action::Across(direction) => self.along_initializers(direction),
            Action::Run if self.view == View::Train => self.run_training(),
            Action::Run => self.run_factors(),
            Action::Restart => self.restart_training(),
            Action::Optimizer(direction) => self.next_optimizer(direction),
            Action::LearningRate(direction) => self.step_rate(direction),
            Action::Amount(direction) if self.view == View::Train => self.more_steps(direction),
            Action::Amount(direction) => self.more_runs(direction),
            Action::Preset(direction) if self.view == View::Train => {
                return self.load_experiment(direction);
            }
            Action::Preset(_) => return self.usual_base(),
            Action::Apply if self.view == View::Atlas => return self.open_from_atlas(),
            Action::Apply => return self.apply(),
            Action::Target(direction) => self.next_target(direction),
            Action::Copy => return self.copy(),
            Action::Palette => self.open_palette(""),
            Action::Open => self.open_palette(&format!("activation {}", self.spec.activation())),
            Action::Edit(edit) => self.edit(edit),
            Action::Accept => return self.accept(),
            Action::Undo => return self.undo(),
            Action::Redo => return self.redo(),
            Action::Reset => {
                self.touched = None;
                return Some(self.request(Arc::clone(&self.home)));
            }
            Action::Quantity(direction) if self.view == View::Atlas => {
                self.next_atlas_quantity(direction);
            }
            Action::Quantity(direction) => self.quantity = neighbour(self.quantity, direction),
            Action::Freeze => {
                self.frozen = !self.frozen;
                if let Some(held) = self.held.take() {
                    self.snapshot = Some(held);
                }
            }
            Action::Show(view) => {
                if view == View::Atlas {
                    self.find_in_atlas();
                }
                self.view = view;
                self.survey();
            }
            Action::Move(coordinate, direction) => {
                return self.step_on_plane(coordinate, direction);
            }
            Action::Snap => return self.snap(),
            Action::Theme(direction) => {
                let forward = direction == Direction::Forward;
                self.wear(self.look.palette.next(forward));
            }
            Action::Export => self.popup = Some(Popup::Export(Dialog::default())),
            Action::Save(format) => return self.save(format),
            Action::Overwrite => return self.overwrite(),
            Action::CopyCommand => {
                self.message = Some("sent to the terminal's clipboard: the command line".into());
                return Some(Effect::Copy(self.command_line()));
            }
            Action::Help | Action::Close if self.popup.is_some() => self.popup = None,
            Action::Close if self.layer().is_some() => self.layer = None,
            Action::Help => self.popup = Some(Popup::Help(0)),
            Action::Scroll(scroll) => self.scroll(scroll),
            Action::Mouse => return Some(Effect::Mouse),
            Action::Redraw => return Some(Effect::Redraw),
            Action::Suspend => return Some(Effect::Suspend),
            Action::Close | Action::Quit => return Some(Effect::Quit),
        }
        None
    }

    /// Other colours.
    pub(super) fn wear(&mut self, theme: Palette) {
        self.look.palette = theme;
        self.message = Some(format!("theme {theme}"));
    }

    /// A new request: the old curves go at once, for they would stand under new labels.
    pub(super) fn request(&mut self, spec: Arc<Spec>) -> Effect {
        let before = std::mem::replace(&mut self.spec, spec);
        if before != self.spec {
            self.history.leave(before);
        }
        self.ask()
    }

    /// Asks for the present network anew.
    pub(super) fn ask(&mut self) -> Effect {
        self.generation += 1;
        self.snapshot = None;
        self.held = None;
        self.frozen = false;
        self.failed.clear();
        self.survey();
        self.first()
    }

    fn take(&mut self, snapshot: Arc<Snapshot>) {
        if snapshot.generation != self.generation {
            return;
        }
        if self.frozen && self.snapshot.is_some() {
            self.held = Some(snapshot);
        } else {
            self.snapshot = Some(snapshot);
        }
    }

    pub(super) fn scroll(&mut self, scroll: Scroll) {
        let Some(top) = self.help() else { return };
        let (columns, rows) = help::page(self.size);
        let last = help::lines(columns, self.view, &self.keys)
            .len()
            .saturating_sub(rows);
        let by = |n: i32, unit: usize| {
            let distance = unit.saturating_mul(n.unsigned_abs() as usize);
            if n < 0 {
                top.saturating_sub(distance)
            } else {
                top.saturating_add(distance)
            }
        };
        let target = match scroll {
            Scroll::Lines(n) => by(n, 1),
            Scroll::Pages(n) => by(n, rows.saturating_sub(1).max(1)),
            Scroll::Top => 0,
            Scroll::Bottom => last,
        };
        self.popup = Some(Popup::Help(target.min(last)));
    }
}

fn neighbour(quantity: Quantity, direction: Direction) -> Quantity {
    let all = Quantity::ALL;
    let here = all.iter().position(|q| *q == quantity).unwrap_or(0);
    let by = match direction {
        Direction::Forward => 1,
        Direction::Back => all.len() - 1,
    };
    all[(here + by) % all.len()]
}
