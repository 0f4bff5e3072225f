//! A screen as a picture for slides and pages: SVG 1.1, the same from the same cells.
//!
//! Blocks, shades, box lines, octants and Braille dots are shapes, so that columns and frames join without a seam in whatever font
//! the reader has; only words are text, each run stretched to its columns. Shapes of one colour are one path.

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use ratatui::symbols::{braille::BRAILLE, pixel::OCTANTS};

use crate::net::foreign;
use crate::ui::theme::rgb::shown;

/// Width of a cell in user units; eighths and halves of it are whole.
const WIDE: u32 = 8;
/// Height of a cell.
const HIGH: u32 = 16;
/// From the top of a cell to the feet of its letters.
const BASELINE: u32 = 12;
const FONT_SIZE: u32 = 13;
/// Around the screen.
const MARGIN: u32 = 8;
const FONTS: &str = "ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono',Consolas,monospace";

/// What a picture is drawn on, and what it says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Where the terminal would take its own foreground, `0xRRGGBB`.
    pub ink: u32,
    /// Where it would take its own background.
    pub ground: u32,
    /// For those who cannot see it.
    pub title: &'a str,
    /// The command line that shows the same.
    pub description: &'a str,
}

/// The picture of a screen.
#[must_use]
pub fn svg(buffer: &Buffer, page: &Page<'_>) -> String {
    let area = buffer.area;
    let (wide, high) = (
        u32::from(area.width) * WIDE + 2 * MARGIN,
        u32::from(area.height) * HIGH + 2 * MARGIN,
    );
    let mut drawing = Drawing::default();
    for y in 0..area.height {
        let cells = (0..area.width).map(|x| &buffer[(area.x + x, area.y + y)]);
        drawing.row(cells, u32::from(y) * HIGH, page);
    }
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" role=\"img\">\n"
    );
    for (element, text) in [("title", page.title), ("desc", page.description)] {
        if !text.is_empty() {
            out.push_str(&format!("<{element}>{}</{element}>\n", escaped(text)));
        }
    }
    out.push_str(&format!(
        "<rect width=\"{wide}\" height=\"{high}\" rx=\"6\" fill=\"#{:06x}\"/>\n<g transform=\"translate({MARGIN} {MARGIN})\">\n",
        page.ground
    ));
    out.push_str(&drawing.written());
    out.push_str("</g>\n</svg>\n");
    out
}

/// Colour and share of it that covers what is below, in quarters.
type Paint = (u32, u8);

/// A rectangle: left, top, right, bottom.
type Rectangle = [u32; 4];

/// What has been found so far.
#[derive(Default)]
struct Drawing {
    grounds: BTreeMap<Paint, Vec<Rectangle>>,
    shapes: BTreeMap<Paint, Vec<Rectangle>>,
    /// Middles of round dots.
    dots: BTreeMap<u32, Vec<[u32; 2]>>,
    text: Vec<Run>,
}

/// Words of one colour and weight, next to each other.
struct Run {
    x: u32,
    y: u32,
    columns: u32,
    ink: u32,
    bold: bool,
    underlined: bool,
    text: String,
}

impl Drawing {
    fn row<'a>(&mut self, cells: impl Iterator<Item = &'a Cell>, top: u32, page: &Page<'_>) {
        for (cell, left) in cells.zip((0..).step_by(WIDE as usize)) {
            let (ink, ground) = colours(cell, page);
            if let Some(ground) = ground {
                add(
                    self.grounds.entry((ground, 4)).or_default(),
                    [left, top, left + WIDE, top + HIGH],
                );
            }
            match Shape::of(cell.symbol()) {
                Shape::Blank if !cell.modifier.contains(Modifier::UNDERLINED) => {}
                Shape::Blank | Shape::Text => self.write(cell, ink, left, top),
                Shape::Block(rectangles, quarters) => {
                    let place = self.shapes.entry((ink, quarters)).or_default();
                    for [l, t, r, b] in rectangles {
                        add(place, [left + l, top + t, left + r, top + b]);
                    }
                }
                Shape::Dots(bits) => {
                    let middles = (0..8).filter(|bit| bits >> bit & 1 == 1).map(|bit| {
                        let (x, y) = (bit % 2, bit / 2);
                        [
                            left + WIDE / 4 + x * WIDE / 2,
                            top + HIGH / 8 + y * HIGH / 4,
                        ]
                    });
                    self.dots.entry(ink).or_default().extend(middles);
                }
            }
        }
    }

    /// Adds a character to the run it continues, or to a new one: a run has no blank in it unless that is underlined, so that every word
    /// begins in its column whatever the reader's font.
    fn write(&mut self, cell: &Cell, ink: u32, x: u32, top: u32) {
        let (y, bold) = (top + BASELINE, cell.modifier.contains(Modifier::BOLD));
        let underlined = cell.modifier.contains(Modifier::UNDERLINED);
        let style = (y, ink, bold, underlined);
        let last = self.text.last_mut().filter(|run| {
            let end = run.x + run.columns * WIDE;
            (run.y, run.ink, run.bold, run.underlined) == style && end == x
        });
        if let Some(run) = last {
            run.text.push_str(cell.symbol());
            run.columns += 1;
        } else {
            self.text.push(Run {
                x,
                y,
                columns: 1,
                ink,
                bold,
                underlined,
                text: cell.symbol().to_owned(),
            });
        }
    }

    fn written(&self) -> String {
        let mut out = String::new();
        for ((colour, quarters), rectangles) in self.grounds.iter().chain(&self.shapes) {
            let opacity = match quarters {
                4 => String::new(),
                n => format!(" fill-opacity=\".{}\"", u32::from(*n) * 25),
            };
            let _ = write!(
                out,
                "<path fill=\"#{colour:06x}\"{opacity} shape-rendering=\"crispEdges\" d=\""
            );
            for [left, top, right, bottom] in rectangles {
                let (wide, high) = (right - left, bottom - top);
                let _ = write!(out, "M{left} {top}h{wide}v{high}h-{wide}z");
            }
            out.push_str("\"/>\n");
        }
        for (colour, middles) in &self.dots {
            // a line of no length with a round end is a dot
            let _ = write!(
                out,
                "<path stroke=\"#{colour:06x}\" stroke-width=\"2.4\" stroke-linecap=\"round\" d=\""
            );
            for [x, y] in middles {
                let _ = write!(out, "M{x} {y}h0");
            }
            out.push_str("\"/>\n");
        }
        let _ = writeln!(
            out,
            "<g font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\" xml:space=\"preserve\" style=\"white-space:pre\">"
        );
        for run in &self.text {
            let weight = if run.bold { " font-weight=\"700\"" } else { "" };
            let line = if run.underlined {
                " text-decoration=\"underline\""
            } else {
                ""
            };
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#{:06x}\"{weight}{line}>{}</text>",
                run.x,
                run.y,
                run.columns * WIDE,
                run.ink,
                escaped(&run.text)
            );
        }
        out.push_str("</g>\n");
        out
    }
}

/// Adds a rectangle, as part of the last one where it continues that to the right.
fn add(rectangles: &mut Vec<Rectangle>, [left, top, right, bottom]: Rectangle) {
    match rectangles.last_mut() {
        Some([_, t, r, b]) if (*t, *r, *b) == (top, left, bottom) => *r = right,
        _ => rectangles.push([left, top, right, bottom]),
    }
}

/// Foreground, and background where it is not the page's.
fn colours(cell: &Cell, page: &Page<'_>) -> (u32, Option<u32>) {
    let (mut ink, mut ground) = (shown(cell.fg).unwrap_or(page.ink), shown(cell.bg));
    if cell.modifier.contains(Modifier::REVERSED) {
        (ink, ground) = (ground.unwrap_or(page.ground), Some(ink));
    }
    if cell.modifier.contains(Modifier::DIM) {
        let (over, under) = (
            ink.to_be_bytes(),
            ground.unwrap_or(page.ground).to_be_bytes(),
        );
        ink = u32::from_be_bytes(std::array::from_fn(|i| {
            ((u16::from(over[i]) * 3 + u16::from(under[i]) * 2) / 5) as u8
        }));
    }
    (ink, ground)
}

/// What a character looks like.
enum Shape {
    Blank,
    /// Whatever the reader's font makes of it.
    Text,
    /// Rectangles within the cell, and how many quarters of what is below they cover.
    Block(Vec<Rectangle>, u8),
    /// Bit `2 y + x` is a round dot.
    Dots(u8),
}

/// Box lines by the sides of the cell that they reach: left, right, up, down.
const LINES: [(char, [bool; 4]); 11] = [
    ('─', [true, true, false, false]),
    ('│', [false, false, true, true]),
    ('┌', [false, true, false, true]),
    ('┐', [true, false, false, true]),
    ('└', [false, true, true, false]),
    ('┘', [true, false, true, false]),
    ('├', [false, true, true, true]),
    ('┤', [true, false, true, true]),
    ('┬', [true, true, false, true]),
    ('┴', [true, true, true, false]),
    ('┼', [true, true, true, true]),
];

impl Shape {
    fn of(symbol: &str) -> Self {
        let mut chars = symbol.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else {
            return Self::Text;
        };
        if c == ' ' {
            return Self::Blank;
        }
        if c.is_ascii() {
            return Self::Text;
        }
        if let Some((_, [l, r, u, d])) = LINES.iter().find(|(line, _)| *line == c) {
            let (x, y) = (WIDE / 2, HIGH / 2);
            let left = if *l { 0 } else { x };
            let right = if *r { WIDE } else { x + 1 };
            let (up, down) = (if *u { 0 } else { y }, if *d { HIGH } else { y + 1 });
            let mut sides = Vec::new();
            if *l || *r {
                sides.push([left, y, right, y + 1]);
            }
            if *u || *d {
                sides.push([x, up, x + 1, down]);
            }
            return Self::Block(sides, 4);
        }
        match c {
            '▁'..='█' => {
                let eighths = c as u32 - 0x2580;
                Self::Block(vec![[0, HIGH - eighths * HIGH / 8, WIDE, HIGH]], 4)
            }
            '░' | '▒' | '▓' => {
                Self::Block(vec![[0, 0, WIDE, HIGH]], (c as u32 - 0x2590) as u8)
            }
            '⠀'..='⣿' => Self::Dots(position(&BRAILLE, c).unwrap_or(0)),
            _ => match position(&OCTANTS, c) {
                Some(bits) => Self::Block(octants(bits), 4),
                None => Self::Text,
            },
        }
    }
}

fn position(table: &[char; 256], c: char) -> Option<u8> {
    let found = table.iter().position(|entry| *entry == c)?;
    u8::try_from(found).ok()
}

/// The parts of a cell, two across and four down, that are filled.
fn octants(bits: u8) -> Vec<Rectangle> {
    let (wide, high) = (WIDE / 2, HIGH / 4);
    let filled = (0..8).filter(|bit| bits >> bit & 1 == 1);
    filled
        .map(|bit| {
            let (x, y) = (bit % 2 * wide, bit / 2 * high);
            [x, y, x + wide, y + high]
        })
        .collect()
}

/// Text of XML 1.0, in which controls cannot stand at all and hidden characters are written out.
fn escaped(text: &str) -> String {
    // unassigned for ever, and no characters of XML
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    foreign::escaped(&text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
