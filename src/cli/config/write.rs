//! Changing the configuration file: what is said is set, everything else, comments too, stays as it is.

use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

use crate::cli::config::settings::toml;
use crate::cli::config::{Config, read};
use crate::cli::error::CliError;
use crate::cli::file;
use crate::term::file::Destination;

/// The full name of a setting or of keys, and its value as TOML.
pub(super) type Line = (String, String);

/// A value as TOML under the full name of its setting.
pub(super) fn line(name: impl Into<String>, value: &str) -> Line {
    (name.into(), toml(value))
}

/// The text of a file with these lines in it.
pub(super) fn changed(text: &str, lines: &[Line]) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    for (full, value) in lines {
        let value: Value = value.parse().map_err(|error| format!("{full}: {error}"))?;
        let root = document.as_table_mut();
        let (table, name) = match full.split_once('.') {
            None => (root as &mut dyn toml_edit::TableLike, &**full),
            Some((of, name)) => {
                let item = root.entry(of).or_insert_with(|| Item::Table(Table::new()));
                let table = item.as_table_like_mut();
                (table.ok_or_else(|| format!("`{of}` is no table"))?, name)
            }
        };
        match table.get_mut(name) {
            Some(Item::Value(old)) => {
                // the comment behind it
                let decor = old.decor().clone();
                *old = value;
                *old.decor_mut() = decor;
            }
            _ => drop(table.insert(name, Item::Value(value))),
        }
    }
    Ok(document.to_string())
}

/// Writes these lines into a configuration file, which is made where there is none, together with its folder.
///
/// # Errors
/// The file has something that is wrong, would have, or cannot be written; it is as it was.
pub(super) fn write(path: &Path, lines: &[Line]) -> Result<(), CliError> {
    let before = match Destination::of(path) {
        Destination::New(_) => String::new(),
        _ => file::read(path)?,
    };
    let wrong = |why| CliError::Script {
        file: file::shown_path(path),
        why,
    };
    read::config(&before).map_err(wrong)?;
    let text = changed(&before, lines).map_err(wrong)?;
    let config: Config = read::config(&text).map_err(wrong)?;
    config.network(Default::default())?;
    create(path, &text, true)
}

/// A file with its folder.
pub(super) fn create(path: &Path, text: &str, replace: bool) -> Result<(), CliError> {
    file::refuse_to_replace(path, replace)?;
    if let Some(folder) = path
        .parent()
        .filter(|_| !file::is_standard_output(Some(path)))
    {
        fs::create_dir_all(folder).map_err(|why| CliError::Unwritable {
            file: file::shown_path(path),
            why,
        })?;
    }
    file::write(path, text, replace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_replaces_its_value_alone() {
        let before = "# mine\ntheme = \"dark\" # at night\n\n[network]\n# wide\nwidth = 64\n";
        let lines = [
            line("theme", "light"),
            line("network.depth", "12"),
            line("mouse", "false"),
            ("keys.remedy".to_owned(), "[\"F5\"]".to_owned()),
        ];
        assert_eq!(
            changed(before, &lines).expect("TOML"),
            "# mine\ntheme = \"light\" # at night\nmouse = false\n\n[network]\n# wide\nwidth = 64\ndepth = 12\n\n[keys]\nremedy = [\"F5\"]\n"
        );
    }
}
