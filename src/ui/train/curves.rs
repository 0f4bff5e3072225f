//! What trainings tell, as lines.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Network;
use crate::app::look::Glyphs;
use crate::train::record::{Change, Record};
use crate::ui::scale::Decades;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{MARKERS, OVERFLOW, ZERO};
use crate::ui::{columns, number, picture};

/// The loss axis reaches so far above what chance costs.
const OVER_CHANCE: f64 = 1.3;
/// And so far at most, for a loss that begins high.
const HIGHEST: f64 = 3.0;

/// Draws the panels.
pub(super) struct Painter<'a> {
    pub(super) networks: &'a [Network<'a>],
    /// Steps from the left edge to the right one.
    pub(super) steps: usize,
    pub(super) glyphs: Glyphs,
    pub(super) theme: &'a Theme,
    /// Whether no other panel is below one over the steps, so that its border has room for them.
    pub(super) alone: bool,
}

/// One line: a height for each column, 0 at the foot and 1 at the top.
struct Line {
    category: usize,
    heights: Vec<Option<f64>>,
    style: Style,
    marked: bool,
    /// The column in which the loss was no number any more.
    end: Option<usize>,
}

impl Painter<'_> {
    /// The loss of the minibatches, mean over the steps of a column.
    pub(super) fn loss(&self, aside: &str, inside: Rect, buffer: &mut Buffer) {
        let chance = self.networks.iter().find_map(|n| Some(n.best()?.entropy));
        let chance = chance.unwrap_or(1.0);
        let losses = self.networks.iter().filter_map(Network::record);
        let highest = losses.flat_map(|r| r.losses.iter().copied());
        let highest = highest.filter(|loss| loss.is_finite()).fold(0.0, f64::max);
        let top = highest.clamp(OVER_CHANCE * chance, HIGHEST * chance);
        let what = format!("nats, {} steps", self.steps);
        let area = self.frame(
            "loss",
            &what,
            aside,
            [&format!("{top:.1}"), "0"],
            inside,
            buffer,
        );
        self.steps_axis(inside, area, buffer);
        let row = picture::height(chance / top, area.height);
        let dots = "·".repeat(usize::from(area.width));
        text::line(buffer, text::row(area, row), &[(&dots, self.theme.faint)]);
        self.over_steps(|record| &record.losses, top, area, buffer);
    }

    /// The share of the minibatches that was told right.
    pub(super) fn accuracy(&self, inside: Rect, buffer: &mut Buffer) {
        let area = self.frame("accuracy", "", "", ["100 %", "0 %"], inside, buffer);
        self.steps_axis(inside, area, buffer);
        self.over_steps(|record| &record.accuracies, 1.0, area, buffer);
    }

    /// The norm of the gradient of every matrix, and faintly that of the network's first step.
    pub(super) fn gradients(&self, inside: Rect, buffer: &mut Buffer) {
        self.over_layers("gradient norm", |change| &change.gradient, inside, buffer);
    }

    /// The norm of a step over that of the weights, for every matrix.
    pub(super) fn ratios(&self, inside: Rect, buffer: &mut Buffer) {
        self.over_layers("update/weights", |change| &change.ratio, inside, buffer);
    }

    /// Title and scale; where the lines go.
    fn frame(
        &self,
        name: &str,
        what: &str,
        aside: &str,
        [high, low]: [&str; 2],
        inside: Rect,
        buffer: &mut Buffer,
    ) -> Rect {
        let title = Title {
            name: (name, self.theme.strong),
            what,
            aside,
            more: "",
        };
        picture::titled(title, [high, low], self.theme, inside, buffer)
    }

    fn axis(&self, inside: Rect, area: Rect, names: [&str; 3], buffer: &mut Buffer) {
        picture::axis(inside, area, names, self.theme, buffer);
    }

    fn steps_axis(&self, inside: Rect, area: Rect, buffer: &mut Buffer) {
        if self.alone {
            let last = self.steps.to_string();
            self.axis(inside, area, ["step ", "1", &last], buffer);
        }
    }

    fn over_steps(
        &self,
        of: impl Fn(&Record) -> &Vec<f64>,
        top: f64,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let columns = usize::from(area.width);
        let lines = self.networks.iter().filter_map(|network| {
            let record = network.record()?;
            let values = of(record);
            let mean = |column: usize| {
                let from = column * self.steps / columns.max(1);
                let to = ((column + 1) * self.steps / columns.max(1)).max(from + 1);
                let part = values.get(from..to.min(values.len()))?;
                let mean = part.iter().sum::<f64>() / part.len() as f64;
                mean.is_finite().then_some(mean / top)
            };
            let end = record.diverged.map(|diverged| {
                let step = diverged.step.saturating_sub(1);
                (step * columns / self.steps.max(1)).min(columns.saturating_sub(1))
            });
            Some(self.line(network, (0..columns).map(mean).collect(), end))
        });
        self.draw(&lines.collect::<Vec<_>>(), area, buffer);
    }

    fn line(&self, network: &Network<'_>, heights: Vec<Option<f64>>, end: Option<usize>) -> Line {
        let category = network.entry.category;
        Line {
            category,
            heights,
            style: self.theme.category(category),
            marked: true,
            end,
        }
    }

    fn over_layers(
        &self,
        name: &str,
        of: impl Fn(&Change) -> &Vec<f64>,
        inside: Rect,
        buffer: &mut Buffer,
    ) {
        let logs = |change: &Change| -> Vec<f64> { of(change).iter().map(|x| x.log10()).collect() };
        let last = |network: &Network<'_>| network.record()?.changes.last().map(logs);
        let now: Vec<Option<Vec<f64>>> = self.networks.iter().map(last).collect();
        let first = self.networks.first().and_then(Network::record);
        let first = first.and_then(|record| record.changes.first().map(logs));
        let every = || now.iter().flatten().chain(&first).flatten().copied();
        let finite = every().filter(|x| x.is_finite());
        let [low, high] = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[l, h], x| {
            [l.min(x), h.max(x)]
        });
        let middle = if low <= high {
            f64::midpoint(low, high)
        } else {
            0.0
        };
        let scale = Decades::around(middle, every());
        let ends = [scale.high(), scale.low()].map(number::value);
        let plain = |network: &Network<'_>| {
            network
                .contestant()
                .is_none_or(|known| known.plan.names().is_none())
        };
        let [by, axis] = match self.networks.iter().all(plain) {
            true => ["by layer", "layer "],
            false => ["by matrix", "matrix "],
        };
        let area = self.frame(name, by, "", [&ends[0], &ends[1]], inside, buffer);
        self.axis(inside, area, [axis, "1", "head"], buffer);
        let layers = now.iter().flatten().map(Vec::len).max().unwrap_or(1);
        let heights = |values: &[f64]| -> Vec<Option<f64>> {
            // an exact zero is infinitely far down
            let lines = columns::between(values, layers, usize::from(area.width));
            let shares = lines.into_iter().map(|log10| Some(scale.share(log10?)));
            shares.collect()
        };
        let mut lines = Vec::new();
        if let Some(first) = &first {
            lines.push(Line {
                category: 0,
                heights: heights(first),
                style: self.theme.faint,
                marked: false,
                end: None,
            });
        }
        for (network, values) in self.networks.iter().zip(&now) {
            if let Some(values) = values {
                lines.push(self.line(network, heights(values), None));
            }
        }
        self.draw(&lines, area, buffer);
    }

    /// The lines over each other, the network's own on top, then the markers.
    fn draw(&self, lines: &[Line], area: Rect, buffer: &mut Buffer) {
        let columns = usize::from(area.width);
        if self.glyphs >= Glyphs::Braille {
            let (own, others): (Vec<&Line>, Vec<&Line>) = lines
                .iter()
                .partition(|line| line.category == 0 && line.marked);
            for line in others.into_iter().chain(own) {
                picture::line(&line.heights, self.glyphs, line.style, area, buffer);
            }
        }
        let step = (columns / 4).clamp(4, 12);
        for line in lines.iter().rev() {
            let every = self.glyphs < Glyphs::Braille;
            let first = line.category * step / MARKERS.len();
            let symbol = if line.marked {
                MARKERS[line.category % MARKERS.len()]
            } else {
                "·"
            };
            if !line.marked && !every {
                continue;
            }
            for (column, share) in line.heights.iter().enumerate() {
                let marked = every || column % step == first;
                if let Some(share) = share.filter(|_| marked) {
                    let nothing = share == f64::NEG_INFINITY;
                    let symbol = if nothing { ZERO } else { symbol };
                    picture::mark((column, share), symbol, line.style, area, buffer);
                }
            }
            if let Some(column) = line.end {
                picture::mark((column, 1.0), OVERFLOW, line.style, area, buffer);
            }
        }
    }
}
