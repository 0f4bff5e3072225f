//! Keys while the dialog of exports is open.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category};
use crate::app::export::Format;
use crate::app::key::Key::Char;

const HERE: Category = Category::Export;

/// The rows, those of the formats in the order of [`FORMATS`](crate::app::export::FORMATS).
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Char('s')],
        Action::Save(Format::Svg),
        "SVG",
        "exporting: the picture as SVG, for slides",
        HERE,
        31,
    ),
    plain(
        &[Char('t')],
        Action::Save(Format::Text),
        "text",
        "exporting: the picture as plain text",
        HERE,
        32,
    ),
    plain(
        &[Char('a')],
        Action::Save(Format::Ansi),
        "ANSI",
        "exporting: the picture as text with colours, for a terminal",
        HERE,
        33,
    ),
    plain(
        &[Char('c')],
        Action::Save(Format::Csv),
        "CSV",
        "exporting: the numbers behind the view as rows",
        HERE,
        34,
    ),
    plain(
        &[Char('j')],
        Action::Save(Format::Json),
        "JSON",
        "exporting: the numbers behind the view as one document",
        HERE,
        35,
    ),
    plain(
        &[Char('o')],
        Action::Overwrite,
        "overwrite",
        "exporting: replace the file that is there already",
        HERE,
        36,
    ),
    plain(
        &[Char('y')],
        Action::CopyCommand,
        "copy",
        "exporting: the command line into your terminal's clipboard",
        HERE,
        37,
    ),
];
