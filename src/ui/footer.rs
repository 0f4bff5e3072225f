//! The last line: the keys worth knowing, or what the last key has to say.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Action;
use crate::app::keys::{self, Focus, KeyMap, KeyRow};
use crate::app::state::{Model, View};
use crate::ui::pen::{self, Piece};
use crate::ui::theme::Theme;

/// A hint, then keys in the order of the table, as many as there is room for by rank, those of the view alone first; a message takes
/// their place.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if let Some(message) = model.message() {
        let text = format!(" {message} ");
        pen::line(buffer, area, &[(" ", theme.text), (&text, theme.notice)]);
        return;
    }
    let mut x = area.x;
    let hint = model.hint().map(|hint| format!(" {hint} "));
    // help and the way out stay
    if let Some(hint) = hint.filter(|hint| pen::width(hint) + REST <= usize::from(area.width)) {
        x += pen::line(buffer, area, &[(" ", theme.text), (&hint, theme.notice)]) + 1;
    }
    let room = usize::from(area.right().saturating_sub(x));
    for (row, short) in chosen(room, model.focus(), model.keys()) {
        let pieces: [Piece<'_>; 4] = [
            (" ", theme.text),
            (&short, theme.strong),
            (" ", theme.text),
            (row.name, theme.text),
        ];
        let rest = Rect {
            x,
            width: area.right().saturating_sub(x),
            ..area
        };
        x += pen::line(buffer, rest, &pieces) + 1;
    }
}

/// Columns that a hint leaves to keys at least.
const REST: usize = 18;

/// The rows that fit, with their keys, in the order of the table, and those of this view alone before all others. Help and the way
/// out come first where such a view, or a hint, leaves little room.
fn chosen(room: usize, focus: Focus, keys: &KeyMap) -> Vec<(&'static KeyRow, String)> {
    let view = match focus {
        Focus::View(view) | Focus::Help(view) => Some(view),
        Focus::Palette | Focus::Export => None,
    };
    let own = view.filter(|view| *view != View::Scope);
    let general = |row: &KeyRow| own.is_some() && row.category.view() != view;
    let here = keys::rows().filter(|row| row.rank > 0 && focus.knows(row));
    let mut ranked: Vec<(usize, &KeyRow, String)> = here
        .enumerate()
        .filter_map(|(place, row)| Some((place, row, keys.short(row)?)))
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
            let rows = chosen(room, focus, &KeyMap::default());
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
