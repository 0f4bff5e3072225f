//! The real terminal: raw mode and back whatever happens, keys, signals, frames.
//!
//! Three threads: this one draws, one reads keys, one waits for signals; all of them, and the simulation through
//! [`Inbox::bell`], put [`Event`](inbox::Event)s into one inbox, so that an idle dashboard sleeps. A frame is one write.

pub mod capabilities;
pub mod decode;
#[cfg(unix)]
mod desk;
pub mod file;
pub mod inbox;
#[cfg(unix)]
mod input;
#[cfg(unix)]
mod pace;
#[cfg(unix)]
mod panic;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod signals;
mod stay;

use std::sync::Arc;
use std::time::Duration;

use crate::app::keys::KeyMap;
use crate::app::lecture::Lecture;
use crate::app::look::Look;
use crate::app::opening::Opening;
use crate::engine::request::Source;
use crate::net::spec::Spec;
use crate::ui::stage::Presentation;

pub use inbox::Inbox;
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
    /// Lectures that the palette offers.
    pub lectures: Vec<Arc<Lecture>>,
    /// How long a visitor may stay; `None` for ever.
    pub stay: Option<Stay>,
}

/// How the dashboard ended.
#[derive(Clone, Debug)]
pub struct Exit {
    /// What was on the screen last; its command line opens the same again.
    pub spec: Arc<Spec>,
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
    /// No such terminals here.
    #[error(
        "the dashboard needs a Unix terminal; type `initscope run` for the same numbers as text"
    )]
    Unsupported,
    /// The operating system refused something.
    #[error("the terminal failed: {0}")]
    Io(#[from] std::io::Error),
}

impl TermError {
    /// Exit code of the program: 2 where it was asked for what cannot be, 1 where something failed.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::NotATerminal(_) | Self::Dumb | Self::Unsupported => 2,
            Self::Io(_) => 1,
        }
    }
}

/// Opens the dashboard on standard input and output and returns when the user quits, the terminal as it was before.
///
/// SIGTERM, SIGHUP, SIGINT and SIGQUIT restore the terminal and end the process with 128 + their number; so does a terminal
/// that went away, with 129.
///
/// # Errors
/// There is no terminal to draw on, or it failed.
#[cfg(unix)]
pub fn run(
    inbox: &Inbox,
    source: &mut dyn Source,
    spec: Spec,
    options: &Options,
) -> Result<Exit, TermError> {
    use crate::app::state::Model;

    let look = options.look;
    on_desk(inbox, source, options, |size| {
        let keys = Arc::clone(&options.keys);
        let titles = options.lectures.iter().map(|lecture| lecture.title.clone());
        let model = Model::new(spec, look, size)
            .bound(keys)
            .hinting()
            .teaching(titles);
        Box::new(model.opened(&options.opening))
    })
}

/// Plays a lecture on standard input and output; otherwise as [`run`].
///
/// # Errors
/// There is no terminal to draw on, or it failed.
#[cfg(unix)]
pub fn play(
    inbox: &Inbox,
    source: &mut dyn Source,
    lecture: Arc<Lecture>,
    options: &Options,
) -> Result<Exit, TermError> {
    use crate::app::lecture::{Mode, Player};

    let look = options.look;
    on_desk(inbox, source, options, |size| {
        Box::new(Player::new(lecture, look, size, Mode::Live))
    })
}

/// Shows what is made for the size of the screen.
#[cfg(unix)]
fn on_desk(
    inbox: &Inbox,
    source: &mut dyn Source,
    options: &Options,
    present: impl FnOnce((u16, u16)) -> Box<dyn Presentation>,
) -> Result<Exit, TermError> {
    if options.dumb {
        return Err(TermError::Dumb);
    }
    let screen = Arc::new(screen::Screen::of_process(options.mouse)?);
    let _hook = panic::Hook::install(&screen);
    signals::watch(&screen, inbox.sender())?;
    let _entered = screen.enter()?;
    let _keys = input::watch(&screen, inbox.sender(), options.escape)?;
    let pace = pace::Pace::new(options.frame, options.key_frame);
    let presentation = present(screen.size());
    desk::Desk::new(presentation, source, &screen, pace)
        .lecturing(&options.lectures)
        .staying(options.stay)
        .work(inbox)
}

/// There is no dashboard here.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn run(_: &Inbox, _: &mut dyn Source, _: Spec, _: &Options) -> Result<Exit, TermError> {
    Err(TermError::Unsupported)
}

/// There is no terminal here.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn play(
    _: &Inbox,
    _: &mut dyn Source,
    _: Arc<Lecture>,
    _: &Options,
) -> Result<Exit, TermError> {
    Err(TermError::Unsupported)
}
