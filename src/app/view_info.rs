//! What is always true of a view.

use crate::app::action::ViewName;
use crate::app::keys::row::KeyRow;

/// A view's name, its keys and its panels.
#[derive(Clone, Copy, Debug)]
pub struct ViewInfo {
    /// Its name.
    pub name: ViewName,
    /// What opens it.
    pub opens: &'static [KeyRow],
    /// Its own keys.
    pub keys: &'static [KeyRow],
    /// Its panels: a name, and two sentences on what each shows.
    pub panels: &'static [(&'static str, &'static str)],
    /// Whether curves of the pins are on it, so that they are measured.
    pub shows_pins: bool,
    /// Whether it has a cursor on layers.
    pub has_layers: bool,
}
