//! The next key worth pressing, from what is on the screen.

use crate::app::action::Action;
use crate::app::keys::row::{Focus, KeyRow};
use crate::app::state::Model;

/// What is worth doing next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// That.
    pub action: Action,
    /// Its key and what it does, in one line.
    pub text: String,
}

impl Model {
    /// A row of the table of keys with the name of what it does as things stand; `None` where there is nothing for it to do.
    #[must_use]
    pub fn row_now(&self, row: &KeyRow) -> Option<KeyRow> {
        self.shown().row_now(row, &self.context)
    }

    /// One line that names the next key worth pressing; `None` where nothing suggests itself or nobody wants hints.
    #[must_use]
    pub fn hint(&self) -> Option<Hint> {
        if !self.hints || !matches!(self.focus(), Focus::View(_)) {
            return None;
        }
        let (action, what) = if self.frozen {
            (Action::Freeze, "lets the picture go on".to_owned())
        } else {
            self.shown().hint(&self.context)?
        };
        let key = self.key_of(action);
        (!key.is_empty()).then(|| Hint {
            action,
            text: format!("{key} {what}"),
        })
    }
}
