//! `initscope render`: the dashboard or a moment of a lecture as a file, without a terminal.

use std::path::Path;
use std::sync::Arc;

use crate::app::export::{FORMATS, Format};
use crate::app::look::{Colour, Look};
use crate::app::state::Model;
use crate::app::update::{Effect, Msg};
use crate::cast::Moment;
use crate::cli::arguments::RenderArguments;
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::file;
use crate::cli::interrupt::Interrupt;
use crate::cli::lecture;
use crate::cli::output;
use crate::cli::run::counter;
use crate::engine::request::{Answer, Request};
use crate::ui;
use crate::worker::{self, Inline, Source};

/// Writes what is shown; an interrupt leaves nothing behind.
pub(crate) fn render(arguments: &RenderArguments) -> Result<(), CliError> {
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
    let spec = arguments.network.spec()?;
    let opening = arguments.opening.clone().over(None)?;
    environment::choose_instruction_set()?;
    let model = Model::new(spec, look, arguments.size).opened(&opening);
    let mut stage = Stage::new(model);
    stage.settle(interrupt)?;
    for key in &arguments.keys.0 {
        stage.tell(Msg::Key(*key))?;
        stage.settle(interrupt)?;
    }
    ui::export::contents(&stage.model, format).ok_or_else(|| no_numbers(&stage.model))
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

/// A dashboard whose work is done here and now.
struct Stage {
    model: Model,
    source: Inline,
    /// What was asked for last beside the simulation.
    asked: Vec<Request>,
}

impl Stage {
    fn new(model: Model) -> Self {
        let mut stage = Self {
            model,
            source: Inline::default(),
            asked: Vec::new(),
        };
        let first = stage.model.first();
        stage.carry_out(first);
        stage
    }

    fn tell(&mut self, msg: Msg) -> Result<(), CliError> {
        match self.model.update(msg) {
            Some(Effect::Quit) => Err(CliError::KeysQuit),
            Some(effect) => {
                self.carry_out(effect);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// What needs a terminal does nothing here.
    fn carry_out(&mut self, effect: Effect) {
        if let Effect::Simulate { generation, spec } = effect {
            self.source
                .request(Request::simulation(generation, Arc::clone(&spec)));
        }
    }

    /// Takes all news in until there is none any more.
    fn settle(&mut self, interrupt: &Interrupt) -> Result<(), CliError> {
        let progress = counter("draws");
        loop {
            if interrupt.raised() {
                progress.finish_and_clear();
                return Err(CliError::Interrupted);
            }
            worker::ask(&mut self.source, &mut self.asked, self.model.wishes());
            let news = self.source.news();
            if news.is_empty() {
                progress.finish_and_clear();
                return Ok(());
            }
            for answer in news {
                let answer = answer.map_err(|error| CliError::Stopped(error.to_string()))?;
                if let Answer::Simulation(snapshot) = &answer {
                    progress.set_position(snapshot.draws as u64);
                }
                self.tell(Msg::Answer(answer))?;
            }
        }
    }
}
