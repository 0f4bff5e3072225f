//! The second line: the views by name, each with its key; the one on the screen is bright and in brackets.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::{Action, ViewName};
use crate::app::keys::Focus;
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::ui::text;
use crate::ui::theme::Theme;

/// What the line holds.
struct Line {
    /// Every view that is to be had, with its key and name.
    labels: Vec<(ViewName, String)>,
    /// The place of the one on the screen.
    here: usize,
    /// Those that have room.
    shown: Range<usize>,
}

/// All views, or the one on the screen and its neighbours, as many as there is room for; `<` and `>` stand for the rest.
pub(super) fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let line = line(model, area);
    if line.shown.start > 0 {
        text::line(buffer, area, &[("<", theme.faint)]);
    }
    if line.shown.end < line.labels.len() {
        text::right(buffer, area, ">", theme.faint);
    }
    for (n, place) in places(&line, area) {
        let label = &line.labels[n].1;
        let (text, style) = if n == line.here {
            (format!("[{label}]"), theme.strong)
        } else {
            (format!(" {label} "), theme.faint)
        };
        text::line(buffer, place, &[(&text, style)]);
    }
}

/// The view whose name stands at a place of the line.
#[must_use]
pub(super) fn target(model: &Model, area: Rect, here: Position) -> Option<Hit> {
    let line = line(model, area);
    let (n, _) = places(&line, area).find(|(_, place)| place.contains(here))?;
    Some(Hit::Act(Action::Show(line.labels[n].0), None))
}

fn line(model: &Model, area: Rect) -> Line {
    let (views, here) = model.choice_of_views();
    let label = |view: ViewName| {
        let key = model.keys().key_of(Action::Show(view), Focus::View(view));
        (view, format!("{key} {}", view.0).trim_start().to_owned())
    };
    let labels: Vec<_> = views.into_iter().map(label).collect();
    let shown = shown(&labels, here, usize::from(area.width));
    Line {
        labels,
        here,
        shown,
    }
}

/// Columns of a label between its brackets.
fn width((_, label): &(ViewName, String)) -> usize {
    text::width(label) + 2
}

/// Which labels have room, one more at the right and one more at the left of the current one in turn.
fn shown(labels: &[(ViewName, String)], current: usize, room: usize) -> Range<usize> {
    let used = |range: Range<usize>| labels[range].iter().map(width).sum::<usize>();
    // a column before the first, and one behind the last where the sign for the rest is
    let fits = |range: &Range<usize>| {
        let rest = usize::from(range.end < labels.len());
        used(range.clone()) + 1 + rest <= room
    };
    let mut shown = current..(current + 1).min(labels.len());
    loop {
        let right = shown.start..(shown.end + 1).min(labels.len());
        let both = right.start.saturating_sub(1)..right.end;
        let left = shown.start.saturating_sub(1)..shown.end;
        let more = [both, right, left];
        match more.into_iter().find(|next| *next != shown && fits(next)) {
            Some(next) => shown = next,
            None => return shown,
        }
    }
}

/// Where the shown labels are.
fn places(line: &Line, area: Rect) -> impl Iterator<Item = (usize, Rect)> {
    let mut x = area.x + 1;
    line.shown.clone().map(move |n| {
        let columns = width(&line.labels[n]) as u16;
        let place = Rect {
            x,
            width: columns.min(area.right().saturating_sub(x)),
            ..area
        };
        x = x.saturating_add(columns);
        (n, place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_view_and_its_neighbours_are_shown_where_not_all_have_room() {
        let labels: Vec<(ViewName, String)> = ["1 one", "2 two", "3 three", "4 four"]
            .map(|label| (ViewName::SCOPE, label.to_owned()))
            .into();
        assert_eq!(shown(&labels, 0, 80), 0..4);
        assert_eq!(shown(&labels, 3, 80), 0..4);
        // 7 + 7 + 9 + 8 columns and the one before them
        assert_eq!(shown(&labels, 1, 32), 0..4);
        assert_eq!(shown(&labels, 1, 31), 0..3);
        assert_eq!(shown(&labels, 0, 24), 0..2);
        assert_eq!(shown(&labels, 3, 24), 2..4);
        assert_eq!(shown(&labels, 2, 5), 2..3, "the current one in any case");
    }
}
