//! Signals that end a computation without a screen.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a shell reports of a process that SIGINT ended: 128 + 2.
pub(crate) const INTERRUPTED: u8 = 130;

/// A file that grows beyond the limit of the process is a failed write, which is told and leaves no part of the file behind,
/// instead of the end of the process.
#[cfg(unix)]
pub(crate) fn outlive_file_limits() -> io::Result<()> {
    use signal_hook::consts::SIGXFSZ;

    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    Ok(())
}

/// There is no such signal here.
#[cfg(not(unix))]
pub(crate) fn outlive_file_limits() -> io::Result<()> {
    Ok(())
}

#[derive(Default)]
struct Shared {
    raised: AtomicBool,
    /// The computation has seen that it is to stop, and ends by itself.
    noticed: AtomicBool,
    /// There is a result: the next signal ends the process at once.
    released: AtomicBool,
    /// Held while a file is written.
    writing: Mutex<()>,
}

/// Whether the user has asked to stop.
pub(crate) struct Interrupt {
    shared: Arc<Shared>,
}

impl Interrupt {
    /// From now on the first Ctrl-C raises a flag. Where nobody has looked at it after [`GRACE`], where it comes a second time, and
    /// for SIGTERM and SIGHUP, the process ends at once, whatever it is doing, with 128 + the signal's number.
    #[cfg(unix)]
    pub(crate) fn catch() -> io::Result<Self> {
        Self::hearing(&[signal_hook::consts::SIGINT])
    }

    /// The same with SIGTERM as gentle as Ctrl-C: for work that ends where it can be taken up again.
    #[cfg(unix)]
    pub(crate) fn catch_all() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        Self::hearing(&[SIGINT, SIGTERM])
    }

    #[cfg(unix)]
    fn hearing(gentle: &'static [i32]) -> io::Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use signal_hook::iterator::Signals;

        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("initscope signals".into())
            .spawn(move || {
                for signal in signals.forever() {
                    theirs.hear(signal, gentle.contains(&signal));
                }
            })?;
        Ok(Self { shared })
    }

    /// Elsewhere Ctrl-C ends the process at once.
    #[cfg(not(unix))]
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self {
            shared: Arc::default(),
        })
    }

    /// Elsewhere Ctrl-C ends the process at once.
    #[cfg(not(unix))]
    pub(crate) fn catch_all() -> io::Result<Self> {
        Self::catch()
    }

    /// Whether Ctrl-C was pressed; then the caller stops by itself.
    pub(crate) fn raised(&self) -> bool {
        let raised = self.shared.raised.load(Ordering::SeqCst);
        if raised {
            self.shared.noticed.store(true, Ordering::SeqCst);
        }
        raised
    }

    /// From now on Ctrl-C ends the process at once, also while it waits for a slow reader.
    pub(crate) fn release(&self) {
        self.shared.released.store(true, Ordering::SeqCst);
    }

    /// Writes a file; a signal ends the process before it or after it, so that nothing half-written is left.
    pub(crate) fn undisturbed<T>(&self, write: impl FnOnce() -> T) -> T {
        let _writing = self.shared.lock();
        write()
    }
}

/// How long a computation may take to notice that it is to stop: then it can print what it has computed until then.
#[cfg(unix)]
const GRACE: std::time::Duration = std::time::Duration::from_millis(90);

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(unix)]
    fn hear(&self, signal: i32, gentle: bool) {
        let again = self.raised.swap(true, Ordering::SeqCst);
        if gentle && !again && !self.released.load(Ordering::SeqCst) {
            std::thread::sleep(GRACE);
            if self.noticed.load(Ordering::SeqCst) {
                return;
            }
        }
        let _writing = self.lock();
        if !self.released.load(Ordering::SeqCst) {
            crate::cli::output::complain("interrupted");
        }
        std::process::exit(128 + signal)
    }
}
