//! Keys while the dialog of exports is open.

use crate::app::action::Action;
use crate::app::action::Format;
use crate::app::key::Key::Char;
use crate::app::keys::row::{Category, KeyRow, rows};

const HERE: Category = Category::Export;

/// The rows, those of the formats in the order of [`FORMATS`](crate::app::export::FORMATS).
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Char('s')] Action::Save(Format::Svg), "SVG", 31,
        "exporting: the picture as SVG, for slides";
    [Char('t')] Action::Save(Format::Text), "text", 32,
        "exporting: the picture as plain text";
    [Char('a')] Action::Save(Format::Ansi), "ANSI", 33,
        "exporting: the picture as text with colours, for a terminal";
    [Char('c')] Action::Save(Format::Csv), "CSV", 34,
        "exporting: the numbers behind the view as rows";
    [Char('j')] Action::Save(Format::Json), "JSON", 35,
        "exporting: the numbers behind the view as one document";
    [Char('o')] Action::Overwrite, "overwrite", 36,
        "exporting: replace the file that is there already";
    [Char('y')] Action::CopyCommand, "copy", 37,
        "exporting: asks your terminal's clipboard for the text that is shown";
    [Char('w')] Action::SaveCopied, "save text", 38,
        "exporting: the text that is shown into a file";
};
