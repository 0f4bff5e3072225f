//! The points of a shard on several threads, one thread a point.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use indicatif::{HumanDuration, ProgressBar};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::cli::error::CliError;
use crate::cli::interrupt::Interrupt;
use crate::cli::output;
use crate::net::spec::caps;
use crate::sweep::measure::{Task, memory_bytes, work as work_of};
use crate::sweep::points::{Points, Unit};
use crate::sweep::shard::Work;

/// How the work on a shard ended.
pub(super) enum End {
    /// Every point is measured.
    Complete,
    /// Another process has completed the shard.
    Elsewhere,
    /// A signal came; what was being measured is kept.
    Interrupted,
}

/// How often a signal is looked for.
const TICK: Duration = Duration::from_millis(40);
/// How long what is kept may not be on the disk.
const SYNC: Duration = Duration::from_secs(1);
/// How often a process gives a sign that it is at work.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(10);

/// A point that waits for a thread and for memory.
struct Waiting {
    number: u64,
    unit: Unit,
    bytes: u64,
    work: u64,
}

/// What a thread measures.
#[derive(Clone, Copy)]
struct InFlight {
    bytes: u64,
    work: u64,
}

/// Measures every point that is not, until a signal comes; then what is begun is finished.
pub(super) fn work(
    points: &Arc<Points>,
    work: &mut Work,
    interrupt: &Interrupt,
) -> Result<End, CliError> {
    let crew = crew(work.left())?;
    let mut busy: Vec<Option<InFlight>> = vec![None; crew.len()];
    let (send, receive) = mpsc::channel();
    let mut progress = Progress::new(points, work);
    let mut next = 0;
    let mut waiting = None;
    let (mut synced, mut beat) = (Instant::now(), Instant::now());
    let mut stop = false;
    loop {
        while !stop && let Some(free) = busy.iter().position(Option::is_none) {
            let Some(point) = waiting.take().or_else(|| wait(points, work, &mut next)) else {
                break;
            };
            let taken: u64 = busy.iter().flatten().map(|point| point.bytes).sum();
            if taken > 0 && taken + point.bytes > caps().memory {
                waiting = Some(point);
                break;
            }
            busy[free] = Some(InFlight {
                bytes: point.bytes,
                work: point.work,
            });
            let (send, points) = (send.clone(), Arc::clone(points));
            crew[free].spawn(move || {
                let grid = points.grid();
                let rows = Task::new(point.unit, grid.measure, grid.keep).map(Task::run);
                // nobody listens where the disk was full
                drop(send.send((free, point.number, rows)));
            });
        }
        if busy.iter().all(Option::is_none) {
            break;
        }
        match receive.recv_timeout(TICK) {
            Ok((thread, number, rows)) => {
                let rows =
                    rows.map_err(|why| CliError::Stopped(format!("point {number}: {why}")))?;
                work.keep(number, &rows)?;
                let done = busy[thread].take().map_or(0, |point| point.work);
                progress.advance(done);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => progress.tick(),
        }
        if !stop && interrupt.raised() {
            stop = true;
            progress.finishing(busy.iter().flatten().count());
        }
        if synced.elapsed() >= SYNC {
            work.sync()?;
            synced = Instant::now();
        }
        if beat.elapsed() >= HEARTBEAT {
            beat = Instant::now();
            // a file system that keeps no times is no reason to stop
            drop(work.file().set_modified(SystemTime::now()));
            if work.is_published() {
                return Ok(End::Elsewhere);
            }
        }
    }
    work.sync()?;
    Ok(match work.left() {
        0 => End::Complete,
        _ => End::Interrupted,
    })
}

/// The next point that is not measured.
fn wait(points: &Points, work: &Work, next: &mut u64) -> Option<Waiting> {
    let number = work.next_from(*next)?;
    *next = number + 1;
    let (measure, keep) = (points.grid().measure, points.grid().keep);
    let unit = points.unit(number).expect("checked");
    Some(Waiting {
        number,
        bytes: memory_bytes(&unit.point, measure, keep),
        work: work_of(&unit.point, measure) / points.pieces(),
        unit,
    })
}

/// As many pools of one thread as there are threads, and no more than points: what runs in one of them uses one thread.
fn crew(points: u64) -> Result<Vec<ThreadPool>, CliError> {
    let threads = rayon::current_num_threads().min(usize::try_from(points).unwrap_or(usize::MAX));
    (0..threads).map(|_| pool_of_one()).collect()
}

/// A pool of one thread.
pub(super) fn pool_of_one() -> Result<ThreadPool, CliError> {
    let pool = ThreadPoolBuilder::new().num_threads(1).build();
    pool.map_err(|error| CliError::Threads(error.to_string()))
}

/// Points that are looked at for the work that is left.
const LOOKED_AT: u64 = 2000;
/// Before so long no time is foretold.
const TRUSTED: Duration = Duration::from_secs(2);

/// What is shown of it on standard error, where that is a terminal.
struct Progress {
    bar: ProgressBar,
    begun: Instant,
    /// Work of all points that were not measured, about.
    all: f64,
    done: f64,
}

impl Progress {
    fn new(points: &Points, work: &Work) -> Self {
        let bar = super::plan::bar(work.size());
        bar.set_position(work.size() - work.left());
        let all = if bar.is_hidden() {
            0.0
        } else {
            total_work(points, work)
        };
        Self {
            bar,
            begun: Instant::now(),
            all,
            done: 0.0,
        }
    }

    fn advance(&mut self, work: u64) {
        self.done += work as f64;
        self.bar.inc(1);
        self.tick();
    }

    fn tick(&self) {
        let spent = self.begun.elapsed();
        if self.bar.is_hidden() || spent < TRUSTED || self.done == 0.0 {
            return;
        }
        let left = spent.as_secs_f64() * (self.all / self.done - 1.0).max(0.0);
        let left = HumanDuration(Duration::from_secs_f64(left.min(1e9)));
        self.bar.set_message(format!(", about {left} left"));
    }

    fn finishing(&self, points: usize) {
        let what = match points {
            1 => "a point".to_owned(),
            n => format!("{n} points"),
        };
        if !self.bar.is_hidden() {
            output::remark(
                "interrupted",
                format!("finishing {what}; once more ends at once"),
            );
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Work of all points of a shard that are not measured, from some of them.
fn total_work(points: &Points, work: &Work) -> f64 {
    let measure = points.grid().measure;
    let stride = work.size().div_ceil(LOOKED_AT).max(1);
    let (mut next, mut sum, mut seen) = (0, 0.0, 0_u64);
    while let Some(number) = work.next_from(next)
        && let Ok(unit) = points.unit(number)
    {
        sum += work_of(&unit.point, measure) as f64 / points.pieces() as f64;
        seen += 1;
        next = number + 1 + (stride - 1) * (points.units() / work.size().max(1)).max(1);
    }
    sum / seen.max(1) as f64 * work.left() as f64
}
