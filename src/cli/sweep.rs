//! `initscope sweep` and `initscope merge`: grids of networks into one table.

mod plan;
mod read;
mod status;
mod work;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::arguments::{MergeArguments, SweepArguments, SweepCommand};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::file;
use crate::cli::interrupt::Interrupt;
use crate::cli::output;
use crate::sweep::merge::{self, MergeError};
use crate::sweep::points::Points;
use crate::sweep::script::Script;
use crate::sweep::shard::{Folder, Shard, ShardError, Work, write_table};
use crate::sweep::table::{About, Format, Table};
use crate::term::file::Destination;
use work::End;

/// What the shell hears of work that ended early and can be taken up again: `EX_TEMPFAIL` of sysexits.
const AGAIN: u8 = 75;

/// Plans a sweep, does it or a shard of it, or says how its shards stand.
pub(crate) fn sweep(arguments: &SweepArguments) -> Result<ExitCode, CliError> {
    if let Some(SweepCommand::Status { directory, missing }) = &arguments.command {
        return status::print(directory, *missing).map(|()| ExitCode::SUCCESS);
    }
    let grid = arguments.grid.as_deref().expect("required");
    let points = read(grid)?;
    environment::choose_instruction_set()?;
    if arguments.plan {
        return plan::print(&points).map(|()| ExitCode::SUCCESS);
    }
    if let (Some(engine), Some(directory), Some(shards)) =
        (arguments.print, &arguments.output, arguments.shards)
    {
        let script = Script {
            grid: &grid.to_string_lossy(),
            directory: &directory.to_string_lossy(),
            points: points.units(),
            shards: shards.min(points.units()),
            memory: plan::Survey::of(&points).process_mebibytes(),
        };
        return output::print(&script.text(engine)).map(|()| ExitCode::SUCCESS);
    }
    match (&arguments.output, arguments.shard) {
        (Some(directory), Some(shard)) => {
            let folder = Folder::prepare(directory, &points, shard.of)?;
            let interrupt = Interrupt::catch_all()?;
            let done = measured(folder, &Arc::new(points), shard, &interrupt)?;
            interrupt.release();
            Ok(ended(done.as_ref()))
        }
        (output, _) => whole(points, output.as_deref(), arguments),
    }
}

/// How a process ends that has kept what it has measured: says what is left to do.
fn ended(left: Option<&Left>) -> ExitCode {
    let Some(Left { kept, of }) = left else {
        return ExitCode::SUCCESS;
    };
    let what = format!("{kept} of {of} points are kept; the same command goes on");
    output::remark("interrupted", what);
    ExitCode::from(AGAIN)
}

/// Points that are kept of a shard that is not complete.
struct Left {
    kept: u64,
    of: u64,
}

/// The points of a grid file, each of which can be measured.
fn read(path: &Path) -> Result<Points, CliError> {
    let wrong = |why: String| CliError::Script {
        file: file::shown_path(path),
        why,
    };
    let grid = read::grid(&file::read(path)?).map_err(wrong)?;
    let points = Points::new(grid).map_err(|error| wrong(error.to_string()))?;
    points.check().map_err(|error| wrong(error.to_string()))?;
    Ok(points)
}

/// Measures what is left of a shard and publishes it; after an interrupt, what is kept.
fn measured(
    folder: Folder,
    points: &Arc<Points>,
    shard: Shard,
    interrupt: &Interrupt,
) -> Result<Option<Left>, CliError> {
    let Some(mut work) = Work::begin(folder, points, shard)? else {
        return Ok(None);
    };
    match work::work(points, &mut work, interrupt)? {
        End::Complete => interrupt.undisturbed(|| work.publish())?,
        End::Elsewhere => {}
        End::Interrupted => {
            let of = work.size();
            let kept = of - work.left();
            return Ok(Some(Left { kept, of }));
        }
    }
    Ok(None)
}

/// Measures all points in this process and makes the table; what is measured is kept beside it until it is there.
fn whole(
    points: Points,
    output: Option<&Path>,
    arguments: &SweepArguments,
) -> Result<ExitCode, CliError> {
    let format = format(output, arguments.format)?;
    let points = Arc::new(points);
    let Some(output) = output.filter(|path| !file::is_standard_output(Some(path))) else {
        let directory = tempfile::tempdir().map_err(CliError::Output)?;
        let folder = Folder::prepare(directory.path(), &points, 1)?;
        let interrupt = Interrupt::catch_all()?;
        return match measured(folder.clone(), &points, Shard::WHOLE, &interrupt)? {
            Some(_) => Err(CliError::Interrupted),
            None => table(&folder, &points, (None, format), &interrupt).map(|()| ExitCode::SUCCESS),
        };
    };
    file::refuse_to_replace(output, arguments.force)?;
    let directory = beside(output);
    let folder = Folder::prepare(&directory, &points, 1)?;
    let interrupt = Interrupt::catch_all()?;
    if let Some(left) = measured(folder.clone(), &points, Shard::WHOLE, &interrupt)? {
        return Ok(ended(Some(&left)));
    }
    match table(&folder, &points, (Some(output), format), &interrupt) {
        Err(CliError::Interrupted) => {
            let of = points.units();
            return Ok(ended(Some(&Left { kept: of, of })));
        }
        done => done?,
    }
    fs::remove_dir_all(&directory).map_err(|why| ShardError::Io {
        path: directory,
        why,
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Where the points of a table are kept until it is there: `NAME.sweep`.
fn beside(output: &Path) -> PathBuf {
    let mut name = OsString::from(output);
    name.push(".sweep");
    PathBuf::from(name)
}

/// Makes one table of all shards in a directory.
pub(crate) fn merge(arguments: &MergeArguments) -> Result<(), CliError> {
    let output = arguments.output.as_deref();
    let format = format(output, arguments.format)?;
    if let Some(output) = output {
        file::refuse_to_replace(output, arguments.force)?;
    }
    let folder = Folder::open(&arguments.directory)?;
    let points = Points::new(folder.manifest().grid.clone());
    let points = points.map_err(|error| CliError::Script {
        file: file::shown_path(folder.path()),
        why: error.to_string(),
    })?;
    if (points.hash(), points.units()) != (&*folder.manifest().hash, folder.manifest().units) {
        return Err(CliError::OtherData(file::shown_path(folder.path())));
    }
    let output = output.filter(|path| !file::is_standard_output(Some(path)));
    let interrupt = Interrupt::catch_all()?;
    table(&folder, &points, (output, format), &interrupt)
}

/// Writes the table of all shards, whole or not at all.
fn table(
    folder: &Folder,
    points: &Points,
    (output, format): (Option<&Path>, Format),
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let about = About::new(points, &merge::check(folder)?);
    let stop = || interrupt.raised();
    let done = match output.map(|path| (path, Destination::of(path))) {
        None => merged(folder, points, (format, &about), io::stdout(), stop),
        Some((_, Destination::New(place) | Destination::Regular(place))) => {
            write_table(&place, |file| {
                merged(folder, points, (format, &about), file, stop)
            })
        }
        Some((path, _)) => {
            let stream = fs::OpenOptions::new().write(true).open(path);
            let stream = stream.map_err(MergeError::from);
            stream.and_then(|stream| merged(folder, points, (format, &about), stream, stop))
        }
    };
    interrupt.release();
    match (done, output) {
        (Ok(()), _) => Ok(()),
        (Err(MergeError::Interrupted), _) => Err(CliError::Interrupted),
        (Err(MergeError::Write(error)), None) => output::written(Err(error)),
        (Err(MergeError::Write(why)), Some(path)) => Err(CliError::Unwritable {
            file: file::shown_path(path),
            why,
        }),
        (Err(error), _) => Err(error.into()),
    }
}

/// Writes the rows of all shards into a table.
fn merged<W: Write + Send>(
    folder: &Folder,
    points: &Points,
    (format, about): (Format, &About),
    out: W,
    stop: impl Fn() -> bool,
) -> Result<(), MergeError> {
    let mut table = Table::begin(format, points.columns(), about, out)?;
    merge::merge(folder, points, &mut table, stop)?;
    table.finish()?;
    Ok(())
}

/// The format that is asked for, or that the name of the file means.
fn format(output: Option<&Path>, asked: Option<Format>) -> Result<Format, CliError> {
    let file = output.filter(|path| !file::is_standard_output(Some(path)));
    match (asked, file) {
        (Some(Format::Parquet), None) => Err(CliError::NoParquet),
        (Some(format), _) => Ok(format),
        (None, None) => Ok(Format::Csv),
        (None, Some(path)) => {
            let end = path.extension().and_then(|end| end.to_str());
            end.and_then(Format::named)
                .ok_or_else(|| CliError::TableName(path.to_owned()))
        }
    }
}
