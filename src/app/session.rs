//! What was done on the dashboard and what it showed, to be played back.

use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::keys::KeyMap;
use crate::app::keys::row::Focus;
use crate::app::lecture::Millis;
use crate::app::look::Look;
use crate::app::state::Model;

/// A session from the moment on when it is recorded.
#[derive(Clone, Debug)]
pub struct Session {
    /// Columns and rows at the beginning.
    pub size: (u16, u16),
    /// Colours and characters at the beginning.
    pub look: Look,
    /// The network at the beginning, as text.
    pub network: String,
    /// The command line that opens what was on the screen; `None` where it is the network's own.
    pub opening: Option<String>,
    /// What happened, with its time from the beginning.
    pub events: Vec<(Millis, Happening)>,
    /// When it ended.
    pub end: Millis,
}

/// What happened at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Bytes went to the terminal.
    Frame(String),
    /// A key was pressed, under the name that the table of keys has for it.
    Key(Key),
    /// A character was typed into a line.
    Typed(char),
}

impl Session {
    /// A session that begins with this on the screen.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let command = model.opening_command();
        Self {
            size: model.size(),
            look: model.look(),
            network: model.spec().to_string(),
            opening: (command != model.spec().command_line()).then_some(command),
            events: Vec::new(),
            end: 0,
        }
    }

    /// What a key is to a model before it is pressed; `None` where it does nothing there.
    #[must_use]
    pub fn of_key(key: Key, model: &Model) -> Option<Happening> {
        let focus = model.focus();
        let action = model.keys().action(key, focus)?;
        if let (Focus::Palette, Key::Char(c) | Key::Pasted(c)) = (focus, key) {
            return Some(Happening::Typed(c));
        }
        let table = KeyMap::default();
        if table.action(key, focus) == Some(action) {
            return Some(Happening::Key(key));
        }
        table.key_of(action, focus).parse().ok().map(Happening::Key)
    }

    /// Whether a key with this effect can be played back: what reaches outside the dashboard cannot.
    #[must_use]
    pub fn can_play(effect: Option<&Effect>) -> bool {
        matches!(effect, None | Some(Effect::Redraw | Effect::Mouse))
    }
}
