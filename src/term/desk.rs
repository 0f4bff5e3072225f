//! The loop: events into the model, effects out of it, frames onto the screen.

mod effects;

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::effect::Effect;
use crate::app::state::Model;
use crate::app::update::Msg;
use crate::engine::request::Source;
use crate::term::clipboard::Between;
use crate::term::decode::Input;
use crate::term::inbox::{Event, Inbox};
use crate::term::journal::{self, Archive, Journal};
use crate::term::keeper::Kept;
use crate::term::pace::{Pace, QUESTION};
use crate::term::screen::{Screen, end};
use crate::term::stay::{Clock, Stay, Told};
use crate::term::system::LOST;
use crate::term::{Exit, Lectures, Options, TermError};
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
    lectures: Lectures,
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
    /// What is being recorded, and where it is written.
    journal: Option<Journal>,
    archive: Option<Archive>,
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
            journal: None,
            archive: None,
            stage: Stage::new(presentation, Box::new(source), 0),
            screen,
            pace,
            passed: Instant::now(),
            stale: true,
            answer_by: None,
            lectures: Lectures::none(),
            behind: None,
            clock: None,
        }
    }

    /// As these options say of what is kept, copied and played.
    pub(super) fn with(self, options: &Options) -> Self {
        let kept = Kept::new(options, self.stage.model());
        let between = options.between;
        let archive = options.archive.as_ref();
        let recorded = archive.is_some_and(|archive| archive.path.is_some());
        Self {
            kept,
            between,
            lectures: options.lectures.clone(),
            journal: recorded.then(|| Journal::new(self.stage.model())),
            archive: options.archive.clone(),
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

    fn exit(&mut self, closed: Option<String>) -> Exit {
        // of a lecture, the dashboard that was left for it
        let model = self.behind.as_ref().unwrap_or(self.stage.model());
        let command = model.opening_command();
        let opened = std::mem::take(&mut self.opened);
        let recorded = self.written();
        Exit {
            recorded,
            changed: command != opened,
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
                    Input::Key(key) => {
                        let lecture = self.stage.presentation().is_lecture();
                        let journal = self.journal.as_ref().filter(|_| !lecture);
                        let noted = journal::noted(journal, key, self.stage.model());
                        let effect = self.tell(Msg::Key(key));
                        if let Some(journal) = &mut self.journal {
                            journal.key(noted, effect.as_ref());
                        }
                        effect
                    }
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
            if let Some(journal) = &mut self.journal {
                journal.frame(&bytes);
            }
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
