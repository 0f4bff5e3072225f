//! Whether a network passes, for continuous integration.
//!
//! JSON, schema 1: `{"schema", "program", "spec", "draws", "max_drift", "healthy", "verdict": {...}, "remedy": C, "outcome": O}`;
//! `verdict` as in [`json`](crate::report::json), `C` a choice and `O` as in [`advice`](crate::report::advice), both `null`
//! where nothing is wrong. Of a network of blocks it is schema 2, with `spec` and `verdict` as in [`blocks`](crate::report::blocks).

use serde_json::json;

use crate::engine::advice::Advice;
use crate::engine::snapshot::Snapshot;
use crate::engine::verdict::Verdict;
use crate::net::snippet::Snippet;
use crate::report::advice::{object, outcome, sentences};
use crate::report::json::{schema_of, spec_object, verdict_object};
use crate::report::table::input;
use crate::report::verdict::formats;

/// For people: the verdict, and where it is bad the remedy with the lines to paste for the spec's framework.
#[must_use]
pub fn table(snapshot: &Snapshot, verdict: &Verdict) -> String {
    let mut text = format!(
        "{}\n{}{}: {}\n",
        snapshot.spec,
        input(&snapshot.spec),
        verdict.kind,
        verdict.sentence()
    );
    text.extend(snapshot.spec.conv_note().map(|note| format!("{note}\n")));
    match &verdict.blocks {
        None => text.push_str(&format!("{}\n", verdict.budget_sentence())),
        Some(blocks) => text.extend(blocks.notes().iter().map(|note| format!("{note}\n"))),
    }
    text.push_str(&formats(verdict));
    let advice = snapshot.advice.as_deref().filter(|_| !verdict.is_healthy());
    let Some(advice) = advice else { return text };
    let mut lines = sentences(advice);
    if let Some(choice) = advice.remedy() {
        lines[0].push_str(&format!(" ({})", choice.reason));
        let snippet = Snippet::of(&choice.spec, snapshot.spec.framework());
        lines.extend(snippet.text().lines().map(|line| format!("  {line}")));
    }
    text.extend(lines.iter().map(|line| format!("{line}\n")));
    text
}

/// For programs.
#[must_use]
pub fn json(snapshot: &Snapshot, verdict: &Verdict) -> String {
    let advice = snapshot.advice.as_deref().filter(|_| !verdict.is_healthy());
    let document = json!({
        "schema": schema_of(&snapshot.spec),
        "program": concat!("initscope ", env!("CARGO_PKG_VERSION")),
        "spec": spec_object(&snapshot.spec),
        "draws": snapshot.draws,
        "max_drift": verdict.drift_limit,
        "healthy": verdict.is_healthy(),
        "verdict": verdict_object(verdict),
        "remedy": advice.and_then(Advice::remedy).map(object),
        "outcome": advice.map(outcome),
    });
    format!("{document}\n")
}
