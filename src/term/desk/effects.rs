//! Carrying out what reaches outside the dashboard.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::EventLoop;
use crate::app::action::{Action, Format};
use crate::app::effect::Effect;
use crate::app::export::{Outcome, file_name};
use crate::app::lecture::{Mode, Player};
use crate::app::update::Msg;
use crate::term::file::{self, Existing};
use crate::term::inbox::Inbox;
use crate::term::journal::Journal;
use crate::term::system;
use crate::ui;
use crate::ui::stage::Presentation;

impl EventLoop<'_> {
    /// Carries an effect out; true when it is over.
    pub(super) fn carry_out(&mut self, effect: Effect, inbox: &Inbox) -> io::Result<bool> {
        match effect {
            Effect::Redraw => {
                self.stage.forget_screen();
                self.stale = true;
            }
            Effect::Mouse => {
                let key = self.stage.model().key_of(Action::Mouse);
                let told = if self.screen.toggle_mouse()? {
                    "the mouse points at what it is over"
                } else {
                    "the terminal has the mouse: text can be selected"
                };
                self.tell(Msg::Tell(format!("{told}; {key} changes that")));
            }
            Effect::Save { format, replace } => {
                let outcome = self.save(format, replace);
                self.tell(Msg::Saved(format, outcome));
            }
            Effect::Copy(text) => {
                self.send(&self.between.question(&text));
                let model = self.stage.model();
                let told = model.message().unwrap_or_default();
                let told = format!("{told}; {}", self.between.condition());
                self.tell(Msg::Tell(told));
            }
            Effect::Write { name, text } => {
                let written = file::write(Path::new(&name), text.as_bytes(), Existing::Kept);
                self.tell(Msg::Tell(match written {
                    Ok(()) => format!("written: {name}"),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        format!("{name} is there already and stays")
                    }
                    Err(error) => format!("{name}: {error}"),
                }));
            }
            Effect::Record => {
                let told = self.record();
                self.tell(Msg::Tell(told));
            }
            Effect::Keep => {
                let model = self.stage.model();
                let told = self.kept.keep(model, self.screen.has_mouse());
                self.tell(Msg::Tell(told));
            }
            Effect::Lecture(number) => self.begin(number),
            Effect::Suspend => self.suspend(inbox)?,
            Effect::Quit => match self.behind.take() {
                None => return Ok(true),
                Some(model) => {
                    let model = model.continued(self.stage.model());
                    self.change(Box::new(model));
                }
            },
        }
        Ok(false)
    }

    /// Begins to record, or ends and writes it; what to tell.
    fn record(&mut self) -> String {
        if self.stage.presentation().is_lecture() {
            return "a lecture is recorded by `initscope record`".into();
        }
        if self.stage.model().table().is_some() {
            return "a session with a table cannot be played back".into();
        }
        let key = self.stage.model().key_of(Action::Record);
        if let Some(written) = self.written() {
            return written.unwrap_or_else(|why| format!("not recorded: {why}"));
        }
        self.journal = Some(Journal::new(self.stage.model()));
        self.stage.forget_screen();
        format!("recording; {key} ends it")
    }

    /// What became of the session, where it was recorded.
    pub(super) fn written(&mut self) -> Option<Result<String, String>> {
        let session = self.journal.take()?.end();
        let archive = self.archive.as_mut()?;
        Some((archive.write)(&session, archive.path.take().as_deref()))
    }

    /// Plays a lecture until it is quit; then the dashboard comes back.
    fn begin(&mut self, number: usize) {
        let lecture = match self.lectures.lecture(number) {
            Ok(lecture) => lecture,
            Err(why) => {
                self.tell(Msg::Tell(why));
                return;
            }
        };
        let model = self.stage.model().clone();
        let look = model.look();
        let player = Player::new(Arc::new(lecture), look, self.screen.size(), Mode::Live);
        let player = player.after(&model);
        let player = player.followed_by(self.lectures.after(number));
        // after a lecture comes what was before the first
        if !self.stage.presentation().is_lecture() {
            self.behind = Some(model);
        }
        self.change(Box::new(player));
    }

    /// Another presentation on the same screen.
    fn change(&mut self, presentation: Box<dyn Presentation>) {
        self.stage.change(presentation);
        self.passed = Instant::now();
        self.stale = true;
    }

    /// Writes what is shown into a file of the working directory.
    fn save(&self, format: Format, replace: bool) -> Outcome {
        let Some(contents) = ui::export::contents(self.stage.model(), format) else {
            return Outcome::Failed("there are no curves yet".into());
        };
        let name = file_name(
            self.stage.model().spec(),
            self.stage.model().view().name,
            format,
        );
        let existing = if replace {
            Existing::Replaced
        } else {
            Existing::Kept
        };
        match file::write(Path::new(&name), contents.as_bytes(), existing) {
            Ok(()) => Outcome::Written,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Outcome::Exists,
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    /// Stops the whole job, as the terminal's own Ctrl-Z would, until the shell continues it.
    fn suspend(&mut self, inbox: &Inbox) -> io::Result<()> {
        if !system::has_job_control() {
            self.tell(Msg::Tell(
                "no shell here could bring a suspended program back".into(),
            ));
            return Ok(());
        }
        self.await_arrival(inbox);
        self.screen.leave();
        system::stop()?;
        self.screen.enter_again()?;
        self.stage.forget_screen();
        self.stale = true;
        Ok(())
    }
}
