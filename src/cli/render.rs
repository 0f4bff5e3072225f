//! `initscope render`: the dashboard or a moment of a lecture as a file, without a terminal.

use std::path::Path;
use std::sync::Arc;

use crate::app::action::Format;
use crate::app::effect::Effect;
use crate::app::export::FORMATS;
use crate::app::look::{Colour, Look};
use crate::app::state::Model;
use crate::app::update::Msg;
use crate::cast::Moment;
use crate::cli::arguments::RenderArguments;
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::file;
use crate::cli::interrupt::Interrupt;
use crate::cli::lecture;
use crate::cli::output;
use crate::cli::run::counter;
use crate::cli::table;
use crate::ui;
use crate::ui::stage::Stage;
use crate::worker::Inline;

/// Writes what is shown; an interrupt leaves nothing behind.
pub(crate) fn render(arguments: &RenderArguments) -> Result<(), CliError> {
    if arguments.opening.record.is_some() {
        return Err(CliError::NoSession);
    }
    let format = format(arguments)?;
    if let Some(path) = &arguments.output {
        file::refuse_to_replace(path, arguments.force)?;
    }
    let interrupt = Interrupt::catch()?;
    let contents = match (&arguments.at, &arguments.network.text[..]) {
        (None, [script]) if script.ends_with(".toml") => {
            return Err(CliError::WhichMoment(script.into()));
        }
        (None, _) => dashboard(arguments, format, &interrupt)?,
        (Some(at), [script]) => still(arguments, Path::new(script), at, format, &interrupt)?,
        (Some(at), _) => return Err(CliError::WhichLecture(at.clone())),
    };
    interrupt.release();
    match &arguments.output {
        None => output::print(&contents),
        Some(path) => interrupt.undisturbed(|| file::write(path, &contents, arguments.force)),
    }
}

/// A lecture played to this moment, in its own look where no other is asked for.
fn still(
    arguments: &RenderArguments,
    script: &Path,
    at: &str,
    format: Format,
    interrupt: &Interrupt,
) -> Result<String, CliError> {
    let wishes = arguments.look.wishes();
    let mut lecture = Arc::unwrap_or_clone(lecture::read(script)?);
    lecture.look = Look {
        colour: wishes.colour.unwrap_or(lecture.look.colour),
        palette: wishes.palette.unwrap_or(lecture.look.palette),
        glyphs: wishes.glyphs.unwrap_or(lecture.look.glyphs),
    };
    let moment = Moment::find(&lecture, at).map_err(|error| CliError::Script {
        file: file::shown_path(script),
        why: error.to_string(),
    })?;
    let recorder = lecture::play_until(script, Arc::new(lecture), interrupt, |recorder| {
        moment.is_reached(recorder)
    })?;
    let player = recorder.player();
    ui::export::still(player, format).ok_or_else(|| no_numbers(player.model()))
}

/// Only numbers can be missing.
fn no_numbers(model: &Model) -> CliError {
    CliError::NoNumbers(model.no_numbers().unwrap_or_default())
}

/// The dashboard after its keys, each pressed once the screen stands still.
fn dashboard(
    arguments: &RenderArguments,
    format: Format,
    interrupt: &Interrupt,
) -> Result<String, CliError> {
    let wishes = arguments.look.wishes();
    let look = Look {
        colour: wishes.colour.unwrap_or(Colour::True),
        palette: wishes.palette.unwrap_or_default(),
        glyphs: wishes.glyphs.unwrap_or_default(),
    };
    let opening = arguments.opening.clone().over(None)?;
    let spec = match table::first_network(opening.table.as_ref(), &arguments.network) {
        Some(spec) => spec,
        None => arguments.network.spec()?,
    };
    environment::choose_instruction_set()?;
    let model = Model::new(spec, look, arguments.size).opened(&opening);
    let mut stage = Stage::new(Box::new(model), Box::new(Inline::default()), 0);
    settle(&mut stage, interrupt)?;
    for key in &arguments.keys.0 {
        // what else needs a terminal does nothing here
        if let Some(Effect::Quit) = stage.update(Msg::Key(*key)) {
            return Err(CliError::KeysQuit);
        }
        settle(&mut stage, interrupt)?;
    }
    ui::export::contents(stage.model(), format).ok_or_else(|| no_numbers(stage.model()))
}

/// Takes all news in until there is none any more.
fn settle(stage: &mut Stage<'_, Model>, interrupt: &Interrupt) -> Result<(), CliError> {
    let progress = counter("draws");
    loop {
        if interrupt.raised() {
            progress.finish_and_clear();
            return Err(CliError::Interrupted);
        }
        let heard = stage.listen();
        if let Some(error) = heard.failure {
            return Err(CliError::Stopped(error.to_string()));
        }
        if !heard.news {
            progress.finish_and_clear();
            return Ok(());
        }
        if let Some(snapshot) = stage.model().snapshot() {
            progress.set_position(snapshot.draws as u64);
        }
    }
}

/// What is asked for: by name, by the end of the file's name, or text.
fn format(arguments: &RenderArguments) -> Result<Format, CliError> {
    if let Some(format) = arguments.format {
        return Ok(format.into());
    }
    let output = arguments.output.as_deref();
    let Some(path) = output.filter(|path| !file::is_standard_output(Some(path))) else {
        return Ok(Format::Text);
    };
    let extension = path.extension().map(|e| e.to_string_lossy().into_owned());
    let row = FORMATS
        .iter()
        .find(|row| extension.as_deref() == Some(row.extension));
    row.map(|row| row.format)
        .ok_or_else(|| CliError::Extension(path.to_owned()))
}
