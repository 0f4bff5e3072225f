//! The keys that mean the same in every view and over all of them: what is pressed, what it is called, what it does.
//!
//! A part of the table is a category a file; a view brings its own rows, see [`views`](crate::app::views).

pub mod export;
mod fault;
pub mod help;
pub mod map;
pub mod network;
pub mod palette;
pub mod picture;
pub mod program;
pub mod row;
pub mod search;

pub use fault::KeyMapError;
pub use map::{BACK, KeyMap};
pub use row::{Category, Focus, KeyRow};
