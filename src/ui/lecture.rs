//! A lecture: the dashboard above, and what is said under it.
//!
//! ```text
//! ┌ signal ──────────────┐┌ network ─────────────┐
//! └──────────────────────┘└──────────────────────┘
//!  a/A activation  i/I initializer  ? help  q quit
//! ── Why He doubles the variance ─ half of it ─────
//!
//!   ReLU keeps 0.50 of what comes in, layer after
//!   layer: after 64 layers 1.1e-19 is left.
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::lecture::caption::CaptionPart;
use crate::app::lecture::question::letter;
use crate::app::lecture::{Caption, Millis, Mode, Player, Question, Tally, Value, caption_rows};
use crate::app::state::Model;
use crate::net::written::decades;
use crate::ui::layout::Panel;
use crate::ui::text::{self, Styled};
use crate::ui::theme::{Theme, glyphs};
use crate::ui::{faces, number, words};

/// Columns left and right of a caption.
const MARGIN: u16 = 2;

/// Draws the dashboard and the caption into an area of any size; the cells must be blank before.
pub fn render(player: &Player, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    let model = player.model();
    let theme = Theme::new(model.look());
    let dashboard = above(area);
    let rows = area.height - dashboard.height;
    crate::ui::render(model, dashboard, buffer);
    keys(player, &theme, dashboard, buffer);
    if let Some(frame) = player
        .highlight()
        .and_then(|panel| find(model, dashboard, panel))
    {
        point_out(frame, &theme, buffer);
    }
    let below = Rect {
        y: dashboard.bottom(),
        height: rows,
        ..area
    };
    rule(player, &theme, text::row(below, 0), buffer);
    let text = Rect {
        x: below.x + MARGIN,
        y: below.y + 1,
        width: below.width.saturating_sub(2 * MARGIN),
        height: rows.saturating_sub(1),
    };
    if let Some(fault) = player.fault() {
        let line = Caption {
            parts: vec![CaptionPart::Text(format!("✗ {fault}"))],
        };
        caption(&line, theme.bad, &theme, text, buffer);
    } else if let Some(question) = player.question() {
        ask(question, player.mode(), &theme, text, buffer);
    } else if let Some(said) = player.caption() {
        let lines = wrapped(said, usize::from(text.width)).len() as u16;
        // one line of air above, where there is room
        let text = Rect {
            y: text.y + u16::from(lines < text.height),
            height: text.height - u16::from(lines < text.height),
            ..text
        };
        caption(said, theme.text, &theme, text, buffer);
    }
    glyphs::translate(buffer, model.look());
}

/// The dashboard's part of the screen.
fn above(area: Rect) -> Rect {
    Rect {
        height: area.height - caption_rows(area.height),
        ..area
    }
}

/// Whether a panel is on a player's screen.
#[must_use]
pub fn has(player: &Player, panel: Panel) -> bool {
    let (columns, rows) = player.size();
    find(player.model(), above(Rect::new(0, 0, columns, rows)), panel).is_some()
}

/// Chapter and time, and how many and how long they are.
fn position(player: &Player) -> String {
    let place = player.position();
    let clock = |time: Millis| format!("{}:{:02}", time / 60_000, time / 1000 % 60);
    let time = format!("{} of {}", clock(place.elapsed), clock(place.length));
    match place.chapters {
        0 => format!("─ {time} "),
        all => format!("─ {}/{all}, {time} ", place.chapter),
    }
}

/// What the keys do in a lecture, in the place of what they do on the dashboard, while a person has not taken it over.
fn keys(player: &Player, theme: &Theme, dashboard: Rect, buffer: &mut Buffer) {
    let told = player.model().message().is_some();
    if player.mode() == Mode::Recording || player.taken() || told || dashboard.height == 0 {
        return;
    }
    let row = Rect {
        y: dashboard.bottom() - 1,
        height: 1,
        ..dashboard
    };
    let next = player.sequel().filter(|_| player.is_over());
    let next = next.map(|next| format!("plays {}. {}", next.number + 1, next.title));
    let all: [(&str, &str); 6] = [
        ("n", next.as_deref().unwrap_or_default()),
        ("space", if player.paused() { "goes on" } else { "pauses" }),
        ("Left Right", "step"),
        ("PgUp PgDn", "chapter"),
        ("t", "your turn"),
        ("q", "quits"),
    ];
    text::line(
        buffer,
        row,
        &[(&" ".repeat(usize::from(row.width)), theme.text)],
    );
    let mut room = Rect {
        x: row.x + 1,
        width: row.width.saturating_sub(1),
        ..row
    };
    for (key, does) in all.into_iter().filter(|(_, does)| !does.is_empty()) {
        let pieces = [(key, theme.strong), (" ", theme.text), (does, theme.text)];
        let wide = text::width(key) + 1 + text::width(does);
        if wide > usize::from(room.width) {
            break;
        }
        let used = text::line(buffer, room, &pieces) + 2;
        room.x += used;
        room.width = room.width.saturating_sub(used);
    }
}

/// Title and chapter, and for a person at the keyboard what the keys do.
fn rule(player: &Player, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let line = "─".repeat(usize::from(row.width));
    text::line(buffer, row, &[(&line, theme.faint)]);
    let chapter = player
        .chapter()
        .map(|chapter| format!("─ {chapter} "))
        .unwrap_or_default();
    let place = if player.mode() == Mode::Live {
        position(player)
    } else {
        String::new()
    };
    let pieces: [Styled<'_>; 6] = [
        ("──", theme.faint),
        (" ", theme.text),
        (&player.lecture().title, theme.strong),
        (" ", theme.text),
        (&chapter, theme.text),
        (&place, theme.text),
    ];
    let used = text::line(buffer, row, &pieces);
    if player.mode() == Mode::Recording {
        return;
    }
    let rest = Rect {
        x: row.x + used,
        width: row.width.saturating_sub(used),
        ..row
    };
    let (texts, style) = match (player.taken(), player.paused(), player.is_over()) {
        (true, ..) => (
            [
                " your turn: t gives the keyboard back ",
                " your turn, t ends it ",
            ],
            theme.notice,
        ),
        (_, true, _) => ([" paused: space goes on ", " paused "], theme.notice),
        (_, _, true) => ([" this is the end ", " the end "], theme.text),
        _ => return,
    };
    let fits = |text: &&str| text::width(text) < usize::from(rest.width);
    if let Some(text) = texts.into_iter().find(fits) {
        text::right(buffer, rest, text, style);
    }
}

/// A question with its choices, and what has been measured of them.
fn ask(question: &Question, mode: Mode, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let tally = question.tally();
    let remark = match (tally, mode, question.taken) {
        (Tally::Open, Mode::Live, _) => "  press a letter".to_owned(),
        (Tally::Open, Mode::Recording, _) => String::new(),
        (Tally::Measuring, ..) => "  measuring".to_owned(),
        (Tally::Right(right), _, Some(taken)) if taken < question.ask.choices.len() => {
            let said = letter(taken);
            if right == taken {
                format!("  {said} is right")
            } else {
                format!("  you said {said}, measured: {}", letter(right))
            }
        }
        (Tally::Right(right), ..) => format!("  measured: {}", letter(right)),
    };
    let lines = wrapped(&question.text, usize::from(area.width));
    let choices = question.ask.choices.len() as u16;
    let room = area.height.saturating_sub(choices).max(1);
    let lines = &lines[..lines.len().min(usize::from(room))];
    let mut y = 0;
    for line in lines {
        write(line, theme.strong, theme, text::row(area, y), buffer);
        y += 1;
    }
    let longest = question
        .ask
        .choices
        .iter()
        .map(|choice| text::width(&choice.text))
        .max();
    let longest = longest.unwrap_or(0);
    for (i, choice) in question.ask.choices.iter().enumerate() {
        let measured = question.measured.get(i).map(|value| match value {
            Some(Value::Rate(rate)) => format!("{} dec/layer", number::rate(*rate)),
            Some(value) => text_of(value),
            None => "nothing to measure".into(),
        });
        let measured = measured.unwrap_or_default();
        let style = if tally == Tally::Right(i) {
            theme.strong.patch(theme.good)
        } else {
            theme.text
        };
        let mark = match (tally == Tally::Right(i), question.taken == Some(i)) {
            (true, _) => "✓",
            (false, true) => "→",
            (false, false) => " ",
        };
        let pieces: [Styled<'_>; 5] = [
            (mark, style),
            (&format!(" {} ", letter(i)), theme.strong),
            (&format!(" {:<longest$}   ", choice.text), style),
            (&measured, theme.strong),
            (
                if i + 1 == question.ask.choices.len() {
                    &remark
                } else {
                    ""
                },
                theme.text,
            ),
        ];
        text::line(buffer, text::row(area, y), &pieces);
        y += 1;
    }
}

fn caption(said: &Caption, style: Style, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for (line, n) in wrapped(said, usize::from(area.width))
        .iter()
        .zip(0..area.height)
    {
        write(line, style, theme, text::row(area, n), buffer);
    }
}

/// A character, and whether it is of a measured number.
type Letter = (char, bool);

/// A caption in lines of at most so many columns.
fn wrapped(said: &Caption, columns: usize) -> Vec<Vec<Letter>> {
    let letters = said.parts.iter().flat_map(|part| {
        let (text, measured) = match part {
            CaptionPart::Text(text) => (text.clone(), false),
            CaptionPart::Value(value) => (text_of(value), !matches!(value, Value::Sentence(_))),
        };
        text.chars().map(|c| (c, measured)).collect::<Vec<_>>()
    });
    let letters: Vec<Letter> = letters.collect();
    let mut lines: Vec<Vec<Letter>> = vec![Vec::new()];
    for word in letters
        .split(|(c, _)| c.is_whitespace())
        .filter(|word| !word.is_empty())
    {
        let line = lines.last_mut().expect("never empty");
        if line.is_empty() {
            line.extend(word);
        } else if line.len() + 1 + word.len() <= columns {
            line.push((' ', false));
            line.extend(word);
        } else {
            lines.push(word.to_vec());
        }
    }
    lines
}

/// One line, measured numbers bold.
fn write(line: &[Letter], style: Style, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let runs: Vec<(String, Style)> = line
        .chunk_by(|a, b| a.1 == b.1)
        .map(|run| {
            let style = if run[0].1 {
                style.patch(theme.strong)
            } else {
                style
            };
            (run.iter().map(|(c, _)| *c).collect(), style)
        })
        .collect();
    let pieces: Vec<Styled<'_>> = runs
        .iter()
        .map(|(text, style)| (text.as_str(), *style))
        .collect();
    text::line(buffer, row, &pieces);
}

/// A value as it is spoken.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Name(name) => words::rounded(name),
        Value::Sentence(text) => text.clone(),
        Value::Log10(x) => number::value(*x),
        Value::Factor { log10, steps } => number::factor(*log10, *steps),
        Value::Rate(x) => number::rate(*x),
        Value::Count(n) => n.to_string(),
        Value::Parameter(x) => number::parameter(*x),
        Value::Constant(x) => format!("{x:.8}"),
        Value::Share(x) => format!("{:.0} %", 100.0 * x),
        Value::Decades(0.0) => "none".into(),
        Value::Decades(x) => format!("{} decades", decades(*x, 2)),
    }
}

/// The frame of a panel; `None` where the view or the screen does not have it.
fn find(model: &Model, area: Rect, panel: Panel) -> Option<Rect> {
    let panels = faces::face(model.view().name).panels?;
    let (_, inside) = panels(model, area)
        .into_iter()
        .find(|(found, _)| *found == panel)?;
    Some(Rect {
        x: inside.x - 1,
        y: inside.y - 1,
        width: inside.width + 2,
        height: inside.height + 2,
    })
}

/// Thin lines of a frame and the thick ones that point it out.
const THICK: [(&str, &str); 8] = [
    ("─", "━"),
    ("│", "┃"),
    ("┌", "┏"),
    ("┐", "┓"),
    ("└", "┗"),
    ("┘", "┛"),
    ("├", "┣"),
    ("┤", "┫"),
];

/// Makes the lines of a frame thick and bright.
fn point_out(frame: Rect, theme: &Theme, buffer: &mut Buffer) {
    let frame = frame.intersection(buffer.area);
    let edge = |x: u16, y: u16| {
        x == frame.x || x + 1 == frame.right() || y == frame.y || y + 1 == frame.bottom()
    };
    for (x, y) in frame
        .rows()
        .flat_map(Rect::columns)
        .map(|cell| (cell.x, cell.y))
    {
        let cell = &mut buffer[(x, y)];
        let thick = THICK.iter().find(|(thin, _)| *thin == cell.symbol());
        if let (true, Some((_, thick))) = (edge(x, y), thick) {
            let style = Style::reset().patch(theme.strong).patch(theme.bar);
            cell.set_symbol(thick).set_style(style);
        }
    }
}
