//! What is worth knowing about an activation, with the numbers that say so.

use super::Choice;
use super::landmarks::Landmarks;
use crate::net::spec::Spec;
use crate::theory::criticality::Stability;
use crate::theory::kernel::Kernel;
use crate::theory::maps::Maps;

/// One sentence each, without full stop.
pub(super) fn about(spec: &Spec, landmarks: &Landmarks, choices: &[Choice]) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(edge(spec, landmarks));
    found.extend(textbook(spec, choices));
    found
}

/// What the edge of chaos without bias is, and whether one gain is enough.
fn edge(spec: &Spec, landmarks: &Landmarks) -> Option<String> {
    let kernel = Kernel::of(spec.activation());
    let points = match &landmarks.edge {
        Ok(points) => points,
        Err(error) => return Some(error.to_string()),
    };
    let unstable = |s: Stability| matches!(s, Stability::Unstable | Stability::Repelling);
    if let Some(point) = points.iter().find(|p| !unstable(p.stability)) {
        return Some(format!(
            "critical at sigma_w2 = {:.4} without bias ({}, chi_parallel = {:.4})",
            point.sigma_w2, point.stability, point.chi_parallel
        ));
    }
    let sigma_w2 = landmarks.gains.second_moment.powi(2);
    let chi = Maps::new(&kernel, sigma_w2, 0.0)
        .ok()?
        .length(1.0)
        .chi_parallel;
    if chi <= 1.0 {
        return None;
    }
    let way_out = landmarks.half_stable.first().map_or_else(String::new, |p| {
        format!(
            "; with a bias it is half-stable at sigma_w2 = {:.4}, sigma_b2 = {:.4}",
            p.sigma_w2, p.sigma_b2
        )
    });
    Some(format!(
        "no single gain makes {} stable: the one that keeps q at 1, sigma_w2 = {sigma_w2:.4}, has chi_parallel = {chi:.4}, so errors of q grow{way_out}",
        spec.activation(),
    ))
}

/// What becomes of the names that people type first, where they fail.
fn textbook(spec: &Spec, choices: &[Choice]) -> Vec<String> {
    let names = ["glorot_normal", "he_normal"];
    let gain =
        |c: &&Choice| names.contains(&c.label.as_str()) || c.reason.starts_with("PyTorch's gain");
    choices
        .iter()
        .filter(gain)
        .filter_map(|choice| {
            let verdict = &choice.outlook.as_ref().ok()?.verdict;
            let name = if choice.reason.starts_with("PyTorch") {
                &choice.reason
            } else {
                &choice.label
            };
            (!verdict.is_healthy()).then(|| {
                format!(
                    "{} with {name}, by theory: {}",
                    spec.activation(),
                    verdict.sentence()
                )
            })
        })
        .collect()
}
