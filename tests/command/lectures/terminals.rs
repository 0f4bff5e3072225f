//! What two independent terminals show after a recording is what was drawn.

use std::num::NonZeroU16;

use initscope::cast::asciicast::Pace;
use initscope::cast::{Format, Recording};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use serde_json::Value;

use super::{SHORT, recorded};

/// Everything that a recording sends to the terminal.
fn output(file: &str) -> String {
    let events = file.lines().skip(1);
    let events = events.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    events
        .filter(|event| event[1] == "o")
        .map(|event| event[2].as_str().expect("text").to_owned())
        .collect()
}

/// A colour by its number among the 256, or by its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Colour {
    Own,
    Number(u8),
    Parts(u8, u8, u8),
}

fn colour(colour: Color) -> Colour {
    use Color::{Black, Blue, Cyan, DarkGray, Gray, Green, Magenta, Red, White, Yellow};
    use Color::{LightBlue, LightCyan, LightGreen, LightMagenta, LightRed, LightYellow};
    let dark = [Black, Red, Green, Yellow, Blue, Magenta, Cyan, Gray];
    let bright = [
        DarkGray,
        LightRed,
        LightGreen,
        LightYellow,
        LightBlue,
        LightMagenta,
        LightCyan,
        White,
    ];
    match colour {
        Color::Indexed(n) => Colour::Number(n),
        Color::Rgb(r, g, b) => Colour::Parts(r, g, b),
        other => {
            let place = dark.iter().chain(&bright).position(|c| *c == other);
            place.map_or(Colour::Own, |n| Colour::Number(n as u8))
        }
    }
}

/// Character, foreground, background; bold, dim, reversed.
type Seen = (String, Colour, Colour, [bool; 3]);

/// What can be seen: on a blank neither the foreground nor its weight.
fn visible((text, fg, bg, [bold, dim, reversed]): Seen) -> Seen {
    if text == " " && !reversed {
        (text, Colour::Own, bg, [false; 3])
    } else {
        (text, fg, bg, [bold, dim, reversed])
    }
}

fn drawn(cell: &Cell) -> Seen {
    let has = |m: Modifier| cell.modifier.contains(m);
    let modifiers = [
        has(Modifier::BOLD),
        has(Modifier::DIM),
        has(Modifier::REVERSED),
    ];
    (
        cell.symbol().to_owned(),
        colour(cell.fg),
        colour(cell.bg),
        modifiers,
    )
}

fn by_avt(output: &str, buffer: &Buffer) -> Vec<Seen> {
    let index = |colour: Option<avt::Color>| match colour {
        Some(avt::Color::Indexed(n)) => Colour::Number(n),
        Some(avt::Color::RGB(rgb)) => Colour::Parts(rgb.r, rgb.g, rgb.b),
        None => Colour::Own,
    };
    let size = (
        usize::from(buffer.area.width),
        usize::from(buffer.area.height),
    );
    let mut terminal = avt::Terminal::new(size.0, size.1).expect("a size");
    terminal.feed(output);
    let cells = terminal
        .screen()
        .visible_lines()
        .flat_map(|line| line.cells().to_vec());
    cells
        .map(|cell| {
            let pen = cell.pen();
            let modifiers = [pen.is_bold(), pen.is_faint(), pen.is_inverse()];
            (
                cell.char().to_string(),
                index(pen.foreground()),
                index(pen.background()),
                modifiers,
            )
        })
        .collect()
}

fn by_vt100(output: &str, buffer: &Buffer) -> Vec<Seen> {
    let index = |colour: vt100::Color| match colour {
        vt100::Color::Idx(n) => Colour::Number(n),
        vt100::Color::Rgb(r, g, b) => Colour::Parts(r, g, b),
        vt100::Color::Default => Colour::Own,
    };
    let size = |n: u16| NonZeroU16::new(n).expect("a size");
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let mut parser = vt100::Parser::new(size(rows), size(columns), 0);
    parser.process(output.as_bytes());
    let screen = parser.screen();
    assert!(screen.hide_cursor() && screen.alternate_screen());
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    places
        .map(|(row, column)| {
            let cell = screen.cell(row, column).expect("inside");
            let text = if cell.contents().is_empty() {
                " "
            } else {
                cell.contents()
            };
            let modifiers = [cell.bold(), cell.dim(), cell.inverse()];
            (
                text.to_owned(),
                index(cell.fgcolor()),
                index(cell.bgcolor()),
                modifiers,
            )
        })
        .collect()
}

#[test]
fn the_last_screen_of_a_recording_is_the_last_frame_in_both_formats() {
    for theme in ["", "theme = \"mono\"", "theme = \"light\""] {
        shown_by_both(&recorded(&format!("{theme}\n{SHORT}")));
    }
}

fn shown_by_both(recording: &Recording) {
    let last = recording.last();
    let expected: Vec<Seen> = last
        .content
        .iter()
        .map(|cell| visible(drawn(cell)))
        .collect();
    for format in [Format::V2, Format::V3] {
        let output = output(&recording.file(format, Pace::default()));
        for seen in [by_avt(&output, last), by_vt100(&output, last)] {
            let seen: Vec<Seen> = seen.into_iter().map(visible).collect();
            assert_eq!(seen.len(), expected.len());
            for (at, pair) in seen.iter().zip(&expected).enumerate() {
                assert_eq!(pair.0, pair.1, "cell {at}, {format:?}");
            }
        }
    }
}
