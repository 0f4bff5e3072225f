//! Cells to bytes: what a terminal must be sent to turn one frame into the next.
//!
//! Pure, so that the screen and a recording send the same bytes. The sixteen colours are sent as SGR 30-37 and 90-97, which every
//! terminal knows. A frame begins and ends with attributes off, so that it never depends on the one before.

use std::fmt::Write;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

/// Begin and end of a synchronized update: terminals that know it show the frame at once, the others ignore it.
const SYNC: [&str; 2] = ["\x1b[?2026h", "\x1b[?2026l"];

/// The bytes that turn the screen showing `before` into `after`; empty where nothing changed. Without `before`, or with one of
/// another size, the screen is erased first. The cursor is hidden and attributes are off before and after.
#[must_use]
pub fn frame(before: Option<&Buffer>, after: &Buffer) -> String {
    let known = before.filter(|b| b.area == after.area);
    let blank;
    let before = match known {
        Some(before) => before,
        None => {
            blank = Buffer::empty(after.area);
            &blank
        }
    };
    let mut out = String::new();
    if known.is_none() {
        out.push_str("\x1b[m\x1b[2J");
    }
    paint(before, after, &mut out);
    if out.is_empty() {
        out
    } else {
        format!("{}{out}{}", SYNC[0], SYNC[1])
    }
}

/// The screen as lines of text with their colours, for a terminal or a pager; blanks at the end of lines are left out.
#[must_use]
pub fn lines(screen: &Buffer) -> String {
    let mut out = String::new();
    for row in screen.content.chunks(usize::from(screen.area.width.max(1))) {
        let last = row
            .iter()
            .rposition(|cell| !serves(PLAIN, cell) || cell.symbol() != " ");
        let mut style = PLAIN;
        for cell in &row[..last.map_or(0, |last| last + 1)] {
            if !serves(style, cell) {
                let wanted = (cell.fg, cell.bg, cell.modifier);
                attributes(style, wanted, &mut out);
                style = wanted;
            }
            out.push_str(cell.symbol());
        }
        if style != PLAIN {
            out.push_str("\x1b[m");
        }
        out.push('\n');
    }
    out
}

/// What a cell is written with.
type Attributes = (Color, Color, Modifier);

const PLAIN: Attributes = (Color::Reset, Color::Reset, Modifier::empty());

/// Attributes that are seen on a blank; its foreground is not.
const SEEN: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::CROSSED_OUT);

fn paint(before: &Buffer, after: &Buffer, out: &mut String) {
    let mut style = PLAIN;
    let mut next = None;
    for (x, y, cell) in before.diff(after) {
        match next {
            Some((from, row)) if row == y && bridge(after, from..x, y, style, out) => {}
            _ => go_to(after.area, x, y, out),
        }
        if !serves(style, cell) {
            let wanted = (cell.fg, cell.bg, cell.modifier);
            attributes(style, wanted, out);
            style = wanted;
        }
        out.push_str(cell.symbol());
        next = Some((x + 1, y));
    }
    if style != PLAIN {
        out.push_str("\x1b[m");
    }
}

/// Whether a cell looks as it should with these attributes.
fn serves((fg, bg, modifier): Attributes, cell: &Cell) -> bool {
    let blank = cell.symbol() == " " && !(modifier | cell.modifier).intersects(SEEN);
    bg == cell.bg && (blank || (fg == cell.fg && modifier == cell.modifier))
}

/// Repeats a few unchanged cells of the present attributes where that is shorter than placing the cursor.
fn bridge(after: &Buffer, gap: Range<u16>, y: u16, style: Attributes, out: &mut String) -> bool {
    const SHORTEST_MOVE: usize = 6;
    let cells = || gap.clone().map(|x| &after[(x, y)]);
    let bytes: usize = cells().map(|cell| cell.symbol().len()).sum();
    if bytes > SHORTEST_MOVE || !cells().all(|cell| serves(style, cell)) {
        return false;
    }
    out.extend(cells().map(Cell::symbol));
    true
}

fn go_to(area: Rect, x: u16, y: u16, out: &mut String) {
    let (row, column) = (y - area.y + 1, x - area.x + 1);
    // writing to a String cannot fail
    let _ = if column == 1 {
        write!(out, "\x1b[{row}H")
    } else {
        write!(out, "\x1b[{row};{column}H")
    };
}

/// From some attributes to others, in the fewest bytes.
fn attributes(from: Attributes, (fg, bg, modifier): Attributes, out: &mut String) {
    const MODIFIERS: [(Modifier, &str); 6] = [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ];
    if (fg, bg, modifier) == PLAIN {
        out.push_str("\x1b[m");
        return;
    }
    let mut codes: Vec<String> = Vec::new();
    // what was on stays on, unless something has to go: then everything does
    let stays = from.2.difference(modifier).is_empty()
        && (fg != Color::Reset || from.0 == Color::Reset)
        && (bg != Color::Reset || from.1 == Color::Reset);
    if !stays {
        codes.push("0".into());
    }
    let known = if stays { from } else { PLAIN };
    let added = modifier.difference(known.2);
    codes.extend(
        MODIFIERS
            .iter()
            .filter(|(m, _)| added.contains(*m))
            .map(|(_, code)| (*code).to_owned()),
    );
    if fg != known.0 {
        codes.extend(colour(fg, 30));
    }
    if bg != known.1 {
        codes.extend(colour(bg, 40));
    }
    out.push_str("\x1b[");
    out.push_str(&codes.join(";"));
    out.push('m');
}

/// The SGR parameters of a colour; `base` is 30 for foreground and 40 for background.
fn colour(colour: Color, base: u8) -> Option<String> {
    let plain = |n: u8| Some((base + n).to_string());
    let bright = |n: u8| Some((base + 60 + n).to_string());
    match colour {
        Color::Reset => None,
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(n) => Some(format!("{};5;{n}", base + 8)),
        Color::Rgb(r, g, b) => Some(format!("{};2;{r};{g};{b}", base + 8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    #[test]
    fn a_frame_like_the_last_one_sends_nothing() {
        let buffer = Buffer::with_lines(["abc"]);
        assert_eq!(frame(Some(&buffer), &buffer), "");
    }

    #[test]
    fn only_what_changed_is_sent_in_one_bracket() {
        let before = Buffer::with_lines(["abc", "def"]);
        let after = Buffer::with_lines(["abc", "dEf"]);
        assert_eq!(
            frame(Some(&before), &after),
            "\x1b[?2026h\x1b[2;2HE\x1b[?2026l"
        );
    }

    #[test]
    fn a_short_gap_is_written_again() {
        let before = Buffer::with_lines(["a b c"]);
        let after = Buffer::with_lines(["A b C"]);
        assert_eq!(
            frame(Some(&before), &after),
            "\x1b[?2026h\x1b[1HA b C\x1b[?2026l"
        );
    }

    #[test]
    fn a_new_size_erases_first() {
        let after = Buffer::with_lines(["ab"]);
        assert_eq!(
            frame(None, &after),
            "\x1b[?2026h\x1b[m\x1b[2J\x1b[1Hab\x1b[?2026l"
        );
        assert_eq!(
            frame(Some(&Buffer::with_lines(["abc"])), &after),
            frame(None, &after)
        );
    }

    #[test]
    fn a_style_is_set_once_per_run_and_off_at_the_end() {
        let mut after = Buffer::with_lines(["abcd"]);
        after.set_style(
            Rect::new(1, 0, 2, 1),
            Style::new()
                .fg(Color::LightBlue)
                .add_modifier(Modifier::BOLD),
        );
        assert_eq!(
            frame(None, &after),
            "\x1b[?2026h\x1b[m\x1b[2J\x1b[1Ha\x1b[1;94mbc\x1b[md\x1b[?2026l"
        );
    }

    #[test]
    fn from_one_style_to_the_next_only_what_differs_is_sent() {
        let blue = Style::new().fg(Color::LightBlue);
        let red = Style::new().fg(Color::Rgb(1, 2, 3));
        let bold = red.add_modifier(Modifier::BOLD);
        let on_black = Style::new().bg(Color::Indexed(16));
        let mut after = Buffer::with_lines(["abcdef"]);
        let runs = [blue, red, bold, blue, on_black, Style::new()];
        for (x, style) in (0..).zip(runs) {
            after.set_style(Rect::new(x, 0, 1, 1), style);
        }
        assert_eq!(
            frame(None, &after),
            "\x1b[?2026h\x1b[m\x1b[2J\x1b[1H\x1b[94ma\x1b[38;2;1;2;3mb\x1b[1mc\x1b[0;94md\x1b[0;48;5;16me\x1b[mf\x1b[?2026l"
        );
    }

    #[test]
    fn a_screen_as_lines_ends_every_line_without_attributes() {
        let mut screen = Buffer::with_lines(["a b  ", "     ", " c   "]);
        let reversed = Style::new().add_modifier(Modifier::REVERSED);
        screen.set_style(Rect::new(0, 0, 3, 1), Style::new().fg(Color::Red));
        screen.set_style(Rect::new(3, 2, 1, 1), reversed);
        assert_eq!(lines(&screen), "\x1b[31ma b\x1b[m\n\n c \x1b[7m \x1b[m\n");
    }

    #[test]
    fn a_blank_needs_no_colour() {
        let before = Buffer::with_lines(["a.b"]);
        let mut after = Buffer::with_lines(["c d"]);
        after.set_style(Rect::new(0, 0, 1, 1), Style::new().fg(Color::LightBlue));
        after.set_style(Rect::new(2, 0, 1, 1), Style::new().fg(Color::LightBlue));
        assert_eq!(
            frame(Some(&before), &after),
            "\x1b[?2026h\x1b[1H\x1b[94mc d\x1b[m\x1b[?2026l"
        );
    }
}
