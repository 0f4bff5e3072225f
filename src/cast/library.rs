//! The lectures that the program brings along.

use super::parse;
use crate::app::lecture::Lecture;

/// Title and script of each, in the order in which they build on each other.
const SCRIPTS: [(&str, &str); 7] = [
    (
        "Which factor decides?",
        include_str!("../../demos/01-which-factor.toml"),
    ),
    (
        "Too small, too large",
        include_str!("../../demos/02-too-small-too-large.toml"),
    ),
    (
        "Xavier: what goes in comes out",
        include_str!("../../demos/03-xavier.toml"),
    ),
    (
        "He: the half that ReLU throws away",
        include_str!("../../demos/04-he.toml"),
    ),
    (
        "SELU, GELU, SiLU",
        include_str!("../../demos/05-modern.toml"),
    ),
    (
        "The edge of chaos",
        include_str!("../../demos/06-edge-of-chaos.toml"),
    ),
    (
        "What your framework does",
        include_str!("../../demos/07-what-your-framework-does.toml"),
    ),
];

/// What the lectures are called.
pub fn titles() -> impl Iterator<Item = &'static str> {
    SCRIPTS.iter().map(|(title, _)| *title)
}

/// Reads the script of a lecture, counted from 0.
///
/// # Errors
/// There is none of this number, or its networks are beyond what this process allows.
pub fn lecture(number: usize) -> Result<Lecture, String> {
    let (_, script) = SCRIPTS.get(number).ok_or("there is no such lecture")?;
    parse(script).map_err(|error| format!("this lecture cannot be played here: {}", error.why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_of_the_library_can_be_read_and_has_the_title_that_is_listed() {
        for (number, title) in titles().enumerate() {
            assert_eq!(lecture(number).expect("listed").title, title);
        }
    }
}
