//! One sentence for each factor, from what was measured.

use crate::engine::factors::{Factor, FactorsSnapshot, MainEffect, Response};
use crate::net::written::decades;

const HEAD_ALONE: &str = "touch only the last layer: the hidden layers below it, where everything before step 1 is measured, do not know how many there are and are the same bit for bit";

pub(super) fn sentence(snapshot: &FactorsSnapshot, kind: Factor) -> Option<String> {
    let levels = snapshot.design.levels(kind);
    let names = |levels: Vec<&str>| match levels.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => levels.concat(),
    };
    if kind == Factor::Interaction {
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
        (Factor::Storage, [true, true, true], Some(true) | None, _) => format!(
            "nothing at all: {} hold the same numbers, and every {} is the same bit for bit",
            names(levels.iter().map(|level| level.name.as_str()).collect()),
            if trained.is_some() {
                "loss"
            } else {
                "gradient"
            },
        ),
        (Factor::Storage, ..) => format!("the formats round the numbers differently: {both}"),
        (Factor::Optimizer, [true, true, true], _, None) => {
            "no say before step 1, where everything is the same bit for bit".to_owned()
        }
        (Factor::Optimizer, [true, true, true], _, Some(after)) => format!(
            "no say before step 1, where everything is the same bit for bit; afterwards it changes convergence: {after}"
        ),
        (Factor::Classes, [true, true, true], _, None) => HEAD_ALONE.to_owned(),
        (Factor::Classes, [true, true, true], _, Some(after)) => format!("{HEAD_ALONE}; {after}"),
        (Factor::Activation, ..) => {
            format!("its slope multiplies the gradient in every layer: {both}")
        }
        (Factor::Initializer, ..) => {
            format!("its variance multiplies signal and gradient in every layer: {both}")
        }
        _ => both,
    })
}

/// `gradient drift -12.3 decades (sigmoid) to 0.4 (selu)`.
fn span(snapshot: &FactorsSnapshot, kind: Factor, response: Response) -> Option<String> {
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
            "{} {} decades ({}) to {} ({})",
            response.name(),
            decades(from, 2),
            low.name,
            decades(to, 2),
            high.name
        ),
    })
}

/// Whether the best initializer changes with the activation.
fn interaction(snapshot: &FactorsSnapshot) -> Option<String> {
    let initializers = snapshot.design.levels(Factor::Initializer);
    let activations = snapshot.design.levels(Factor::Activation);
    let trained = snapshot.best_initializers();
    let (best, what) = match &trained {
        Some(best) => (best.clone(), "best initializer"),
        None => (
            snapshot.best_by(Response::Gradient)?,
            "initializer whose gradient drifts least",
        ),
    };
    let name = |best: &[usize]| match best {
        [] => "none".to_owned(),
        // equally good
        _ => {
            let names: Vec<&str> = best.iter().map(|i| &*initializers[*i].name).collect();
            names.join(" or ")
        }
    };
    let mut known = best.iter().filter(|best| !best.is_empty());
    match (known.next(), &trained) {
        (None, Some(_)) => return Some("no activation learns here".to_owned()),
        (None, None) => return Some("no gradient arrives at the first layer".to_owned()),
        (Some(first), _) if known.all(|other| other == first) => {
            let whom = match trained {
                Some(_) => "every activation that learns here",
                None => "every activation",
            };
            return Some(format!("{} is the {what} for {whom}", name(first)));
        }
        (Some(_), _) => {}
    }
    let pairs: Vec<String> = activations
        .iter()
        .zip(&best)
        .map(|(activation, best)| format!("{} {}", activation.name, name(best)))
        .collect();
    Some(format!(
        "an initializer alone is no answer, for the {what} changes with the activation: {}",
        pairs.join(", ")
    ))
}

/// Share of the largest effect from which on another matters with it.
const WITH_IT: f64 = 0.1;

/// What matters and what does not, in one sentence; `None` before the first run has come so far.
pub(super) fn headline(snapshot: &FactorsSnapshot, response: Response) -> Option<String> {
    let ranked = snapshot.ranked(response);
    let mut ranked = ranked
        .iter()
        .filter(|(kind, _)| *kind != Factor::Interaction);
    let (first, most) = ranked.next()?;
    if most.identical {
        return Some(format!(
            "nothing that is varied changes the {}",
            response.name()
        ));
    }
    let size = |effect: &MainEffect| match response {
        _ if effect.size.is_infinite() => "without limit".to_owned(),
        Response::Left | Response::Learns => format!("{:.0} %", 100.0 * effect.size),
        _ => match effect.size {
            many if many >= 9.95 => decades(many, 0),
            some if some >= 0.995 => decades(some, 1),
            few => decades(few, 2),
        },
    };
    let unit = match response {
        Response::Left | Response::Learns => "",
        _ if most.size.is_infinite() => "",
        _ => " decades",
    };
    let mut parts = vec![format!("the {first} matters most: {}{unit}", size(most))];
    let (mut with, mut hardly, mut nothing) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, effect) in ranked {
        match effect {
            _ if effect.identical => nothing.push(kind.name().to_owned()),
            _ if effect.size >= WITH_IT * most.size => {
                with.push(format!("the {kind}: {}", size(effect)));
            }
            _ => hardly.push(format!("{kind} {}", size(effect))),
        }
    }
    if !with.is_empty() {
        parts.push(format!("with it {}", with.join(", ")));
    }
    if !hardly.is_empty() {
        parts.push(format!("hardly: {}", hardly.join(", ")));
    }
    if !nothing.is_empty() {
        parts.push(format!("{}: nothing", nothing.join(", ")));
    }
    Some(parts.join("; "))
}
