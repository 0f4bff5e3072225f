//! The last line: the keys worth knowing, or what the last key has to say.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::{Action, Direction, ViewName};
use crate::app::hint::Hint;
use crate::app::keys::{Focus, KeyMap, KeyRow};
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::ui::layout;
use crate::ui::text::{self, Styled};
use crate::ui::theme::Theme;

/// One thing to press in the footer.
enum Sign {
    Hint(Hint),
    Row(KeyRow, String),
    /// The keys of all views, where they are neighbours.
    Views(String),
}

/// What the keys of the views are called.
const VIEWS: &str = "views";

impl Sign {
    /// Keys and what they are for.
    fn pair(&self) -> Option<(&str, &'static str)> {
        match self {
            Self::Hint(_) => None,
            Self::Row(row, short) => Some((short, row.name)),
            Self::Views(keys) => Some((keys, VIEWS)),
        }
    }

    fn width(&self) -> usize {
        match (self, self.pair()) {
            (Self::Hint(hint), _) => text::width(&hint.text) + 2,
            (_, pair) => pair.map_or(0, |(keys, name)| text::width(keys) + 1 + text::width(name)),
        }
    }
}

/// A hint, then keys in the order of the table, as many as there is room for by rank, those of the view alone first; a message takes
/// their place.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if let Some(message) = model.message() {
        let text = format!(" {message} ");
        text::line(buffer, area, &[(" ", theme.text), (&text, theme.notice)]);
        return;
    }
    for (place, sign) in signs(model, area) {
        let pieces: &[Styled<'_>] = match (&sign, sign.pair()) {
            (Sign::Hint(hint), _) => &[(&format!(" {} ", hint.text), theme.notice)],
            (_, None) => &[],
            (_, Some((keys, name))) => {
                &[(keys, theme.strong), (" ", theme.text), (name, theme.text)]
            }
        };
        text::line(buffer, place, pieces);
    }
}

/// What can be pressed at a place of the footer.
#[must_use]
pub(super) fn target(model: &Model, area: Rect, here: Position) -> Option<Hit> {
    if model.message().is_some() {
        return None;
    }
    let mut signs = signs(model, area).into_iter();
    let (_, sign) = signs.find(|(place, _)| place.contains(here))?;
    Some(match sign {
        Sign::Hint(hint) => Hit::Act(hint.action, None),
        Sign::Row(row, _) => Hit::Act(row.action, row.back.map(|(_, action)| action)),
        Sign::Views(_) => Hit::Act(
            Action::Turn(Direction::Forward),
            Some(Action::Turn(Direction::Back)),
        ),
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
    let narrow = |hint: &Hint| text::width(&hint.text) + 2 + REST <= usize::from(area.width);
    let hint = model.hint().filter(narrow);
    let told = hint.as_ref().map(|hint| hint.action);
    if let Some(hint) = hint {
        room = put(Sign::Hint(hint), 2) + 1;
    }
    // what the hint has told is not said again
    let now = |row: &KeyRow| model.row_now(row).filter(|row| told != Some(row.action));
    let (width, height) = model.size();
    let tabbed = !layout::tabs(Rect::new(0, 0, width, height)).is_empty();
    for sign in chosen(usize::from(room), model.focus(), model.keys(), tabbed, now) {
        put(sign, 2);
    }
    placed
}

/// Columns that a hint leaves to keys at least.
const REST: usize = 18;

/// What fits, in the order of the table, and what is of this view alone before everything else; `now` is a row as things stand, or
/// nothing where it is not worth saying; `tabbed` is whether another line names the views. Help and the way out come first where such a view, or a hint, leaves little room.
fn chosen(
    room: usize,
    focus: Focus,
    keys: &KeyMap,
    tabbed: bool,
    now: impl Fn(&KeyRow) -> Option<KeyRow>,
) -> Vec<Sign> {
    let view = match focus {
        Focus::View(view) | Focus::Help(view) => Some(view),
        Focus::Palette | Focus::Search | Focus::Export => None,
    };
    let own = view.filter(|view| *view != ViewName::SCOPE);
    let mut ranked: Vec<Ranked> = Vec::new();
    for row in keys.rows().filter(|row| row.rank > 0 && focus.knows(row)) {
        let Some((row, short)) = now(row).zip(keys.short(row)) else {
            continue;
        };
        let little = view != Some(ViewName::SCOPE) || room < ROOMY;
        ranked.push(Ranked {
            place: ranked.len(),
            first: little && matches!(row.action, Action::Help | Action::Quit),
            general: own.is_some() && row.category.view() != view,
            rank: row.rank,
            sign: Sign::Row(row, short),
        });
    }
    if let Some(views) = view.filter(|_| !tabbed).and_then(|_| keys_of_views(keys)) {
        ranked.push(Ranked {
            // before help and quit, which end every footer of the scope
            place: ranked.iter().position(Ranked::ends).unwrap_or(0),
            first: false,
            general: own.is_some(),
            rank: VIEWS_RANK,
            sign: Sign::Views(views),
        });
    }
    ranked.sort_by_key(|r| (!r.first, r.general, r.rank, matches!(r.sign, Sign::Row(..))));
    let mut used = 0;
    ranked.retain(|r| {
        let more = r.sign.width() + 2;
        let fits = used + more <= room + 1;
        used += if fits { more } else { room };
        fits
    });
    ranked.sort_by_key(|r| (r.general, r.place, matches!(r.sign, Sign::Row(..))));
    ranked.into_iter().map(|r| r.sign).collect()
}

/// A sign with its place in line.
struct Ranked {
    /// In the order of the table.
    place: usize,
    first: bool,
    general: bool,
    rank: u8,
    sign: Sign,
}

impl Ranked {
    fn ends(&self) -> bool {
        matches!(self.sign, Sign::Row(row, _) if matches!(row.action, Action::Help | Action::Quit))
    }
}

/// Before the initializer, behind activation, help, the way out and the remedy: what else the scope offers stands in its network panel.
const VIEWS_RANK: u8 = 5;

/// `1-7` where the views are on neighbouring digits.
fn keys_of_views(keys: &KeyMap) -> Option<String> {
    let views = keys.views();
    let digits = views.iter().map(|view| {
        let key = keys.key_of(Action::Show(*view), Focus::View(*view));
        key.parse::<u8>().ok()
    });
    let first = digits.clone().next()??;
    let last = first + views.len() as u8 - 1;
    let neighbours = (first..=last).map(Some).eq(digits);
    neighbours.then(|| format!("{first}-{last}"))
}

/// Columns from which on the scope's footer has room for help and the way out in any case.
const ROOMY: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_and_quit_are_in_every_footer_of_80_columns_and_all_keys_in_a_wide_one() {
        let keys = KeyMap::default();
        let names = |room, focus| {
            let signs = chosen(room, focus, &keys, false, |row| Some(*row));
            let names = signs.iter().filter_map(|sign| Some(sign.pair()?.1));
            names.collect::<Vec<_>>()
        };
        for view in keys.views() {
            let focus = Focus::View(view);
            let narrow = names(80, focus);
            assert!(narrow.contains(&"help") && narrow.contains(&"quit"));
            // a row without a key is that of a view that is not open
            let shown =
                |row: &&KeyRow| row.rank > 0 && focus.knows(row) && !keys.all(row).is_empty();
            let ranked = keys.rows().filter(shown);
            assert_eq!(names(600, focus).len(), ranked.count() + 1, "{focus:?}");
        }
        assert_eq!(names(80, Focus::View(ViewName::COMPARE))[0], "pin");
        assert_eq!(names(80, Focus::View(ViewName("phase")))[0], "sigma_w");
        assert_eq!(names(80, Focus::View(ViewName::ADVICE))[0], "choice");
        assert_eq!(
            names(80, Focus::Palette),
            ["do", "choose", "cancel", "clear"]
        );
    }
}
