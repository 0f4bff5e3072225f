//! Trainings: what was reached, and the curves.
//!
//! JSON, schema 1:
//!
//! ```json
//! {"schema": 1, "program": "...", "complete": true,
//!  "recipe": {"optimizer": "sgd", "steps": 300, "batch_size": 64, "runs": 1},
//!  "networks": [{"spec": {...}, "examples": n, "classes": n, "chance_loss": x, "best_rate": x,
//!    "rates": [{"rate": x, "outcome": "LEARNS", "uncertainty_left": x, "share_that_learns": x,
//!      "runs": [{"run": 0, "steps": n, "outcome": "LEARNS", "loss_reached": x, "accuracy_reached": x,
//!        "diverged": {"step": n, "loss": "NaN"},
//!        "start": {"signal": [x, ...], "gradient": [...], "distinguishability": [...]},
//!        "losses": [x, ...], "accuracies": [...],
//!        "changes": [{"step": n, "gradient": [x, ...], "ratio": [...]}, ...]}]}]}]}
//! ```
//!
//! `chance_loss` is the cross-entropy in nats of a prediction by the frequencies of the classes, `uncertainty_left` the share of it
//! that the loss reached (the mean over the last tenth of the steps) leaves, averaged over runs. `start` is what the simulation measures of the
//! same network before step 1 on a batch of its own (of noise where the digits pass an embedding), log10 for each hidden layer, as `initscope run` has it: mean `z^2`, mean square of
//! `dl/dz` from random cotangents at the last hidden layer, share of the signal that differs; `null` for an exact zero; `losses` and `accuracies` belong to the minibatch of each
//! step before that step; `changes` holds gradient norm and update-to-weight ratio of every matrix, head last, at some steps.
//! A network with blocks or norms has `"matrices": [name, ...]` beside `rates`: those of `changes`, such as `embedding`, `3.q` (of sub-layer 3)
//! or `head`. `diverged` is `null` where it did not; `complete` is `false` when it was interrupted.
//!
//! CSV: one row for each network, rate, run and step.

use serde_json::{Value, json};

use crate::engine::training::{AtRate, Contestant, Outcome, Run, TrainingSnapshot};
use crate::report::columns::{Side, aligned};
use crate::report::csv::quoted;
use crate::report::json::{PROGRAM, SCHEMA, number_or_null, spec_object};
use crate::train::record::Divergence;

/// Rows of the table of losses.
const ROWS: usize = 10;

/// For people: one line for each network and rate, then the losses on the way at the best rates.
#[must_use]
pub fn table(snapshot: &TrainingSnapshot) -> String {
    let Some(first) = snapshot.contestants.first() else {
        return String::new();
    };
    let mut text = setting(first);
    if !snapshot.settled {
        text.push_str("interrupted: what was computed until then\n");
    }
    let head = [
        "", "network", "rate", "outcome", "loss", "reached", "accuracy", "",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (number, contestant) in (1..).zip(&snapshot.contestants) {
        for at in &contestant.rates {
            rows.push(row(number, contestant, at));
        }
    }
    let [l, r] = [Side::Left, Side::Right];
    text.push('\n');
    text.push_str(&aligned(&[r, l, r, l, r, r, r, l], &rows));
    text.push('\n');
    text.push_str(&curves(snapshot));
    text
}

/// What all of them share.
fn setting(contestant: &Contestant) -> String {
    let plan = &contestant.plan;
    let recipe = plan.recipe();
    let runs = match recipe.runs {
        1 => String::new(),
        runs => format!(", {runs} runs each"),
    };
    format!(
        "{} in {} classes ({}), chance costs {:.3} nats\n{}, {} steps of {} examples{runs}\n",
        plan.data(),
        plan.labels().classes(),
        plan.data().description(),
        plan.labels().entropy(),
        recipe.optimizer,
        recipe.steps,
        recipe.batch_size,
    )
}

fn row(number: usize, contestant: &Contestant, at: &AtRate) -> Vec<String> {
    let mean = |of: &dyn Fn(&Run) -> f64| {
        let all: f64 = at.runs.iter().map(of).sum();
        all / at.runs.len() as f64
    };
    let best = contestant.rates.len() > 1 && std::ptr::eq(at, contestant.best());
    let notes: Vec<String> = [
        best.then(|| "best rate".to_owned()),
        (at.runs.len() > 1).then(|| {
            let learn = at.share_that_learns() * at.runs.len() as f64;
            format!("{learn:.0} of {} learn", at.runs.len())
        }),
        divergence(at).map(|(d, run)| match at.runs.len() {
            1 => d,
            _ => format!("{d} (run {run})"),
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let started = |run: &Run| run.record.losses.first().copied().unwrap_or(f64::NAN);
    vec![
        number.to_string(),
        contestant.plan.spec().to_string(),
        format!("{}", at.rate),
        at.outcome().map_or("-", |o| o.name()).to_owned(),
        nats(mean(&started)),
        nats(mean(&|run| run.record.loss_reached())),
        percent(mean(&|run| run.record.accuracy_reached())),
        notes.join(", "),
    ]
}

/// The first run that diverged, in words.
fn divergence(at: &AtRate) -> Option<(String, usize)> {
    let mut runs = at.runs.iter().enumerate();
    runs.find_map(|(run, r)| Some((words(&r.record.diverged?), run)))
}

/// `NaN at step 12`.
#[must_use]
pub fn words(divergence: &Divergence) -> String {
    let what = if divergence.loss.is_nan() {
        "NaN"
    } else {
        "infinite"
    };
    format!("{what} at step {}", divergence.step)
}

/// The loss of every network on its way, each at its best rate: means over the steps since the row above, and over runs.
fn curves(snapshot: &TrainingSnapshot) -> String {
    let steps = snapshot.contestants[0].plan.recipe().steps;
    let window = steps.div_ceil(ROWS);
    let mut head = vec!["steps".to_owned()];
    head.extend((1..=snapshot.contestants.len()).map(|n| n.to_string()));
    let mut rows = vec![head];
    for from in (0..steps).step_by(window) {
        let to = (from + window).min(steps);
        let mut row = vec![format!("{}-{to}", from + 1)];
        row.extend(snapshot.contestants.iter().map(|contestant| {
            let losses = contestant.best().runs.iter().flat_map(|run| {
                let losses = &run.record.losses;
                losses[from.min(losses.len())..to.min(losses.len())].iter()
            });
            let (sum, count) = losses.fold((0.0, 0), |(s, n), loss| (s + loss, n + 1));
            nats(sum / f64::from(count))
        }));
        rows.push(row);
    }
    let sides = vec![Side::Right; snapshot.contestants.len() + 1];
    format!("mean loss\n{}", aligned(&sides, &rows))
}

fn nats(loss: f64) -> String {
    match loss {
        loss if loss.is_nan() => "-".to_owned(),
        loss if loss.abs() < 1e4 => format!("{loss:.3}"),
        loss => format!("{loss:.1e}"),
    }
}

fn percent(share: f64) -> String {
    if share.is_nan() {
        "-".to_owned()
    } else {
        format!("{:.1} %", 100.0 * share)
    }
}

/// For spreadsheets: the loss and accuracy of every step.
#[must_use]
pub fn csv(snapshot: &TrainingSnapshot) -> String {
    let mut text = String::from("network,rate,run,step,loss,accuracy\n");
    for contestant in &snapshot.contestants {
        let spec = quoted(&contestant.plan.spec().to_string());
        for at in &contestant.rates {
            for (run, Run { record, .. }) in at.runs.iter().enumerate() {
                for (step, (loss, right)) in
                    record.losses.iter().zip(&record.accuracies).enumerate()
                {
                    text.push_str(&format!(
                        "{spec},{},{run},{},{loss},{right}\n",
                        at.rate,
                        step + 1
                    ));
                }
            }
        }
    }
    text
}

/// For programs.
#[must_use]
pub fn json(snapshot: &TrainingSnapshot) -> String {
    let recipe = snapshot.contestants.first().map(|contestant| {
        let recipe = contestant.plan.recipe();
        json!({
            "optimizer": recipe.optimizer.name(),
            "steps": recipe.steps,
            "batch_size": recipe.batch_size,
            "runs": recipe.runs,
        })
    });
    let document = json!({
        "schema": SCHEMA,
        "program": PROGRAM,
        "complete": snapshot.settled,
        "recipe": recipe,
        "networks": snapshot.contestants.iter().map(network_object).collect::<Vec<Value>>(),
    });
    format!("{document}\n")
}

fn network_object(contestant: &Contestant) -> Value {
    let labels = contestant.plan.labels();
    let rates = contestant.rates.iter().map(|at| {
        let runs = at.runs.iter().enumerate();
        json!({
            "rate": at.rate,
            "outcome": at.outcome().map(Outcome::name),
            "uncertainty_left": at.left(),
            "share_that_learns": at.share_that_learns(),
            "runs": runs.map(|(run, r)| run_object(run, r, at)).collect::<Vec<Value>>(),
        })
    });
    let mut object = json!({
        "spec": spec_object(contestant.plan.spec()),
        "examples": labels.of().len(),
        "classes": labels.classes(),
        "chance_loss": labels.entropy(),
        "best_rate": contestant.best().rate,
        "rates": rates.collect::<Vec<Value>>(),
    });
    if let Some(names) = contestant.plan.names() {
        object["matrices"] = json!(names);
    }
    object
}

fn run_object(number: usize, run: &Run, at: &AtRate) -> Value {
    let record = &run.record;
    let list =
        |numbers: &[f64]| -> Vec<Value> { numbers.iter().map(|x| number_or_null(*x)).collect() };
    let changes = record.changes.iter().map(|change| {
        json!({
            "step": change.step,
            "gradient": list(&change.gradient),
            "ratio": list(&change.ratio),
        })
    });
    json!({
        "run": number,
        "steps": record.losses.len(),
        "outcome": at.outcome_of(run).map(Outcome::name),
        "loss_reached": number_or_null(record.loss_reached()),
        "accuracy_reached": number_or_null(record.accuracy_reached()),
        "diverged": record.diverged.map(|d| json!({"step": d.step, "loss": d.loss.to_string()})),
        "start": run.start.as_ref().map(|start| json!({
            "signal": list(&start.signal),
            "gradient": list(&start.gradient),
            "distinguishability": list(&start.distinguishability),
        })),
        "losses": list(&record.losses),
        "accuracies": list(&record.accuracies),
        "changes": changes.collect::<Vec<Value>>(),
    })
}
