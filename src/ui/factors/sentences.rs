//! What is varied and why it matters, in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::action::Action;
use crate::app::state::Model;
use crate::engine::factors::{Factor, FactorsSnapshot, seconds};
use crate::net::input::Input;
use crate::net::recipe::Recipe;
use crate::net::spec::Spec;
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
            "one factor is varied at a time around this network, everything else stays".to_owned(),
            theme.strong,
        ),
        (
            format!(
                "now, before step 1: drift of signal and gradient, distinguishability; {} kinds of network, {} runs each",
                known.design.plans().len(),
                recipe.runs
            ),
            theme.text,
        ),
        (
            format!(
                "where you ask for it, after {} steps of {} examples: uncertainty left, share that learns",
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
        plan.data(),
        plan.labels().classes(),
        recipe.optimizer,
        recipe.steps,
        recipe.batch_size
    )
}

/// What a key trains and how long that takes; nothing where it is begun.
fn offer(model: &Model) -> Option<String> {
    let view = super::view(model);
    if view.has_begun(model) {
        return None;
    }
    let about = |spec: &Spec, recipe: &Recipe| {
        let needed = seconds(spec, recipe);
        span([needed / 1.5, needed * 1.5])
    };
    let (short, recipe) = view.offer(model);
    let spec = model.spec();
    let mut text = format!(
        "{} trains {}x{}, {} runs: about {} on one core",
        model.key_of(Action::Run),
        short.width(),
        short.depth(),
        recipe.runs,
        about(&short, &recipe)
    );
    let whole = view.recipe();
    if (short, recipe.runs) != ((**spec).clone(), whole.runs) {
        let key = model.key_of(Action::Restart);
        let time = about(spec, &whole);
        let [width, depth] = [spec.width(), spec.depth()];
        text.push_str(&format!(
            "; {key} {width}x{depth}, {} runs: {time}",
            whole.runs
        ));
    }
    Some(text)
}

/// What matters, why the initializer alone is no answer, what can be trained; then why the factor under the cursor matters, and the
/// others.
pub(super) fn reasons(
    model: &Model,
    known: &FactorsSnapshot,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) {
    let view = super::view(model);
    let headline = known.headline(view.response());
    let headline = headline.unwrap_or_else(|| match view.response().is_at_start() {
        true => "being measured".into(),
        false => "not trained yet".into(),
    });
    let together = known.sentence(Factor::Interaction);
    let mut told = vec![(headline, theme.strong)];
    told.extend(offer(model).map(|text| (text, theme.text)));
    told.extend(together.map(|text| (text, theme.text)));
    let cursor = view.cursor();
    let own = |kind: &Factor| *kind != Factor::Interaction && *kind != cursor;
    let others = Factor::ALL.into_iter().filter(own);
    told.extend([cursor].into_iter().chain(others).map(|kind| {
        let sentence = known.sentence(kind);
        let sentence = sentence.unwrap_or_else(|| "not measured yet".into());
        (format!("{}: {sentence}", kind.name()), theme.text)
    }));
    text::heading(buffer, inside, theme, "what matters", "");
    text::paragraphs(buffer, inside, theme, &told);
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
