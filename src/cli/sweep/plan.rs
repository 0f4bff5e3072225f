//! `initscope sweep --plan`: what a sweep takes, from a few points of it.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use twox_hash::XxHash64;

use super::work::pool_of_one;
use crate::cli::error::CliError;
use crate::cli::interrupt::Interrupt;
use crate::cli::output;
use crate::net::foreign::shown;
use crate::net::spec::size;
use crate::report::columns::{Side, aligned};
use crate::sweep::columns::Cell;
use crate::sweep::measure::{self, Task};
use crate::sweep::points::{Points, Unit};
use crate::sweep::rows;
use crate::sweep::table::csv_text;

/// Points that are timed.
const TIMED: u64 = 8;
/// Points whose work and memory are looked at.
const LOOKED_AT: u64 = 2000;
/// How long a point is timed; from then on its share of the draws counts.
const LONGEST: Duration = Duration::from_secs(2);
/// How long a point is timed that has shown nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// Values of an axis that are shown.
const SHOWN: usize = 6;

/// A point that was measured, or a part of it.
struct Timed {
    seconds: f64,
    work: f64,
    /// Of its rows as CSV, and how many there are; `None` where it was not finished.
    written: Option<(usize, usize)>,
}

/// What all points need, from a look at many of them.
pub(super) struct Survey {
    work: f64,
    rows: f64,
    /// Of the largest, bytes.
    memory: u64,
    /// Whether every point was looked at.
    whole: bool,
}

impl Survey {
    pub(super) fn of(points: &Points) -> Self {
        let (measure, keep) = (points.grid().measure, points.grid().keep);
        let some = spread(points.count(), LOOKED_AT);
        let share = points.count() as f64 / some.len() as f64;
        let mut survey = Self {
            work: 0.0,
            rows: 0.0,
            memory: 0,
            whole: share == 1.0,
        };
        for number in some {
            let point = points.point(number).expect("checked");
            survey.work += share * measure::work(&point, measure) as f64;
            survey.rows += share * measure::rows(&point, keep) as f64;
            let bytes = measure::memory_bytes(&point, measure, keep);
            survey.memory = survey.memory.max(bytes);
        }
        survey
    }

    /// MiB that a process of one thread needs.
    pub(super) fn process_mebibytes(&self) -> u64 {
        /// The program itself, and what it knows of the grid.
        const PROGRAM: u64 = 128;
        PROGRAM + self.memory.div_ceil(1 << 20)
    }
}

/// Prints points, time, memory and bytes.
pub(super) fn print(points: &Points) -> Result<(), CliError> {
    let grid = points.grid();
    let (measure, keep) = (grid.measure, grid.keep);
    let interrupt = Interrupt::catch()?;
    let Survey {
        work,
        rows,
        memory,
        whole,
    } = Survey::of(points);
    let timed = timed(points, &interrupt)?;
    interrupt.release();
    let threads = rayon::current_num_threads() as u64;
    let exact = if whole { "at most" } else { "about" };
    let [l, r] = [Side::Left, Side::Right];
    let mut axes: Vec<Vec<String>> = Vec::new();
    for axis in &grid.axes {
        for (field, name) in axis.fields.iter().enumerate() {
            let values: Vec<&str> = axis.values.iter().map(|all| all[field].as_str()).collect();
            let mark = if field == 0 { ' ' } else { '+' };
            axes.push(vec![
                format!(" {mark}{name}"),
                values.len().to_string(),
                told(&values),
            ]);
        }
    }
    let lengths: Vec<String> = grid
        .axes
        .iter()
        .map(|axis| axis.values.len().to_string())
        .collect();
    let product = match lengths.len() {
        0 | 1 => String::new(),
        _ => format!(" = {}", lengths.join(" x ")),
    };
    let mut text = format!(
        "points    {}{product}, grid {}\n{}",
        points.count(),
        points.hash(),
        aligned(&[l, r, l], &axes)
    );
    text.push_str(&format!(
        "measure   {}, kept: {}; {} columns\n",
        measure.name(),
        keep.name(),
        points.columns().len()
    ));
    text.push_str(&format!("time      {}\n", time(&timed, work, threads)));
    text.push_str(&format!(
        "memory    {exact} {} a point, {} with {threads} at once\n",
        size(memory),
        size(memory * threads.min(points.count())),
    ));
    let written: (usize, usize) = timed
        .iter()
        .filter_map(|point| point.written)
        .fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    let bytes = match written {
        (_, 0) => "bytes not known".to_owned(),
        (bytes, lines) => {
            let bytes = bytes as f64 / lines as f64 * rows;
            format!("about {} of CSV", kilobytes(bytes))
        }
    };
    text.push_str(&format!("table     {exact} {rows:.0} rows, {bytes}\n"));
    output::print(&text)
}

/// Values in a few words.
fn told(values: &[&str]) -> String {
    if values.len() <= SHOWN {
        return shown(&values.join(", "));
    }
    let (first, last) = (values[..SHOWN - 1].join(", "), values[values.len() - 1]);
    shown(&format!("{first}, ..., {last}"))
}

/// Some of so many numbers: one of each of as many equal parts, where the hash of the part says; no axis keeps step with it.
fn spread(count: u64, some: u64) -> BTreeSet<u64> {
    if count <= some {
        return (0..count).collect();
    }
    let begin = |part: u64| part * count / some;
    (0..some)
        .map(|part| {
            let hash = XxHash64::oneshot(0, &part.to_le_bytes());
            begin(part) + hash % (begin(part + 1) - begin(part))
        })
        .collect()
}

/// Measures a few points, one after the other on one thread.
fn timed(points: &Points, interrupt: &Interrupt) -> Result<Vec<Timed>, CliError> {
    let (measure, keep) = (points.grid().measure, points.grid().keep);
    let pool = pool_of_one()?;
    let numbers = spread(points.count(), TIMED);
    let bar = bar(numbers.len() as u64);
    let mut timed = Vec::new();
    for number in numbers {
        let point = points.point(number).expect("checked");
        let work = measure::work(&point, measure) as f64;
        let task = Task::new(Unit { point, draws: None }, measure, keep);
        let mut task = task.map_err(|why| CliError::Stopped(format!("point {number}: {why}")))?;
        let begun = Instant::now();
        let late = |progress: f64| {
            let spent = begun.elapsed();
            spent > PATIENCE || (spent > LONGEST && progress > 0.0)
        };
        while !task.is_done() && !late(task.progress()) {
            if interrupt.raised() {
                bar.finish_and_clear();
                return Err(CliError::Interrupted);
            }
            pool.install(|| task.step());
        }
        let (written, progress) = if task.is_done() {
            let bytes = pool.install(|| task.rows());
            (Some(as_csv(points, number, &bytes)), 1.0)
        } else {
            (None, task.progress())
        };
        timed.push(Timed {
            seconds: begun.elapsed().as_secs_f64() / progress,
            work,
            written,
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(timed)
}

/// Bytes and number of the rows of a point as CSV.
fn as_csv(points: &Points, number: u64, bytes: &[u8]) -> (usize, usize) {
    let head = points.heads()(number);
    let cells = points.columns().len() - head.len();
    let rows = rows::read(bytes, cells).flatten();
    // a comma or the end of the line behind each
    let bytes = |cell: &Cell| csv_text(cell).len() + 1;
    let sizes = rows.map(|row| head.iter().chain(&row).map(bytes).sum::<usize>());
    let sizes: Vec<usize> = sizes.collect();
    (sizes.iter().sum(), sizes.len())
}

/// The time of all points in words: from that of the timed ones, in proportion to the work.
fn time(timed: &[Timed], work: f64, threads: u64) -> String {
    if timed.iter().any(|point| point.seconds.is_infinite()) {
        return format!(
            "not known: a point shows nothing within {} seconds",
            PATIENCE.as_secs()
        );
    }
    let seconds: f64 = timed.iter().map(|point| point.seconds).sum();
    let rate = seconds / timed.iter().map(|point| point.work).sum::<f64>().max(1.0);
    let all = rate * work;
    let least = timed
        .iter()
        .map(|point| point.seconds)
        .fold(f64::INFINITY, f64::min);
    let most = timed.iter().map(|point| point.seconds).fold(0.0, f64::max);
    format!(
        "about {} of one core, {} on {threads} ({} points timed, {} to {} each)",
        duration(all),
        duration(all / threads as f64),
        timed.len(),
        duration(least),
        duration(most),
    )
}

/// Bytes in two digits and a unit that suits them.
fn kilobytes(bytes: f64) -> String {
    let (number, unit) = match bytes / 1024.0 {
        kib if kib < 1024.0 => (kib, "KiB"),
        kib if kib < 1024.0 * 1024.0 => (kib / 1024.0, "MiB"),
        kib => (kib / 1024.0 / 1024.0, "GiB"),
    };
    digits(number, unit)
}

/// Seconds in two digits and a unit that suits them: `12 ms`, `3.4 s`, `25 min`, `7.5 h`.
fn duration(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 1.0 => (s * 1e3, "ms"),
        s if s < 90.0 => (s, "s"),
        s if s < 5400.0 => (s / 60.0, "min"),
        s => (s / 3600.0, "h"),
    };
    digits(number, unit)
}

fn digits(number: f64, unit: &str) -> String {
    if number < 10.0 {
        format!("{number:.1} {unit}")
    } else {
        format!("{number:.0} {unit}")
    }
}

/// A bar of points on standard error, where that is a terminal.
pub(super) fn bar(points: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos} of {len} points, {elapsed}{msg}");
    ProgressBar::with_draw_target(Some(points), ProgressDrawTarget::stderr())
        .with_style(style.expect("a template of known keys"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_scattered_over_every_axis() {
        for count in [294, 420, 960, 1000] {
            let some = spread(count, 8);
            assert_eq!(some.len(), 8);
            assert!(some.iter().all(|number| *number < count));
            for axis in [2, 3, 5, 8, 10] {
                let places: BTreeSet<u64> = some.iter().map(|number| number % axis).collect();
                assert!(places.len() > 1, "{count}, {axis}: {some:?}");
            }
        }
        assert_eq!(spread(3, 8).len(), 3);
    }

    #[test]
    fn a_duration_has_two_digits() {
        for (seconds, text) in [
            (0.0123, "12 ms"),
            (3.41, "3.4 s"),
            (1500.0, "25 min"),
            (27_000.0, "7.5 h"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
