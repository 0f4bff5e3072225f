//! A background thread with a queue of one in each direction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::request::{Answer, Inquiry, Listed, News, Ticket, Work, WorkError};
use crate::worker::Line;

/// Time from one published answer to the next at least: what a screen can show.
const FRAME: Duration = Duration::from_millis(33);

/// Making answers may take this share of the time at most: one part in so many.
const SHARE: u32 = 5;

/// What the two sides share.
struct Mailbox<J: Listed> {
    /// The newest request that nobody has taken, with its number.
    request: Option<(Ticket, J::Request)>,
    /// The newest answer that nobody has taken.
    news: Option<News>,
    /// Nothing is to be done until the next request.
    held: bool,
    /// The thread is to end.
    closed: bool,
}

struct Shared<J: Listed> {
    mailbox: Mutex<Mailbox<J>>,
    changed: Condvar,
}

impl<J: Listed> Shared<J> {
    fn lock(&self) -> MutexGuard<'_, Mailbox<J>> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread of its own (which uses the rayon pool as well) for one kind of work; dropping it ends the thread after its present
/// step, which nobody waits for.
pub(super) struct Background<J: Listed> {
    shared: Arc<Shared<J>>,
}

impl<J: Listed> Background<J> {
    /// Starts the thread; `start` makes a job of a request and the job before, `bell` is called whenever there is an answer.
    ///
    /// # Errors
    /// The operating system refused the thread.
    pub(super) fn spawn(
        bell: impl Fn() + Send + 'static,
        start: impl Fn(J::Request, Option<J>) -> J + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            mailbox: Mutex::new(Mailbox {
                request: None,
                news: None,
                held: false,
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name(format!("initscope {}", J::WORK))
            .spawn(move || work(&theirs, &bell, &start))?;
        Ok(Self { shared })
    }
}

impl<J: Listed> Line for Background<J> {
    fn work(&self) -> Work {
        J::WORK
    }

    fn request(&mut self, inquiry: Inquiry) {
        let Some(request) = J::request_in(&inquiry.request) else {
            return;
        };
        let mut mailbox = self.shared.lock();
        mailbox.request = Some((inquiry.ticket, request.clone()));
        mailbox.news = None;
        mailbox.held = false;
        self.shared.changed.notify_one();
    }

    fn hold(&mut self) {
        self.shared.lock().held = true;
    }

    fn news(&mut self) -> Option<News> {
        self.shared.lock().news.take()
    }
}

impl<J: Listed> Drop for Background<J> {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
    }
}

/// What the thread finds in its mailbox.
enum Task<R> {
    /// Start this.
    Start(Ticket, R),
    /// Go on with what is running.
    GoOn,
    /// Somebody dropped the source.
    End,
}

/// Looks into the mailbox; waits there while nothing is running.
fn next<J: Listed>(shared: &Shared<J>, busy: bool) -> Task<J::Request> {
    let mut mailbox = shared.lock();
    loop {
        if mailbox.closed {
            return Task::End;
        }
        if let Some((ticket, request)) = mailbox.request.take() {
            return Task::Start(ticket, request);
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
fn work<J: Listed>(
    shared: &Shared<J>,
    bell: &impl Fn(),
    start: &impl Fn(J::Request, Option<J>) -> J,
) {
    let mut job: Option<J> = None;
    let mut of = Ticket::default();
    let mut due = Instant::now();
    let tell = |of: Ticket, answer: J::Answer| {
        publish(shared, bell, of, Ok(J::listed(Arc::new(answer))));
    };
    loop {
        let busy = job.as_ref().is_some_and(|job| !job.is_done());
        let task = next(shared, busy);
        if let Task::Start(ticket, _) = &task {
            of = *ticket;
        }
        let before = job.take();
        let result = catch_unwind(AssertUnwindSafe(|| match task {
            Task::End => None,
            Task::Start(_, request) => {
                let fresh = start(request, before);
                tell(of, fresh.answer());
                due = Instant::now();
                Some(Some(fresh))
            }
            Task::GoOn => Some(before.and_then(|mut job| {
                let known = job.milestones();
                let begun = Instant::now();
                job.step();
                job.spend(begun.elapsed().as_secs_f64());
                let due_now = job.is_newsworthy() && Instant::now() >= due;
                if job.is_done() || job.milestones() > known || due_now {
                    let started = Instant::now();
                    tell(of, job.answer());
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
                let work = J::WORK;
                publish(shared, bell, of, Err(WorkError { work, reason }));
            }
        }
    }
}

/// Puts the newest answer into the mailbox, unless a newer request makes it stale.
fn publish<J: Listed>(
    shared: &Shared<J>,
    bell: &impl Fn(),
    ticket: Ticket,
    outcome: Result<Answer, WorkError>,
) {
    let mut mailbox = shared.lock();
    if mailbox.request.is_none() {
        mailbox.news = Some(News { ticket, outcome });
        drop(mailbox);
        bell();
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
