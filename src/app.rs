//! What the dashboard knows and how it changes: a [`Model`], the [`Msg`]s that reach it, the [key table](keys) that cause them.
//!
//! Nothing here draws, reads a clock or does input and output. A key press travels
//! `Key -> key row -> Action -> Model::update -> Some(Effect)`; whoever runs the loop carries the effect out.

pub mod action;
pub mod advice;
pub mod atlas;
pub mod compare;
pub mod cursor;
mod depth;
pub mod export;
pub mod factors;
pub mod help;
pub mod hint;
pub mod history;
pub mod key;
pub mod keys;
pub mod lecture;
pub mod line;
pub mod look;
pub mod mouse;
pub mod opening;
pub mod palette;
pub mod phase;
pub mod state;
pub mod step;
pub mod training;
pub mod update;

pub use action::{Action, Category, Coordinate, Direction, Edit, Parameter, Scroll};
pub use export::{Format, Outcome};
pub use key::Key;
pub use keys::{Focus, KeyMap, KeyRow};
pub use look::{Colour, Glyphs, Look, Palette};
pub use mouse::{Gesture, Mouse, Target};
pub use opening::Opening;
pub use state::{Model, Popup, Quantity, View};
pub use update::{Effect, Msg};
