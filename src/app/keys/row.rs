//! One row of the table of keys, and where it counts.

use std::fmt;

use crate::app::action::{Action, ViewName};
use crate::app::key::Key;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Keys that go forward; the first is the one to show.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// Keys that go back, with what they do; the first is the one to show.
    pub back: Option<(&'static [Key], Action)>,
    /// One or two words, as in the footer and the network panel.
    pub name: &'static str,
    /// One line, as in the help and `demos/keys.md`.
    pub does: &'static str,
    /// Heading.
    pub category: Category,
    /// Place in line for the footer, 1 first; 0 is never shown there.
    pub rank: u8,
}

impl KeyRow {
    /// The keys that go back with what they do, where there are any.
    pub(in crate::app) const fn opposite(
        keys: &'static [Key],
        action: &[Action],
    ) -> Option<(&'static [Key], Action)> {
        match action {
            [action] => Some((keys, *action)),
            _ => None,
        }
    }
}

/// Under which heading a row stands in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// What is simulated.
    Network,
    /// What is shown.
    Picture,
    /// The program itself.
    Program,
    /// Active only in this view.
    View(ViewName),
    /// Active only while the command palette is open.
    Palette,
    /// Active only while the dialog of exports is open.
    Export,
    /// Active only while the help is open.
    Help,
    /// Active only while the help is searched.
    Search,
}

impl Category {
    /// The view outside which its keys mean nothing; `None` where they do everywhere.
    #[must_use]
    pub fn view(self) -> Option<ViewName> {
        match self {
            Self::View(view) => Some(view),
            _ => None,
        }
    }

    /// Whether its keys mean the same in every view.
    #[must_use]
    pub fn is_general(self) -> bool {
        matches!(self, Self::Network | Self::Picture | Self::Program)
    }

    /// The word before the names of its rows where keys are bound; `None` where they mean the same in every view.
    #[must_use]
    pub fn place(self) -> Option<&'static str> {
        match self {
            Self::Network | Self::Picture | Self::Program => None,
            Self::View(view) => Some(view.0),
            Self::Help => Some("help"),
            Self::Search => Some("search"),
            Self::Palette => Some("palette"),
            Self::Export => Some("export"),
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network => f.write_str("network"),
            Self::Picture => f.write_str("picture"),
            Self::Program => f.write_str("program"),
            Self::View(view) => write!(f, "in the {view} view"),
            Self::Palette => f.write_str("in the command palette"),
            Self::Export => f.write_str("while exporting"),
            Self::Help => f.write_str("in this help"),
            Self::Search => f.write_str("while searching the help"),
        }
    }
}

/// Rows of one category, each `[keys; keys back] action => action back, name, rank, what it does;`, where what goes back may be left out.
macro_rules! rows {
    ($category:expr; $([$($key:expr),+ $(; $($back:expr),+)?] $action:expr $(=> $opposite:expr)?, $name:expr, $rank:literal, $does:literal;)+) => {
        &[$($crate::app::keys::row::KeyRow {
            keys: &[$($key),+],
            action: $action,
            back: $crate::app::keys::row::KeyRow::opposite(&[$($($back),+)?], &[$($opposite)?]),
            name: $name,
            does: $does,
            category: $category,
            rank: $rank,
        }),+]
    };
}
pub(in crate::app) use rows;

/// What takes the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Focus {
    /// A view.
    View(ViewName),
    /// The help over a view: its own keys come first.
    Help(ViewName),
    /// The dialog of exports: nothing but it and the program.
    Export,
    /// The command palette: nothing but it and the keys of the program that are no text.
    Palette,
    /// The search of the help: the same.
    Search,
}

impl Focus {
    /// Whether characters are text here.
    #[must_use]
    pub fn types(self) -> bool {
        matches!(self, Self::Palette | Self::Search)
    }

    /// Whether a row's keys can mean something here.
    #[must_use]
    pub fn knows(self, row: &KeyRow) -> bool {
        match (self, row.category) {
            (Self::Palette, category) => category == Category::Palette,
            (Self::Search, category) => category == Category::Search,
            (Self::Export, category) => {
                matches!(category, Category::Export | Category::Program)
            }
            (Self::Help(_), Category::Help) => true,
            (Self::View(view) | Self::Help(view), Category::View(only)) => only == view,
            (_, category) => category.is_general(),
        }
    }
}
