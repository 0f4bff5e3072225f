//! The last line: the keys worth knowing, or what the last key has to say.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::keys::{KEYS, KeyRow};
use crate::app::state::Model;
use crate::ui::pen::{self, Piece};
use crate::ui::theme::Theme;

/// Keys in the order of the table, as many as there is room for by rank; a message takes their place.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if let Some(message) = model.message() {
        let text = format!(" {message} ");
        pen::line(buffer, area, &[(" ", theme.text), (&text, theme.notice)]);
        return;
    }
    let mut x = area.x;
    for row in chosen(usize::from(area.width)) {
        let short = row.short();
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

/// The rows that fit, in the order of the table.
fn chosen(room: usize) -> Vec<&'static KeyRow> {
    let mut ranked: Vec<&KeyRow> = KEYS.iter().filter(|row| row.rank > 0).collect();
    ranked.sort_by_key(|row| row.rank);
    let mut used = 0;
    ranked.retain(|row| {
        let more = pen::width(&row.short()) + pen::width(row.name) + 3;
        let fits = used + more <= room + 1;
        used += if fits { more } else { room };
        fits
    });
    KEYS.iter()
        .filter(|row| ranked.iter().any(|chosen| chosen.action == row.action))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_and_quit_are_in_every_footer_of_80_columns_and_all_keys_in_a_wide_one() {
        let names = |room| chosen(room).iter().map(|row| row.name).collect::<Vec<_>>();
        assert!(names(80).contains(&"help") && names(80).contains(&"quit"));
        assert_eq!(
            names(300).len(),
            KEYS.iter().filter(|row| row.rank > 0).count()
        );
    }
}
