//! Why keys cannot be bound.

use crate::app::key::Key;

/// Why keys cannot be bound like that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyMapError {
    /// One key would have to do two things at once.
    #[error(
        "{key} does two things {place}: `{first}` and `{second}`; bind one of them to another key"
    )]
    Twice {
        /// That key.
        key: Key,
        /// Where.
        place: String,
        /// What it does, by name.
        first: String,
        /// What it does as well.
        second: String,
    },
    /// The key is a character where characters are text.
    #[error(
        "{key} is text where `{name}` is to be done; bind Enter, Esc, an arrow, F1 to F12 or Ctrl-LETTER"
    )]
    Text {
        /// That key.
        key: Key,
        /// What was to be done.
        name: String,
    },
    /// Nobody could leave any more.
    #[error("`{0}` needs a key")]
    Needed(String),
}
