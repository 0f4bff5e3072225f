//! The advice view:
//!
//! ```text
//!  initscope   relu · glorot_uniform · 256x64
//! ┌ advice  relu, 256 wide, 64 deep ────────────────────────────────────────────┐
//! │ initializer        verdict     by          limit  survives  signal  gradient │
//! │>he_normal          ✓ HEALTHY   measured     81 %       166  -0.004    -0.001 │
//! ├ to paste  he_normal in pytorch ─────────────────────────────────────────────┤
//! │ nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")                  │
//! ├ what frameworks do ─────────────────────────────────────────────────────────┤
//! │ PyTorch Linear  fan_in Var W 0.3333  Var b 1.3e-3  ✗ COLLAPSING             │
//! ├ to know ────────────────────────────────────────────────────────────────────┤
//! └─────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::help::wrapped;
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::advice::Advice as View;
use crate::engine::advice::{Advice, Choice, Evidence, Remedy, subject};
use crate::engine::verdict::Verdict;
use crate::net::framework::Framework;
use crate::net::spec::Spec;
use crate::report;
use crate::ui::face::Form;
use crate::ui::face::{cell_or_list, line_of};
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::theme::Theme;
use crate::ui::{scope, text};

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(body) = scope::between(model, theme, area, buffer) else {
        return;
    };
    let stack = divided(model, body);
    text::frames(buffer, &stack, theme);
    let draw: [fn(&Model, &Theme, Rect, &mut Buffer); 4] = [choices, paste, defaults, findings];
    for ((_, inside), draw) in stack.insides().zip(draw) {
        draw(model, theme, inside, buffer);
    }
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let (list, first) = list(model, screen);
    let count = model.advice().map_or(0, |advice| advice.choices.len());
    let choice = line_of(list, here).map(|line| first + line);
    let choice = choice.filter(|choice| *choice < count);
    cell_or_list(choice.map(|choice| (choice, 0)))
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let known = model.advice()?;
    Some(form.of(known, report::advice::csv, report::advice::json))
}

fn view(model: &Model) -> &View {
    model.view_as()
}

/// The boxes of a screen that is large enough.
fn divided(model: &Model, body: Rect) -> Stack {
    let rows = match model.spec().has_stages() {
        true => boxes_of_stages(body.height, model.advice()),
        false => boxes(body.height, model.advice()),
    };
    Stack {
        area: body,
        boxes: rows.iter().map(|rows| (Panel::Numbers, *rows)).collect(),
    }
}

/// Where the choices stand, and the first that is seen.
pub(super) fn list(model: &Model, area: Rect) -> (Rect, usize) {
    let inside = divided(model, layout::body(area)).insides().next();
    window(model, inside.map_or(area, |(_, inside)| inside))
}

/// The same in a box: below its head, and so that the cursor is seen.
fn window(model: &Model, inside: Rect) -> (Rect, usize) {
    let list = Rect {
        y: inside.y + 1,
        height: inside.height.saturating_sub(1),
        ..inside
    };
    let first = (view(model).choice(model) + 1).saturating_sub(usize::from(list.height));
    (list, first)
}

/// Rows of choices, lines to paste, frameworks and findings, as many boxes as there is room for.
fn boxes(height: u16, advice: Option<&Advice>) -> Vec<u16> {
    const PASTE: u16 = 6;
    const FRAMEWORKS: u16 = 5;
    const FINDINGS: u16 = 5;
    const ROOMY: u16 = 44;
    let inside = height - 2;
    let needed = advice.map_or(8, |a| a.choices.len() as u16 + 1);
    if inside < 14 {
        return vec![inside - 3, 2];
    }
    if inside < 26 {
        let rest = inside - 2 - FRAMEWORKS;
        let paste = (rest / 3).clamp(3, PASTE);
        return vec![rest - paste, paste, FRAMEWORKS];
    }
    let frameworks = match inside >= ROOMY {
        true => Framework::ALL.len() as u16,
        false => FRAMEWORKS,
    };
    let rest = inside - 3 - PASTE - frameworks;
    let findings = rest.saturating_sub(needed).clamp(FINDINGS, 12);
    vec![rest - findings, PASTE, frameworks, findings]
}

/// Rows of choices, and of lines to paste: theory ranks nothing that could stand below them.
fn boxes_of_stages(height: u16, advice: Option<&Advice>) -> Vec<u16> {
    let inside = height - 3;
    let needed = advice.map_or(8, |a| a.choices.len() as u16 + 1);
    let choices = needed.min(inside.div_ceil(2));
    vec![choices, inside - choices]
}

/// Columns below which the heading leaves the network to the header.
const NARROW: u16 = 60;

/// Every choice in a line, the one under the cursor marked.
fn choices(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let spec = model.spec();
    let activation = spec.activation().in_full();
    let size = format!("{activation} {}x{}", spec.width(), spec.depth());
    let told = match model.advice().map(|advice| (&advice.remedy, advice)) {
        None | Some((Remedy::Unmeasured, _)) if spec.has_stages() => {
            "to be measured in this order".into()
        }
        None | Some((Remedy::Unmeasured, _)) => "best first, by theory".into(),
        Some((Remedy::Found(_), _)) => "the first is measured".into(),
        Some((_, advice)) => advice.sentence(),
    };
    let what = if inside.width < NARROW {
        told
    } else {
        format!("{size}: {told}")
    };
    text::heading(buffer, inside, theme, "advice", &what);
    let Some(advice) = model.advice() else {
        let text = "being worked out ...";
        text::line(buffer, inside, &[(" ", theme.text), (text, theme.faint)]);
        return;
    };
    let columns = Columns::of(usize::from(inside.width), &advice.choices);
    let head = columns.line(subject(spec), &HEAD.map(str::to_owned), "why");
    text::line(buffer, inside, &[(" ", theme.text), (&head, theme.faint)]);
    let (list, first) = window(model, inside);
    let seen = advice.choices.iter().enumerate().skip(first);
    for ((place, choice), row) in seen.zip(0..list.height) {
        let here = place == view(model).choice(model);
        let mark = if here { ">" } else { " " };
        let (text, style) = row_of(choice, &columns, theme);
        let style = if here {
            theme.strong.patch(style)
        } else {
            style
        };
        text::line(
            buffer,
            text::row(list, row),
            &[(mark, theme.strong), (&text, style)],
        );
    }
}

const HEAD: [&str; 8] = [
    "verdict", "by", "limit", "survives", "signal", "gradient", "distinct", "chi_par",
];
const WIDTHS: [usize; 8] = [12, 9, 7, 10, 8, 10, 10, 9];

/// How many of the columns fit.
struct Columns {
    label: usize,
    shown: usize,
    why: bool,
}

impl Columns {
    fn of(width: usize, choices: &[Choice]) -> Self {
        let longest = choices
            .iter()
            .map(|choice| text::width(&choice.label))
            .max();
        let (label, shown) = text::fitting(width, longest.unwrap_or(0), &WIDTHS);
        let used: usize = WIDTHS[..shown].iter().sum();
        Self {
            label,
            shown,
            why: width >= label + used + 19,
        }
    }

    fn line(&self, label: &str, cells: &[String; 8], why: &str) -> String {
        let width = self.label;
        let mut line = format!("{:<width$}", text::cut(label, width - 1));
        if self.shown == 0 {
            line.push_str(&text::sign(&cells[0]));
        }
        for (n, (cell, width)) in cells.iter().zip(WIDTHS).take(self.shown).enumerate() {
            line.push_str(&match n {
                0 | 1 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
        }
        if self.why {
            line.push_str(&format!("  {why}"));
        }
        line
    }
}

fn row_of(choice: &Choice, columns: &Columns, theme: &Theme) -> (String, Style) {
    match &choice.outlook {
        Ok(outlook) => {
            let verdict = &outlook.verdict;
            let load = match outlook.load {
                load if load < 10.0 => format!("{:.0} %", 100.0 * load),
                load if load.is_finite() => format!("{load:.0}x"),
                _ => "∞".into(),
            };
            let cells = [
                sign(verdict),
                match outlook.evidence {
                    Evidence::Predicted => "theory".into(),
                    Evidence::Measured(_) => "measured".into(),
                },
                load,
                verdict.survives(),
                format!("{:+.3}", verdict.signal_rate),
                format!("{:+.3}", verdict.gradient_rate),
                format!("{:+.3}", verdict.distinguishability_rate),
                outlook
                    .chi_parallel()
                    .map_or("-".into(), |chi| format!("{chi:.3}")),
            ];
            let style = if verdict.is_healthy() {
                theme.good
            } else {
                theme.bad
            };
            (columns.line(&choice.label, &cells, &choice.reason), style)
        }
        Err(why) => {
            let label = format!("{:<width$}", choice.label, width = columns.label);
            (format!("{label}? {why}"), theme.faint)
        }
    }
}

/// Symbol and word.
fn sign(verdict: &Verdict) -> String {
    let symbol = if verdict.is_healthy() { '✓' } else { '✗' };
    format!("{symbol} {}", verdict.kind.name())
}

/// The lines that realise the choice under the cursor.
fn paste(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let Some((snippet, choice)) = view(model).snippet(model).zip(
        model
            .advice()
            .and_then(|advice| advice.choices.get(view(model).choice(model))),
    ) else {
        text::heading(buffer, inside, theme, "to paste", "");
        return;
    };
    let what = format!("{} in {}", choice.label, snippet.framework);
    text::heading(buffer, inside, theme, "to paste", &what);
    let room = usize::from(inside.width.saturating_sub(2));
    let text = snippet.text();
    let lines = text.lines().flat_map(|line| folded(line, room));
    for (line, n) in lines.zip(0..inside.height) {
        text::line(
            buffer,
            text::row(inside, n),
            &[(" ", theme.text), (&line, theme.text)],
        );
    }
}

/// Code in lines of at most `room` characters, cut anywhere.
fn folded(line: &str, room: usize) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    characters
        .chunks(room.max(1))
        .map(|part| part.iter().collect())
        .collect()
}

/// Which rows of the defaults have room: the first ones, the last of them given to the network's own framework where it is not there.
fn rows_with_room(defaults: &[Choice], own: &Spec, room: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..defaults.len().min(room)).collect();
    let name = |spec: &Spec| spec.default_layer().layer;
    let here = defaults
        .iter()
        .position(|choice| name(&choice.spec) == name(own));
    if let (Some(here), Some(last)) = (here, rows.last_mut()) {
        *last = here.max(*last);
    }
    rows
}

/// What every framework does by default.
fn defaults(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let what = "the layer nobody configured";
    text::heading(buffer, inside, theme, "what frameworks do", what);
    let Some(advice) = model.advice() else { return };
    let rows = rows_with_room(&advice.defaults, model.spec(), inside.height.into());
    for (row, n) in rows.into_iter().zip(0..) {
        let choice = &advice.defaults[row];
        let spec = &choice.spec;
        let preset = spec.default_layer();
        let square = spec.width();
        let sigma_w2 = square as f64 * spec.weight_law(2).variance(square, square);
        let sigma_b2 = spec.bias_law(2).variance();
        let (fate, style) = match &choice.outlook {
            Ok(o) if o.verdict.is_healthy() => (sign(&o.verdict), theme.good),
            Ok(o) => {
                let layers = o.verdict.budget.compact();
                (format!("{} after {layers}", sign(&o.verdict)), theme.bad)
            }
            Err(_) => ("?".into(), theme.faint),
        };
        let laws = format!("{:<35} bias {:<15}", preset.weights, preset.bias);
        let variance = format!(" fan_in Var W {sigma_w2:<7.4}");
        let of_biases = format!(" Var b {sigma_b2:<8.2e}");
        // how it ends comes first where there is not room for everything
        let mut text = format!("{:<15}", preset.layer);
        let mut room =
            usize::from(inside.width).saturating_sub(2 + text::width(&text) + text::width(&fate));
        for (part, place) in [(variance, 15), (of_biases, usize::MAX), (laws, 15)] {
            if text::width(&part) > room {
                break;
            }
            room -= text::width(&part);
            text.insert_str(place.min(text.len()), &part);
        }
        text.push(' ');
        text::line(
            buffer,
            text::row(inside, n),
            &[(" ", theme.text), (&text, theme.text), (&fate, style)],
        );
    }
}

/// What is worth knowing.
fn findings(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    text::heading(buffer, inside, theme, "to know", "");
    let Some(advice) = model.advice() else { return };
    let room = usize::from(inside.width.saturating_sub(3));
    let lines = advice.findings.iter().flat_map(|finding| {
        let first = std::iter::once("- ").chain(std::iter::repeat("  "));
        first
            .zip(wrapped(finding, room.saturating_sub(2)))
            .collect::<Vec<_>>()
    });
    for ((indent, line), n) in lines.zip(0..inside.height) {
        text::line(
            buffer,
            text::row(inside, n),
            &[(" ", theme.text), (indent, theme.text), (&line, theme.text)],
        );
    }
}
