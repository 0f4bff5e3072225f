//! The numbers of one point of the phase plane.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::state::Model;
use crate::app::views::phase::reading;
use crate::engine::phase_map::{PointReading, position};
use crate::theory::fixed_point::{FixedPoint, Status};
use crate::ui::number::parameter;
use crate::ui::phase::look;
use crate::ui::text::{self, Styled};
use crate::ui::theme::Theme;

/// Rows that the box needs.
pub const ROWS: u16 = 10;

/// The point's box.
pub fn render(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    text::heading(buffer, inside, theme, "point", "");
    let room = usize::from(inside.width.saturating_sub(1));
    let mut texts: Vec<(String, Style)> = vec![(place(model, room), theme.text)];
    match reading(model) {
        None => texts.push(("…".into(), theme.text)),
        Some(reading) => {
            match &reading.point {
                Ok((regime, point)) => {
                    let (symbol, style) = look(*regime, theme);
                    let word = format!("{symbol} {}", regime.name());
                    texts.push((word, theme.strong.patch(style)));
                    texts.push((settles(point.status).into(), theme.text));
                    let known = numbers(point)
                        .into_iter()
                        .filter(|(_, value)| value != NONE);
                    texts.extend(known.map(|(name, value)| {
                        let unit = match name {
                            "xi_grad" if value.starts_with('-') => " (grows)",
                            "xi_grad" | "xi_c" if value != INFINITE => " layers",
                            _ => "",
                        };
                        (format!("{name:<13}{value}{unit}"), theme.text)
                    }));
                }
                Err(why) => texts.push((why.clone(), theme.text)),
            }
            texts.push((edge(reading), theme.text));
        }
    }
    let lines = text::folded(texts, room, inside.height);
    for ((line, style), n) in lines.iter().zip(0..inside.height) {
        text::line(
            buffer,
            text::row(inside, n),
            &[(" ", theme.text), (line, *style)],
        );
    }
}

/// The point in two lines without a box; numbers only as far as there is room.
pub fn lines(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let place = place(model, usize::MAX);
    let reading = reading(model).map(|reading| &reading.point);
    let room = usize::from(area.width);
    let (head, style, rest) = match reading {
        None => ("…".to_owned(), theme.text, String::new()),
        Some(Err(why)) => ("?".to_owned(), theme.text, why.clone()),
        Some(Ok((regime, point))) => {
            let (symbol, style) = look(*regime, theme);
            let mut rest = match point.status {
                Status::Converged | Status::Zero | Status::ZeroMarginal => String::new(),
                status => settles(status).to_owned(),
            };
            for (name, value) in numbers(point).iter().filter(|(_, value)| value != NONE) {
                let more = format!("{name} {value}");
                if text::width(&rest) + text::width(&more) + 3 <= room {
                    rest = if rest.is_empty() {
                        more
                    } else {
                        format!("{rest}  {more}")
                    };
                }
            }
            let head = format!("{symbol} {}", regime.name());
            (head, theme.strong.patch(style), rest)
        }
    };
    let first: [Styled<'_>; 4] = [
        (" ", theme.text),
        (&head, style),
        ("  ", theme.text),
        (&place, theme.text),
    ];
    text::line(buffer, text::row(area, 0), &first);
    let second = [(" ", theme.text), (&*rest, theme.text)];
    text::line(buffer, text::row(area, 1), &second);
}

/// No number here.
const NONE: &str = "none";
/// A number without bound.
const INFINITE: &str = "infinite";

/// Where the network is, `sigma_b` to three digits, so that it fits beside `sigma_w`.
fn place(model: &Model, room: usize) -> String {
    let (sigma_w, sigma_b) = position(model.spec());
    let sigma_b = format!("{sigma_b:.2e}").parse().map_or(sigma_b, |b: f64| b);
    let wide = format!(
        "sigma_w {}  sigma_b {}",
        parameter(sigma_w),
        parameter(sigma_b)
    );
    if text::width(&wide) <= room {
        wide
    } else {
        wide.replace("  ", " ")
    }
}

/// What becomes of `q`.
fn settles(status: Status) -> &'static str {
    match status {
        Status::Converged => "q settles",
        Status::Zero => "q falls to 0 exponentially",
        Status::ZeroMarginal => "q falls to 0 subexponentially",
        Status::Neutral => "every q is a fixed point",
        Status::DivergesExp => "q grows exponentially",
        Status::DivergesSubexp => "q grows subexponentially",
    }
}

/// Names and values, most telling first.
fn numbers(point: &FixedPoint) -> [(&'static str, String); 6] {
    let text = |value: Option<f64>| match value {
        None => NONE.into(),
        Some(x) if x.is_infinite() => INFINITE.into(),
        Some(x) => parameter(x),
    };
    [
        ("q*", text(point.q_star)),
        ("chi_perp", text(point.chi_perp)),
        ("c*", text(point.c_star)),
        ("xi_grad", text(point.xi_grad)),
        ("xi_c", text(point.xi_c)),
        ("chi_parallel", text(point.chi_parallel)),
    ]
}

/// Where the edge of chaos is at this `sigma_b`, or why nowhere.
fn edge(reading: &PointReading) -> String {
    match &reading.edge {
        None => "edge …".into(),
        Some(Err(why)) => why.clone(),
        Some(Ok(points)) => {
            let all = points.iter().map(|point| {
                let sigma_w = parameter(point.sigma_w2.sqrt());
                format!("{sigma_w}, {}", point.stability)
            });
            format!("edge at {}", all.collect::<Vec<_>>().join("; "))
        }
    }
}
