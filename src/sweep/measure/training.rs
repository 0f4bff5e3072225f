//! What is kept of trainings.

use crate::engine::training::{AtRate, Outcome, Run, TrainingSnapshot};
use crate::sweep::columns::{Cell, Column};
use crate::sweep::grid::Keep;
use crate::sweep::rows::push;

pub(super) fn columns(keep: Keep) -> Vec<Column> {
    let (integer, number, text) = (
        Column::integer::<&str>,
        Column::number::<&str>,
        Column::text::<&str>,
    );
    match keep {
        Keep::Steps => vec![
            number("rate"),
            integer("run"),
            integer("step"),
            number("loss"),
            number("accuracy"),
        ],
        Keep::Runs => vec![
            number("rate"),
            integer("run"),
            text("outcome"),
            number("uncertainty_left"),
            number("loss_reached"),
            number("accuracy_reached"),
            integer("diverged_step"),
        ],
        _ => vec![
            text("network"),
            number("rate"),
            number("best_rate"),
            text("outcome"),
            number("uncertainty_left"),
            number("share_that_learns"),
            number("loss_reached"),
            number("accuracy_reached"),
            number("chance_loss"),
        ],
    }
}

pub(super) fn rows(snapshot: &TrainingSnapshot, network: &str, keep: Keep) -> Vec<u8> {
    let mut bytes = Vec::new();
    for contestant in &snapshot.contestants {
        let best = contestant.best().rate;
        for at in &contestant.rates {
            match keep {
                Keep::Steps => steps(&mut bytes, at),
                Keep::Runs => runs(&mut bytes, at),
                _ => push(&mut bytes, &outcome(at, best, network)),
            }
        }
    }
    bytes
}

fn number(value: f64) -> Cell {
    Cell::Number(value + 0.0)
}

fn word(outcome: Option<Outcome>) -> Cell {
    outcome.map_or(Cell::Missing, |outcome| Cell::Text(outcome.name().into()))
}

fn outcome(at: &AtRate, best: f64, network: &str) -> Vec<Cell> {
    let mean = |of: &dyn Fn(&Run) -> f64| {
        number(at.runs.iter().map(of).sum::<f64>() / at.runs.len() as f64)
    };
    vec![
        Cell::Text(network.to_owned().into()),
        number(at.rate),
        number(best),
        word(at.outcome()),
        number(at.left()),
        number(at.share_that_learns()),
        mean(&|run| run.record.loss_reached()),
        mean(&|run| run.record.accuracy_reached()),
        number(at.entropy),
    ]
}

fn runs(bytes: &mut Vec<u8>, at: &AtRate) {
    for (place, run) in at.runs.iter().enumerate() {
        let row = [
            number(at.rate),
            Cell::count(place),
            word(at.outcome_of(run)),
            number(at.left_by(run)),
            number(run.record.loss_reached()),
            number(run.record.accuracy_reached()),
            Cell::maybe(run.record.diverged.map(|diverged| diverged.step)),
        ];
        push(bytes, &row);
    }
}

fn steps(bytes: &mut Vec<u8>, at: &AtRate) {
    for (place, Run { record, .. }) in at.runs.iter().enumerate() {
        let numbers = record.losses.iter().zip(&record.accuracies);
        for (step, (loss, right)) in (1..).zip(numbers) {
            let row = [
                number(at.rate),
                Cell::count(place),
                Cell::count(step),
                number(*loss),
                number(*right),
            ];
            push(bytes, &row);
        }
    }
}
