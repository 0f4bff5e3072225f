//! What two independent terminals show after a recording is what was drawn.

use std::num::NonZeroU16;

use initscope::cast::Format;
use initscope::cast::asciicast::Pace;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use serde_json::Value;

use crate::{SHORT, recorded};

/// Everything that a recording sends to the terminal.
fn output(file: &str) -> String {
    let events = file.lines().skip(1);
    let events = events.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    events
        .filter(|event| event[1] == "o")
        .map(|event| event[2].as_str().expect("text").to_owned())
        .collect()
}

/// The number of a colour among the sixteen.
fn number(colour: Color) -> Option<u8> {
    const ORDER: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match colour {
        Color::Indexed(n) => Some(n),
        other => ORDER.iter().position(|c| *c == other).map(|n| n as u8),
    }
}

/// Character, colours, bold, dim, reversed.
type Seen = (String, Option<u8>, Option<u8>, [bool; 3]);

fn drawn(cell: &Cell) -> Seen {
    let has = |m: Modifier| cell.modifier.contains(m);
    let modifiers = [
        has(Modifier::BOLD),
        has(Modifier::DIM),
        has(Modifier::REVERSED),
    ];
    (
        cell.symbol().to_owned(),
        number(cell.fg),
        number(cell.bg),
        modifiers,
    )
}

fn by_avt(output: &str, buffer: &Buffer) -> Vec<Seen> {
    let index = |colour: Option<avt::Color>| match colour {
        Some(avt::Color::Indexed(n)) => Some(n),
        _ => None,
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
        vt100::Color::Idx(n) => Some(n),
        _ => None,
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
    let recording = recorded(SHORT);
    let expected: Vec<Seen> = recording.last().content.iter().map(drawn).collect();
    for format in [Format::V2, Format::V3] {
        let output = output(&recording.file(format, Pace::default()));
        for seen in [
            by_avt(&output, recording.last()),
            by_vt100(&output, recording.last()),
        ] {
            let wrong = seen
                .iter()
                .zip(&expected)
                .position(|(seen, drawn)| seen != drawn);
            assert_eq!(
                wrong.map(|at| (at, &seen[at], &expected[at])),
                None,
                "{format:?}"
            );
            assert_eq!(seen.len(), expected.len());
        }
    }
}
