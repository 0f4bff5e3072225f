//! One sentence for each factor, from what was measured.

use crate::engine::factors::{FactorsSnapshot, Kind, Response};

pub(super) fn sentence(snapshot: &FactorsSnapshot, kind: Kind) -> Option<String> {
    let levels = snapshot.design.levels(kind);
    let names = |levels: Vec<&str>| match levels.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => levels.concat(),
    };
    if kind == Kind::Interaction {
        return interaction(snapshot);
    }
    // a factor with a single level
    if levels.len() < 2 {
        return Some("has a single level here".to_owned());
    }
    let same = |response: Response| snapshot.effect(kind, response).map(|e| e.identical);
    let start = [
        same(Response::Signal)?,
        same(Response::Gradient)?,
        same(Response::Distinguishability)?,
    ];
    let trained = same(Response::Left);
    let before = span(snapshot, kind, Response::Gradient)?;
    let after = span(snapshot, kind, Response::Left);
    let both = match &after {
        Some(after) => format!("{before}; {after}"),
        None => before,
    };
    Some(match (kind, start, trained, after) {
        (Kind::Storage, [true, true, true], Some(true) | None, _) => format!(
            "nothing at all: {} hold the same numbers, and every {} is the same bit for bit",
            names(levels.iter().map(|level| level.name.as_str()).collect()),
            if trained.is_some() {
                "loss"
            } else {
                "gradient"
            },
        ),
        (Kind::Storage, ..) => format!("the formats round the numbers differently: {both}"),
        (Kind::Optimizer, [true, true, true], _, None) => {
            "no say before step 1, where everything is the same bit for bit".to_owned()
        }
        (Kind::Optimizer, [true, true, true], _, Some(after)) => format!(
            "no say before step 1, where everything is the same bit for bit; afterwards it changes convergence: {after}"
        ),
        (Kind::Classes, [true, false, true], ..) => format!(
            "touch only the last layer: the hidden layers carry the same signal bit for bit, and {both}"
        ),
        (Kind::Activation, ..) => {
            format!("its slope multiplies the gradient in every layer: {both}")
        }
        (Kind::Initializer, ..) => {
            format!("its variance multiplies signal and gradient in every layer: {both}")
        }
        _ => both,
    })
}

/// `gradient drift -12.3 decades (sigmoid) to 0.4 (selu)`.
fn span(snapshot: &FactorsSnapshot, kind: Kind, response: Response) -> Option<String> {
    let effect = snapshot.effect(kind, response)?;
    let levels = snapshot.design.levels(kind);
    let [low, high] = effect.levels.map(|l| &levels[l]);
    let mean = |cell| snapshot.value(cell, response).map(|value| value.mean);
    let (from, to) = (mean(low.cell)?, mean(high.cell)?);
    Some(match response {
        Response::Left | Response::Learns => format!(
            "{} {:.0} % ({}) to {:.0} % ({})",
            response.name(),
            100.0 * from,
            low.name,
            100.0 * to,
            high.name
        ),
        _ => format!(
            "{} {from:.2} decades ({}) to {to:.2} ({})",
            response.name(),
            low.name,
            high.name
        ),
    })
}

/// Whether the best initializer changes with the activation.
fn interaction(snapshot: &FactorsSnapshot) -> Option<String> {
    let initializers = snapshot.design.levels(Kind::Initializer);
    let activations = snapshot.design.levels(Kind::Activation);
    let trained = snapshot.best_initializers();
    let (best, what) = match &trained {
        Some(best) => (best.clone(), "best initializer"),
        None => (
            snapshot.best_by(Response::Gradient)?,
            "initializer whose gradient drifts least",
        ),
    };
    let mut known = best.iter().flatten();
    match known.next() {
        None => return Some("no activation learns here".to_owned()),
        Some(first) if known.all(|other| other == first) => {
            let (name, whom) = (
                &initializers[*first].name,
                match trained {
                    Some(_) => "every activation that learns here",
                    None => "every activation",
                },
            );
            return Some(format!("{name} is the {what} for {whom}"));
        }
        Some(_) => {}
    }
    let pairs: Vec<String> = activations
        .iter()
        .zip(&best)
        .map(|(activation, initializer)| {
            let name = initializer.map_or("none", |i| &initializers[i].name);
            format!("{} {name}", activation.name)
        })
        .collect();
    Some(format!(
        "the {what} changes with the activation: {}",
        pairs.join(", ")
    ))
}
