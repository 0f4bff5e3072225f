//! The second line: the views by name, each with its key; the one on the screen is bright and in brackets.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::{Action, ViewName};
use crate::app::keys::Focus;
use crate::app::mouse::Target;
use crate::app::state::Model;
use crate::ui::pen;
use crate::ui::theme::Theme;

/// All views, or the one on the screen and its neighbours, as many as there is room for; `<` and `>` stand for the rest.
pub(super) fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let labels = labels(model);
    let shown = shown(&labels, current(model), usize::from(area.width));
    if shown.start > 0 {
        pen::line(buffer, area, &[("<", theme.faint)]);
    }
    if shown.end < labels.len() {
        pen::right(buffer, area, ">", theme.faint);
    }
    for (n, place) in places(&labels, shown, area) {
        let label = &labels[n].1;
        let (text, style) = if n == current(model) {
            (format!("[{label}]"), theme.strong)
        } else {
            (format!(" {label} "), theme.faint)
        };
        pen::line(buffer, place, &[(&text, style)]);
    }
}

/// The view whose name stands at a place of the line.
#[must_use]
pub(super) fn target(model: &Model, area: Rect, here: Position) -> Option<Target> {
    let labels = labels(model);
    let shown = shown(&labels, current(model), usize::from(area.width));
    let mut places = places(&labels, shown, area);
    let (n, _) = places.find(|(_, place)| place.contains(here))?;
    Some(Target::Act(Action::Show(labels[n].0), None))
}

/// Every view that is to be had, with its key and name.
fn labels(model: &Model) -> Vec<(ViewName, String)> {
    let keys = model.keys();
    let views = keys.views().into_iter();
    let label = |view: ViewName| {
        let key = keys.key_of(Action::Show(view), Focus::View(view));
        (view, format!("{key} {}", view.0).trim_start().to_owned())
    };
    views.map(label).collect()
}

/// The place of the view on the screen.
fn current(model: &Model) -> usize {
    let views = model.keys().views();
    let here = views.iter().position(|view| *view == model.view().name);
    here.unwrap_or(0)
}

/// Columns of a label between its brackets.
fn width((_, label): &(ViewName, String)) -> usize {
    pen::width(label) + 2
}

/// Which labels have room, one more at the right and one more at the left of the current one in turn.
fn shown(labels: &[(ViewName, String)], current: usize, room: usize) -> Range<usize> {
    let used = |range: Range<usize>| labels[range].iter().map(width).sum::<usize>();
    // a column at either end, where the signs for the rest are
    let fits = |range: &Range<usize>| used(range.clone()) + 2 <= room;
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
fn places(
    labels: &[(ViewName, String)],
    shown: Range<usize>,
    area: Rect,
) -> impl Iterator<Item = (usize, Rect)> {
    let mut x = area.x + 1;
    shown.map(move |n| {
        let columns = width(&labels[n]) as u16;
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
        // 7 + 7 + 9 + 8 columns and the two ends
        assert_eq!(shown(&labels, 1, 33), 0..4);
        assert_eq!(shown(&labels, 1, 32), 0..3);
        assert_eq!(shown(&labels, 0, 24), 0..2);
        assert_eq!(shown(&labels, 3, 24), 2..4);
        assert_eq!(shown(&labels, 2, 5), 2..3, "the current one in any case");
    }
}
