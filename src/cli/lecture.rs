//! `initscope learn`: the lectures that the program brings along; `record` and `script`: lectures without a terminal.

use std::path::Path;
use std::sync::Arc;

use indicatif::ProgressBar;

use crate::app::lecture::Lecture;
use crate::cast::asciicast::{self, Pace};
use crate::cast::library;
use crate::cast::{MomentError, Recorder, parse};
use crate::cli::arguments::{
    EntryArguments, LearnArguments, PlayArguments, RecordArguments, ScriptCommand,
};
use crate::cli::error::CliError;
use crate::cli::interrupt::Interrupt;
use crate::cli::{dashboard, file, output, run};
use crate::net::foreign;
use crate::term::{Lectures, Play};

/// Those that the program brings along.
pub(crate) fn library() -> Lectures {
    Lectures {
        titles: library::titles().collect(),
        read: library::lecture,
        speed: 1.0,
    }
}

/// Lists what the program brings along, or plays one of it.
pub(crate) fn learn(arguments: LearnArguments) -> Result<(), CliError> {
    let Some(typed) = arguments.lecture else {
        let line = |(n, entry): (usize, &library::Entry)| {
            let (minutes, seconds) = (entry.seconds / 60, entry.seconds % 60);
            let (number, name) = (n + 1, entry.name);
            format!(
                "{number}  {name:24}  {minutes} min {seconds:2} s  {}\n   {}\n",
                entry.title, entry.about
            )
        };
        let lines: String = library::LIBRARY.iter().enumerate().map(line).collect();
        return output::print(&(lines + "\ninitscope learn 1 plays the first\n"));
    };
    let wrong = |why| CliError::Lecture(foreign::message(&typed), why);
    let number = library::find(&typed).map_err(wrong)?;
    let lecture = library::lecture(number).map_err(wrong)?;
    let play = entered(lecture, &arguments.entry, Some(number))?;
    dashboard::play(play, arguments.look, &arguments.file)
}

/// `initscope play`.
pub(crate) fn play_script(arguments: &PlayArguments) -> Result<(), CliError> {
    let lecture = Arc::unwrap_or_clone(read(&arguments.script)?);
    let play = entered(lecture, &arguments.entry, None)?;
    dashboard::play(play, arguments.look, &arguments.file)
}

/// A lecture from a chapter on, at a speed; `number` is its place in the library.
fn entered(
    lecture: Lecture,
    entry: &EntryArguments,
    number: Option<usize>,
) -> Result<Play, CliError> {
    let from = match &entry.from {
        Some(chapter) => lecture.chapter(chapter).map_err(|why| {
            CliError::Lecture(format!("--from {}", foreign::message(chapter)), why)
        })?,
        None => 0,
    };
    Ok(Play {
        lecture: Arc::new(lecture.at_speed(entry.speed)),
        speed: entry.speed,
        from,
        number,
    })
}

/// Reads a script.
pub(crate) fn read(path: &Path) -> Result<Arc<Lecture>, CliError> {
    let text = file::read(path)?;
    if asciicast::is_recording(&text) {
        return Err(CliError::Script {
            file: file::shown_path(path),
            why: RECORDING.into(),
        });
    }
    parse(&text)
        .map(Arc::new)
        .map_err(|error| CliError::Script {
            file: file::shown_path(path),
            // each on a line of its own
            why: error
                .to_string()
                .replace('\n', &format!("\n  {}: ", file::shown_path(path))),
        })
}

const RECORDING: &str = "it is a recording, not the script of a lecture; a player of asciicast files plays it (`asciinema play FILE`), and the script that it was made from is a .toml file";

/// Records every script; an interrupt ends it with the present file not written.
pub(crate) fn record(arguments: &RecordArguments) -> Result<(), CliError> {
    if arguments.output.is_some() && arguments.scripts.len() > 1 {
        return Err(CliError::OneOutput);
    }
    let pace = Pace {
        speed: arguments.speed,
        max_idle: arguments
            .max_idle
            .map(|seconds| (seconds * 1000.0).round() as u64),
    };
    let target = |script: &Path| {
        let beside = script.with_extension("cast");
        arguments.output.clone().unwrap_or(beside)
    };
    let mut lectures = Vec::new();
    for script in &arguments.scripts {
        file::refuse_to_replace(&target(script), arguments.force)?;
        lectures.push((script, read(script)?));
    }
    let interrupt = Interrupt::catch()?;
    for (script, lecture) in lectures {
        let recorder = play(script, lecture, &interrupt)?;
        let text = recorder.finish().file(arguments.format.into(), pace);
        interrupt.undisturbed(|| file::write(&target(script), &text, arguments.force))?;
    }
    interrupt.release();
    Ok(())
}

/// Plays a script to its end, without a screen.
fn play(script: &Path, lecture: Arc<Lecture>, interrupt: &Interrupt) -> Result<Recorder, CliError> {
    play_until(
        script,
        lecture,
        interrupt,
        |recorder| Ok(recorder.is_over()),
    )
}

/// Plays a script without a screen until this says that it is enough; an error ends it, too.
pub(crate) fn play_until(
    script: &Path,
    lecture: Arc<Lecture>,
    interrupt: &Interrupt,
    enough: impl Fn(&Recorder) -> Result<bool, MomentError>,
) -> Result<Recorder, CliError> {
    let wrong = |why: String| CliError::Script {
        file: file::shown_path(script),
        why,
    };
    let mut recorder = Recorder::new(lecture).map_err(|error| wrong(error.to_string()))?;
    let bar: ProgressBar = run::counter("seconds played");
    while !enough(&recorder).map_err(|error| wrong(error.to_string()))? {
        if interrupt.raised() {
            bar.finish_and_clear();
            return Err(CliError::Interrupted);
        }
        recorder.step().map_err(|error| {
            bar.finish_and_clear();
            wrong(error.to_string())
        })?;
        bar.set_position(recorder.now() / 1000);
    }
    bar.finish_and_clear();
    Ok(recorder)
}

/// Checks scripts and says what they are.
pub(crate) fn script(command: &ScriptCommand) -> Result<(), CliError> {
    let ScriptCommand::Check { scripts } = command;
    let interrupt = Interrupt::catch()?;
    let mut told = String::new();
    for script in scripts {
        let recorder = play(script, read(script)?, &interrupt)?;
        let steps = recorder.player().lecture().steps.len();
        let recording = recorder.finish();
        let seconds = recording.duration() / 1000;
        told.push_str(&format!(
            "{}: {steps} steps, {} chapters, {} min {} s\n",
            file::shown_path(script),
            recording.chapters().count(),
            seconds / 60,
            seconds % 60
        ));
    }
    interrupt.release();
    output::print(&told)
}
