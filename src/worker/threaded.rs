//! A background thread with a queue of one in each direction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::engine::snapshot::Snapshot;
use crate::worker::{Request, Source, SourceError};

/// Time from one published snapshot to the next at least: what a screen can show.
const FRAME: Duration = Duration::from_millis(33);

/// Making snapshots may take this share of the time at most: one part in so many.
const SHARE: u32 = 5;

/// What the two sides share.
#[derive(Default)]
struct Mailbox {
    /// The newest request that nobody has taken.
    request: Option<Request>,
    /// The newest answer that nobody has taken.
    answer: Option<Result<Arc<Snapshot>, SourceError>>,
    /// The thread is to end.
    closed: bool,
}

#[derive(Default)]
struct Shared {
    mailbox: Mutex<Mailbox>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Mailbox> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Simulates in a thread of its own (and the rayon pool); dropping it ends the thread.
pub struct Threaded {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Threaded {
    /// Starts the thread; `news` is called from it whenever [`Source::latest`] has something new.
    ///
    /// # Errors
    /// The operating system refused the thread.
    pub fn spawn(news: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        Self::spawn_with(news, |request| {
            Engine::new(request.spec, request.generation)
        })
    }

    /// [`spawn`](Self::spawn) with another way to start an engine, so that its failure can be tried.
    ///
    /// # Errors
    /// The operating system refused the thread.
    pub fn spawn_with(
        news: impl Fn() + Send + 'static,
        start: impl Fn(Request) -> Engine + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("initscope-worker".into())
            .spawn(move || work(&theirs, &news, &start))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }
}

impl Source for Threaded {
    fn request(&mut self, request: Request) {
        let mut mailbox = self.shared.lock();
        mailbox.request = Some(request);
        mailbox.answer = None;
        self.shared.changed.notify_one();
    }

    fn latest(&mut self) -> Result<Option<Arc<Snapshot>>, SourceError> {
        self.shared.lock().answer.take().transpose()
    }
}

impl Drop for Threaded {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // a panic was caught and reported when it happened
            drop(thread.join());
        }
    }
}

/// What the thread finds in its mailbox.
enum Task {
    /// Start this.
    Start(Request),
    /// Go on with what is running.
    GoOn,
    /// Somebody dropped the source.
    End,
}

/// Looks into the mailbox; waits there while nothing is running.
fn next(shared: &Shared, busy: bool) -> Task {
    let mut mailbox = shared.lock();
    loop {
        if mailbox.closed {
            return Task::End;
        }
        if let Some(request) = mailbox.request.take() {
            return Task::Start(request);
        }
        if busy {
            return Task::GoOn;
        }
        mailbox = shared
            .changed
            .wait(mailbox)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

/// The thread: newest request first, bounded steps, snapshots at frame rate.
fn work(shared: &Shared, news: &impl Fn(), start: &impl Fn(Request) -> Engine) {
    let mut engine: Option<Engine> = None;
    let mut due = Instant::now();
    loop {
        let task = next(shared, engine.is_some());
        let result = catch_unwind(AssertUnwindSafe(|| match task {
            Task::End => None,
            Task::Start(request) => {
                let fresh = start(request);
                publish(shared, news, &fresh);
                due = Instant::now();
                Some(Some(fresh))
            }
            Task::GoOn => engine.take().map(|mut engine| {
                engine.step();
                if engine.is_settled() || Instant::now() >= due {
                    let started = Instant::now();
                    publish(shared, news, &engine);
                    due = Instant::now() + FRAME.max(started.elapsed() * SHARE);
                }
                (!engine.is_settled()).then_some(engine)
            }),
        }));
        match result {
            Ok(Some(next)) => engine = next,
            Ok(None) => return,
            Err(panic) => {
                engine = None;
                shared.lock().answer = Some(Err(SourceError(format!(
                    "the simulation failed: {}",
                    reason(&*panic)
                ))));
                news();
            }
        }
    }
}

/// Puts the newest snapshot into the mailbox, unless a newer request makes it stale.
fn publish(shared: &Shared, news: &impl Fn(), engine: &Engine) {
    let snapshot = Arc::new(engine.snapshot());
    let mut mailbox = shared.lock();
    if mailbox.request.is_none() {
        mailbox.answer = Some(Ok(snapshot));
        drop(mailbox);
        news();
    }
}

/// The text of a panic.
fn reason(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given")
}
