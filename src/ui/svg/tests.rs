//! What a drawing must keep true.

use super::*;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

const PAGE: Page<'_> = Page {
    ink: 0xeeeeee,
    ground: 0x111111,
    title: "",
    description: "",
};

fn body(buffer: &Buffer) -> String {
    let picture = svg(buffer, &PAGE);
    let (_, rest) = picture.split_once("translate(8 8)\">\n").expect("a group");
    rest.lines()
        .filter(|line| !line.contains("<g") && !line.contains("</g") && !line.contains("/svg"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_size_is_that_of_the_cells_and_a_margin() {
    let picture = svg(&Buffer::empty(Rect::new(0, 0, 100, 30)), &PAGE);
    assert!(
        picture
            .starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"816\" height=\"496\"")
    );
    assert!(picture.contains("fill=\"#111111\""));
}

#[test]
fn blocks_of_one_row_join_and_blocks_of_one_colour_are_one_path() {
    let mut buffer = Buffer::with_lines(["██▄ ", "█  ▒"]);
    buffer.set_style(buffer.area, Style::new().fg(Color::Rgb(1, 2, 3)));
    assert_eq!(
        body(&buffer),
        "<path fill=\"#010203\" fill-opacity=\".50\" shape-rendering=\"crispEdges\" d=\"M24 16h8v16h-8z\"/>\n\
         <path fill=\"#010203\" shape-rendering=\"crispEdges\" d=\"M0 0h16v16h-16zM16 8h8v8h-8zM0 16h8v16h-8z\"/>"
    );
}

#[test]
fn lines_of_a_frame_meet() {
    let buffer = Buffer::with_lines(["┌─", "│ "]);
    let found = body(&buffer);
    // down from the corner's middle to the edge, then through the cell below
    assert!(
        found.contains("M4 8h1v8h-1z") && found.contains("M4 16h1v16h-1z"),
        "{found}"
    );
    assert!(
        found.contains("M4 8h4v1h-4z") && found.contains("M8 8h8v1h-8z"),
        "{found}"
    );
}

#[test]
fn words_are_runs_as_wide_as_their_columns_and_cannot_break_the_file() {
    let mut buffer = Buffer::with_lines(["a <b>   &c"]);
    buffer.set_style(
        Rect::new(8, 0, 2, 1),
        Style::new().add_modifier(Modifier::BOLD),
    );
    let found = body(&buffer);
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines,
        [
            "<text x=\"0\" y=\"12\" textLength=\"8\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#eeeeee\">a</text>",
            "<text x=\"16\" y=\"12\" textLength=\"24\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#eeeeee\">&lt;b&gt;</text>",
            "<text x=\"64\" y=\"12\" textLength=\"16\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#eeeeee\" font-weight=\"700\">&amp;c</text>",
        ]
    );
}

#[test]
fn reversed_changes_places_with_the_page_and_dots_are_round() {
    let mut buffer = Buffer::with_lines(["x⠁"]);
    buffer.set_style(
        Rect::new(0, 0, 1, 1),
        Style::new()
            .fg(Color::Indexed(16))
            .add_modifier(Modifier::REVERSED),
    );
    let found = body(&buffer);
    assert!(
        found.contains("<path fill=\"#000000\"") && found.contains("fill=\"#111111\">x<"),
        "{found}"
    );
    assert!(
        found.contains("stroke-linecap=\"round\" d=\"M10 2h0\""),
        "{found}"
    );
}

#[test]
fn a_title_of_controls_is_well_formed() {
    let buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
    let page = Page {
        title: "evil \u{1b}[J\u{7}\u{0}\u{85}\u{202e}\u{ffff} & <title>",
        description: "a\nb",
        ..PAGE
    };
    let picture = svg(&buffer, &page);
    let allowed = |c: char| !crate::net::foreign::is_hidden(c) || c == '\n';
    assert!(
        picture.chars().all(|c| allowed(c) && c != '\u{ffff}'),
        "{picture}"
    );
    assert!(picture.contains(
        "<title>evil \\u{1b}[J\\u{7}\\u{0}\\u{85}\\u{202e}\u{fffd} &amp; &lt;title&gt;</title>"
    ));
}
