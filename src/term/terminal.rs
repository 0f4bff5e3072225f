//! What the dashboard needs of a terminal. Every operating system has its own; a test has a pseudo-terminal.

use std::fmt::Debug;
use std::io;
use std::time::{Duration, Instant};

use crate::term::inbox::Sender;

/// A terminal, shared by the threads that draw, read keys and wait for signals.
pub(super) trait Terminal: Debug + Send + Sync {
    /// Keys come one by one and are not echoed; or everything is as before the program. What it was last does not matter: somebody
    /// else may have had the terminal meanwhile.
    ///
    /// # Errors
    /// The terminal refused.
    fn set_raw(&self, raw: bool) -> io::Result<()>;

    /// Asks for the mouse, or no longer; the bytes that are to be written for it.
    ///
    /// # Errors
    /// The terminal refused.
    fn set_mouse(&self, wanted: bool) -> io::Result<Vec<u8>>;

    /// Columns and rows; `None` where the terminal does not know them.
    fn size(&self) -> Option<(u16, u16)>;

    /// Writes all bytes; where there is a limit, what the terminal has not taken until then is lost.
    ///
    /// # Errors
    /// The terminal failed or went away, or the time is up.
    fn write(&self, bytes: &[u8], until: Option<Instant>) -> io::Result<()>;

    /// Ends a [`write`](Self::write) that waits, as if its time were up; later ones wait as they are told. Nothing where a write
    /// cannot be ended.
    fn give_up(&self);

    /// Hands on what a person does, until nobody takes it any more or [`hush`](Self::hush) is called; `escape` is how long a lone
    /// escape byte may turn out to be the beginning of a key.
    ///
    /// # Errors
    /// The terminal went away.
    fn listen(&self, escape: Duration, events: &Sender) -> io::Result<()>;

    /// Ends [`listen`](Self::listen), also where it waits.
    fn hush(&self);
}
