//! Reading the file, every error with its place.

use std::borrow::Cow;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::key::Key;
use crate::app::keys::{BACK, KeyMap, KeyMapError};
use crate::app::views::rows;
use crate::cast::fields::{Fail, document, place};
use crate::cli::config::settings::{Setting, Settings, settings};
use crate::cli::config::{Config, Position};
use crate::net::foreign::shown;

/// The table of keys.
const KEYS: &str = "keys";

/// The full name of a row of keys, which tells it from a setting of the same name.
pub(super) fn key_name(row: &str) -> String {
    format!("{KEYS}.{row}")
}

/// What a text says; why it is none, with line and column.
pub(super) fn config(source: &str) -> Result<Config, String> {
    let mut reading = ConfigReader {
        source,
        settings: Settings::default(),
        keys: KeyMap::default(),
        places: Vec::new(),
    };
    let read = document(source).and_then(|document| reading.table(document.get_ref(), ""));
    read.map_err(|Fail { at, why }| {
        let (line, column) = place(source, at);
        format!("{}: {why}", Position { line, column })
    })?;
    Ok(Config {
        path: None,
        settings: reading.settings,
        keys: Arc::new(reading.keys),
        places: reading.places,
    })
}

struct ConfigReader<'s> {
    source: &'s str,
    settings: Settings,
    keys: KeyMap,
    places: Vec<(String, Position)>,
}

type Name<'a> = Spanned<Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// The lines of a table in the order of the file.
fn in_order<'t, 'a>(table: &'t DeTable<'a>) -> Vec<(&'t Name<'a>, &'t Value<'a>)> {
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by_key(|(name, _)| name.span().start);
    lines
}

impl ConfigReader<'_> {
    /// A table of settings, whose name with a dot is `before`.
    fn table(&mut self, table: &DeTable<'_>, before: &str) -> Result<(), Fail> {
        for (name, value) in in_order(table) {
            let full = format!("{before}{}", name.get_ref());
            match value.get_ref() {
                DeValue::Table(keys) if full == KEYS => {
                    self.keys(keys)?;
                    let check = self.keys.check();
                    check.map_err(|error| blamed(name, keys, &error))?;
                }
                DeValue::Table(inner) if is_table(&full) => {
                    self.table(inner, &format!("{full}."))?;
                }
                _ => self.setting(name, &full, value)?,
            }
        }
        Ok(())
    }

    fn setting(&mut self, name: &Name<'_>, full: &str, value: &Value<'_>) -> Result<(), Fail> {
        let Some(setting) = Setting::named(full) else {
            let why = match full {
                _ if full == KEYS || is_table(full) => {
                    format!(
                        "`{full}` is a table; write [{full}] in a line of its own above what is in it"
                    )
                }
                _ => unknown(full),
            };
            return Err(Fail::new(name, why));
        };
        let text = scalar(value.get_ref()).ok_or_else(|| {
            Fail::new(
                value,
                format!("`{full}` is one value, such as a number or a text in quotes"),
            )
        })?;
        setting
            .set(&mut self.settings, &text)
            .map_err(|why| Fail::new(value, format!("`{full}`: {why}")))?;
        self.note(full.to_owned(), value);
        Ok(())
    }

    fn keys(&mut self, table: &DeTable<'_>) -> Result<(), Fail> {
        for (name, value) in in_order(table) {
            let Some((row, back)) = self.keys.named(name.get_ref()) else {
                return Err(Fail::new(name, no_such_row(name.get_ref())));
            };
            let keys = match value.get_ref() {
                DeValue::Array(list) => different_keys(list)?,
                _ => vec![key(value)?],
            };
            self.keys.bind(row, back, keys);
            self.note(key_name(name.get_ref()), value);
        }
        Ok(())
    }

    fn note(&mut self, full: String, value: &Value<'_>) {
        let (line, column) = place(self.source, value.span().start);
        self.places.push((full, Position { line, column }));
    }
}

/// An error about keys at the last line that has to do with it.
fn blamed(table: &Name<'_>, keys: &DeTable<'_>, error: &KeyMapError) -> Fail {
    let names: &[&str] = match error {
        KeyMapError::Twice { first, second, .. } => &[first, second],
        KeyMapError::Text { name, .. } | KeyMapError::Needed(name) => &[name],
    };
    let said = keys
        .keys()
        .filter(|name| names.contains(&&**name.get_ref()));
    let last = said.max_by_key(|name| name.span().start);
    Fail::new(last.unwrap_or(table), error.to_string())
}

fn is_table(name: &str) -> bool {
    let inside = |full: &str| full.split_once('.').is_some_and(|(table, _)| table == name);
    settings().any(|setting| inside(&setting.name()))
}

/// A number, a truth or a text, as it would be typed.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Integer(number) => {
            let read = u64::from_str_radix(number.as_str(), number.radix());
            read.ok().map(|whole| whole.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The keys of a list, in which each stands once.
fn different_keys(list: &[Value<'_>]) -> Result<Vec<Key>, Fail> {
    let mut keys = Vec::new();
    for value in list {
        let key = key(value)?;
        if keys.contains(&key) {
            return Err(Fail::new(
                value,
                format!("{key} is there twice; write it once"),
            ));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn key(value: &Value<'_>) -> Result<Key, Fail> {
    let Some(text) = value.get_ref().as_str() else {
        return Err(Fail::new(
            value,
            "keys are written as texts: \"r\", or [\"r\", \"F5\"], or [] for none",
        ));
    };
    text.parse()
        .map_err(|error: crate::app::key::KeyError| Fail::new(value, error.to_string()))
}

fn unknown(name: &str) -> String {
    let table = name.split_once('.').map_or("", |(table, _)| table);
    let names: Vec<String> = settings().map(Setting::name).collect();
    let here = names.iter().filter_map(|full| match full.split_once('.') {
        Some((of, name)) => (of == table).then_some(name),
        None => table.is_empty().then_some(full.as_str()),
    });
    let tables = ["[network]", "[keys]"]
        .into_iter()
        .filter(|_| table.is_empty());
    let allowed: Vec<&str> = here.chain(tables).collect();
    format!(
        "no setting `{}`; allowed: {}",
        shown(name),
        allowed.join(", ")
    )
}

/// The nearest rows, for a name that none has.
fn no_such_row(name: &str) -> String {
    let mut near: Vec<(f64, String)> = rows()
        .flat_map(|row| {
            let back = row.back.map(|_| row.id() + BACK);
            [Some(row.id()), back].into_iter().flatten()
        })
        .map(|id| (strsim::jaro_winkler(name, &id), id))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let nearest: Vec<String> = near.into_iter().take(3).map(|(_, id)| id).collect();
    format!(
        "no keys are called `{}`; nearest: {}; `initscope config` lists all",
        shown(name),
        nearest.join(", ")
    )
}
