//! Keeping what was changed on the dashboard for the next time.

use std::fmt;
use std::sync::Arc;

use crate::app::key::Key;
use crate::app::keys::KeyMap;
use crate::app::look::Palette;
use crate::app::state::Model;
use crate::term::Options;

/// Something of the program that was changed on the dashboard.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Other colours.
    Theme(Palette),
    /// Whether clicks and the wheel go to the dashboard.
    Mouse(bool),
    /// Other keys of the row of this name.
    Keys(String, Vec<Key>),
}

type Keep = dyn Fn(&[Change]) -> Result<String, String> + Send + Sync;

/// Where changes are kept.
#[derive(Clone)]
pub struct Keeper(Arc<Keep>);

impl Keeper {
    /// What keeps changes, and says where it did or why it could not.
    pub fn new(keep: impl Fn(&[Change]) -> Result<String, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(keep))
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

/// What is kept already, and where more can be.
#[derive(Debug, Default)]
pub(super) struct Kept {
    keeper: Option<Keeper>,
    theme: Palette,
    mouse: bool,
    keys: KeyMap,
}

impl Kept {
    /// What a dashboard opens with.
    pub(super) fn new(options: &Options, model: &Model) -> Self {
        Self {
            keeper: options.keeper.clone(),
            theme: options.look.palette,
            mouse: options.mouse,
            keys: model.keys().clone(),
        }
    }

    /// Keeps what has changed since; what to tell.
    pub(super) fn keep(&mut self, model: &Model, mouse: bool) -> String {
        let (theme, keys) = (model.look().palette, model.keys());
        let look = [
            (theme != self.theme).then_some(Change::Theme(theme)),
            (mouse != self.mouse).then_some(Change::Mouse(mouse)),
        ];
        let bound = keys.changes(&self.keys).into_iter();
        let bound = bound.map(|(name, keys)| Change::Keys(name, keys));
        let changes: Vec<Change> = look.into_iter().flatten().chain(bound).collect();
        let Some(keeper) = self.keeper.as_ref().filter(|_| !changes.is_empty()) else {
            return "theme, mouse and keys are as they were: nothing to keep".into();
        };
        match (keeper.0)(&changes) {
            Ok(told) => {
                (self.theme, self.mouse, self.keys) = (theme, mouse, keys.clone());
                format!("kept in {told}")
            }
            Err(why) => format!("not kept: {why}"),
        }
    }
}
