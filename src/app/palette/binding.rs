//! `keys remedy F5 r`: other keys for a row of the key table.

use std::sync::Arc;

use super::{Command, Entry};
use crate::app::action::Action;
use crate::app::context::Context;
use crate::app::key::{Key, KeyError};
use crate::app::keys::map::KeyMap;

/// The word before the name of a row.
const WORD: &str = "keys";

/// The entry that binds keys, or why they cannot be bound; `None` where the text is about something else.
pub(super) fn entry(text: &str, context: &Context) -> Option<Result<Entry, String>> {
    let mut words = text.split_whitespace();
    let name = (words.next() == Some(WORD)).then(|| words.next())??;
    Some(bind(name, &words.collect::<Vec<_>>(), context))
}

fn bind(name: &str, typed: &[&str], context: &Context) -> Result<Entry, String> {
    let keys = &context.keys;
    let Some((row, back)) = keys.named(name).filter(|(row, _)| keys.offers(row.action)) else {
        return Err(format!(
            "no keys are called `{name}`; type {WORD}, a name as in `initscope config`, and keys: {WORD} remedy F5"
        ));
    };
    let typed: Result<Vec<Key>, KeyError> = typed.iter().map(|key| key.parse()).collect();
    let typed = typed.map_err(|error| error.to_string())?;
    let shown: Vec<String> = typed.iter().map(Key::to_string).collect();
    let shown = match shown.join(" ") {
        none if none.is_empty() => "no key".to_owned(),
        keys => keys,
    };
    let mut map = KeyMap::clone(keys);
    map.bind(row, back, typed);
    map.check().map_err(|error| error.to_string())?;
    let keep = context.key_of(Action::Keep);
    let kept = if keep.is_empty() {
        String::new()
    } else {
        format!("; {keep} keeps it")
    };
    Ok(Entry {
        name: format!("{WORD} {name}: {shown}"),
        about: row.does.into(),
        keys: String::new(),
        command: Command::Bind(Arc::new(map), format!("{name}: {shown}{kept}")),
    })
}
