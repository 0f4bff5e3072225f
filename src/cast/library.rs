//! The lectures that the program brings along.

use super::parse;
use crate::app::lecture::Lecture;
use crate::net::name::{did_you_mean, same};

/// A lecture of the library.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it is asked for by: the name of its file.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// Length of its recording.
    pub seconds: u64,
    script: &'static str,
}

/// Rows of the library: each file of `demos/` with its title, its length in seconds and what it shows.
macro_rules! library {
    ($($file:literal $name:literal, $title:literal, $seconds:literal, $about:literal;)+) => {
        &[$(Entry {
            name: $name,
            title: $title,
            about: $about,
            seconds: $seconds,
            script: include_str!(concat!("../../demos/", $file, "-", $name, ".toml")),
        }),+]
    };
}

/// In the order in which they build on each other.
pub const LIBRARY: &[Entry] = library! {
    "01" "which-factor", "Which factor decides?", 129,
        "activation, initializer, optimizer, classes, storage: what moves signal and gradient before the first step";
    "02" "too-small-too-large", "Too small, too large", 142,
        "a signal that loses or gains a little in every layer vanishes or explodes with depth";
    "03" "xavier", "Xavier: what goes in comes out", 152,
        "the variance that keeps signal and gradient of tanh-like units";
    "04" "he", "He: the half that ReLU throws away", 136,
        "why ReLU needs twice that variance";
    "05" "modern", "SELU, GELU, SiLU", 138,
        "what fits the units in use today";
    "06" "edge-of-chaos", "The edge of chaos", 101,
        "where inputs become alike, where they part, and the line between";
    "07" "what-your-framework-does", "What your framework does", 108,
        "the layer that nobody configured, framework by framework";
    "08" "residual", "The branch that must be small", 115,
        "why the last matrix of a residual branch is scaled, with GPT-2 as the example";
    "09" "norm", "Where the norm stands", 103,
        "post-norm, pre-norm, DeepNorm: what becomes of the difference between tokens";
    "10" "width", "The width that nobody tuned", 93,
        "one standard deviation for all widths against a law that counts fan_in";
};

/// What the lectures are called.
pub fn titles() -> impl Iterator<Item = &'static str> {
    LIBRARY.iter().map(|entry| entry.title)
}

/// The place of a lecture in [`LIBRARY`] by its number, counted from 1, its name or its title.
///
/// # Errors
/// What can be typed.
pub fn find(typed: &str) -> Result<usize, String> {
    let numbered = typed.parse().ok();
    let is_meant = |(n, entry): (usize, &Entry)| {
        numbered == Some(n + 1) || same(typed, entry.name) || same(typed, entry.title)
    };
    LIBRARY
        .iter()
        .enumerate()
        .position(is_meant)
        .ok_or_else(|| {
            let names: Vec<&str> = LIBRARY.iter().map(|entry| entry.name).collect();
            format!(
                "there is no such lecture{}; type a number from 1 to {} or a name: {}",
                did_you_mean(typed, names.iter().copied()),
                names.len(),
                names.join(", ")
            )
        })
}

/// Reads the script of a lecture, counted from 0.
///
/// # Errors
/// There is none of this number, or its networks are beyond what this process allows.
pub fn lecture(number: usize) -> Result<Lecture, String> {
    let entry = LIBRARY.get(number).ok_or("there is no such lecture")?;
    parse(entry.script)
        .map_err(|error| format!("this lecture cannot be played here: {}", error.why))
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

    #[test]
    fn lectures_are_found_by_number_name_and_title() {
        for typed in ["6", "edge-of-chaos", "Edge of chaos", "the edge of chaos"] {
            assert_eq!(find(typed), Ok(5), "{typed}");
        }
        let told = find("xaver").expect_err("no lecture");
        assert!(
            told.contains("did you mean `xavier`?") && told.contains("1 to 10"),
            "{told}"
        );
        assert!(find("0").is_err() && find("11").is_err());
    }
}
