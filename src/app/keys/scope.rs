//! Keys of the scope view.

use super::{KeyRow, layers};
use crate::app::action::Category;

const HERE: Category = Category::Scope;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &layers(
    HERE,
    "scope view: the numbers of the first layer, of the next, of the one before; Esc ends it",
    "scope view: ten layers further, back",
    60,
);
