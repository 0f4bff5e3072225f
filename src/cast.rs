//! Lectures without a terminal: scripts, the recorder, the asciicast file format.
//!
//! A script is a TOML file ([`script`]); the recorder ([`recorder`]) presses its keys on the same model that the screen shows, with
//! the same drawing and with the simulation in this thread, and takes time from the script. So one script, one seed and one
//! version of the program give one sequence of bytes ([`asciicast`]), on any number of threads and in any environment.
//!
//! The kernels run at the baseline instruction set while a lecture is recorded, because other sets change the last digits of a float.

pub mod asciicast;
pub mod bytes;
pub(crate) mod fields;
pub mod library;
pub mod recorder;
pub mod script;
pub mod session;
pub mod still;

pub use asciicast::Format;
pub use recorder::{RecordError, Recorder, Recording};
pub use script::{ScriptError, parse};
pub use still::{Moment, MomentError};
