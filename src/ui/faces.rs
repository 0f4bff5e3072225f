//! The table of faces: a row for every view.

use crate::app::action::ViewName;
use crate::app::views;
use crate::ui::face::Face;
use crate::ui::{advice, atlas, compare, factors, phase, scaling, scope, table, train};

/// Rows, each the module of a view with what it has beside its drawing and its numbers.
macro_rules! faces {
    ($($view:ident($($has:ident),*)),+) => {
        [$(Face {
            $($has: Some($view::$has),)*
            ..Face::new(views::$view::NAME, $view::render, $view::numbers)
        }),+]
    };
}

/// Every view's, in the order of the views.
static FACES: [Face; views::VIEWS.len()] = faces![
    scope(hit, panels),
    compare(hit),
    atlas(hit),
    phase(hit),
    advice(hit),
    train(),
    factors(hit),
    scaling(hit),
    table(hit)
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
