//! The real terminal: raw mode and back whatever happens, keys, signals, frames.
//!
//! Three threads: this one draws, one reads keys, one waits for signals; all of them, and the simulation through
//! [`Inbox::bell`], put [`Event`](inbox::Event)s into one inbox, so that an idle dashboard sleeps. A frame is one write.

pub mod capabilities;
mod clipboard;
mod commands;
pub mod decode;
mod desk;
pub mod file;
pub mod inbox;
mod input;
mod journal;
mod keeper;
mod pace;
mod panic;
mod screen;
mod stay;
mod terminal;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::keys::KeyMap;
use crate::app::lecture::{Lecture, Sequel};
use crate::app::look::Look;
use crate::app::opening::Opening;
use crate::engine::request::Source;
use crate::net::spec::Spec;
use crate::ui::stage::Presentation;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub use clipboard::Between;
pub use inbox::Inbox;
pub use journal::Archive;
pub use keeper::{Change, Keeper};
pub use stay::Stay;

/// What the terminal can do and how it is to be treated; see [`Options::detect`].
#[derive(Clone, Debug)]
pub struct Options {
    /// Colours and characters.
    pub look: Look,
    /// What is shown first.
    pub opening: Opening,
    /// Which keys do what; a lecture knows the table's alone.
    pub keys: Arc<KeyMap>,
    /// Time from one frame to the next at least.
    pub frame: Duration,
    /// The same where a key was pressed since.
    pub key_frame: Duration,
    /// How long a lone escape byte may turn out to be the beginning of a key.
    pub escape: Duration,
    /// Whether clicks and the wheel go to the dashboard.
    pub mouse: bool,
    /// The terminal cannot move its cursor (`TERM=dumb`).
    pub dumb: bool,
    /// What stands between the program and the terminal's clipboard.
    pub between: Between,
    /// Lectures that the palette offers.
    pub lectures: Lectures,
    /// Where changes of theme, mouse and keys are kept; `None` where they are not.
    pub keeper: Option<Keeper>,
    /// Whether to say first where the lectures are.
    pub greeting: bool,
    /// Where what is done is recorded; `None` where it is not.
    pub archive: Option<Archive>,
    /// How long a visitor may stay; `None` for ever.
    pub stay: Option<Stay>,
}

/// Lectures that are read when they are played.
#[derive(Clone, Debug)]
pub struct Lectures {
    /// What they are called.
    pub titles: Vec<&'static str>,
    /// Reads one of them, counted from 0.
    pub read: fn(usize) -> Result<Lecture, String>,
    /// Seconds of a script in a second.
    pub speed: f64,
}

/// A lecture that is played.
#[derive(Clone, Debug)]
pub struct Play {
    /// It, at its speed.
    pub lecture: Arc<Lecture>,
    /// Seconds of the script in a second, for those that follow as well.
    pub speed: f64,
    /// The step with which it begins.
    pub from: usize,
    /// Its place among [`Lectures`], where it has one.
    pub number: Option<usize>,
}

impl Lectures {
    /// No lectures at all.
    fn none() -> Self {
        Self {
            titles: Vec::new(),
            read: |_| Err("there are no lectures here".into()),
            speed: 1.0,
        }
    }

    /// One of them, counted from 0.
    fn lecture(&self, number: usize) -> Result<Lecture, String> {
        (self.read)(number).map(|lecture| lecture.at_speed(self.speed))
    }

    /// What comes after the lecture of a number.
    fn after(&self, number: usize) -> Option<Sequel> {
        let number = number + 1;
        let title = (*self.titles.get(number)?).to_owned();
        Some(Sequel { number, title })
    }
}

/// How the dashboard ended.
#[derive(Clone, Debug)]
pub struct Exit {
    /// The command line that opens again what was on the screen last.
    pub command: String,
    /// Whether that is something else than what it opened with.
    pub changed: bool,
    /// Where the session was written, or why not, where it was recorded.
    pub recorded: Option<Result<String, String>>,
    /// Why it ended, where nobody quit.
    pub closed: Option<String>,
}

/// Why there is no dashboard, and what to do instead.
#[derive(Debug, thiserror::Error)]
pub enum TermError {
    /// Input or output is a file or a pipe.
    #[error(
        "{0} is not a terminal, so there is no screen to draw on; type `initscope run` for the same numbers as text"
    )]
    NotATerminal(&'static str),
    /// The terminal cannot place text.
    #[error(
        "the terminal cannot move its cursor (TERM=dumb); type `initscope run` for the same numbers as text"
    )]
    Dumb,
    /// A console older than Windows 10.
    #[cfg(windows)]
    #[error(
        "this console knows no escape sequences; open Windows Terminal, or type `initscope run` for the same numbers as text"
    )]
    OldConsole,
    /// The operating system refused something.
    #[error("the terminal failed: {0}")]
    Io(#[from] std::io::Error),
}

impl TermError {
    /// Exit code of the program: 2 where it was asked for what cannot be, 1 where something failed.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::NotATerminal(_) | Self::Dumb => 2,
            #[cfg(windows)]
            Self::OldConsole => 2,
            Self::Io(_) => 1,
        }
    }
}

/// Opens the dashboard on standard input and output and returns when the user quits, the terminal as it was before.
///
/// On Unix SIGTERM, SIGHUP, SIGINT and SIGQUIT restore the terminal and end the process with 128 + their number; so does a
/// terminal that went away, with 129.
///
/// # Errors
/// There is no terminal to draw on, or it failed.
pub fn run(
    inbox: &Inbox,
    source: &mut dyn Source,
    spec: Spec,
    options: &Options,
) -> Result<Exit, TermError> {
    use crate::app::action::Action;
    use crate::app::state::Model;
    use crate::app::update::Msg;

    let look = options.look;
    on_desk(inbox, source, options, |size| {
        let keys = Arc::clone(&options.keys);
        let titles = options.lectures.titles.iter().map(ToString::to_string);
        let model = Model::new(spec, look, size)
            .bound(&keys)
            .hinting()
            .teaching(titles);
        let model = if options.keeper.is_some() {
            model
        } else {
            model.forgetting()
        };
        let mut model = model.opened(&options.opening);
        if options.greeting {
            let [palette, help] =
                [Action::Palette, Action::Help].map(|action| model.key_of(action));
            model.update(Msg::Tell(format!(
                "lectures: {palette} and the word lecture; {help} lists every key"
            )));
        }
        Box::new(model)
    })
}

/// Plays a lecture on standard input and output; otherwise as [`run`].
///
/// # Errors
/// There is no terminal to draw on, or it failed.
pub fn play(
    inbox: &Inbox,
    source: &mut dyn Source,
    play: Play,
    options: &Options,
) -> Result<Exit, TermError> {
    use crate::app::lecture::{Mode, Player};

    let look = options.look;
    on_desk(inbox, source, options, |size| {
        let player = Player::new(play.lecture, look, size, Mode::Live);
        let sequel = play
            .number
            .and_then(|number| options.lectures.after(number));
        Box::new(player.followed_by(sequel).from_step(play.from))
    })
}

/// Shows what is made for the size of the screen.
fn on_desk(
    inbox: &Inbox,
    source: &mut dyn Source,
    options: &Options,
    present: impl FnOnce((u16, u16)) -> Box<dyn Presentation>,
) -> Result<Exit, TermError> {
    if options.dumb {
        return Err(TermError::Dumb);
    }
    let latest = options.stay.map(|stay| Instant::now() + stay.total);
    let screen = screen::Screen::new(system::of_process()?, options.mouse, latest);
    let screen = Arc::new(screen);
    let _hook = panic::Hook::install(&screen);
    system::watch(&screen, inbox.sender())?;
    let _entered = screen.enter()?;
    let _keys = input::watch(&screen, inbox.sender(), options.escape)?;
    let pace = pace::Pace::new(options.frame, options.key_frame);
    #[cfg(windows)]
    let pace = pace.unasking();
    let presentation = present(screen.size());
    let done = desk::EventLoop::new(presentation, source, &screen, pace)
        .with(options)
        .staying(options.stay)
        .work(inbox);
    if let Err(TermError::Io(_)) = done {
        // a terminal that fails has gone away
        screen::end(&screen, system::LOST);
    }
    done
}
