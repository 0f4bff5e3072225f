//! Ctrl-C during a computation.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user has asked to stop.
pub(crate) struct Interrupt {
    raised: Arc<AtomicBool>,
}

/// What a shell reports of a process that SIGINT ended: 128 + 2.
pub(crate) const INTERRUPTED: u8 = 130;

impl Interrupt {
    /// From now on the first Ctrl-C only raises a flag, and the second ends the process at once.
    #[cfg(unix)]
    pub(crate) fn catch() -> io::Result<Self> {
        use signal_hook::consts::SIGINT;
        use signal_hook::flag;

        let raised = Arc::new(AtomicBool::new(false));
        flag::register_conditional_shutdown(SIGINT, INTERRUPTED.into(), Arc::clone(&raised))?;
        flag::register(SIGINT, Arc::clone(&raised))?;
        Ok(Self { raised })
    }

    /// Elsewhere Ctrl-C ends the process at once.
    #[cfg(not(unix))]
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self {
            raised: Arc::new(AtomicBool::new(false)),
        })
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn raised(&self) -> bool {
        self.raised.load(Ordering::Relaxed)
    }

    /// From now on Ctrl-C ends the process at once, also while it waits for a slow reader.
    pub(crate) fn release(&self) {
        self.raised.store(true, Ordering::Relaxed);
    }
}
