//! The last line: the keys worth knowing, or what the last key has to say.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::Action;
use crate::app::hint::Hint;
use crate::app::keys::{self, Focus, KeyMap, KeyRow};
use crate::app::mouse::Target;
use crate::app::state::{Model, View};
use crate::ui::pen::{self, Piece};
use crate::ui::theme::Theme;

/// One thing to press in the footer.
enum Sign {
    Hint(Hint),
    Row(KeyRow, String),
}

impl Sign {
    fn width(&self) -> usize {
        match self {
            Self::Hint(hint) => pen::width(&hint.text) + 2,
            Self::Row(row, short) => pen::width(short) + 1 + pen::width(row.name),
        }
    }
}

/// A hint, then keys in the order of the table, as many as there is room for by rank, those of the view alone first; a message takes
/// their place.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if let Some(message) = model.message() {
        let text = format!(" {message} ");
        pen::line(buffer, area, &[(" ", theme.text), (&text, theme.notice)]);
        return;
    }
    for (place, sign) in signs(model, area) {
        let pieces: &[Piece<'_>] = match &sign {
            Sign::Hint(hint) => &[(&format!(" {} ", hint.text), theme.notice)],
            Sign::Row(row, short) => &[
                (short, theme.strong),
                (" ", theme.text),
                (row.name, theme.text),
            ],
        };
        pen::line(buffer, place, pieces);
    }
}

/// What can be pressed at a place of the footer.
#[must_use]
pub(super) fn target(model: &Model, area: Rect, here: Position) -> Option<Target> {
    if model.message().is_some() {
        return None;
    }
    let mut signs = signs(model, area).into_iter();
    let (_, sign) = signs.find(|(place, _)| place.contains(here))?;
    Some(match sign {
        Sign::Hint(hint) => Target::Deed(hint.action, None),
        Sign::Row(row, _) => Target::Deed(row.action, row.back.map(|(_, action)| action)),
    })
}

/// Everything in the footer with its place.
fn signs(model: &Model, area: Rect) -> Vec<(Rect, Sign)> {
    let mut x = area.x + 1;
    let mut placed = Vec::new();
    let mut put = |sign: Sign, between: u16| {
        let width = sign.width() as u16;
        let place = Rect {
            x,
            width: width.min(area.right().saturating_sub(x)),
            ..area
        };
        placed.push((place, sign));
        x = x.saturating_add(width + between);
        area.right().saturating_sub(x)
    };
    let mut room = area.width;
    // help and the way out stay
    let narrow = |hint: &Hint| pen::width(&hint.text) + 2 + REST <= usize::from(area.width);
    if let Some(hint) = model.hint().filter(narrow) {
        room = put(Sign::Hint(hint), 2) + 1;
    }
    let now = |row: &KeyRow| model.row_now(row);
    for (row, short) in chosen(usize::from(room), model.focus(), model.keys(), now) {
        put(Sign::Row(row, short), 2);
    }
    placed
}

/// Columns that a hint leaves to keys at least.
const REST: usize = 18;

/// The rows that fit, with their keys, in the order of the table, and those of this view alone before all others. Help and the way
/// out come first where such a view, or a hint, leaves little room.
fn chosen(
    room: usize,
    focus: Focus,
    keys: &KeyMap,
    now: impl Fn(&KeyRow) -> Option<KeyRow>,
) -> Vec<(KeyRow, String)> {
    let view = match focus {
        Focus::View(view) | Focus::Help(view) => Some(view),
        Focus::Palette | Focus::Export => None,
    };
    let own = view.filter(|view| *view != View::Scope);
    let general = |row: &KeyRow| own.is_some() && row.category.view() != view;
    let here = keys::rows().filter(|row| row.rank > 0 && focus.knows(row));
    let mut ranked: Vec<(usize, KeyRow, String)> = here
        .enumerate()
        .filter_map(|(place, row)| Some((place, now(row)?, keys.short(row)?)))
        .collect();
    let first = |row: &KeyRow| {
        let little = view != Some(View::Scope) || room < ROOMY;
        little && matches!(row.action, Action::Help | Action::Quit)
    };
    ranked.sort_by_key(|(_, row, _)| (!first(row), general(row), row.rank));
    let mut used = 0;
    ranked.retain(|(_, row, short)| {
        let more = pen::width(short) + pen::width(row.name) + 3;
        let fits = used + more <= room + 1;
        used += if fits { more } else { room };
        fits
    });
    ranked.sort_by_key(|(place, row, _)| (general(row), *place));
    ranked
        .into_iter()
        .map(|(_, row, short)| (row, short))
        .collect()
}

/// Columns from which on the scope's footer has room for help and the way out in any case.
const ROOMY: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_and_quit_are_in_every_footer_of_80_columns_and_all_keys_in_a_wide_one() {
        let names = |room, focus| {
            let rows = chosen(room, focus, &KeyMap::default(), |row| Some(*row));
            rows.iter().map(|(row, _)| row.name).collect::<Vec<_>>()
        };
        for view in View::ALL {
            let focus = Focus::View(view);
            let narrow = names(80, focus);
            assert!(narrow.contains(&"help") && narrow.contains(&"quit"));
            let ranked = keys::rows().filter(|row| row.rank > 0 && focus.knows(row));
            assert_eq!(names(400, focus).len(), ranked.count());
        }
        assert_eq!(names(80, Focus::View(View::Compare))[0], "pin");
        assert_eq!(names(80, Focus::View(View::Phase))[0], "sigma_w");
        assert_eq!(names(80, Focus::View(View::Advice))[0], "choice");
        assert_eq!(
            names(80, Focus::Palette),
            ["do", "choose", "cancel", "clear"]
        );
    }
}
