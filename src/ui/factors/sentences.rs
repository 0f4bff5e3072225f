//! What is varied and why it matters, in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::state::Model;
use crate::engine::factors::{Factor, FactorsSnapshot};
use crate::net::input::Input;
use crate::ui::text;
use crate::ui::theme::Theme;

/// Seconds as a person says them who does not know them exactly.
pub(super) fn time(seconds: f64) -> String {
    let (whole, minutes) = (seconds.round().max(0.0), (seconds / 60.0).round());
    if whole < 60.0 {
        format!("{whole:.0} s")
    } else if minutes < 60.0 {
        format!("{minutes:.0} min")
    } else {
        format!("{:.1} hours", seconds / 3600.0)
    }
}

/// A time that is only known to lie between these.
pub(super) fn span(seconds: [f64; 2]) -> String {
    let [least, most] = seconds.map(time);
    if least == most {
        return most;
    }
    // the unit once where both have it
    let unit = most.split_once(' ').map_or("", |(_, unit)| unit);
    let least = least.strip_suffix(unit).map_or(&*least, str::trim_end);
    format!("{least} to {most}")
}

/// What will be measured, before anything is.
pub(super) fn plan(model: &Model, known: &FactorsSnapshot, theme: &Theme) -> Vec<(String, Style)> {
    let base = known.design.base();
    let recipe = base.recipe();
    let mut lines = vec![
        (
            format!(
                "{} starts: one factor is varied at a time around this network, everything else stays",
                super::key_of(model)
            ),
            theme.strong,
        ),
        (
            format!(
                "first, before step 1: drift of signal and gradient, distinguishability; {} kinds of network, {} runs each",
                known.design.plans().len(),
                recipe.runs
            ),
            theme.text,
        ),
        (
            format!(
                "then, after {} steps of {} examples: uncertainty left, share that learns; the time that takes is told once it is known",
                recipe.steps, recipe.batch_size,
            ),
            theme.text,
        ),
        (String::new(), theme.text),
    ];
    for kind in Factor::ALL {
        let levels = known.design.levels(kind).iter();
        let names: Vec<&str> = levels.map(|level| level.name.as_str()).collect();
        let names = match kind {
            Factor::Interaction => "each with each".to_owned(),
            _ => names.join(", "),
        };
        lines.push((format!("{}: {names}", kind.name()), theme.text));
    }
    if *model.spec().input() == Input::Noise {
        lines.push((String::new(), theme.text));
        let text = "noise has no classes: the digits are learned in its place";
        lines.push((text.to_owned(), theme.text));
    }
    lines
}

/// What is learned, and how.
pub(super) fn setting(known: &FactorsSnapshot) -> String {
    let plan = known.design.base();
    let recipe = plan.recipe();
    format!(
        " {} in {} classes, {}, {} steps of {} ",
        plan.spec().input(),
        plan.labels().classes(),
        recipe.optimizer,
        recipe.steps,
        recipe.batch_size
    )
}

/// Why the factor under the cursor matters, then the others.
pub(super) fn reasons(
    model: &Model,
    known: &FactorsSnapshot,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) {
    let cursor = super::view(model).cursor();
    let others = Factor::ALL.into_iter().filter(|kind| *kind != cursor);
    let told = [cursor].into_iter().chain(others).map(|kind| {
        let style = if kind == cursor {
            theme.strong
        } else {
            theme.text
        };
        let sentence = known.sentence(kind);
        let sentence = sentence.unwrap_or_else(|| "not measured yet".into());
        (format!("{}: {sentence}", kind.name()), style)
    });
    text::heading(buffer, inside, theme, "why", "");
    text::paragraphs(buffer, inside, theme, &told.collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_one_unit() {
        let told = [0.2, 59.4, 59.6, 90.0, 1490.0, 3560.0, 3599.0, 18_000.0].map(time);
        let expected = [
            "0 s",
            "59 s",
            "1 min",
            "2 min",
            "25 min",
            "59 min",
            "1.0 hours",
            "5.0 hours",
        ];
        assert_eq!(told, expected);
        let spans = [[20.0, 45.0], [840.0, 1890.0], [2400.0, 5400.0], [0.2, 0.4]].map(span);
        assert_eq!(
            spans,
            ["20 to 45 s", "14 to 32 min", "40 min to 1.5 hours", "0 s"]
        );
    }
}
