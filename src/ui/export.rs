//! What is saved, and the dialog in which that is asked for:
//!
//! ```text
//! ┌ export  into the working directory ────────────────────────────┐
//! │ s picture, SVG    initscope-relu-he_normal-256x64.svg   written │
//! │ t picture, text   initscope-relu-he_normal-256x64.txt           │
//! │ c numbers, CSV    initscope-relu-he_normal-256x64.csv   exists  │
//! │                                                                 │
//! │ y asks the terminal to copy this, w saves it:                   │
//! │   initscope --activation relu --initializer he_normal           │
//! └─────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::{Action, Format};
use crate::app::export::{Dialog, FORMATS, FormatRow, Outcome, file_name};
use crate::app::help::wrapped;
use crate::app::lecture::Player;
use crate::app::look::{Colour, Look};
use crate::app::state::{Model, Popup};
use crate::ui::face::Form;
use crate::ui::svg::{Page, svg};
use crate::ui::theme::Theme;
use crate::ui::{ansi, as_text, faces, lecture, plain, screen, text};

/// What a file of this kind holds; `None` where there are no numbers yet.
#[must_use]
pub fn contents(model: &Model, format: Format) -> Option<String> {
    let bare = model.bare();
    Some(match format {
        Format::Svg => picture(&bare),
        Format::Text => plain(&bare) + "\n",
        Format::Ansi => ansi::lines(&screen(&bare)),
        Format::Csv => numbers(&bare, Form::Rows)?,
        Format::Json => numbers(&bare, Form::Document)?,
    })
}

/// What the view is about, as rows or as one document.
fn numbers(model: &Model, form: Form) -> Option<String> {
    if model.no_numbers().is_some() {
        return None;
    }
    (faces::face(model.view().name).numbers)(model, form)
}

/// The picture of a model on a page of its theme. Where there are colours at all, it has all of them, whatever the terminal has.
#[must_use]
pub fn picture(model: &Model) -> String {
    let look = model.look();
    let [ink, ground] = look.palette.row().page;
    let colour = match look.colour {
        Colour::Mono => Colour::Mono,
        _ => Colour::True,
    };
    let coloured = model.clone().looking(Look { colour, ..look });
    svg(
        &screen(&coloured),
        &Page {
            ink,
            ground,
            title: &format!("initscope: {}", model.spec()),
            description: &model.command_line(),
        },
    )
}

/// Columns of the dialog at most.
const WIDEST: u16 = 96;

/// Columns of text.
fn room(area: Rect) -> usize {
    const FRAME: u16 = 4;
    usize::from(area.width.min(WIDEST).saturating_sub(FRAME))
}

/// The files that can be written here.
fn formats(model: &Model) -> Vec<&'static FormatRow> {
    let offered = |row: &&FormatRow| model.keys().offers(Action::Save(row.format));
    FORMATS.iter().filter(offered).collect()
}

/// Columns and rows with so many lines of files and of a command.
fn size(formats: usize, command: usize) -> (u16, u16) {
    let rows = formats + 3 + command;
    (WIDEST, u16::try_from(rows).unwrap_or(u16::MAX - 2) + 2)
}

/// Where the dialog is on a screen, without its frame.
pub(super) fn place(model: &Model, area: Rect) -> Rect {
    let command = shown(model, room(area));
    text::middle(area, size(formats(model).len(), command.len())).1
}

/// The text that can be copied, in the columns of the dialog: a command line between its words, other lines as they are.
fn shown(model: &Model, room: usize) -> Vec<String> {
    let room = room.saturating_sub(2).max(1);
    match model.popup() {
        Some(Popup::Export(dialog)) if dialog.text().is_some() => {
            let text = dialog.text().unwrap_or_default();
            let pieces = text.lines().flat_map(|line| {
                let characters: Vec<char> = line.chars().collect();
                let pieces = characters.chunks(room).map(|piece| piece.iter().collect());
                pieces.collect::<Vec<String>>()
            });
            pieces.collect()
        }
        _ => wrapped(&model.command_line(), room),
    }
}

/// What a line of the dialog is for.
pub(super) fn action(model: &Model, line: usize) -> Option<Action> {
    let formats = formats(model);
    let copy = (line > formats.len()).then_some(Action::CopyCommand);
    let format = formats.get(line).map(|row| Action::Save(row.format));
    format.or(copy)
}

/// What a file of this moment of a lecture holds: the picture with its caption, or the numbers of the dashboard;
/// `None` where there are none yet.
#[must_use]
pub fn still(player: &Player, format: Format) -> Option<String> {
    let model = player.model();
    let (columns, rows) = player.size();
    let area = Rect::new(0, 0, columns, rows);
    let mut cells = Buffer::empty(area);
    lecture::render(player, area, &mut cells);
    let [ink, ground] = model.look().palette.row().page;
    Some(match format {
        Format::Svg => svg(
            &cells,
            &Page {
                ink,
                ground,
                title: &player.lecture().title,
                description: &model.command_line(),
            },
        ),
        Format::Text => as_text(&cells) + "\n",
        Format::Ansi => ansi::lines(&cells),
        Format::Csv => numbers(model, Form::Rows)?,
        Format::Json => numbers(model, Form::Document)?,
    })
}

/// The name of a file in so many columns, with its extension as long as anything of the name is left.
fn shortened(name: &str, extension: &str, room: usize) -> String {
    const LEAST: usize = 8;
    match room {
        _ if text::width(name) <= room => name.to_owned(),
        0..LEAST => String::new(),
        _ => text::cut(name, room - extension.len()) + extension,
    }
}

/// The dialog.
pub fn render(dialog: &Dialog, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = room(area);
    let command = shown(model, room);
    let formats = formats(model);
    let inside = text::popup(buffer, area, size(formats.len(), command.len()), theme);
    let place = if formats.is_empty() {
        ""
    } else {
        "into the working directory"
    };
    text::heading(buffer, inside, theme, "export", place);
    let line = |n: usize| {
        let row = text::row(inside, u16::try_from(n).unwrap_or(u16::MAX));
        Rect {
            x: row.x + 1,
            width: row.width.saturating_sub(2),
            ..row
        }
    };
    for (n, row) in formats.iter().enumerate() {
        let name = file_name(model.spec(), model.view().name, row.format);
        let (outcome, style) = match dialog.outcome(row.format) {
            None => (String::new(), theme.text),
            Some(Outcome::Written) => ("written".into(), theme.good),
            Some(Outcome::Exists) if dialog.asks() != Some(row.format) => {
                ("exists".into(), theme.bad)
            }
            Some(Outcome::Exists) => {
                let again = model.key_here(Action::Overwrite);
                (format!("exists, {again} overwrites it"), theme.bad)
            }
            Some(Outcome::Failed(why)) => (why.clone(), theme.bad),
        };
        let key = model.key_here(Action::Save(row.format));
        let what = format!(" {:<14} ", row.what);
        let said = text::width(&outcome);
        let left = room.saturating_sub(text::width(&what) + 1);
        // the outcome matters more than the name, and what kind of file it is more than what it is called
        let left = left.saturating_sub(if said > 0 { said + 2 } else { 0 });
        let name = shortened(&name, row.extension, left);
        let pieces = [
            (key.as_str(), theme.strong),
            (what.as_str(), theme.text),
            (name.as_str(), theme.text),
            ("  ", theme.text),
            (outcome.as_str(), style),
        ];
        text::line(buffer, line(n), &pieces);
    }
    let copy = model.key_here(Action::CopyCommand);
    let save = model.key_here(Action::SaveCopied);
    let saves = if save.is_empty() { ":" } else { " saves it:" };
    let pieces = [
        (copy.as_str(), theme.strong),
        (" asks the terminal to copy this", theme.text),
        (if save.is_empty() { "" } else { ", " }, theme.text),
        (save.as_str(), theme.strong),
        (saves, theme.text),
    ];
    text::line(buffer, line(formats.len() + 1), &pieces);
    for (n, text) in command.iter().enumerate() {
        text::line(
            buffer,
            line(formats.len() + 2 + n),
            &[("  ", theme.text), (text, theme.text)],
        );
    }
    let close = format!(" {} closes ", model.key_here(Action::Back));
    text::right(buffer, text::above(inside), &close, theme.text);
}
