//! What matters: effects ranked, with their intervals, and a sentence for each factor.
//!
//! JSON, schema 1:
//!
//! ```json
//! {"schema": 1, "program": "...", "complete": true, "spec": {...}, "runs": n, "steps": n, "batch_size": n, "optimizer": "sgd",
//!  "factors": [{"factor": "initializer", "sentence": "...",
//!    "levels": [{"level": "he_normal", "signal drift": V, "gradient drift": V, "distinguishability": V,
//!                "uncertainty left": V, "share that learns": V}, ...],
//!    "effects": {"signal drift": E, ...}}, ...],
//!  "grid": {"activations": ["relu", ...], "initializers": ["he_normal", ...], "uncertainty_left": [[x, ...], ...],
//!           "gradient_drift": [[x, ...], ...], "best": ["he_normal", null, ...]}}
//! ```
//!
//! `V` is `{"mean": x, "standard_error": x}` over runs, for the share that learns `{"mean": x, "low": x, "high": x}` with Wilson's 95 %
//! interval, `E` is `{"size": x, "low": x, "high": x, "identical": bool, "from": "...",
//! "to": "..."}`: the largest difference between two levels (those named, the lower first; for the interaction half the largest
//! difference of differences and its two activations) with its 95 % interval. Drifts and distinguishability are decades before step 1. What is not
//! computed, and what is infinite, is `null`. `best` leaves the least uncertainty, `null` where all stall or several leave as much.
//!
//! CSV: one row for each factor and response.

use serde_json::{Map, Value as Json, json};

use crate::engine::factors::{
    Estimate, Factor, FactorsSnapshot, MainEffect, Response, share_interval,
};
use crate::net::written::decades;
use crate::report::columns::{Side, aligned};
use crate::report::csv::quoted;
use crate::report::json::{PROGRAM, SCHEMA, number_or_null, spec_object};

const LEGEND: &str = "
The largest difference between two levels (of activation x initializer half the
largest difference of differences) with its 95 % interval: █ up to the lower end, ▒ to the upper
";

/// Columns of a bar.
const BAR: usize = 30;

/// For people: for each response the factors as bars, the largest first; then every activation with every initializer; then why.
#[must_use]
pub fn table(snapshot: &FactorsSnapshot) -> String {
    let plan = snapshot.design.base();
    let recipe = plan.recipe();
    let mut text = format!(
        "around {}: one factor varied at a time, {} runs each\n{}, {} steps of {} examples; {} in {} classes\n",
        plan.spec(),
        recipe.runs,
        recipe.optimizer,
        recipe.steps,
        recipe.batch_size,
        plan.data(),
        plan.labels().classes(),
    );
    if !snapshot.settled {
        text.push_str("interrupted: what was computed until then\n");
    }
    text.push_str(LEGEND);
    for response in Response::ALL {
        let ranked = snapshot.ranked(response);
        if !ranked.is_empty() {
            text.push_str(&chart(snapshot, response, &ranked));
        }
    }
    text.push_str(&grid(snapshot));
    let mut why = Factor::ALL.into_iter().filter_map(|kind| {
        let sentence = snapshot.sentence(kind)?;
        Some(format!("{kind}: {sentence}\n"))
    });
    if let Some(first) = why.next() {
        text.push('\n');
        text.push_str(&first);
        text.extend(why);
    }
    text
}

fn chart(
    snapshot: &FactorsSnapshot,
    response: Response,
    ranked: &[(Factor, MainEffect)],
) -> String {
    let when = if response.is_at_start() {
        "before step 1"
    } else {
        "after the training"
    };
    let finite = |x: f64| Some(x).filter(|x| x.is_finite());
    let longest = ranked
        .iter()
        .filter_map(|(_, effect)| finite(effect.high).or(finite(effect.size)))
        .fold(0.0, f64::max);
    let rows: Vec<Vec<String>> = ranked
        .iter()
        .map(|(kind, effect)| {
            let [from, to] = between(snapshot, *kind, effect);
            vec![
                kind.name().to_owned(),
                size(effect, response),
                bar(effect, longest),
                if effect.identical {
                    String::new()
                } else if *kind == Factor::Interaction {
                    format!("{from}, {to}")
                } else {
                    format!("{from} -> {to}")
                },
            ]
        })
        .collect();
    let unit = match response {
        Response::Left | Response::Learns => "",
        _ => ", decades",
    };
    let l = Side::Left;
    format!(
        "\n{} {when}{unit}\n{}",
        response.name(),
        aligned(&[l, Side::Right, l, l], &rows)
    )
}

/// The names of the two levels, the lower response first.
fn between<'a>(snapshot: &'a FactorsSnapshot, kind: Factor, effect: &MainEffect) -> [&'a str; 2] {
    let levels = snapshot.design.levels(kind);
    effect.levels.map(|level| levels[level].name.as_str())
}

fn size(effect: &MainEffect, response: Response) -> String {
    match response {
        _ if effect.identical => "none".to_owned(),
        Response::Left | Response::Learns => format!("{:.0} %", 100.0 * effect.size),
        _ => decades(effect.size, 2),
    }
}

/// Full blocks up to the lower end of the interval, shaded ones up to the upper; at least something where there is something.
fn bar(effect: &MainEffect, longest: f64) -> String {
    let cells = |x: f64| {
        let share = if longest > 0.0 { x / longest } else { 0.0 };
        (share * BAR as f64).round().clamp(0.0, BAR as f64) as usize
    };
    let (low, high) = if effect.low.is_nan() {
        (effect.size, effect.size)
    } else {
        (effect.low, effect.high)
    };
    let (low, high) = (cells(low), cells(high));
    format!(
        "{}{}",
        "█".repeat(low),
        "▒".repeat(high.saturating_sub(low))
    )
}

/// Uncertainty left of every activation with every initializer, the best of each activation marked.
fn grid(snapshot: &FactorsSnapshot) -> String {
    let Some(best) = snapshot.best_initializers() else {
        return String::new();
    };
    let initializers = snapshot.design.levels(Factor::Initializer);
    let mut head = vec![String::new()];
    head.extend(initializers.iter().map(|level| level.name.clone()));
    let mut rows = vec![head];
    let activations = snapshot.design.levels(Factor::Activation);
    for ((activation, cells), best) in activations.iter().zip(snapshot.design.grid()).zip(best) {
        let mut row = vec![activation.name.clone()];
        row.extend(cells.iter().enumerate().map(|(i, cell)| {
            let value = snapshot.value(*cell, Response::Left);
            let percent = value.map_or(f64::NAN, |value| 100.0 * value.mean);
            let mark = if best == [i] { "*" } else { " " };
            format!("{percent:.0} %{mark}")
        }));
        rows.push(row);
    }
    let mut sides = vec![Side::Left];
    sides.resize(initializers.len() + 1, Side::Right);
    format!(
        "\nuncertainty left, activation x initializer; * the best of an activation\n{}",
        aligned(&sides, &rows)
    )
}

/// For spreadsheets.
#[must_use]
pub fn csv(snapshot: &FactorsSnapshot) -> String {
    let mut text = String::from("factor,response,size,low,high,identical,from,to\n");
    for response in Response::ALL {
        for (kind, effect) in snapshot.ranked(response) {
            let [from, to] = between(snapshot, kind, &effect).map(quoted);
            text.push_str(&format!(
                "{kind},{},{},{},{},{},{from},{to}\n",
                response.name(),
                effect.size,
                effect.low,
                effect.high,
                effect.identical
            ));
        }
    }
    text
}

/// For programs.
#[must_use]
pub fn json(snapshot: &FactorsSnapshot) -> String {
    let plan = snapshot.design.base();
    let recipe = plan.recipe();
    let factors = Factor::ALL.map(|kind| factor_object(snapshot, kind));
    let names = |kind| -> Vec<&str> {
        let levels = snapshot.design.levels(kind).iter();
        levels.map(|level| level.name.as_str()).collect()
    };
    let means = |response| -> Vec<Vec<Json>> {
        let rows = snapshot.design.grid().iter();
        rows.map(|row| {
            let mean = |cell: &usize| {
                snapshot
                    .value(*cell, response)
                    .map(|v| number_or_null(v.mean))
            };
            row.iter()
                .map(|cell| mean(cell).unwrap_or(Json::Null))
                .collect()
        })
        .collect()
    };
    let initializers = names(Factor::Initializer);
    let best = snapshot.best_initializers().map(|best| {
        best.into_iter()
            .map(|best| match best[..] {
                [one] => Some(initializers[one]),
                _ => None,
            })
            .collect::<Vec<Option<&str>>>()
    });
    let document = json!({
        "schema": SCHEMA,
        "program": PROGRAM,
        "complete": snapshot.settled,
        "spec": spec_object(plan.spec()),
        "runs": recipe.runs,
        "steps": recipe.steps,
        "batch_size": recipe.batch_size,
        "optimizer": recipe.optimizer.name(),
        "factors": factors,
        "grid": {
            "activations": names(Factor::Activation),
            "initializers": initializers,
            "uncertainty_left": means(Response::Left),
            "gradient_drift": means(Response::Gradient),
            "best": best,
        },
    });
    format!("{document}\n")
}

fn factor_object(snapshot: &FactorsSnapshot, kind: Factor) -> Json {
    let levels = snapshot.design.levels(kind).iter().map(|level| {
        let mut object = Map::new();
        object.insert("level".into(), json!(level.name));
        object.extend(Response::ALL.map(|response| {
            let values = snapshot.values(level.cell, response);
            let value = values.map(|values| {
                let value = Estimate::of(&values);
                if response == Response::Learns {
                    let [low, high] = share_interval(&values);
                    return json!({"mean": value.mean, "low": low, "high": high});
                }
                json!({
                    "mean": number_or_null(value.mean),
                    "standard_error": number_or_null(value.error),
                })
            });
            (response.name().to_owned(), json!(value))
        }));
        Json::Object(object)
    });
    let effects: Map<String, Json> = Response::ALL
        .into_iter()
        .map(|response| {
            let effect = snapshot.effect(kind, response).map(|effect| {
                let [from, to] = between(snapshot, kind, &effect);
                json!({
                    "size": number_or_null(effect.size),
                    "low": number_or_null(effect.low),
                    "high": number_or_null(effect.high),
                    "identical": effect.identical,
                    "from": from,
                    "to": to,
                })
            });
            (response.name().to_owned(), json!(effect))
        })
        .collect();
    let levels: Vec<Json> = if kind == Factor::Interaction {
        Vec::new()
    } else {
        levels.collect()
    };
    json!({
        "factor": kind.name(),
        "sentence": snapshot.sentence(kind),
        "levels": levels,
        "effects": effects,
    })
}
