//! The configuration file: defaults of the dashboard in TOML.
//!
//! ```toml
//! theme = "light"
//! fps = 20
//!
//! [network]
//! framework = "pytorch"
//! width = 512
//!
//! [keys]
//! remedy = ["r", "F5"]
//! ```
//!
//! The command line wins over the file, the file over what the environment says of the terminal. Only the dashboard reads it, and of
//! it a played lecture the look: what computes or records without a screen gives the same result for everybody.

mod blame;
mod init;
mod read;
mod settings;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::Key;
use crate::app::action::ViewName;
use crate::app::keys::{BACK, KeyMap};
use crate::app::look::Choice;
use crate::app::opening::Opening;
use crate::app::views::rows;
use crate::cli::arguments::{
    ConfigArguments, FileArguments, LimitArguments, LookArguments, NetworkArguments,
};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::{file, output};
use crate::net::spec::Spec;
use crate::term::{Change, Keeper, Options};
use settings::{Settings, settings};

/// What a configuration file says; nothing where there is none.
#[derive(Debug, Default)]
pub(crate) struct Config {
    path: Option<PathBuf>,
    settings: Settings,
    keys: Arc<KeyMap>,
    /// Where the values stand: full name of the setting or of the keys, place.
    places: Vec<(String, Position)>,
}

/// Where in the file a value begins, from 1.
#[derive(Clone, Copy, Debug)]
struct Position {
    line: usize,
    column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl Config {
    /// Reads the file that is meant.
    ///
    /// # Errors
    /// It cannot be read, or something in it is wrong.
    pub(crate) fn load(arguments: &FileArguments) -> Result<Self, CliError> {
        let Some((path, asked)) = path(arguments) else {
            return Ok(Self::default());
        };
        // one that may be there but cannot be looked for is an error
        if !asked && matches!(path.try_exists(), Ok(false)) {
            return Ok(Self::default());
        }
        let text = file::read(&path)?;
        let config = read::config(&text).map_err(|why| CliError::Script {
            file: file::shown_path(&path),
            why,
        })?;
        Ok(Self {
            path: Some(path),
            ..config
        })
    }

    /// The network of the command line over that of the file; a network typed as one text replaces that of the file as a whole.
    ///
    /// # Errors
    /// It cannot be computed. What is wrong in the file is told with its place.
    pub(crate) fn network(
        &self,
        typed: NetworkArguments,
    ) -> Result<(NetworkArguments, Spec), CliError> {
        let network = typed.clone().over(&self.settings.network);
        match network.spec() {
            Ok(spec) => Ok((network, spec)),
            Err(error) => Err(self.blamed(error, typed, network)),
        }
    }

    /// The look of the command line over that of the file.
    pub(crate) fn look(&self, typed: LookArguments) -> LookArguments {
        typed.over(self.settings.look)
    }

    /// The view that is shown first, if the file names one.
    pub(crate) fn view(&self) -> Option<ViewName> {
        self.settings.view
    }

    /// How many threads are to compute, if the file says it.
    pub(crate) fn threads(&self) -> Option<usize> {
        self.settings.threads
    }

    /// Where the file says something: the full name of a setting or of keys.
    fn place(&self, name: &str) -> Option<Position> {
        let known = self.places.iter().find(|(known, _)| known == name);
        known.map(|(_, place)| *place)
    }

    /// Whether there is no file.
    pub(crate) fn is_missing(&self) -> bool {
        self.path.is_none()
    }

    /// The keys.
    pub(crate) fn keys(&self) -> &Arc<KeyMap> {
        &self.keys
    }
}

/// Whether a text is a configuration file.
///
/// # Errors
/// The first thing that is wrong, with line and column.
pub fn check_configuration(text: &str) -> Result<(), String> {
    read::config(text).map(drop)
}

/// The file that is read, and whether somebody asked for this one.
fn path(arguments: &FileArguments) -> Option<(PathBuf, bool)> {
    if arguments.no_config {
        return None;
    }
    if let Some(path) = &arguments.config {
        return Some((path.clone(), true));
    }
    let directory = |name| environment::variable(name).map(PathBuf::from);
    let absolute = |path: &PathBuf| path.is_absolute();
    let home = || directory("HOME").map(|home| home.join(".config"));
    let base = directory("XDG_CONFIG_HOME").filter(absolute).or_else(home);
    base.filter(absolute)
        .map(|base| (base.join("initscope").join("config.toml"), false))
}

/// `initscope config`: what is in effect, as a file that can be read again, each line with where it comes from.
pub(crate) fn print(arguments: ConfigArguments, limits: LimitArguments) -> Result<(), CliError> {
    if arguments.path {
        let path = path(&arguments.file).ok_or(CliError::NoConfigPath)?.0;
        return output::print(&format!("{}\n", path.display()));
    }
    if arguments.init {
        let path = path(&arguments.file).ok_or(CliError::NoConfigPath)?.0;
        write::create(&path, &init::template(), false)?;
        return told(&path, "every setting as a comment");
    }
    if arguments.write {
        return write_typed(arguments, limits);
    }
    let config = Config::load(&arguments.file)?;
    let typed = Settings {
        network: arguments.network,
        look: arguments.look,
        view: arguments.view,
        threads: limits.threads,
    };
    let (network, spec) = config.network(typed.network.clone())?;
    let look = config.look(typed.look);
    let view = typed.view.or(config.view());
    let effective = Effective {
        spec,
        options: Options {
            opening: Opening {
                view: view.unwrap_or_default(),
                ..Opening::default()
            },
            ..Options::detect(environment::variable, &look.wishes())
        },
        together: Settings {
            network,
            look,
            view,
            threads: typed.threads.or(config.threads()),
        },
        typed,
        config: &config,
    };
    output::print(&effective.text())
}

/// Says where something was written.
fn told(path: &Path, what: &str) -> Result<(), CliError> {
    if file::is_standard_output(Some(path)) {
        return Ok(());
    }
    output::print(&format!("{}: {what}\n", file::shown_path(path)))
}

/// `initscope config --write`: what is typed goes into the file; what the terminal says does not.
fn write_typed(arguments: ConfigArguments, limits: LimitArguments) -> Result<(), CliError> {
    let path = path(&arguments.file).ok_or(CliError::NoConfigPath)?.0;
    let typed = Settings {
        network: arguments.network.flattened()?,
        look: arguments.look,
        view: arguments.view,
        threads: limits.threads,
    };
    let said = settings().filter_map(|setting| {
        let value = setting.typed(&typed)?;
        Some(write::line(setting.name(), &value))
    });
    let lines: Vec<write::Line> = said.collect();
    if lines.is_empty() {
        return Err(CliError::NothingToWrite);
    }
    write::write(&path, &lines)?;
    let each: Vec<String> = lines
        .iter()
        .map(|(n, value)| format!("{n} = {value}"))
        .collect();
    told(&path, &each.join(", "))
}

/// Writes what was changed on the dashboard into the file that is read; `None` where none is.
pub(crate) fn keeper(arguments: &FileArguments) -> Option<Keeper> {
    let (path, _) = path(arguments)?;
    Some(Keeper::new(move |changes| {
        let lines: Vec<write::Line> = changes
            .iter()
            .map(|change| match change {
                Change::Theme(theme) => write::line("theme", theme.name()),
                Change::Mouse(mouse) => write::line("mouse", &mouse.to_string()),
                Change::Keys(name, keys) => {
                    let list: Vec<String> = keys
                        .iter()
                        .map(|key| settings::quoted(&key.to_string()))
                        .collect();
                    (read::key_name(name), format!("[{}]", list.join(", ")))
                }
            })
            .collect();
        write::write(&path, &lines).map_err(|error| error.to_string())?;
        let each: Vec<String> = lines
            .iter()
            .map(|(n, value)| format!("{n} = {value}"))
            .collect();
        Ok(format!("{}: {}", file::shown_path(&path), each.join(", ")))
    }))
}

/// Everything that is in effect.
struct Effective<'a> {
    spec: Spec,
    options: Options,
    together: Settings,
    typed: Settings,
    config: &'a Config,
}

impl Effective<'_> {
    fn text(&self) -> String {
        let mut lines = vec![match &self.config.path {
            Some(path) => format!("# {}", file::shown_path(path)),
            None => "# no configuration file".to_owned(),
        }];
        let mut table = String::new();
        for setting in settings() {
            let full = setting.name();
            let name = match full.split_once('.') {
                None => &full,
                Some((of, name)) => {
                    if of != table {
                        lines.extend([String::new(), format!("[{of}]")]);
                        of.clone_into(&mut table);
                    }
                    name
                }
            };
            let set = setting.typed(&self.together);
            let shown = setting.effective(&self.spec, &self.options);
            if let Some(value) = shown.or(set) {
                lines.push(said(name, &settings::toml(&value), &self.origin(setting)));
            }
        }
        lines.extend([String::new(), "[keys]".to_owned()]);
        for row in rows() {
            let [forward, back] = self.config.keys.keys_of(row);
            lines.push(self.keys(&row.id(), forward));
            if row.back.is_some() {
                lines.push(self.keys(&(row.id() + BACK), back));
            }
        }
        lines.join("\n") + "\n"
    }

    fn keys(&self, name: &str, keys: &[Key]) -> String {
        let list: Vec<String> = keys
            .iter()
            .map(|key| settings::quoted(&key.to_string()))
            .collect();
        let full = read::key_name(name);
        let from = self.in_file(&full).unwrap_or_else(|| "default".into());
        said(name, &format!("[{}]", list.join(", ")), &from)
    }

    /// Where a value comes from.
    fn origin(&self, setting: settings::Setting) -> String {
        let replaced = setting.is_of_the_text() && !self.typed.network.text.is_empty();
        if setting.typed(&self.typed).is_some() || replaced {
            return "command line".into();
        }
        if let Some(file) = self.in_file(&setting.name()) {
            return file;
        }
        // the variable without which it would be otherwise
        let shown = |without: &str| {
            let variable = |name: &str| {
                Some(name)
                    .filter(|name| *name != without)
                    .and_then(environment::variable)
            };
            let options = Options::detect(variable, &self.together.look.wishes());
            setting.effective(&self.spec, &options)
        };
        let here = shown("");
        let decides = Options::VARIABLES.iter().find(|name| shown(name) != here);
        decides.map_or_else(|| "default".into(), |name| format!("environment: {name}"))
    }

    fn in_file(&self, name: &str) -> Option<String> {
        let Position { line, .. } = self.config.place(name)?;
        let path = self.config.path.as_deref().and_then(Path::file_name)?;
        Some(format!("{} line {line}", file::shown_path(Path::new(path))))
    }
}

fn said(name: &str, value: &str, from: &str) -> String {
    format!("{:<34} # {from}", format!("{name} = {value}"))
}
