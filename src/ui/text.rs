//! Writing text and frames into a buffer without ever leaving it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Clear, Widget};

use crate::app::help::wrapped;
use crate::ui::layout::{Panel, Stack};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{BLOCKS, SHADES};

mod cut;

pub use cut::{cut, tail};

/// A text with its style.
pub type Styled<'a> = (&'a str, Style);

/// Characters of a text (each is one column wide here, see [`clean`]).
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().count()
}

/// A text that cannot disturb the screen: control and formatting characters, and any wider than a column, become `?`.
#[must_use]
pub fn clean(text: &str) -> String {
    use ratatui::buffer::CellWidth;
    text.chars()
        .map(|c| {
            if c.is_control() || c.encode_utf8(&mut [0; 4]).cell_width() != 1 {
                '?'
            } else {
                c
            }
        })
        .collect()
}

/// Writes pieces one after another into the first row of an area and returns the columns used.
pub fn line(buffer: &mut Buffer, area: Rect, pieces: &[Styled<'_>]) -> u16 {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return 0;
    }
    let mut x = area.x;
    for (text, style) in pieces {
        let room = usize::from(area.right() - x);
        let text = cut(&clean(text), room);
        // from scratch: what was there before leaves no attribute behind
        (x, _) = buffer.set_stringn(x, area.y, &text, room, Style::reset().patch(*style));
    }
    x - area.x
}

/// Writes text so that it ends at the right edge of the first row of an area, where it has room.
pub fn right(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let columns = u16::try_from(width(text)).unwrap_or(u16::MAX);
    if columns <= area.width {
        line(
            buffer,
            Rect {
                x: area.right() - columns,
                width: columns,
                ..area
            },
            &[(text, style)],
        );
    }
}

/// The row `n` of an area, empty where it has none.
#[must_use]
pub fn row(area: Rect, n: u16) -> Rect {
    Rect {
        y: area.y.saturating_add(n.min(area.height)),
        height: u16::from(n < area.height),
        ..area
    }
}

/// Writes a text into the row `y` of an area, from its column `x` on.
pub fn at(buffer: &mut Buffer, area: Rect, (x, y): (usize, u16), text: &str, style: Style) {
    let row = row(area, y);
    let x = u16::try_from(x).unwrap_or(u16::MAX);
    let place = Rect {
        x: row.x.saturating_add(x),
        width: row.width.saturating_sub(x),
        ..row
    };
    line(buffer, place, &[(text, style)]);
}

/// Writes paragraphs, wrapped, a column from the left, as many lines as there is room for.
pub fn paragraphs(buffer: &mut Buffer, inside: Rect, theme: &Theme, texts: &[(String, Style)]) {
    let room = usize::from(inside.width.saturating_sub(2));
    let texts = texts.iter().map(|(text, style)| (text.clone(), *style));
    let lines = folded(texts, room, inside.height);
    for ((text, style), n) in lines.iter().zip(0..inside.height) {
        let pieces = [(" ", theme.text), (&**text, *style)];
        line(buffer, row(inside, n), &pieces);
    }
}

/// Texts in at most so many lines, each with what belongs to its text; what fits on a line keeps its spacing, and a text that is cut
/// off says so.
#[must_use]
pub fn folded<T: Copy>(
    texts: impl IntoIterator<Item = (String, T)>,
    room: usize,
    rows: u16,
) -> Vec<(String, T)> {
    let mut folded: Vec<(String, T)> = Vec::new();
    for (text, belongs) in texts {
        let lines = if width(&text) <= room {
            vec![text]
        } else {
            wrapped(&text, room)
        };
        let left = usize::from(rows) - folded.len();
        let cut_off = lines.len() > left;
        folded.extend(lines.into_iter().take(left).map(|line| (line, belongs)));
        let last = folded.last_mut().filter(|_| cut_off && left > 0);
        if let Some((last, _)) = last {
            *last = cut(&format!("{last} …"), room.max(1));
        }
        if folded.len() == usize::from(rows) {
            break;
        }
    }
    folded
}

/// Columns of a sign with a blank behind it.
const SIGN: usize = 2;

/// Of columns as wide as `widths` behind a name and three more: how wide the name can be, and how many of them fit. The name is whole
/// where that leaves room for the first column, or for its sign alone (then none fits); a longer one is cut.
#[must_use]
pub fn fitting(width: usize, longest: usize, widths: &[usize]) -> (usize, usize) {
    let room = width.saturating_sub(3);
    let whole = longest + 1;
    let beside = room.saturating_sub(widths.first().copied().unwrap_or(0));
    if whole > beside && whole + SIGN <= room {
        return (whole, 0);
    }
    let name = whole.min(beside);
    let mut left = room - name;
    let fits = |w: &&usize| {
        let fits = **w <= left;
        left = left.saturating_sub(**w);
        fits
    };
    let shown = widths.iter().take_while(fits).count();
    let used: usize = widths[..shown].iter().sum();
    (room.saturating_sub(used).min(longest + 3), shown)
}

/// The sign that a text begins with, where there is no room for more.
#[must_use]
pub fn sign(text: &str) -> String {
    text.chars().take(1).collect()
}

/// The name of an initializer in two lines over a column of so many characters: its words, or the only one above the numbers; where
/// there is no room, their first letters, and no number.
#[must_use]
pub fn over_column(name: &str, room: usize) -> [String; 2] {
    let words = match name.split_once('_') {
        _ if width(name) <= room => ["", name],
        Some((first, second)) => [first, second],
        None => ["", name],
    };
    words.map(|word| match word.split_once('(') {
        _ if width(word) <= room => word.to_owned(),
        Some((word, _)) => word.chars().take(room).collect(),
        None => word.chars().take(room).collect(),
    })
}

/// The border line above the inside of a box, without its corners.
#[must_use]
pub fn above(inside: Rect) -> Rect {
    Rect {
        y: inside.y.saturating_sub(1),
        height: 1,
        ..inside
    }
}

/// The frames of a stack of boxes, neighbours sharing a line.
pub fn frames(buffer: &mut Buffer, stack: &Stack, theme: &Theme) {
    let area = stack.area.intersection(buffer.area);
    if area.width < 2 || area.height < 2 {
        return;
    }
    let (left, right) = (area.x, area.right() - 1);
    let inner = usize::from(area.width - 2);
    let mut horizontal = |y: u16, ends: [&str; 2]| {
        let text = format!("{}{}{}", ends[0], "─".repeat(inner), ends[1]);
        buffer.set_string(left, y, text, theme.faint);
    };
    horizontal(area.y, ["┌", "┐"]);
    let mut y = area.y;
    for (_, rows) in &stack.boxes {
        y += rows + 1;
        horizontal(
            y.min(area.bottom() - 1),
            if y + 1 >= area.bottom() {
                ["└", "┘"]
            } else {
                ["├", "┤"]
            },
        );
    }
    for y in area.y + 1..area.bottom() - 1 {
        for x in [left, right] {
            if buffer[(x, y)].symbol() == " " {
                buffer[(x, y)].set_symbol("│").set_style(theme.faint);
            }
        }
    }
}

/// A box of this size, or as much of it as fits, in the middle of the screen, with and without its frame.
#[must_use]
pub fn middle(screen: Rect, (width, height): (u16, u16)) -> (Rect, Rect) {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    let area = Rect::new(
        screen.x + (screen.width - width) / 2,
        screen.y + (screen.height - height) / 2,
        width,
        height,
    );
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: width.saturating_sub(2),
        height: height.saturating_sub(2),
    };
    (area, inside)
}

/// The framed [`middle`] of the screen over what is there; returns its inside.
pub fn popup(buffer: &mut Buffer, screen: Rect, size: (u16, u16), theme: &Theme) -> Rect {
    let (area, inside) = middle(screen, size);
    Clear.render(area, buffer);
    let stack = Stack {
        area,
        boxes: vec![(Panel::Network, area.height.saturating_sub(2))],
    };
    frames(buffer, &stack, theme);
    inside
}

/// A vertical line through one column of an area of curves: it is seen on what is empty and on what is filled, and gives way to
/// everything else.
pub fn rule(buffer: &mut Buffer, x: u16, area: Rect, theme: &Theme) {
    let area = area.intersection(buffer.area);
    if x < area.left() || x >= area.right() {
        return;
    }
    for y in area.top()..area.bottom() {
        over(&mut buffer[(x, y)], '│', theme);
    }
}

/// The same for one cell and any character.
pub fn over(cell: &mut Cell, line: char, theme: &Theme) {
    let symbol = cell.symbol();
    if symbol == BLOCKS[0] || symbol == SHADES[2] {
        cell.set_char(line)
            .set_style(Style::reset().patch(theme.text));
    } else if [BLOCKS[8], SHADES[0], SHADES[1]].contains(&symbol) {
        cell.set_char(line);
        cell.modifier.insert(Modifier::REVERSED);
    }
}

/// A title of a name and, where there is room, what it is about.
pub fn heading(buffer: &mut Buffer, inside: Rect, theme: &Theme, name: &str, what: &str) {
    title(
        buffer,
        inside,
        theme,
        Title {
            name: (name, theme.strong),
            what,
            aside: "",
            more: "",
        },
    );
}

/// What stands on the border above a box; the parts after the name only as far as there is room, in this order of importance:
/// `aside` at the right, `what` beside the name, `more` behind `aside`.
#[derive(Clone, Copy, Debug)]
pub struct Title<'a> {
    /// Always there.
    pub name: Styled<'a>,
    /// Beside the name.
    pub what: &'a str,
    /// At the right.
    pub aside: &'a str,
    /// Behind `aside`.
    pub more: &'a str,
}

/// Columns of a part of a title with a blank at either end.
fn taken(text: &str) -> usize {
    if text.is_empty() { 0 } else { width(text) + 2 }
}

impl Title<'_> {
    /// Whether what stands beside the name has room above this box.
    #[must_use]
    pub fn fits(&self, inside: Rect) -> bool {
        let room = usize::from(inside.width).saturating_sub(width(self.name.0) + 2);
        taken(self.what) + taken(self.aside) <= room
    }
}

/// Writes a title on the border above a box.
pub fn title(buffer: &mut Buffer, inside: Rect, theme: &Theme, title: Title<'_>) {
    let Title {
        name,
        what,
        aside,
        more,
    } = title;
    let border = above(inside);
    let used = line(
        buffer,
        border,
        &[(" ", theme.text), name, (" ", theme.text)],
    );
    let mut rest = Rect {
        x: border.x + used,
        width: border.width.saturating_sub(used),
        ..border
    };
    if !what.is_empty() && title.fits(inside) {
        let used = line(
            buffer,
            rest,
            &[(" ", theme.text), (what, theme.text), (" ", theme.text)],
        );
        rest = Rect {
            x: rest.x + used,
            width: rest.width - used,
            ..rest
        };
    }
    let both = format!(" {aside}{more} ");
    if !aside.is_empty() && width(&both) <= usize::from(rest.width) {
        right(buffer, rest, &both, theme.text);
    } else if !aside.is_empty() {
        right(buffer, rest, &format!(" {aside} "), theme.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_named_cannot_disturb_the_screen() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}日\u{7f}"), "a?[2Jb???");
    }
}
