//! The factors ranked by how much they change one response.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::engine::factors::{Factor, FactorsSnapshot, MainEffect, Response};
use crate::net::written::decades;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;

/// Columns that a bar keeps beside the levels.
const BAR: usize = 16;
/// Columns of a number.
const NUMBER: usize = 7;
/// Columns of a name.
const NAME: usize = 12;

/// One chart.
pub(super) struct Chart<'a> {
    pub(super) known: &'a FactorsSnapshot,
    pub(super) response: Response,
    /// The factor that is pointed out.
    pub(super) cursor: Factor,
    /// Whether it is the one of several charts that a key means.
    pub(super) chosen: bool,
    /// How far everything is.
    pub(super) aside: &'a str,
}

/// The factors from the largest effect to the smallest; the interaction has a panel of its own.
pub(super) fn ranked(known: &FactorsSnapshot, response: Response) -> Vec<(Factor, MainEffect)> {
    let mut ranked = known.ranked(response);
    ranked.retain(|(kind, _)| *kind != Factor::Interaction);
    ranked
}

impl Chart<'_> {
    pub(super) fn render(&self, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
        let ranked = ranked(self.known, self.response);
        let runs = self.known.runs(self.response);
        let unit = match self.response {
            Response::Left | Response::Learns => "after the training, 0 to 100 %",
            _ => "before step 1, decades",
        };
        let all = self.known.design.base().recipe().runs;
        let of_runs = match runs {
            _ if self.known.settled || runs == all => String::new(),
            1 => " · 1 run, no intervals".into(),
            n => format!(" · {n} runs"),
        };
        let mark = if self.chosen { ">" } else { "" };
        let name = format!("{mark}{}", self.response.name());
        let what = if runs == 0 {
            unit.to_owned()
        } else {
            format!("{unit}{of_runs}")
        };
        let title = Title {
            name: (&name, theme.strong),
            what: &what,
            aside: self.aside,
            more: "",
        };
        text::title(buffer, inside, theme, title);
        if ranked.is_empty() {
            let text = if self.response.is_at_start() {
                "not measured yet"
            } else {
                "no run is over yet"
            };
            text::line(buffer, inside, &[(" ", theme.text), (text, theme.text)]);
            return;
        }
        let finite = |x: f64| Some(x).filter(|x| x.is_finite());
        let sizes = ranked.iter();
        let longest = match self.response {
            Response::Left | Response::Learns => 1.0,
            _ => sizes
                .filter_map(|(_, effect)| finite(effect.high).or(finite(effect.size)))
                .fold(0.0, f64::max),
        };
        let between: Vec<String> = ranked
            .iter()
            .map(|(kind, effect)| self.levels(*kind, effect))
            .collect();
        let room = usize::from(inside.width).saturating_sub(1 + NAME + NUMBER + 4 + BAR);
        let levels = between.iter().map(|text| text::width(text)).max();
        // all whole, or none
        let levels = levels.filter(|columns| *columns <= room).unwrap_or(0);
        for (((kind, effect), between), n) in ranked.iter().zip(&between).zip(0..inside.height) {
            let between = if levels > 0 { between } else { "" };
            let row = text::row(inside, n);
            self.line(
                (*kind, effect),
                longest,
                (between, levels),
                theme,
                row,
                buffer,
            );
        }
    }

    /// The two levels that differ most.
    fn levels(&self, kind: Factor, effect: &MainEffect) -> String {
        if effect.identical {
            return String::new();
        }
        let names = self.known.design.levels(kind);
        let [from, to] = effect.levels.map(|level| names[level].name.as_str());
        format!("{from} → {to}")
    }

    fn line(
        &self,
        (kind, effect): (Factor, &MainEffect),
        longest: f64,
        (between, levels): (&str, usize),
        theme: &Theme,
        row: Rect,
        buffer: &mut Buffer,
    ) {
        let here = kind == self.cursor;
        let style = if here { theme.strong } else { theme.text };
        let room = usize::from(row.width).saturating_sub(1 + NAME + NUMBER + 2 + levels + 2);
        let [full, shaded] = cells(effect, longest, room);
        let blank = " ".repeat(room.saturating_sub(full + shaded) + 2);
        let mark = if here { ">" } else { " " };
        let head = format!(
            "{:<NAME$}{:>NUMBER$}  ",
            kind.name(),
            size(effect, self.response)
        );
        let pieces = [
            (mark, theme.strong),
            (head.as_str(), style),
            (&"█".repeat(full), theme.bar),
            (&"▒".repeat(shaded), theme.bar),
            (&blank, theme.text),
            (between, theme.text),
        ];
        text::line(buffer, row, &pieces);
    }
}

/// An effect as a number.
pub(super) fn size(effect: &MainEffect, response: Response) -> String {
    match response {
        _ if effect.identical => "none".to_owned(),
        _ if !effect.size.is_finite() => "∞".to_owned(),
        Response::Left | Response::Learns => format!("{:.0} %", 100.0 * effect.size),
        _ => decades(effect.size, 2),
    }
}

/// Full cells up to the lower end of the interval (one run: the size itself), shaded ones to the upper.
fn cells(effect: &MainEffect, longest: f64, room: usize) -> [usize; 2] {
    let cells = |x: f64| {
        let share = if longest > 0.0 { x / longest } else { 0.0 };
        (share * room as f64).round().clamp(0.0, room as f64) as usize
    };
    let (low, high) = if effect.low.is_nan() {
        (effect.size, effect.size)
    } else {
        (effect.low, effect.high)
    };
    let (low, high) = (cells(low), cells(high));
    [low, high.saturating_sub(low)]
}
