//! What reaches outside the dashboard.

use crate::app::action::Format;

/// What the loop has to carry out.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Paint everything anew.
    Redraw,
    /// Take the mouse where the terminal has it, leave it to the terminal where not.
    Mouse,
    /// Save this, over a file of the same name only where it is to be replaced.
    Save {
        /// What.
        format: Format,
        /// Whether another file of this name goes.
        replace: bool,
    },
    /// Ask the terminal to put this text into its clipboard.
    Copy(String),
    /// Write this text into a new file of the working directory.
    Write {
        /// What the file is called.
        name: String,
        /// The text.
        text: String,
    },
    /// Play the lecture of this number on the whole screen, then come back.
    Lecture(usize),
    /// Record what is done from now on, or end that and write it.
    Record,
    /// Keep theme, mouse and keys as they are now for the next time.
    Keep,
    /// Give the terminal back until continued.
    Suspend,
    /// End.
    Quit,
}
