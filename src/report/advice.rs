//! Advice as text: every choice ranked, what is worth knowing, the lines to paste.
//!
//! JSON, schema 1, and 2 of a network of blocks, whose choices have no `depth_budget`:
//!
//! ```json
//! {"schema": 1, "program": "initscope 0.1.0", "spec": {...}, "present": C, "remedy": "he_normal", "outcome": O,
//!  "findings": ["..."], "choices": [C, ...]}
//! ```
//!
//! `spec` is as in [`json`](crate::report::json). `C` is `{"label", "command", "reason", "evidence", "draws", "kind", "layer",
//! "load", "signal_rate", "gradient_rate", "distinguishability_rate", "depth_budget" (and what
//! goes with it in [`json`](crate::report::json)), "chi_perp", "chi_parallel", "stability",
//! "sentence", "paste"}`, or with `"unknown"`, the reason, in place of all between `reason` and `paste` where theory has no answer and
//! nothing was measured. `evidence` is `measured` or `predicted`, `draws` the networks behind it. `paste` has one object a
//! framework: `{"framework", "imports", "lines", "exact", "note"}`. `load` is the largest share of a limit that one draw in ten
//! uses up; `null` for an overflow. `remedy` is `null` where no choice was measured healthy, or none is needed. `O` is
//! `{"state", "sentence"}`, `state` one of `remedy`, `nothing to change`, `no remedy`, `too costly`, `measuring`, `unmeasured`;
//! with `no remedy` also `"measured"` (how many choices), `"least_bad"` (a label) and `"measured_healthy"`, other networks
//! `{"what", "command", "draws"}`.
//!
//! CSV: one row for each choice, best first, under the same names; `depth_budget` is `inf` where nothing was found to fail, the `chi` are
//! `nan` where the signal diverges, and where theory has no answer the cells are empty but for `unknown`.

use serde_json::{Map, Value, json};

use crate::engine::advice::{Advice, Choice, Evidence, Outlook, Remedy, subject};
use crate::net::snippet::Snippet;
use crate::report::columns::{Side, aligned};
use crate::report::csv::{cell, line, quoted};
use crate::report::json::{number_or_null, schema_of, spec_object};
use crate::report::verdict;

/// Choices of the table unless all are asked for.
const SHOWN: usize = 12;

/// For people; `all` choices or the first dozen.
#[must_use]
pub fn table(advice: &Advice, all: bool) -> String {
    let spec = &advice.present.spec;
    let mut text = format!(
        "{spec}\n{}\n\n",
        advice.present.outlook.as_ref().map_or_else(
            |error| format!("theory has no answer: {error}"),
            |o| format!("{}: {}", o.verdict.kind, o.verdict.sentence())
        )
    );
    let shown = if all { usize::MAX } else { SHOWN };
    text.push_str(&ranked(advice.choices.iter().take(shown)));
    let left = advice.choices.len().saturating_sub(shown);
    if left > 0 {
        text.push_str(&format!("... {left} more: --all\n"));
    }
    text.push_str(
        "\nlimit: share of a limit of the verdict that one draw in ten uses up; rates in decades of mean square per layer\nsurvives: layers of the deepest healthy network with this choice, ~ as read off curves or by theory, > where nothing was found to fail\n",
    );
    if !advice.findings.is_empty() {
        text.push('\n');
    }
    for finding in &advice.findings {
        text.push_str(&format!("- {finding}\n"));
    }
    text.push('\n');
    for line in sentences(advice) {
        text.push_str(&format!("{line}\n"));
    }
    let best = match advice.remedy {
        Remedy::Needless => Some(&advice.present),
        _ => advice.remedy(),
    };
    let Some(best) = best else { return text };
    for snippet in Snippet::all(&best.spec) {
        text.push_str(&format!("\n{}\n", snippet.framework));
        for line in snippet.text().lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

/// What is to be done, line by line: the remedy; or that there is none, what comes nearest, and what else there is.
pub(crate) fn sentences(advice: &Advice) -> Vec<String> {
    let word = match &advice.remedy {
        Remedy::None(hopeless) => {
            let least_bad = advice.least_bad();
            let fate = least_bad.outlook.as_ref().map(|o| &o.verdict);
            let fate = fate.map_or_else(
                |_| String::new(),
                |v| format!(" ({}: {})", v.kind, v.sentence()),
            );
            let name = if least_bad.spec == advice.present.spec {
                "as it is"
            } else {
                &least_bad.label
            };
            let mut lines = vec![advice.sentence(), format!("least bad: {name}{fate}")];
            lines.extend(hopeless.ways_out.iter().map(|way| {
                format!(
                    "measured healthy instead: {} ({} draws)",
                    way.what, way.draws
                )
            }));
            if hopeless.ways_out.is_empty() {
                lines.push(NO_WAY_OUT.into());
            }
            return lines;
        }
        Remedy::Found(_) => "remedy",
        Remedy::Needless => "nothing to change",
        Remedy::Unmeasured | Remedy::Measuring(_) | Remedy::TooCostly => "no measured remedy",
    };
    vec![format!("{word}: {}", advice.sentence())]
}

/// Where other networks were no healthier.
const NO_WAY_OUT: &str = "no other width, depth or activation that was measured is healthy";

/// Choices as aligned rows under a head.
#[must_use]
pub fn ranked<'a>(choices: impl Iterator<Item = &'a Choice>) -> String {
    let mut choices = choices.peekable();
    let first = choices.peek();
    let head = [
        first.map_or("initializer", |choice| subject(&choice.spec)),
        "verdict",
        "known by",
        "limit",
        "signal",
        "gradient",
        "distinct",
        "survives",
        "stability",
        "why",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for choice in choices {
        let mut row = vec![choice.label.clone()];
        match &choice.outlook {
            Ok(outlook) => {
                row.extend(cells(outlook));
                row.push(choice.reason.clone());
            }
            Err(error) => {
                row.push("-".into());
                row.extend(std::iter::repeat_n(String::new(), 7));
                row.push(error.clone());
            }
        }
        rows.push(row);
    }
    use Side::{Left, Right};
    aligned(
        &[
            Left, Left, Left, Right, Right, Right, Right, Right, Left, Left,
        ],
        &rows,
    )
}

/// Verdict, evidence, load, rates, layers that survive, stability.
fn cells(outlook: &Outlook) -> [String; 8] {
    let verdict = &outlook.verdict;
    let rate = |rate: f64| format!("{rate:+.3}");
    let load = match outlook.load {
        load if load < 100.0 => format!("{:.0} %", 100.0 * load),
        load if load.is_finite() => format!("{load:.0}x"),
        _ => "inf".into(),
    };
    let stability = match outlook.chi_parallel() {
        Some(chi) => format!("{} {chi:.3}", outlook.stability()),
        None => outlook.stability().to_owned(),
    };
    [
        verdict.kind.name().to_owned(),
        known_by(outlook.evidence),
        load,
        rate(verdict.signal_rate),
        rate(verdict.gradient_rate),
        rate(verdict.distinguishability_rate),
        verdict.survives(),
        stability,
    ]
}

/// `theory`, or how many draws.
fn known_by(evidence: Evidence) -> String {
    match evidence {
        Evidence::Predicted => "predicted".into(),
        Evidence::Measured(1) => "measured, 1 draw".into(),
        Evidence::Measured(draws) => format!("measured, {draws} draws"),
    }
}

/// For spreadsheets: the ranking.
#[must_use]
pub fn csv(advice: &Advice) -> String {
    let head = [
        "label",
        "evidence",
        "draws",
        "kind",
        "layer",
        "load",
        "signal_rate",
        "gradient_rate",
        "distinguishability_rate",
        "depth_budget",
        "chi_perp",
        "chi_parallel",
        "stability",
        "unknown",
        "reason",
        "command",
    ];
    let columns = head.into_iter().chain(verdict::BUDGET);
    let mut text = line(&columns.map(str::to_owned).collect::<Vec<_>>());
    for choice in &advice.choices {
        let mut row = vec![quoted(&choice.label)];
        match &choice.outlook {
            Ok(outlook) => {
                let [kind, layer, budget, rates @ ..] = verdict::cells(&outlook.verdict);
                let evidence = outlook.evidence;
                row.extend([evidence.name().to_owned(), evidence.draws().to_string()]);
                row.extend([kind, layer, cell(outlook.load)]);
                row.extend(rates);
                row.push(budget);
                let chi = [outlook.chi_perp(), outlook.chi_parallel()];
                row.extend(chi.map(|chi| cell(chi.unwrap_or(f64::NAN))));
                row.extend([outlook.stability().to_owned(), String::new()]);
            }
            Err(error) => {
                row.extend(vec![String::new(); head.len() - 4]);
                row.push(quoted(error));
            }
        }
        row.push(quoted(&choice.reason));
        row.push(quoted(&choice.spec.command_line()));
        let outlook = choice.outlook.as_ref().ok();
        let budget = outlook.map(|o| verdict::budget_cells(&o.verdict));
        row.extend(budget.unwrap_or_default());
        text.push_str(&line(&row));
    }
    text
}

/// For programs.
#[must_use]
pub fn json(advice: &Advice) -> String {
    let choices: Vec<String> = advice
        .choices
        .iter()
        .map(|c| object(c).to_string())
        .collect();
    format!(
        "{{\"schema\":{},\n\"program\":{},\n\"spec\":{},\n\"present\":{},\n\"remedy\":{},\n\"outcome\":{},\n\"findings\":{},\n\"choices\":[\n{}\n]}}\n",
        schema_of(&advice.present.spec),
        json!(concat!("initscope ", env!("CARGO_PKG_VERSION"))),
        spec_object(&advice.present.spec),
        object(&advice.present),
        json!(advice.remedy().map(|c| c.label.clone())),
        outcome(advice),
        json!(advice.findings),
        choices.join(",\n"),
    )
}

/// What is to be done, in words and with the networks that it names.
pub(crate) fn outcome(advice: &Advice) -> Value {
    let mut object = Map::new();
    let state = match &advice.remedy {
        Remedy::Unmeasured => "unmeasured",
        Remedy::Measuring(_) => "measuring",
        Remedy::Needless => "nothing to change",
        Remedy::Found(_) => "remedy",
        Remedy::None(_) => "no remedy",
        Remedy::TooCostly => "too costly",
    };
    object.insert("state".into(), json!(state));
    object.insert("sentence".into(), json!(advice.sentence()));
    if let Remedy::None(hopeless) = &advice.remedy {
        let ways: Vec<Value> = hopeless
            .ways_out
            .iter()
            .map(|way| json!({"what": way.what, "command": way.spec.command_line(), "draws": way.draws}))
            .collect();
        object.insert("measured".into(), json!(hopeless.measured));
        object.insert("least_bad".into(), json!(advice.least_bad().label));
        object.insert("measured_healthy".into(), json!(ways));
    }
    Value::Object(object)
}

/// One choice.
pub(crate) fn object(choice: &Choice) -> Value {
    let mut object = Map::new();
    object.insert("label".into(), json!(choice.label));
    object.insert("command".into(), json!(choice.spec.command_line()));
    object.insert("reason".into(), json!(choice.reason));
    match &choice.outlook {
        Ok(outlook) => {
            let verdict = &outlook.verdict;
            let more = json!({
                "evidence": outlook.evidence.name(),
                "draws": outlook.evidence.draws(),
                "kind": verdict.kind.name(),
                "layer": verdict.layer,
                "load": number_or_null(outlook.load),
                "signal_rate": number_or_null(verdict.signal_rate),
                "gradient_rate": number_or_null(verdict.gradient_rate),
                "distinguishability_rate": number_or_null(verdict.distinguishability_rate),
                "chi_perp": outlook.chi_perp().map(number_or_null),
                "chi_parallel": outlook.chi_parallel().map(number_or_null),
                "stability": outlook.stability(),
                "sentence": verdict.sentence(),
            });
            if let Value::Object(more) = more {
                object.extend(more);
                if verdict.blocks.is_none() {
                    object.extend(verdict::budget(&verdict.budget));
                }
            }
        }
        Err(error) => {
            object.insert("unknown".into(), json!(error));
        }
    }
    let paste: Vec<Value> = Snippet::all(&choice.spec)
        .iter()
        .map(|s| {
            json!({"framework": s.framework.name(), "imports": s.imports, "lines": s.lines,
                   "exact": s.exact, "note": s.note})
        })
        .collect();
    object.insert("paste".into(), json!(paste));
    Value::Object(object)
}
