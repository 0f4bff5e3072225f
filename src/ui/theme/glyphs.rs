//! The characters of the dashboard, and what ASCII has instead of them.

use ratatui::buffer::{Buffer, Cell};

use crate::app::look::{Glyphs, Look};

/// Partial blocks, 0 to 8 eighths from the bottom.
pub const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Reached by most, by some, by few of the draws and layers of a column.
pub const SHADES: [&str; 3] = ["▓", "▒", "░"];
/// A mark in the lower, middle, upper third of a cell.
pub const DOTS: [&str; 3] = [".", "·", "˙"];
/// A line, where there are no dots finer than a cell.
pub const LINE: char = '*';
/// An exact zero.
pub const ZERO: &str = "0";
/// An overflow.
pub const OVERFLOW: &str = "∞";
/// No number.
pub const UNKNOWN: &str = "?";
/// What stands for each of the categories, beside its colour.
pub const MARKERS: [&str; 4] = ["●", "▲", "■", "◆"];
/// A magnitude from least to most.
pub const DENSITY: [&str; 5] = [" ", "░", "▒", "▓", "█"];
/// From falling to growing.
pub const TREND: [&str; 5] = ["▼", "↓", "·", "↑", "▲"];

/// The character of a share from 0 to 1, of five.
#[must_use]
pub fn step(steps: &[&'static str; 5], share: f64) -> &'static str {
    steps[((share * 5.0) as usize).min(4)]
}

/// What ASCII has for every other character that is drawn.
const ASCII: &[(char, char)] = &[
    ('▁', '_'),
    ('▂', '_'),
    ('▃', '-'),
    ('▄', '-'),
    ('▅', '='),
    ('▆', '='),
    ('▇', '#'),
    ('█', '#'),
    ('▓', '%'),
    ('▒', '+'),
    ('░', ':'),
    ('·', '.'),
    ('˙', '\''),
    ('∞', '^'),
    ('─', '-'),
    ('│', '|'),
    ('┌', '+'),
    ('┐', '+'),
    ('└', '+'),
    ('┘', '+'),
    ('├', '+'),
    ('┤', '+'),
    ('━', '='),
    ('┃', '#'),
    ('┏', '#'),
    ('┓', '#'),
    ('┗', '#'),
    ('┛', '#'),
    ('┣', '#'),
    ('┫', '#'),
    ('→', '>'),
    ('←', '<'),
    ('✓', '+'),
    ('✗', 'x'),
    ('±', '~'),
    ('²', '2'),
    ('σ', 's'),
    ('∂', 'd'),
    ('√', 'v'),
    ('…', '~'),
    ('↓', 'v'),
    ('↑', '^'),
    ('●', 'o'),
    ('▲', 'A'),
    ('■', 'H'),
    ('◆', 'X'),
    ('▼', 'V'),
];

/// The last step of every frame: keeps to ASCII where the look asks for it. Total: what has no counterpart becomes `?`.
pub fn translate(buffer: &mut Buffer, look: Look) {
    if look.glyphs != Glyphs::Ascii {
        return;
    }
    spread(buffer);
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        let first = symbol.chars().next().unwrap_or(' ');
        let ascii = ASCII
            .iter()
            .find(|(from, _)| *from == first)
            .map_or('?', |(_, to)| *to);
        cell.set_char(ascii);
    }
}

/// Writes with two characters what has no other counterpart: `>` alone is an inequality. The words behind it move into the next two
/// blanks, so that the blanks beside it stay; where there are none, a blank beside it is given up.
fn spread(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_exact_mut(width) {
        for at in 0..width {
            let pair = match row[at].symbol() {
                "→" => ['-', '>'],
                "←" => ['<', '-'],
                "±" => ['+', '-'],
                _ => continue,
            };
            if let Some(end) = spare_blank(row, at) {
                row[at + 1..=end].rotate_right(1);
                row[at + 1] = row[at].clone();
                row[at].set_char(pair[0]);
                row[at + 1].set_char(pair[1]);
            }
        }
        for at in 0..width {
            let (pair, first) = match row[at].symbol() {
                "→" => (['-', '>'], at),
                "←" => (['<', '-'], at),
                "±" => (['+', '-'], at.wrapping_sub(1)),
                _ => continue,
            };
            let beside = if first == at { at + 1 } else { first };
            if row.get(beside).is_some_and(|cell| cell.symbol() == " ") {
                row[first].set_char(pair[0]);
                row[first + 1].set_char(pair[1]);
            }
        }
    }
}

/// The first of two blanks behind this place, or the blank at the end of the row, with words alone before it.
fn spare_blank(row: &[Cell], at: usize) -> Option<usize> {
    let is_blank = |at: usize| row.get(at).is_none_or(|cell| cell.symbol() == " ");
    let is_line = |cell: &Cell| {
        let drawn = |c: char| ('\u{2500}'..='\u{28ff}').contains(&c);
        cell.symbol().chars().any(drawn)
    };
    let end = (at + 1..row.len()).find(|end| is_blank(*end) && is_blank(end + 1))?;
    let words = row[at + 1..end].iter();
    (end > at + 1 && !words.clone().any(is_line)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const ONLY_ASCII: Look = Look {
        colour: crate::app::look::Colour::Sixteen,
        palette: crate::app::look::Palette::Universal,
        glyphs: Glyphs::Ascii,
    };

    #[test]
    fn ascii_translates_one_to_one_and_only_to_ascii() {
        let text: String = ASCII
            .iter()
            .map(|(from, _)| *from)
            .chain("aé日".chars())
            .collect();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 1));
        buffer.set_string(0, 0, &text, Style::new());
        translate(&mut buffer, ONLY_ASCII);
        assert!(buffer.content.iter().all(|cell| cell.symbol().is_ascii()));
        let unknown = buffer.cell((ASCII.len() as u16 + 1, 0)).expect("inside");
        assert_eq!(unknown.symbol(), "?");
    }

    #[test]
    fn an_arrow_beside_a_blank_is_no_inequality() {
        let translated = |text: &str| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
            buffer.set_string(0, 0, text, Style::new());
            translate(&mut buffer, ONLY_ASCII);
            buffer.content.iter().map(Cell::symbol).collect::<String>()
        };
        assert_eq!(translated("1 → 0.2 "), "1 -> 0.2");
        assert_eq!(translated("1 ← 2  3"), "1 <- 2 3");
        assert_eq!(translated("x, ±0.2 "), "x, +-0.2");
        // no room: a blank is given up, and nothing moves over a line
        assert_eq!(translated("1 → 0.23"), "1 ->0.23");
        assert_eq!(translated("1 → │   "), "1 ->|   ");
        assert_eq!(translated("±.→.←..→"), "~.>.<..>");
    }

    /// Nothing is told by colour alone: every character of a set stays itself in ASCII too.
    #[test]
    fn a_scale_and_the_categories_are_told_apart_in_ascii() {
        let sets: [&[&str]; 4] = [&MARKERS, &DENSITY, &TREND, &SHADES];
        for set in sets {
            let mut buffer = Buffer::empty(Rect::new(0, 0, set.len() as u16, 1));
            buffer.set_string(0, 0, set.concat(), Style::new());
            translate(&mut buffer, ONLY_ASCII);
            let mut symbols: Vec<&str> = buffer.content.iter().map(Cell::symbol).collect();
            symbols.sort_unstable();
            symbols.dedup();
            assert_eq!(symbols.len(), set.len(), "{set:?}");
            assert!(!symbols.contains(&"?"), "{set:?}");
        }
    }
}
