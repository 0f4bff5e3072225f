//! What the dashboard knows and how it changes: a [`Model`] of [`views`] on one [`Context`], the [`Msg`]s that reach it.
//!
//! Nothing here draws, reads a clock or does input and output. A key press travels `Key -> key row -> Action -> Model::update`, which
//! changes what is wished for ([`Context::wishes`]) or gives an [`Effect`]; whoever runs the loop carries both out.

pub mod action;
pub mod context;
pub mod effect;
pub mod export;
pub mod help;
pub mod hint;
mod history;
mod inquiries;
pub mod key;
pub mod keys;
pub mod lecture;
pub mod line;
pub mod look;
pub mod mouse;
pub mod opening;
pub mod palette;
pub mod panel;
mod pinning;
pub mod pins;
mod point;
mod remedy;
mod saving;
pub mod session;
pub mod state;
pub mod step;
pub mod update;
pub mod view;
pub mod view_info;
pub mod views;

pub use action::{Action, Coordinate, Direction, Edit, Format, Quantity, Scroll, ViewName};
pub use context::Context;
pub use effect::Effect;
pub use export::Outcome;
pub use key::Key;
pub use keys::map::KeyMap;
pub use keys::row::{Category, Focus, KeyRow};
pub use look::{Colour, Glyphs, Look, Palette};
pub use mouse::{Gesture, Hit, Mouse};
pub use opening::Opening;
pub use state::{Model, Popup};
pub use update::Msg;
pub use views::VIEWS;
