//! How the model changes: total, without input or output.

use std::sync::Arc;

use crate::app::action::{Action, Direction, Format, Scroll};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::export::{Dialog, Outcome};
use crate::app::help::Help;
use crate::app::key::Key;
use crate::app::look::{Choice, Palette};
use crate::app::mouse::{Gesture, Hit};
use crate::app::palette::{Command, CommandPalette};
use crate::app::state::{Model, Popup, clamped};
use crate::app::step::{data_of, set, step};
use crate::engine::request::News;

/// Everything that can happen to the dashboard.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// The mouse was used on this.
    Point(Hit, Gesture),
    /// An intent, from wherever.
    Do(Action),
    /// The screen has this many columns and rows now.
    Resize(u16, u16),
    /// The source has news.
    News(News),
    /// What became of a file that was to be saved.
    Saved(Format, Outcome),
    /// Something to tell in the message line.
    Tell(String),
}

impl Model {
    /// Takes one message in; the loop carries the effect out.
    pub fn update(&mut self, msg: Msg) -> Option<Effect> {
        if let Msg::Key(_) | Msg::Point(..) | Msg::Do(_) = msg {
            self.context.message = None;
        }
        match msg {
            Msg::Key(key) => match (self.keys.action(key, self.focus()), key) {
                (Some(action), _) => self.act(action),
                (None, Key::Pasted(_)) => {
                    let key = self.key_of(Action::Palette);
                    self.tell(format!("pasted text goes into the command palette: {key}"));
                }
                (None, _) => {
                    let help = self.key_of(Action::Help);
                    self.tell(format!("{key} does nothing here; {help} lists every key"));
                }
            },
            Msg::Point(target, gesture) => self.point(target, gesture),
            Msg::Do(action) => self.act(action),
            Msg::Resize(columns, rows) => {
                self.context.size = clamped((columns, rows));
                self.scroll(Scroll::Lines(0));
            }
            Msg::News(news) => self.context.take(news),
            Msg::Saved(format, outcome) => self.note(format, outcome),
            Msg::Tell(text) => self.tell(text),
        }
        self.refresh();
        self.context.effect.take()
    }

    pub(super) fn tell(&mut self, message: String) {
        self.context.message = Some(message);
    }

    /// Does what an action means to the palette, to the view, or everywhere.
    pub(super) fn act(&mut self, action: Action) {
        let done = !self.keys.offers(action) || self.act_in_palette(action);
        if done || self.act_in_help(action) || self.asks_first(action) {
            return;
        }
        let (view, context) = self.on_screen();
        if view.act(action, context) {
            if let Some(next) = context.next_view.take() {
                let here = context.view.name;
                self.show(next);
                self.context.came_from = Some(here);
            }
            if let Some(Effect::Copy(text)) = &self.context.effect {
                self.popup = Some(Popup::Export(Dialog::copied(text.clone())));
            }
            return;
        }
        match action {
            Action::Step(parameter, direction) => {
                match step(&context.spec, data_of(&context.home), parameter, direction) {
                    Ok(spec) => {
                        context.touched = Some(parameter);
                        context.set_spec(Arc::new(spec));
                    }
                    Err(why) => context.message = Some(why),
                }
            }
            Action::Remedy => context.remedy(),
            Action::Pin => context.pin(),
            Action::Unpin => context.unpin(),
            Action::Swap => context.swap(),
            Action::Layer(layers) => context.walk(layers),
            Action::Undo => context.go_back(true),
            Action::Redo => context.go_back(false),
            Action::Reset => {
                context.touched = None;
                context.set_spec(Arc::clone(&context.home));
            }
            Action::Quantity(direction) => {
                context.quantity = context.quantity.next(direction == Direction::Forward);
            }
            Action::Freeze => context.freeze(),
            Action::Show(view) => self.show(view),
            Action::Turn(direction) => {
                let (views, here) = self.choice_of_views();
                self.show(views[direction.around(here, views.len())]);
            }
            Action::Theme(direction) => {
                let palette = context.look.palette;
                self.set_theme(palette.next(direction == Direction::Forward));
            }
            Action::Palette => self.open_palette(""),
            Action::Open => self.open_palette(&format!("activation {}", self.spec.activation())),
            Action::Export => self.popup = Some(Popup::Export(Dialog::default())),
            Action::Save(format) => self.save(format),
            Action::Overwrite => self.overwrite(),
            Action::CopyCommand => {
                self.context.effect = Some(Effect::Copy(self.copied()));
                self.tell("asked the terminal to copy the text".into());
            }
            Action::SaveCopied => self.save_copied(),
            Action::Help if self.help().is_some() => self.popup = None,
            Action::Back if self.popup.is_some() => self.popup = None,
            Action::Back if self.layer().is_some() => self.context.layer = None,
            Action::Back if self.on_screen().0.back() => {}
            Action::Back if let Some(view) = self.context.came_from => self.show(view),
            Action::Back => {
                let quit = self.key_of(Action::Quit);
                self.tell(format!("nothing is open: {quit} quits"));
            }
            Action::Help => self.popup = Some(Popup::Help(Help::default())),
            Action::Scroll(scroll) => self.scroll(scroll),
            Action::Mouse => self.context.effect = Some(Effect::Mouse),
            Action::Record => self.context.effect = Some(Effect::Record),
            Action::Keep => self.context.effect = Some(Effect::Keep),
            Action::Redraw => self.context.effect = Some(Effect::Redraw),
            Action::Suspend => self.context.effect = Some(Effect::Suspend),
            Action::Quit => self.context.effect = Some(Effect::Quit),
            // what is done in one view only, and in the palette
            Action::Choose(_)
            | Action::Across(_)
            | Action::Apply
            | Action::Target(_)
            | Action::Copy
            | Action::Run
            | Action::Restart
            | Action::Optimizer(_)
            | Action::LearningRate(_)
            | Action::Amount(_)
            | Action::Preset(_)
            | Action::Axis(..)
            | Action::Hold(_)
            | Action::Held(..)
            | Action::Chart
            | Action::CompareDefaults
            | Action::Move(..)
            | Action::Snap
            | Action::Edit(_)
            | Action::Page(_)
            | Action::Search
            | Action::Zoom
            | Action::Accept => {}
        }
    }

    /// Whether an action would end something that is going on and is asked for the first time; then it is told.
    fn asks_first(&mut self, action: Action) -> bool {
        let again = self.asked.take() == Some(action);
        let ends = matches!(
            action,
            Action::Step(..)
                | Action::Remedy
                | Action::Swap
                | Action::Undo
                | Action::Redo
                | Action::Reset
                | Action::Preset(_)
                | Action::Amount(_)
                | Action::Restart
                | Action::Accept
        );
        let going_on = self.shown().running(&self.context);
        let Some(what) = going_on.filter(|_| ends && !again) else {
            return false;
        };
        self.tell(format!("{what}: once more leaves it"));
        self.asked = Some(action);
        true
    }

    /// Does what an action means to the command palette, where it is open; false where it means nothing to it.
    fn act_in_palette(&mut self, action: Action) -> bool {
        let Some(Popup::Palette(palette)) = &mut self.popup else {
            return false;
        };
        match action {
            Action::Choose(direction) => palette.step(direction),
            Action::Edit(edit) => palette.edit(edit, &self.context),
            Action::Accept => self.accept(),
            _ => return false,
        }
        true
    }

    fn open_palette(&mut self, text: &str) {
        self.popup = Some(Popup::Palette(CommandPalette::new(text, &self.context)));
    }

    /// Does what is under the cursor of the palette and closes it, or says why not.
    pub(super) fn accept(&mut self) {
        let Some(command) = self.palette().and_then(CommandPalette::command) else {
            return;
        };
        if let Command::Set(parameter, value) = &command {
            if self.asks_first(Action::Accept) {
                return;
            }
            match set(&self.spec, data_of(&self.home), parameter, value) {
                Ok(spec) => {
                    self.context.touched = Some(*parameter);
                    if spec != *self.spec {
                        self.context.set_spec(Arc::new(spec));
                    }
                }
                Err(fault) => {
                    if let Some(Popup::Palette(palette)) = &mut self.popup {
                        palette.refuse(fault.to_string());
                    }
                    return;
                }
            }
        }
        self.popup = None;
        match command {
            Command::Do(action) => self.act(action),
            Command::Theme(theme) => self.set_theme(theme),
            Command::Lecture(number) => self.context.effect = Some(Effect::Lecture(number)),
            Command::Bind(map, told) => {
                self.context.keys = map;
                self.tell(told);
            }
            Command::Open(asked) => self.open(*asked),
            Command::Set(..) => {}
        }
    }

    /// Other colours.
    pub(super) fn set_theme(&mut self, theme: Palette) {
        self.context.look.palette = theme;
        let keep = self.key_of(Action::Keep);
        self.tell(if keep.is_empty() {
            format!("theme {theme}")
        } else {
            format!("theme {theme}; {keep} keeps it")
        });
    }

    pub(super) fn scroll(&mut self, scroll: Scroll) {
        let Context {
            size, view, keys, ..
        } = &self.context;
        if let Some(Popup::Help(help)) = &mut self.popup {
            help.scroll(scroll, *size, view.name, keys);
        }
    }

    /// Does what an action means to the help, where it is open; false where it means nothing to it.
    fn act_in_help(&mut self, action: Action) -> bool {
        let Some(Popup::Help(help)) = &mut self.popup else {
            return false;
        };
        match action {
            Action::Page(_) => help.turn(),
            Action::Search => help.begin_search(),
            Action::Edit(edit) => help.edit(edit),
            Action::Back => return help.end_search(),
            _ => return false,
        }
        true
    }
}
