//! The three curves: what each one shows, from where it starts, and where its prediction is.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use crate::app::action::Quantity;
use crate::app::look::Glyphs;
use crate::app::state::Model;
use crate::engine::snapshot::{Band, LayerStats, Prediction, Snapshot, Summary};
use crate::engine::verdict::{COLLAPSE_LIMIT, Channel, DRIFT_LIMIT};
use crate::net::block::Block;
use crate::net::spec::Spec;
use crate::ui::layout::Panel;
use crate::ui::scale::{Decades, EIGHTHS};
use crate::ui::spark::Spark;
use crate::ui::text::Title;
use crate::ui::theme::Theme;
use crate::ui::{columns, number, text};

/// One curve of the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// What the signal panel shows.
    Signal(Quantity),
    /// Mean square of `dl/dz`.
    Gradient,
    /// Share that differs between inputs.
    Distinguishability,
}

impl Curve {
    /// The curve of a panel, if it holds one.
    #[must_use]
    pub fn of(panel: Panel, quantity: Quantity) -> Option<Self> {
        match panel {
            Panel::Signal => Some(Self::Signal(quantity)),
            Panel::Gradient => Some(Self::Gradient),
            Panel::Distinguishability => Some(Self::Distinguishability),
            Panel::Distribution
            | Panel::Network
            | Panel::Verdict
            | Panel::Ensemble
            | Panel::Numbers
            | Panel::Layer
            | Panel::Histogram => None,
        }
    }

    /// Name and quantity, in a network of blocks that of the stream.
    #[must_use]
    pub fn names(self, spec: &Spec) -> (&'static str, &'static str) {
        let blocks = spec.block().is_some();
        match self {
            Self::Distinguishability if spec.tokens() > 1 && spec.sequences() == 1 => {
                ("distinguishability", "share that differs between tokens")
            }
            Self::Signal(Quantity::VarianceZ | Quantity::VarianceX) if blocks => {
                ("signal", "variance of the stream")
            }
            Self::Signal(_) if blocks => ("signal", "mean square of the stream"),
            Self::Gradient if blocks => ("gradient", "mean square of ∂l/∂x of the stream"),
            Self::Signal(Quantity::VarianceZ) => ("signal", "Var z"),
            Self::Signal(Quantity::SecondMomentZ) => ("signal", "mean z^2"),
            Self::Signal(Quantity::VarianceX) => ("signal", "Var x"),
            Self::Signal(Quantity::SecondMomentX) => ("signal", "mean x^2"),
            Self::Gradient => ("gradient", "mean square of ∂l/∂z"),
            Self::Distinguishability => ("distinguishability", "share that differs between inputs"),
        }
    }

    /// What was measured at a layer; `None` where nothing is known yet.
    #[must_use]
    pub fn at(self, layer: &LayerStats) -> Option<Summary> {
        match self {
            Self::Signal(Quantity::VarianceZ) => Some(layer.z_variance),
            Self::Signal(Quantity::SecondMomentZ) => Some(layer.z_second_moment),
            Self::Signal(Quantity::VarianceX) => Some(layer.x_variance),
            Self::Signal(Quantity::SecondMomentX) => Some(layer.x_second_moment),
            Self::Gradient => Channel::Gradient.of(layer),
            Self::Distinguishability => Channel::Distinguishability.of(layer),
        }
    }

    /// What is predicted at a layer counted from 0 (weights have mean 0, so `Var z` is `mean z^2`); `x` without a band.
    #[must_use]
    pub fn predicted(self, prediction: &Prediction, layer: usize) -> Option<Band> {
        let line = |curve: &[f64]| curve.get(layer).copied().map(Band::line);
        let judged = |channel| prediction.channel(channel).get(layer).copied();
        match self {
            Self::Signal(Quantity::VarianceZ | Quantity::SecondMomentZ) => judged(Channel::Signal),
            Self::Signal(Quantity::VarianceX) => line(&prediction.x_variance),
            Self::Signal(Quantity::SecondMomentX) => line(&prediction.x_second_moment),
            Self::Gradient => judged(Channel::Gradient),
            Self::Distinguishability => judged(Channel::Distinguishability),
        }
    }

    /// Whether a median has left what counts as healthy, by the verdict's own limits; `drifts` where sizes are judged.
    fn fails(self, median: f64, start: f64, drifts: bool) -> bool {
        match self {
            Self::Distinguishability => median < COLLAPSE_LIMIT,
            Self::Signal(_) | Self::Gradient => drifts && (median - start).abs() > DRIFT_LIMIT,
        }
    }
}

/// What is known of a curve, ready to draw.
struct Known<'a> {
    curve: Curve,
    depth: usize,
    layers: &'a [LayerStats],
    prediction: Option<&'a Prediction>,
    /// Median at the first layer of travel (the last of the network for the gradient), where it is finite.
    start: Option<f64>,
    /// From what failure is counted.
    from: f64,
    scale: Decades,
    /// Whether sizes are judged: not where every sub-layer has a norm.
    drifts: bool,
}

impl<'a> Known<'a> {
    fn new(curve: Curve, spec: &Spec, snapshot: Option<&'a Snapshot>) -> Self {
        let depth = spec.layers();
        let layers = snapshot.map_or(&[][..], |s| &s.layers);
        let mut known = Self {
            curve,
            depth,
            layers,
            prediction: snapshot.and_then(|s| s.prediction.as_deref()),
            start: None,
            from: 0.0,
            scale: Decades::around(0.0, []),
            drifts: !spec.block().is_some_and(Block::is_normed),
        };
        let first = if curve == Curve::Gradient {
            depth - 1
        } else {
            0
        };
        known.start = known.median(first).filter(|v| v.is_finite());
        let medians = || (0..depth).filter_map(|l| known.median(l));
        let expected = || (0..depth).filter_map(|l| known.expected(l));
        let all = || medians().chain(expected().flat_map(|b| [b.mid, b.low]));
        let start = known
            .start
            .or_else(|| known.mid(first))
            .or_else(|| all().find(|v| v.is_finite()))
            .unwrap_or(0.0);
        let scale = if curve == Curve::Distinguishability {
            Decades::of_share(all())
        } else {
            Decades::around(start, all().chain(expected().map(|b| b.high)))
        };
        Self {
            from: start,
            scale,
            ..known
        }
    }

    /// Whether some of these layers, counted from 0, has left what counts as healthy.
    fn fails(&self, layers: Range<usize>) -> bool {
        let mut medians = layers.filter_map(|l| self.median(l));
        medians.any(|median| self.curve.fails(median, self.from, self.drifts))
    }

    /// Median at a layer counted from 0, finite or not; `None` where nothing is known yet.
    fn median(&self, layer: usize) -> Option<f64> {
        self.summary(layer).map(|s| s.log10_p50)
    }

    fn summary(&self, layer: usize) -> Option<Summary> {
        self.layers
            .get(layer)
            .and_then(|stats| self.curve.at(stats))
    }

    /// What is predicted at a layer.
    fn expected(&self, layer: usize) -> Option<Band> {
        self.curve.predicted(self.prediction?, layer)
    }

    /// The infinite-width value at a layer.
    fn mid(&self, layer: usize) -> Option<f64> {
        self.expected(layer).map(|band| band.mid)
    }

    /// The ends in reading order with the arrow of travel, `1 → 1e-19` or `1e-19 ← 1`, and what theory says of the far end.
    fn journey(&self) -> (String, String) {
        let text = |v: Option<f64>| v.map_or("…".into(), number::value);
        let backward = self.curve == Curve::Gradient;
        let far = self.mid(if backward { 0 } else { self.depth - 1 });
        let theory = far.map_or(String::new(), |v| format!(", theory {}", number::value(v)));
        let measured = if (0..self.depth).any(|l| self.median(l).is_some()) {
            let arrow = if backward { '←' } else { '→' };
            format!(
                "{} {arrow} {}",
                text(self.median(0)),
                text(self.median(self.depth - 1))
            )
        } else {
            String::new()
        };
        (measured, theory)
    }
}

/// A curve with its title on the border above and its scale at the left.
pub fn render(curve: Curve, model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let known = Known::new(curve, model.spec(), model.snapshot());
    let (sign, name_style) = if known.fails(0..known.depth) {
        ("✗ ", theme.strong.patch(theme.bad))
    } else {
        ("", theme.strong)
    };
    let (name, what) = curve.names(model.spec());
    let name = format!("{sign}{name}");
    let area = plot(inside);
    let columns = usize::from(area.width);
    let failing: Vec<bool> = (0..columns)
        .map(|column| known.fails(columns::layers_of(column, columns, known.depth)))
        .collect();
    let glyphs = model.look().glyphs;
    let spark = Spark {
        columns: &columns::curve(columns, known.depth, |l| known.summary(l)),
        failing: &failing,
        expected: &columns::expected(columns, known.depth, |l| known.expected(l)),
        scale: known.scale,
        theme,
        glyphs,
    };
    let (aside, more) = known.journey();
    let explained = format!("{what}{}", legend(spark.drawn(area), glyphs));
    let title = |what| Title {
        name: (&name, name_style),
        what,
        aside: &aside,
        more: &more,
    };
    let all = title(&explained);
    let shown = if all.fits(inside) { all } else { title(what) };
    text::title(buffer, inside, theme, shown);
    gutter(&known, inside, theme, buffer);
    spark.render(area, buffer);
}

/// What the lines over the bars are.
fn legend([line, edges]: [bool; 2], glyphs: Glyphs) -> String {
    let [of_line, of_edges] = match glyphs {
        Glyphs::Braille | Glyphs::Octants => ["⠒⠒", "⠂⠂"],
        Glyphs::Blocks | Glyphs::Ascii => ["**", ".."],
    };
    let mut text = String::new();
    if line {
        text.push_str(&format!("  {of_line} theory"));
    }
    if edges {
        text.push_str(&format!("  {of_edges} 8 of 10 draws by theory"));
    }
    text
}

/// Columns of the scale at the left.
const GUTTER: u16 = 7;

/// The part of a panel whose columns are layers: everything but the scale at the left.
#[must_use]
pub fn plot(inside: Rect) -> Rect {
    let gutter = GUTTER.min(inside.width / 4);
    Rect {
        x: inside.x + gutter,
        width: inside.width - gutter,
        ..inside
    }
}

/// Writes a label of the scale at the left of row `n`.
pub fn label(inside: Rect, n: u16, text: &str, theme: &Theme, buffer: &mut Buffer) {
    let width = (inside.width - plot(inside).width).saturating_sub(1);
    text::right(
        buffer,
        text::row(Rect { width, ..inside }, n),
        text,
        theme.faint,
    );
}

/// Rows between two numbers of the scale, at least.
const APART: u16 = 3;

/// The ends of the scale, the start of the curve where a row is free for it, and round numbers of decades where there are rows.
fn gutter(known: &Known<'_>, inside: Rect, theme: &Theme, buffer: &mut Buffer) {
    if known.layers.is_empty() && known.prediction.is_none() {
        return;
    }
    let last = inside.height.saturating_sub(1);
    label(
        inside,
        last,
        &number::value(known.scale.low()),
        theme,
        buffer,
    );
    if last > 0 {
        label(inside, 0, &number::value(known.scale.high()), theme, buffer);
    }
    let row_of = |log10: f64| {
        let rows = usize::from(inside.height);
        let up = known.scale.level(log10, rows * EIGHTHS).saturating_sub(1) / EIGHTHS;
        last.saturating_sub(u16::try_from(up).unwrap_or(u16::MAX))
    };
    let mut taken = vec![0, last];
    if let Some(start) = known.start {
        let row = row_of(start);
        if row > 0 && row < last {
            label(inside, row, &number::value(start), theme, buffer);
            taken.push(row);
        }
    }
    for decade in ticks(known.scale, inside.height) {
        let row = row_of(decade);
        if taken.iter().all(|other| row.abs_diff(*other) >= APART) {
            label(inside, row, &number::value(decade), theme, buffer);
            taken.push(row);
        }
    }
}

/// Multiples of a round number of decades within a scale, so many that each has [`APART`] rows.
fn ticks(scale: Decades, rows: u16) -> impl Iterator<Item = f64> {
    let range = scale.high() - scale.low();
    let least = range * f64::from(APART) / f64::from(rows.max(1));
    let decade = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|round| (round * decade).max(1.0));
    let step = steps.into_iter().find(|step| *step >= least);
    let step = step.unwrap_or(range);
    let first = (scale.low() / step).ceil();
    let count = ((scale.high() / step).floor() - first).clamp(0.0, 100.0) as u32;
    (0..=count).map(move |n| (first + f64::from(n)) * step)
}
