//! Why the file and the command line together are no network: who said what is wrong, and where it is to be changed.

use crate::cli::arguments::NetworkArguments;
use crate::cli::config::settings::{Setting, Settings};
use crate::cli::config::{Config, Position};
use crate::cli::error::CliError;
use crate::cli::file;
use crate::net::spec::SpecError;
use crate::net::written::Written;

/// Who has said a value.
#[derive(Clone, Copy)]
enum Said {
    Typed,
    InFile(Position),
}

impl Config {
    /// The error of a network, told where its value is: in the file at its place, on the command line as a flag. What it says to
    /// change comes first; whatever else of it somebody has said can be changed as well.
    pub(super) fn blamed(
        &self,
        error: CliError,
        typed: NetworkArguments,
        together: NetworkArguments,
    ) -> CliError {
        let (Some(path), Some(spec)) = (&self.path, spec_error(&error)) else {
            return error;
        };
        let [typed, together] = [typed, together].map(|network| Settings {
            network,
            ..Settings::default()
        });
        let said = |field| Some((field, self.said(field, &typed, &together)?));
        let all: Vec<(&str, Said)> = spec.fields().into_iter().filter_map(said).collect();
        let file = file::shown_path(path);
        match all.split_first() {
            Some(((_, Said::InFile(place)), others)) => {
                let flags = others.iter().filter_map(|(field, said)| match said {
                    Said::Typed => Some(Written::Flag.name(field)),
                    Said::InFile(_) => None,
                });
                let flags: Vec<String> = flags.collect();
                let change = match flags.join(" or ") {
                    none if none.is_empty() => none,
                    flags => format!(", or change {flags}"),
                };
                CliError::Script {
                    file,
                    why: format!("{place}: {}{change}", spec.message(Written::File)),
                }
            }
            Some(((_, Said::Typed), others)) => {
                let places = others.iter().filter_map(|(field, said)| match said {
                    Said::Typed => None,
                    Said::InFile(place) => Some(format!("{field} ({file}: {place})")),
                });
                let places: Vec<String> = places.collect();
                if places.is_empty() {
                    return error;
                }
                CliError::BesideFile {
                    problem: spec.to_string(),
                    in_file: places.join(" or "),
                }
            }
            None => error,
        }
    }

    /// Who has said a field of the network; `None` where it is the default.
    fn said(&self, field: &str, typed: &Settings, together: &Settings) -> Option<Said> {
        let setting = Setting::of_field(field)?;
        setting.typed(together)?;
        if setting.typed(typed).is_some() {
            return Some(Said::Typed);
        }
        self.place(&setting.name()).map(Said::InFile)
    }
}

fn spec_error(error: &CliError) -> Option<SpecError> {
    match error {
        CliError::Spec(error) => Some(error.clone()),
        CliError::Input(error) => Some(error.clone().into()),
        _ => None,
    }
}
