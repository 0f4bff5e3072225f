//! The verdict: what fails first, where, how fast; in words and with a symbol, never by colour alone.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::action::Action;
use crate::app::state::Model;
use crate::engine::advice::Remedy;
use crate::engine::agreement::Agreement;
use crate::engine::verdict::{Channel, Failing, Verdict, VerdictKind};
use crate::ui::number::rate;
use crate::ui::text;
use crate::ui::theme::Theme;

/// The verdict's box.
pub fn render(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    text::heading(buffer, inside, theme, "verdict", "");
    let room = usize::from(inside.width.saturating_sub(1));
    let lines = text::folded(sentences(model, room), room, inside.height);
    for ((line, what), n) in lines.into_iter().zip(0..inside.height) {
        let style = match what {
            What::Headline => headline(model, theme).1,
            What::Remedy => theme.strong,
            What::Text => theme.text,
        };
        text::line(
            buffer,
            text::row(inside, n),
            &[(" ", theme.text), (&line, style)],
        );
    }
}

/// Whether a line of the verdict's box names the remedy.
pub(super) fn is_remedy(model: &Model, inside: Rect, line: usize) -> bool {
    let room = usize::from(inside.width.saturating_sub(1));
    let lines = text::folded(sentences(model, room), room, inside.height);
    let what = lines.get(line).map(|(_, what)| *what);
    what == Some(What::Remedy)
}

/// What a line of the box says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Headline,
    Remedy,
    Text,
}

/// What there is to say on lines of `room` columns, the most important first.
fn sentences(model: &Model, room: usize) -> Vec<(String, What)> {
    let mut all = vec![(word(model), What::Headline)];
    let text = |text: String| (text, What::Text);
    if let Some(why) = model.failure() {
        all.push(text(why.to_owned()));
        return all;
    }
    let Some(snapshot) = model.snapshot() else {
        return all;
    };
    let agreement = Agreement::of(snapshot);
    let note = snapshot.prediction.as_ref().and_then(|p| p.note.clone());
    let tell = |agrees: bool| {
        let told = agreement.filter(|a| (*a == Agreement::Inside) == agrees);
        told.map(|a| text(a.sentence()))
    };
    if let Some(verdict) = &snapshot.verdict {
        all.push(text(where_and_what(verdict)));
        if verdict.dead_draws.count > 0 {
            all.push(text(verdict.deaths()));
        }
        if verdict.needs_width() {
            all.push(text("more width heals that".into()));
        }
        if let Some(choice) = snapshot.advice.as_ref().and_then(|a| a.remedy()) {
            let key = model.key_of(Action::Remedy);
            let remedy = model.named(choice);
            let whole = format!("{key} remedy: {remedy}");
            let fits = text::width(&whole) <= room;
            let short = || format!("{key}: {remedy}");
            all.push((if fits { whole } else { short() }, What::Remedy));
        }
        match snapshot.advice.as_ref().map(|a| (&a.remedy, a)) {
            Some((Remedy::Measuring(label), _)) => all.push(text(format!("measuring {label}"))),
            Some((Remedy::None(_) | Remedy::TooCostly, advice)) => {
                all.push(text(advice.sentence()));
            }
            _ => {}
        }
        match &verdict.blocks {
            Some(blocks) => all.extend(blocks.notes().into_iter().map(text)),
            None => all.push(text(verdict.budget.sentence())),
        }
        all.extend(verdict.overflow_note().map(text));
        all.extend(note.map(text));
        all.extend(tell(false));
        all.extend(rates(verdict).map(text));
        all.extend(tell(true));
    }
    all
}

/// The verdict in two lines without a box.
pub fn lines(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (headline, style) = headline(model, theme);
    let verdict = model.snapshot().and_then(|s| s.verdict.as_ref());
    let detail = model
        .failure()
        .map(ToOwned::to_owned)
        .or_else(|| verdict.map(short))
        .unwrap_or_default();
    text::line(
        buffer,
        text::row(area, 0),
        &[
            (" ", theme.text),
            (&headline, style),
            ("  ", theme.text),
            (&detail, theme.text),
        ],
    );
    if let Some(v) = verdict {
        let rates = format!(
            "signal {}, gradient {}",
            rate(v.signal_rate),
            rate(v.gradient_rate)
        );
        let room = usize::from(area.width);
        let unit = ["dec/layer: ", "a layer: ", ""];
        let fits = |unit: &&str| text::width(unit) + text::width(&rates) < room;
        let unit = unit.into_iter().find(|unit| fits(unit)).unwrap_or_default();
        let rates = format!("{unit}{rates}");
        text::line(
            buffer,
            text::row(area, 1),
            &[(" ", theme.text), (&rates, theme.text)],
        );
    }
}

/// Symbol and word, with their colour.
fn headline(model: &Model, theme: &Theme) -> (String, Style) {
    let verdict = model.snapshot().and_then(|s| s.verdict.as_ref());
    let style = match verdict {
        _ if model.failure().is_some() => theme.strong.patch(theme.bad),
        None => theme.text,
        Some(verdict) if verdict.is_healthy() => theme.strong.patch(theme.good),
        Some(_) => theme.strong.patch(theme.bad),
    };
    (word(model), style)
}

/// Symbol and word.
fn word(model: &Model) -> String {
    let snapshot = model.snapshot();
    let verdict = snapshot.and_then(|s| s.verdict.as_ref());
    match verdict {
        _ if model.failure().is_some() => "✗ STOPPED".into(),
        None => "… first draw".into(),
        Some(verdict) => {
            let symbol = if verdict.is_healthy() { '✓' } else { '✗' };
            let by = if snapshot.is_some_and(|s| s.draws == 0) {
                " by theory"
            } else {
                ""
            };
            format!("{symbol} {}{by}", verdict.kind.name())
        }
    }
}

/// What fails first and where, as a sentence without its full stop.
fn where_and_what(verdict: &Verdict) -> String {
    let channel = match verdict.channel {
        Some(Channel::Gradient) if verdict.failing == Some(Failing::Weights) => "weights' gradient",
        Some(Channel::Gradient) => "gradient",
        _ => "signal",
    };
    let unit = verdict.unit();
    let what = match verdict.kind {
        VerdictKind::Healthy if verdict.one_input => return "signal and gradient survive".into(),
        VerdictKind::Identity => return verdict.sentence(),
        VerdictKind::Healthy => return "all three channels survive".into(),
        VerdictKind::Vanishing => format!("{channel} vanishes"),
        VerdictKind::Exploding => format!("{channel} explodes"),
        VerdictKind::Collapsing if verdict.failing == Some(Failing::Tokens) => {
            "tokens become alike".into()
        }
        VerdictKind::Collapsing => "inputs become alike".into(),
        VerdictKind::Saturated if verdict.failing == Some(Failing::Attention) => {
            "attention freezes".into()
        }
        VerdictKind::Saturated => "units saturate".into(),
        VerdictKind::Dead if verdict.needs_width() => "draws are dead".into(),
        VerdictKind::Dead => "units are dead".into(),
        VerdictKind::Symmetric => "units are alike".into(),
        VerdictKind::Inputs => return verdict.sentence(),
    };
    match (verdict.layer, verdict.channel) {
        (Some(layer), Some(Channel::Gradient)) => format!("{what} from {unit} {layer} back"),
        (Some(layer), _) => format!("{what} from {unit} {layer}"),
        (None, _) => what,
    }
}

/// Where it fails, beside the word that says what fails.
fn short(verdict: &Verdict) -> String {
    match verdict.kind {
        VerdictKind::Inputs => return "rows of the data".into(),
        VerdictKind::Dead if verdict.needs_width() => {
            return format!("{:.0} % of draws", 100.0 * verdict.dead_draws.value());
        }
        _ => {}
    }
    let what = match verdict.channel {
        None => return String::new(),
        _ if verdict.kind == VerdictKind::Symmetric => "units",
        Some(Channel::Signal) => "signal",
        Some(Channel::Gradient) => "gradient",
        Some(Channel::Distinguishability) => "differences",
    };
    verdict.layer.map_or(what.into(), |layer| {
        format!("{what} at {} {layer}", verdict.unit())
    })
}

/// The three rates, one a line.
fn rates(verdict: &Verdict) -> impl Iterator<Item = String> {
    [
        ("signal", verdict.signal_rate),
        ("gradient", verdict.gradient_rate),
        ("distinct", verdict.distinguishability_rate),
    ]
    .into_iter()
    .map(|(name, decades)| format!("{name:<12}{:>6} dec/layer", rate(decades)))
}
