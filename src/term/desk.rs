//! The loop: events into the model, effects out of it, frames onto the screen.

mod piece;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Action;
use crate::app::export::{Format, Outcome, file_name};
use crate::app::lecture::{Audience, Lecture, Player};
use crate::app::state::Model;
use crate::app::update::{Effect, Msg};
use crate::engine::request::Request;
use crate::term::commands;
use crate::term::decode::Input;
use crate::term::file::{self, Existing};
use crate::term::inbox::{Event, Inbox};
use crate::term::pace::{Pace, QUESTION};
use crate::term::screen::{Screen, end};
use crate::term::stay::{Clock, Stay, Told};
use crate::term::system::{self, LOST};
use crate::term::{Exit, TermError};
use crate::ui;
use crate::worker::{self, Source};

pub(super) use piece::Piece;

/// How long a frame waits for the first answer to a new request, which theory gives in microseconds: a key shows its effect in
/// one frame instead of an empty one first.
const FIRST_ANSWER: Duration = Duration::from_millis(8);

/// How often to look for news that nobody announced.
const UNANNOUNCED: Duration = Duration::from_millis(100);

/// How long events are taken in before a frame is due again, so that no flood of keys freezes the screen.
const BATCH: Duration = Duration::from_millis(10);

/// Everything the loop works with.
pub(super) struct Desk<'a> {
    piece: Box<dyn Piece>,
    source: &'a mut dyn Source,
    screen: &'a Arc<Screen>,
    /// When frames may be drawn.
    pace: Pace,
    /// Until when time has passed for the piece.
    passed: Instant,
    /// What the screen shows; `None` where that is not known.
    shown: Option<Buffer>,
    /// Something has changed since the last frame.
    stale: bool,
    /// Until when the next frame waits for an answer.
    answer_by: Option<Instant>,
    /// What was asked for last beside the simulation, one of each kind.
    asked: Vec<Request>,
    /// Reads what the palette offers.
    lectures: fn(usize) -> Result<Lecture, String>,
    /// The dashboard that comes back when a lecture is over.
    behind: Option<Model>,
    /// When a visitor is shown out.
    clock: Option<Clock>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        piece: Box<dyn Piece>,
        source: &'a mut dyn Source,
        screen: &'a Arc<Screen>,
        pace: Pace,
    ) -> Self {
        Self {
            piece,
            source,
            screen,
            pace,
            passed: Instant::now(),
            shown: None,
            stale: true,
            answer_by: None,
            asked: Vec::new(),
            lectures: |_| Err("there are no lectures here".into()),
            behind: None,
            clock: None,
        }
    }

    pub(super) fn lecturing(self, lectures: fn(usize) -> Result<Lecture, String>) -> Self {
        Self { lectures, ..self }
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
        let first = self.piece.model().first();
        self.carry_out(first, inbox)?;
        loop {
            let now = Instant::now();
            let ready = self.pace.due().max(self.answer_by).unwrap_or(now);
            if self.stale && now >= ready {
                self.paint();
            }
            let limit = if self.stale {
                Some(ready.saturating_duration_since(now))
            } else {
                self.piece.model().waiting().then_some(UNANNOUNCED)
            };
            let stay = self.clock.as_ref().map(|clock| clock.due(now));
            let limit = limit.into_iter().chain(self.piece.due()).chain(stay).min();
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
            self.ask();
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
        Exit {
            spec: Arc::clone(self.piece.model().spec()),
            closed,
        }
    }

    /// Time passes for the piece, in whole milliseconds, and it does what is due.
    fn go_on(&mut self, inbox: &Inbox) -> io::Result<()> {
        let time = Duration::from_millis(self.passed.elapsed().as_millis() as u64);
        self.passed += time;
        self.piece.pass(time);
        while let Some(effect) = self.piece.proceed() {
            self.stale = true;
            if let Some(effect) = effect {
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
                        let target = self.piece.at(mouse.column, mouse.row);
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
        self.piece.update(msg)
    }

    /// Carries an effect out; true when it is over.
    fn carry_out(&mut self, effect: Effect, inbox: &Inbox) -> io::Result<bool> {
        match effect {
            Effect::Simulate { generation, spec } => {
                self.source.request(Request::simulation(generation, spec));
                self.answer_by = Some(Instant::now() + FIRST_ANSWER);
            }
            Effect::Redraw => {
                self.shown = None;
                self.stale = true;
            }
            Effect::Mouse => {
                let key = self.piece.model().key_of(Action::Mouse);
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
            // over SSH as well; a terminal that does not allow it ignores this
            Effect::Copy(text) => {
                self.send(&commands::bytes(&CopyToClipboard::to_clipboard_from(text)));
            }
            Effect::Lecture(number) => return self.begin(number, inbox),
            Effect::Suspend => self.suspend(inbox)?,
            Effect::Quit => match self.behind.take() {
                None => return Ok(true),
                Some(model) => {
                    let model = model.continued(self.piece.model());
                    return self.change(Box::new(model), inbox);
                }
            },
        }
        Ok(false)
    }

    /// Plays a lecture until it is quit; then the dashboard comes back.
    fn begin(&mut self, number: usize, inbox: &Inbox) -> io::Result<bool> {
        let lecture = match (self.lectures)(number) {
            Ok(lecture) => lecture,
            Err(why) => {
                self.tell(Msg::Tell(why));
                return Ok(false);
            }
        };
        let model = self.piece.model().clone();
        let look = model.look();
        let player = Player::new(Arc::new(lecture), look, self.screen.size(), Audience::Live);
        let player = player.after(&model);
        self.behind = Some(model);
        self.change(Box::new(player), inbox)
    }

    /// Another piece on the same screen.
    fn change(&mut self, piece: Box<dyn Piece>, inbox: &Inbox) -> io::Result<bool> {
        self.piece = piece;
        self.passed = Instant::now();
        self.stale = true;
        let first = self.piece.model().first();
        self.carry_out(first, inbox)
    }

    /// Writes what is shown into a file of the working directory.
    fn save(&self, format: Format, replace: bool) -> Outcome {
        let Some(contents) = ui::export::contents(self.piece.model(), format) else {
            return Outcome::Failed("there are no curves yet".into());
        };
        let name = file_name(self.piece.model().spec(), self.piece.model().view(), format);
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
        self.shown = None;
        self.stale = true;
        Ok(())
    }

    /// Asks for what the model wishes to know beside the simulation, where that is another thing than before.
    fn ask(&mut self) {
        let wishes = self.piece.model().wishes();
        if worker::ask(self.source, &mut self.asked, wishes) {
            self.answer_by = Some(Instant::now() + FIRST_ANSWER);
        }
    }

    /// Takes the newest from the source, while something is expected of it.
    fn listen(&mut self) {
        if !self.piece.model().waiting() && self.asked.is_empty() {
            return;
        }
        for news in self.source.news() {
            self.tell(match news {
                Ok(answer) => Msg::Answer(answer),
                Err(error) => Msg::Failed(error.work, error.to_string()),
            });
            if self.piece.model().answered() || self.piece.model().failure().is_some() {
                self.answer_by = None;
            }
        }
    }

    /// Draws what the model shows now and sends what differs from the last frame, if anything does.
    fn paint(&mut self) {
        let size = self.screen.size();
        if size != self.piece.size() {
            self.tell(Msg::Resize(size.0, size.1));
        }
        let (columns, rows) = self.piece.size();
        let area = Rect::new(0, 0, columns, rows);
        let mut buffer = Buffer::empty(area);
        self.piece.draw(area, &mut buffer);
        let mut bytes = ui::ansi::frame(self.shown.as_ref(), &buffer);
        if !bytes.is_empty() {
            if self.pace.frame(bytes.len(), Instant::now()) {
                bytes.push_str(QUESTION);
            }
            self.send(bytes.as_bytes());
        }
        self.shown = Some(buffer);
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
