//! The table of faces: a row for every view.

use crate::app::action::ViewName;
use crate::app::views;
use crate::ui::face::Face;
use crate::ui::{advice, atlas, compare, factors, phase, scope, train};

/// Every view's, in the order of the views.
static FACES: [Face; views::VIEWS.len()] = [
    Face {
        view: views::scope::NAME,
        draw: scope::render,
        hit: scope::hit,
        numbers: scope::numbers,
        panels: scope::panels,
    },
    Face {
        view: views::compare::NAME,
        draw: compare::render,
        hit: compare::hit,
        numbers: compare::numbers,
        panels: |_, _| Vec::new(),
    },
    Face {
        view: views::atlas::NAME,
        draw: atlas::render,
        hit: atlas::hit,
        numbers: atlas::numbers,
        panels: |_, _| Vec::new(),
    },
    Face {
        view: views::phase::NAME,
        draw: phase::render,
        hit: phase::hit,
        numbers: phase::numbers,
        panels: |_, _| Vec::new(),
    },
    Face {
        view: views::advice::NAME,
        draw: advice::render,
        hit: advice::hit,
        numbers: advice::numbers,
        panels: |_, _| Vec::new(),
    },
    Face {
        view: views::train::NAME,
        draw: train::render,
        hit: |_, _, _| None,
        numbers: train::numbers,
        panels: |_, _| Vec::new(),
    },
    Face {
        view: views::factors::NAME,
        draw: factors::render,
        hit: factors::hit,
        numbers: factors::numbers,
        panels: |_, _| Vec::new(),
    },
];

/// The face of a view.
///
/// # Panics
/// The view has no row here.
#[must_use]
pub fn face(view: ViewName) -> &'static Face {
    let found = FACES.iter().find(|face| face.view == view);
    found.expect("every view has a face, see the tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_a_face() {
        for (row, face) in views::VIEWS.iter().zip(&FACES) {
            assert_eq!(row.info.name, face.view);
        }
    }
}
