//! What is known of the layer under the cursor:
//!
//! ```text
//! ├ layer 12 of 64 ── Esc closes ┤
//! │           median  ±dec  theory │
//! │ Var z     4.9e-4  0.03  +0.00  │
//! │ saturated 50 %, dead 1 %       │
//! ├ z  line: Gaussian ───────────┤
//! │          ▂▄▆██▆▄▂            │
//! │ -4          0            +4  │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::action::{Action, Quantity};
use crate::app::look::Glyphs;
use crate::app::state::Model;
use crate::engine::snapshot::{Band, LayerStats, Prediction, Snapshot, Summary};
use crate::net::spec::Spec;
use crate::theory::stages::StageCurve;
use crate::ui::channel::Curve;
use crate::ui::distribution::{gaussian, spread};
use crate::ui::number::{parameter, value};
use crate::ui::raster::Raster;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::BLOCKS;

/// From this many columns on the ends of the band and the value of theory are written out.
const WIDE: u16 = 41;
/// Columns of a name.
const NAME: usize = 9;

/// One statistic with a spread over draws.
struct StatisticRow {
    name: &'static str,
    measured: fn(&LayerStats) -> Option<Summary>,
    expected: fn(&Prediction, usize) -> Option<Band>,
}

fn unforetold(_: &Prediction, _: usize) -> Option<Band> {
    None
}

/// Every statistic with a spread but those of the three panels.
const OTHERS: [StatisticRow; 7] = [
    StatisticRow {
        name: "∂l/∂W",
        measured: |l| l.grad_w,
        expected: unforetold,
    },
    StatisticRow {
        name: "Var z",
        measured: |l| Some(l.z_variance),
        expected: |p, l| Curve::Signal(Quantity::VarianceZ).predicted(p, l),
    },
    StatisticRow {
        name: "mean z^2",
        measured: |l| Some(l.z_second_moment),
        expected: |p, l| Curve::Signal(Quantity::SecondMomentZ).predicted(p, l),
    },
    StatisticRow {
        name: "Var x",
        measured: |l| Some(l.x_variance),
        expected: |p, l| Curve::Signal(Quantity::VarianceX).predicted(p, l),
    },
    StatisticRow {
        name: "mean x^2",
        measured: |l| Some(l.x_second_moment),
        expected: |p, l| Curve::Signal(Quantity::SecondMomentX).predicted(p, l),
    },
    StatisticRow {
        name: "∂l/∂x",
        measured: |l| l.grad_x,
        expected: unforetold,
    },
    StatisticRow {
        name: "∂l/∂b",
        measured: |l| l.grad_b,
        expected: unforetold,
    },
];

/// Of a network of blocks: branch, its share, what attention does, the gradients of its matrices.
const OF_BRANCH: [StatisticRow; 9] = [
    StatisticRow {
        name: "branch",
        measured: |l| l.branch.as_ref().map(|b| b.output),
        expected: |p, l| of_stage(p, l, |s| &s.branch),
    },
    StatisticRow {
        name: "its share",
        measured: |l| l.branch.as_ref().map(|b| b.share),
        expected: |p, l| of_stage(p, l, |s| &s.share),
    },
    StatisticRow {
        name: "tokens",
        measured: |l| l.branch.as_ref().map(|b| b.tokens),
        expected: |p, l| of_stage(p, l, |s| &s.tokens),
    },
    StatisticRow {
        name: "entropy",
        measured: |l| l.branch.as_ref().map(|b| b.entropy),
        expected: |p, l| of_stage(p, l, |s| &s.entropy),
    },
    StatisticRow {
        name: "scores",
        measured: |l| l.branch.as_ref().map(|b| b.scores),
        expected: |p, l| of_stage(p, l, |s| &s.scores),
    },
    StatisticRow {
        name: "∂l/∂W1",
        measured: |l| l.grad_w,
        expected: |p, l| of_stage(p, l, |s| &s.grad_w[0]),
    },
    StatisticRow {
        name: "2nd",
        measured: |l| l.branch.as_ref().and_then(|b| Some(b.others?[0])),
        expected: |p, l| of_stage(p, l, |s| &s.grad_w[1]),
    },
    StatisticRow {
        name: "3rd",
        measured: |l| l.branch.as_ref().and_then(|b| Some(b.others?[1])),
        expected: |p, l| of_stage(p, l, |s| &s.grad_w[2]),
    },
    StatisticRow {
        name: "∂l/∂W2",
        measured: |l| l.branch.as_ref().and_then(|b| b.grad_w),
        expected: |p, l| of_stage(p, l, |s| &s.grad_w[3]),
    },
];

fn of_stage(
    prediction: &Prediction,
    layer: usize,
    of: fn(&StageCurve) -> &Vec<f64>,
) -> Option<Band> {
    let curve = of(prediction.stages.as_deref()?);
    curve.get(layer).copied().map(Band::line)
}

/// The short name of what a panel shows.
fn short(curve: Curve, blocks: bool) -> &'static str {
    match curve {
        Curve::Signal(Quantity::VarianceZ | Quantity::VarianceX) if blocks => "Var x",
        Curve::Signal(_) if blocks => "mean x^2",
        Curve::Gradient if blocks => "∂l/∂x",
        Curve::Signal(Quantity::VarianceZ) => "Var z",
        Curve::Signal(Quantity::SecondMomentZ) => "mean z^2",
        Curve::Signal(Quantity::VarianceX) => "Var x",
        Curve::Signal(Quantity::SecondMomentX) => "mean x^2",
        Curve::Gradient => "∂l/∂z",
        Curve::Distinguishability => "distinct",
    }
}

/// The three curves that the panels show.
fn curves(model: &Model) -> [Curve; 3] {
    [
        Curve::Signal(model.quantity()),
        Curve::Gradient,
        Curve::Distinguishability,
    ]
}

/// The box with the numbers.
pub fn render(model: &Model, layer: usize, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let spec = model.spec();
    let blocks = spec.block().is_some();
    let name = match spec.sub_layers() {
        1 if blocks => format!("block {} of {}", layer + 1, spec.depth()),
        1 => format!("layer {} of {}", layer + 1, spec.depth()),
        subs => format!(
            "block {} of {}, sub-layer {}",
            layer / subs + 1,
            spec.depth(),
            layer % subs + 1
        ),
    };
    let title = Title {
        name: (&name, theme.strong),
        what: "",
        aside: &format!("{} closes", model.key_of(Action::Back)),
        more: "",
    };
    text::title(buffer, inside, theme, title);
    let wide = inside.width >= WIDE;
    let head = if wide {
        format!(
            " {:<NAME$}{:>7}{:>8}{:>8}{:>8}",
            "", "median", "10 %", "90 %", "theory"
        )
    } else {
        format!(" {:<NAME$}{:>7}{:>6}{:>7}", "", "median", "±dec", "theory")
    };
    let mut lines: Vec<(String, Style)> = vec![(head, theme.faint)];
    let mut say = |text: String| lines.push((text, theme.text));
    let snapshot = model.snapshot();
    let stats = snapshot.and_then(|s| s.layers.get(layer));
    let theory = snapshot.and_then(|s| s.prediction.as_deref());
    for curve in curves(model) {
        let measured = stats.and_then(|stats| curve.at(stats));
        let expected = theory.and_then(|theory| curve.predicted(theory, layer));
        say(numbers(short(curve, blocks), measured, expected, wide));
    }
    if let Some(stats) = stats {
        say(shares(stats));
        say(units(stats, model.spec()));
    }
    let named = short(Curve::Signal(model.quantity()), false);
    let others = if blocks { &OF_BRANCH[..] } else { &OTHERS };
    for (n, row) in others.iter().filter(|row| row.name != named).enumerate() {
        let measured = stats.and_then(row.measured);
        // a branch of another kind
        if measured.is_some_and(|summary| summary.log10_p50.is_nan()) {
            continue;
        }
        let expected = theory.and_then(|theory| (row.expected)(theory, layer));
        say(numbers(row.name, measured, expected, wide));
        if let (0, false, Some(stats)) = (n, blocks, stats) {
            let means = [stats.z_mean, stats.x_mean].map(parameter);
            say(format!(" mean z {}, x {}", means[0], means[1]));
        }
    }
    for ((text, style), n) in lines.iter().zip(0..inside.height) {
        text::line(buffer, text::row(inside, n), &[(text, *style)]);
    }
}

/// Shares of units.
fn shares(stats: &LayerStats) -> String {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    format!(
        " saturated {}, dead {}",
        percent(stats.saturated),
        percent(stats.dead)
    )
}

/// What the units have in common.
fn units(stats: &LayerStats, spec: &Spec) -> String {
    if stats.effective_rank.is_nan() {
        return " effective rank not known".into();
    }
    let most = spec.width().min(spec.batch() - 1);
    format!(" effective rank {:.2} of {most}", stats.effective_rank)
}

/// Median, 10-90 % band over draws and theory of one statistic; in a narrow box the band as half its width and theory as its
/// distance, both in decades.
fn numbers(name: &str, measured: Option<Summary>, expected: Option<Band>, wide: bool) -> String {
    let median = measured.map_or("…".into(), |s| value(s.log10_p50));
    let [low, high] = [
        measured.map_or(f64::NAN, |s| s.log10_p10),
        measured.map_or(f64::NAN, |s| s.log10_p90),
    ];
    if wide {
        let edge = |log10: f64| measured.map_or(String::new(), |_| value(log10));
        let theory = expected.map_or(String::new(), |band| value(band.mid));
        return format!(
            " {name:<NAME$}{median:>7}{:>8}{:>8}{theory:>8}",
            edge(low),
            edge(high)
        );
    }
    let half = (high - low) / 2.0;
    let half = if half.is_finite() {
        format!("{half:.2}")
    } else {
        String::new()
    };
    let theory = match (measured, expected) {
        (None, Some(band)) => value(band.mid),
        (Some(measured), Some(band)) => {
            let away = band.mid - measured.log10_p50;
            if away.is_finite() {
                format!("{away:+.2}")
            } else {
                value(band.mid)
            }
        }
        (_, None) => String::new(),
    };
    format!(" {name:<NAME$}{median:>7}{half:>6}{theory:>7}")
}

/// The most important numbers on one line.
pub fn line(model: &Model, layer: usize, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let stats = model.snapshot().and_then(|s| s.layers.get(layer));
    let mut text = format!("layer {}:", layer + 1);
    let known = |curve: Curve| {
        let measured = stats.and_then(|stats| curve.at(stats));
        format!(
            " {} {}",
            short(curve, model.spec().block().is_some()),
            measured.map_or("…".into(), |s| value(s.log10_p50))
        )
    };
    let mut pieces: Vec<String> = curves(model).into_iter().map(known).collect();
    pieces.extend(stats.map(shares));
    let room = usize::from(row.width).saturating_sub(2);
    for (n, piece) in pieces.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        if text::width(&text) + text::width(piece) + comma.len() <= room {
            text.push_str(comma);
            text.push_str(piece);
        }
    }
    // over what stood there
    let text = format!("{text:<0$}", room + 1);
    text::line(buffer, row, &[(" ", theme.text), (&text, theme.strong)]);
}

/// The distribution of `z` at the layer in units of its own root mean square, and the Gaussian that theory expects as a line.
pub fn histogram(model: &Model, layer: usize, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let what = if inside.width >= WIDE {
        "in units of its rms; line: Gaussian"
    } else {
        "line: Gaussian"
    };
    text::heading(buffer, inside, theme, "z", what);
    let area = inside.intersection(buffer.area);
    if area.height < 2 || area.width < 8 {
        return;
    }
    let rows = usize::from(area.height - 1);
    let columns = usize::from(area.width);
    let stats = model
        .snapshot()
        .and_then(|s: &Snapshot| s.layers.get(layer));
    let own = stats.map(|stats| {
        let finite = |share: f32| {
            if share.is_finite() {
                f64::from(share)
            } else {
                0.0
            }
        };
        spread(&stats.histogram.map(finite), columns)
    });
    let expected = spread(&gaussian(), columns);
    let peak = |shares: &[f64]| shares.iter().copied().fold(0.0, f64::max);
    // a spike is cut off at twice the height of the Gaussian
    let most = own.as_deref().map_or(0.0, peak).min(2.0 * peak(&expected));
    let full = most.max(peak(&expected));
    for (column, share) in own.iter().flatten().enumerate() {
        let level = (share / full * (rows * 8) as f64).round() as usize;
        let level = level.max(usize::from(*share > 0.0)).min(rows * 8);
        for row in 0..rows {
            let x = area.x + column as u16;
            let y = area.y + (rows - 1 - row) as u16;
            let block = BLOCKS[level.saturating_sub(row * 8).min(8)];
            buffer[(x, y)].set_symbol(block).set_style(theme.bar);
        }
    }
    let mut raster = Raster::new(columns, rows);
    let line: Vec<Option<f64>> = expected.iter().map(|share| Some(share / full)).collect();
    raster.line(&line);
    let glyphs: Glyphs = model.look().glyphs;
    for (column, x) in (area.left()..area.right()).enumerate() {
        for row in 0..rows {
            let cell = &mut buffer[(x, area.y + (rows - 1 - row) as u16)];
            if let Some(glyph) = raster.glyph(column, row, glyphs) {
                text::over(cell, glyph, theme);
            }
        }
    }
    let axis = text::row(area, area.height - 1);
    let middle = Rect {
        x: axis.x + axis.width / 2,
        width: 1,
        ..axis
    };
    text::line(buffer, axis, &[("-4", theme.faint)]);
    text::line(buffer, middle, &[("0", theme.faint)]);
    text::right(buffer, axis, "+4", theme.faint);
}
