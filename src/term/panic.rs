//! A panic of the dashboard gives the terminal back before it says anything; one of the simulation says nothing here, for it
//! becomes a message on the screen.

use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::thread;

use crate::term::screen::Screen;

/// Names of the threads of this room begin like this.
pub(super) const THREADS: &str = "initscope-term";

/// Exit code of a program that panicked, as Rust's own.
const CRASHED: i32 = 101;

type Previous = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// The hook is installed as long as this lives.
pub(super) struct Hook {
    previous: Arc<Previous>,
}

impl Hook {
    /// Installs the hook for this thread and those of this room.
    pub(super) fn install(screen: &Arc<Screen>) -> Self {
        let previous: Arc<Previous> = Arc::from(panic::take_hook());
        let (inner, screen, main) = (
            Arc::clone(&previous),
            Arc::clone(screen),
            thread::current().id(),
        );
        panic::set_hook(Box::new(move |info| {
            if !screen.is_entered() {
                inner(info);
            } else if thread::current().id() == main {
                screen.abandon();
                inner(info);
            } else if of_this_room() {
                screen.abandon();
                inner(info);
                std::process::exit(CRASHED);
            }
        }));
        Self { previous }
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        // a panicking thread may not change the hook
        if !thread::panicking() {
            let previous = Arc::clone(&self.previous);
            panic::set_hook(Box::new(move |info| previous(info)));
        }
    }
}

fn of_this_room() -> bool {
    thread::current()
        .name()
        .is_some_and(|name| name.starts_with(THREADS))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::term::commands;
    use crate::term::screen::tests::pseudo_terminal;
    use crate::term::unix::pseudo::written;

    #[test]
    fn a_panic_of_the_simulation_leaves_the_screen_alone_and_one_of_the_dashboard_gives_it_back() {
        let (screen, _, master) = pseudo_terminal();
        let dashboard = thread::spawn(move || {
            let _hook = Hook::install(&screen);
            let _entered = screen.enter().expect("entered");
            written(&master);
            let simulation = thread::spawn(|| panic!("the simulation, on purpose"));
            assert!(simulation.join().is_err());
            let after_simulation = written(&master);
            let dashboard = panic::catch_unwind(|| panic!("the dashboard, on purpose"));
            assert!(dashboard.is_err());
            (after_simulation, written(&master))
        });
        let (after_simulation, after_dashboard) =
            dashboard.join().expect("it asserts nothing else");
        assert_eq!(after_simulation, b"");
        assert_eq!(after_dashboard, commands::restore());
    }
}
