//! The loop: events into the model, effects out of it, frames onto the screen.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::action::{Action, Format};
use crate::app::effect::Effect;
use crate::app::export::{Outcome, file_name};
use crate::app::lecture::{Lecture, Mode, Player};
use crate::app::state::Model;
use crate::app::update::Msg;
use crate::engine::request::Source;
use crate::term::clipboard::Between;
use crate::term::decode::Input;
use crate::term::file::{self, Existing};
use crate::term::inbox::{Event, Inbox};
use crate::term::pace::{Pace, QUESTION};
use crate::term::screen::{Screen, end};
use crate::term::stay::{Clock, Stay, Told};
use crate::term::system::{self, LOST};
use crate::term::{Exit, Options, TermError};
use crate::term::keeper::Kept;
use crate::ui;
use crate::ui::stage::{Presentation, Stage};

/// How long a frame waits for the first answer to a new request, which theory gives in microseconds: a key shows its effect in
/// one frame instead of an empty one first.
const FIRST_ANSWER: Duration = Duration::from_millis(8);

/// How often to look for news that nobody announced.
const UNANNOUNCED: Duration = Duration::from_millis(100);

/// How long events are taken in before a frame is due again, so that no flood of keys freezes the screen.
const BATCH: Duration = Duration::from_millis(10);

/// Everything the loop works with.
pub(super) struct EventLoop<'a> {
    stage: Stage<'a, dyn Presentation>,
    screen: &'a Arc<Screen>,
    /// When frames may be drawn.
    pace: Pace,
    /// Until when time has passed on the stage.
    passed: Instant,
    /// Something has changed since the last frame.
    stale: bool,
    /// Until when the next frame waits for an answer.
    answer_by: Option<Instant>,
    /// Reads what the palette offers.
    lectures: fn(usize) -> Result<Lecture, String>,
    /// The dashboard that comes back when a lecture is over.
    behind: Option<Model>,
    /// When a visitor is shown out.
    clock: Option<Clock>,
    /// The command line that opens what was on the screen first.
    opened: String,
    /// What is kept for the next time.
    kept: Kept,
    /// What stands between here and the clipboard.
    between: Between,
}

impl<'a> EventLoop<'a> {
    pub(super) fn new(
        presentation: Box<dyn Presentation>,
        source: &'a mut dyn Source,
        screen: &'a Arc<Screen>,
        pace: Pace,
    ) -> Self {
        Self {
            opened: presentation.model().opening_command(),
            kept: Kept::default(),
            between: Between::default(),
            stage: Stage::new(presentation, Box::new(source), 0),
            screen,
            pace,
            passed: Instant::now(),
            stale: true,
            answer_by: None,
            lectures: |_| Err("there are no lectures here".into()),
            behind: None,
            clock: None,
        }
    }

    pub(super) fn lecturing(self, lectures: fn(usize) -> Result<Lecture, String>) -> Self {
        Self { lectures, ..self }
    }

    /// As these options say of what is kept and what is copied.
    pub(super) fn with(self, options: &Options) -> Self {
        let kept = Kept::new(options, self.stage.model());
        let between = options.between;
        Self {
            kept,
            between,
            ..self
        }
    }

    pub(super) fn staying(self, stay: Option<Stay>) -> Self {
        let clock = stay.map(|stay| Clock::new(stay, Instant::now()));
        Self { clock, ..self }
    }

    /// Works until the user quits.
    ///
    /// # Errors
    /// The terminal failed.
    pub(super) fn work(mut self, inbox: &Inbox) -> Result<Exit, TermError> {
        self.listen();
        loop {
            let now = Instant::now();
            let ready = self.pace.due().max(self.answer_by).unwrap_or(now);
            if self.stale && now >= ready {
                self.paint();
            }
            let limit = if self.stale {
                Some(ready.saturating_duration_since(now))
            } else {
                self.stage.model().waiting().then_some(UNANNOUNCED)
            };
            let due = self.stage.presentation().due();
            let due = due.map(Duration::from_millis);
            let stay = self.clock.as_ref().map(|clock| clock.due(now));
            let limit = limit.into_iter().chain(due).chain(stay).min();
            let mut next = inbox.wait(limit);
            let until = Instant::now() + BATCH;
            while let Some(event) = next {
                if self.take(event, inbox)? {
                    self.await_arrival(inbox);
                    return Ok(self.exit(None));
                }
                next = (Instant::now() < until).then(|| inbox.glance()).flatten();
            }
            self.go_on(inbox)?;
            self.listen();
            match self
                .clock
                .as_mut()
                .and_then(|clock| clock.tell(Instant::now()))
            {
                None => {}
                Some(Told::Warning(text)) => drop(self.tell(Msg::Tell(text))),
                Some(Told::Over(why)) => {
                    self.await_arrival(inbox);
                    return Ok(self.exit(Some(why)));
                }
            }
        }
    }

    fn exit(&self, closed: Option<String>) -> Exit {
        // of a lecture, the dashboard that was left for it
        let model = self.behind.as_ref().unwrap_or(self.stage.model());
        let command = model.opening_command();
        Exit {
            changed: command != self.opened,
            command,
            closed,
        }
    }

    /// Time passes on the stage, in whole milliseconds, and it does what is due.
    fn go_on(&mut self, inbox: &Inbox) -> io::Result<()> {
        let time = self.passed.elapsed().as_millis() as u64;
        self.passed += Duration::from_millis(time);
        self.stage.pass(time);
        while let Some(cue) = self.stage.proceed() {
            self.stale = true;
            if let Some(effect) = cue.effect {
                self.carry_out(effect, inbox)?;
            }
        }
        Ok(())
    }

    /// Takes an event in; true when it is over.
    fn take(&mut self, event: Event, inbox: &Inbox) -> io::Result<bool> {
        let effect = match event {
            Event::Input(input) => {
                self.pace.press();
                if let Some(clock) = &mut self.clock {
                    clock.press(Instant::now());
                }
                match input {
                    Input::Key(key) => self.tell(Msg::Key(key)),
                    Input::Mouse(mouse) => {
                        let target = self.stage.presentation().at(mouse.column, mouse.row);
                        target.and_then(|target| self.tell(Msg::Point(target, mouse.gesture)))
                    }
                }
            }
            Event::Resize => {
                self.stale = true;
                None
            }
            Event::Suspend => Some(Effect::Suspend),
            Event::Continue => {
                self.screen.enter_again()?;
                Some(Effect::Redraw)
            }
            Event::News => None,
            Event::Arrived => {
                self.pace.answer(Instant::now());
                None
            }
        };
        effect.map_or(Ok(false), |effect| self.carry_out(effect, inbox))
    }

    fn tell(&mut self, msg: Msg) -> Option<Effect> {
        self.stale = true;
        self.stage.update(msg)
    }

    /// Carries an effect out; true when it is over.
    fn carry_out(&mut self, effect: Effect, inbox: &Inbox) -> io::Result<bool> {
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

    /// Plays a lecture until it is quit; then the dashboard comes back.
    fn begin(&mut self, number: usize) {
        let lecture = match (self.lectures)(number) {
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
        self.behind = Some(model);
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

    /// Asks for what is wished for, and takes the newest answers.
    fn listen(&mut self) {
        let heard = self.stage.listen();
        if heard.asked {
            self.answer_by = Some(Instant::now() + FIRST_ANSWER);
        }
        if heard.news {
            self.stale = true;
            let model = self.stage.model();
            if model.answered() || model.failure().is_some() {
                self.answer_by = None;
            }
        }
    }

    /// Draws what the model shows now and sends what differs from the last frame, if anything does.
    fn paint(&mut self) {
        let size = self.screen.size();
        if size != self.stage.presentation().size() {
            self.tell(Msg::Resize(size.0, size.1));
        }
        let mut bytes = self.stage.frame();
        if !bytes.is_empty() {
            if self.pace.frame(bytes.len(), Instant::now()) {
                bytes.push_str(QUESTION);
            }
            self.send(bytes.as_bytes());
        }
        self.stale = false;
        self.answer_by = None;
    }

    /// A terminal that takes no bytes any more has gone away.
    fn send(&self, bytes: &[u8]) {
        if self.screen.write(bytes).is_err() {
            end(self.screen, LOST);
        }
    }

    /// Waits a little for the answer to the last question, which the shell would take for typed text; keys are lost meanwhile.
    fn await_arrival(&mut self, inbox: &Inbox) {
        while let Some(until) = self.pace.last_call() {
            let rest = until.saturating_duration_since(Instant::now());
            match inbox.wait(Some(rest)) {
                Some(Event::Arrived) => self.pace.answer(Instant::now()),
                Some(_) => {}
                None => return,
            }
        }
    }
}
