//! The lectures that the program brings along.

use std::sync::Arc;

use super::parse;
use crate::app::lecture::Lecture;

/// The scripts in the order in which they build on each other.
const SCRIPTS: [&str; 7] = [
    include_str!("../../demos/01-which-factor.toml"),
    include_str!("../../demos/02-too-small-too-large.toml"),
    include_str!("../../demos/03-xavier.toml"),
    include_str!("../../demos/04-he.toml"),
    include_str!("../../demos/05-modern.toml"),
    include_str!("../../demos/06-edge-of-chaos.toml"),
    include_str!("../../demos/07-what-your-framework-does.toml"),
];

/// The lectures, read; without those whose networks are beyond what this process allows.
#[must_use]
pub fn library() -> Vec<Arc<Lecture>> {
    let read = SCRIPTS.iter().filter_map(|text| parse(text).ok());
    read.map(Arc::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_of_the_library_can_be_read_and_has_a_title_of_its_own() {
        let mut titles: Vec<String> = library().iter().map(|l| l.title.clone()).collect();
        assert_eq!(titles.len(), SCRIPTS.len());
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), SCRIPTS.len());
    }
}
