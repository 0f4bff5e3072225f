//! A background thread with a queue of one in each direction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::request::Work;
use crate::worker::SourceError;

/// Time from one published answer to the next at least: what a screen can show.
const FRAME: Duration = Duration::from_millis(33);

/// Making answers may take this share of the time at most: one part in so many.
const SHARE: u32 = 5;

/// Something that is done in bounded steps and can be asked at any time what it knows.
pub(super) trait Job: Send {
    /// What it gives.
    type Answer: Send + Sync;
    /// Whether the next job can use what a finished one has computed, so that it is kept.
    const REUSED: bool;
    /// Whether nothing more will come.
    fn is_done(&self) -> bool;
    /// Counts what is worth showing at once, without waiting for the next frame.
    fn milestones(&self) -> usize {
        0
    }
    /// Whether every frame of its work is worth an answer.
    fn is_newsworthy(&self) -> bool {
        true
    }
    /// A bounded piece of work.
    fn step(&mut self);
    /// Hears how long the last step took.
    fn spend(&mut self, _: Duration) {}
    /// What is known now.
    fn answer(&self) -> Self::Answer;
}

/// What the two sides share.
struct Mailbox<R, A> {
    /// The newest request that nobody has taken.
    request: Option<R>,
    /// The newest answer that nobody has taken.
    answer: Option<Result<Arc<A>, SourceError>>,
    /// Nothing is to be done until the next request.
    held: bool,
    /// The thread is to end.
    closed: bool,
}

struct Shared<R, A> {
    mailbox: Mutex<Mailbox<R, A>>,
    changed: Condvar,
}

impl<R, A> Shared<R, A> {
    fn lock(&self) -> MutexGuard<'_, Mailbox<R, A>> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread of its own (which uses the rayon pool as well) for one kind of request; dropping it ends the thread after its present
/// step, which nobody waits for.
pub(super) struct Background<R, A> {
    shared: Arc<Shared<R, A>>,
}

impl<R: Send + 'static, A: Send + Sync + 'static> Background<R, A> {
    /// Starts the thread; `start` makes a job of a request and the job before, `news` is called whenever there is an answer.
    ///
    /// # Errors
    /// The operating system refused the thread.
    pub(super) fn spawn<J: Job<Answer = A>>(
        of: Work,
        news: impl Fn() + Send + 'static,
        start: impl Fn(R, Option<J>) -> J + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            mailbox: Mutex::new(Mailbox {
                request: None,
                answer: None,
                held: false,
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name(format!("initscope {of}"))
            .spawn(move || work(of, &theirs, &news, &start))?;
        Ok(Self { shared })
    }

    /// Replaces whatever is asked or being computed.
    pub(super) fn request(&mut self, request: R) {
        let mut mailbox = self.shared.lock();
        mailbox.request = Some(request);
        mailbox.answer = None;
        mailbox.held = false;
        self.shared.changed.notify_one();
    }

    /// Rests until the next request.
    pub(super) fn hold(&mut self) {
        self.shared.lock().held = true;
    }

    /// The newest answer since the last call; `None` when there is nothing new.
    pub(super) fn latest(&mut self) -> Result<Option<Arc<A>>, SourceError> {
        self.shared.lock().answer.take().transpose()
    }
}

impl<R, A> Drop for Background<R, A> {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
    }
}

/// What the thread finds in its mailbox.
enum Task<R> {
    /// Start this.
    Start(R),
    /// Go on with what is running.
    GoOn,
    /// Somebody dropped the source.
    End,
}

/// Looks into the mailbox; waits there while nothing is running.
fn next<R, A>(shared: &Shared<R, A>, busy: bool) -> Task<R> {
    let mut mailbox = shared.lock();
    loop {
        if mailbox.closed {
            return Task::End;
        }
        if let Some(request) = mailbox.request.take() {
            return Task::Start(request);
        }
        if busy && !mailbox.held {
            return Task::GoOn;
        }
        mailbox = shared
            .changed
            .wait(mailbox)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

/// The thread: newest request first, bounded steps, answers at frame rate.
fn work<R, J: Job>(
    of: Work,
    shared: &Shared<R, J::Answer>,
    news: &impl Fn(),
    start: &impl Fn(R, Option<J>) -> J,
) {
    let mut job: Option<J> = None;
    let mut due = Instant::now();
    loop {
        let busy = job.as_ref().is_some_and(|job| !job.is_done());
        let task = next(shared, busy);
        let before = job.take();
        let result = catch_unwind(AssertUnwindSafe(|| match task {
            Task::End => None,
            Task::Start(request) => {
                let fresh = start(request, before);
                publish(shared, news, Ok(fresh.answer()));
                due = Instant::now();
                Some(Some(fresh))
            }
            Task::GoOn => Some(before.and_then(|mut job| {
                let known = job.milestones();
                let begun = Instant::now();
                job.step();
                job.spend(begun.elapsed());
                let due_now = job.is_newsworthy() && Instant::now() >= due;
                if job.is_done() || job.milestones() > known || due_now {
                    let started = Instant::now();
                    publish(shared, news, Ok(job.answer()));
                    due = Instant::now() + FRAME.max(started.elapsed() * SHARE);
                }
                (J::REUSED || !job.is_done()).then_some(job)
            })),
        }));
        match result {
            Ok(Some(next)) => job = next,
            Ok(None) => return,
            Err(panic) => {
                let reason = reason(&*panic).to_owned();
                publish(shared, news, Err(SourceError { work: of, reason }));
            }
        }
    }
}

/// Puts the newest answer into the mailbox, unless a newer request makes it stale.
fn publish<R, A>(shared: &Shared<R, A>, news: &impl Fn(), answer: Result<A, SourceError>) {
    let answer = answer.map(Arc::new);
    let mut mailbox = shared.lock();
    if mailbox.request.is_none() {
        mailbox.answer = Some(answer);
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
