//! What is judged: every row of the table of initializers, the framework's default, and variances tuned for the activation.

use std::sync::Arc;

use super::landmarks::Landmarks;
use super::search::Search;
use super::{Choice, Outlook};
use crate::net::framework::Framework;
use crate::net::initializer::Initializer;
use crate::net::spec::{Bias, Draft, Spec};
use crate::theory::criticality::{Critical, Stability};
use crate::theory::kernel::Kernel;

/// How simple a choice is; simpler first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A name of the table at the edge of chaos, or the one that the activation's authors gave.
    Textbook,
    /// A name of the table, normal laws first.
    Named,
    /// A tuned variance.
    Tuned,
    /// A tuned variance with a bias.
    Biased,
    /// A name of the table whose variance knows no fan: good at one width by chance.
    Unscaled,
    /// Nothing that theory can judge.
    Unranked,
}

impl Class {
    /// Whether the variance was made for this activation.
    pub(super) fn is_tuned(self) -> bool {
        matches!(self, Self::Tuned | Self::Biased)
    }
}

/// Something to judge.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) spec: Arc<Spec>,
    pub(super) label: String,
    pub(super) reason: String,
    pub(super) class: Class,
}

impl Candidate {
    /// The choice that it becomes with this outlook.
    pub(super) fn judged(self, outlook: Result<Outlook, String>) -> Choice {
        Choice {
            label: self.label,
            spec: self.spec,
            reason: self.reason,
            outlook,
            class: self.class,
        }
    }
}

/// The initializer an activation was published with, where several of the table have the same law in a square layer.
const TEXTBOOK: &[(&str, &str)] = &[("selu", "lecun_normal")];

/// Normal laws first: among equals the order of the ranking.
const ORDER: &[&str] = &[
    "he_normal",
    "glorot_normal",
    "lecun_normal",
    "he_uniform",
    "glorot_uniform",
    "lecun_uniform",
    "orthogonal",
];

/// Gains that PyTorch's `calculate_gain` knows beside 1 and He's.
const PYTORCH_GAINS: &[(&str, f64, &str)] = &[
    ("tanh", 5.0 / 3.0, "PyTorch's gain 5/3"),
    ("selu", 0.75, "PyTorch's gain 3/4"),
];

/// The network itself.
pub(super) fn present(spec: &Arc<Spec>) -> Candidate {
    Candidate {
        label: label(spec),
        spec: Arc::clone(spec),
        reason: "as it is".into(),
        class: Class::Named,
    }
}

/// The framework's default layer, then every row of the table.
pub(super) fn named(spec: &Spec, landmarks: &Landmarks) -> Vec<Candidate> {
    let name = spec.activation().name();
    let textbook = TEXTBOOK.iter().find(|(a, _)| *a == name).map(|(_, i)| *i);
    let mut rows: Vec<Initializer> = Initializer::all();
    rows.retain(|row| !matches!(row.name(), "variance_scaling"));
    rows.sort_by_key(|row| {
        ORDER
            .iter()
            .position(|n| *n == row.name())
            .unwrap_or(ORDER.len())
    });
    let mut found: Vec<Candidate> = Vec::new();
    for row in rows {
        let (class, source) = if textbook == Some(row.name()) {
            (Class::Textbook, "published with this activation")
        } else if is_critical(spec, &row, landmarks.edge()) {
            (Class::Textbook, row.row().source)
        } else if ORDER.contains(&row.name()) {
            (Class::Named, row.row().source)
        } else {
            (Class::Unscaled, row.row().source)
        };
        found.extend(candidate(spec, class, source, |draft| {
            draft.initializer = Some(row);
        }));
    }
    if let Some(slope) = negative_slope(spec) {
        for name in ["he_normal", "he_uniform"] {
            let reason = "He et al. 2015, eq. 15, with this negative slope";
            found.extend(candidate(spec, Class::Textbook, reason, |draft| {
                draft.initializer = format!("{name}({slope})").parse().ok();
            }));
        }
    }
    found.extend(own_default(spec));
    found
}

/// The default layer of every framework, after that which is described by hand.
pub(super) fn defaults(spec: &Spec) -> Vec<Candidate> {
    let described = spec.draft().described.as_ref();
    let described = described.and_then(|_| own_default(spec));
    let of = |framework| default_of(spec, framework);
    let known = Framework::ALL.into_iter().filter_map(of);
    described.into_iter().chain(known).collect()
}

fn default_of(spec: &Spec, framework: Framework) -> Option<Candidate> {
    let spec = spec.with(|draft| {
        draft.framework = framework;
        draft.described = None;
    });
    own_default(&spec.ok()?)
}

/// The default layer of the network's own framework.
fn own_default(spec: &Spec) -> Option<Candidate> {
    let reason = format!("what {} does by default", spec.default_layer().layer);
    candidate(spec, Class::Named, &reason, |draft| {
        draft.initializer = None;
    })
}

/// Whether independent weights of this initializer lie at a point of the edge of chaos that does not repel.
fn is_critical(spec: &Spec, row: &Initializer, edge: &[Critical]) -> bool {
    let square = spec.width();
    let law = row.law(spec.framework(), square, square, 1.0);
    let sigma_w2 = square as f64 * law.variance(square, square);
    ORDER.contains(&row.name())
        && row.name() != "orthogonal"
        && edge.iter().any(|point| {
            !matches!(point.stability, Stability::Unstable | Stability::Repelling)
                && (point.sigma_w2 / sigma_w2 - 1.0).abs() < 1e-3
        })
}

/// The slope below 0 of an activation that is linear on both sides of it with different slopes.
fn negative_slope(spec: &Spec) -> Option<f64> {
    let kernel = Kernel::of(spec.activation());
    let term = kernel.slopes()?;
    let slope = -term.left;
    (term.right == 1.0 && slope != 0.0 && slope != 1.0).then_some(slope)
}

/// Critical, half-stable and gain-matching variances, and what is left to search.
pub(super) fn tuned(spec: &Arc<Spec>, landmarks: &Landmarks) -> (Vec<Candidate>, Vec<Search>) {
    let (half, gains) = (&landmarks.half_stable, &landmarks.gains);
    let (mut found, mut orthogonal) = (Vec::new(), Vec::new());
    let mut add = |sigma_w2: f64, sigma_b2: f64, reason: &str| {
        found.extend(scaled(spec, sigma_w2, sigma_b2.sqrt(), reason));
    };
    for point in landmarks.edge() {
        let reason = match point.stability {
            Stability::Unstable | Stability::Repelling => "edge of chaos, unstable",
            _ => "edge of chaos",
        };
        add(point.sigma_w2, 0.0, reason);
        orthogonal.extend(rotated(spec, point.sigma_w2, reason));
    }
    for point in half {
        add(
            point.sigma_w2,
            point.sigma_b2,
            "half-stable point, chi_perp = chi_parallel = 1",
        );
    }
    add(
        gains.second_moment.powi(2),
        0.0,
        "keeps the mean square at q = 1",
    );
    add(gains.gradient.powi(2), 0.0, "keeps the gradient at q = 1");
    let name = spec.activation().name();
    for (_, gain, reason) in PYTORCH_GAINS.iter().filter(|(a, ..)| *a == name) {
        add(gain * gain, 0.0, reason);
    }
    let centre = gains.gradient.powi(2);
    let mut searches = Vec::new();
    if centre.is_finite() && centre > 0.0 {
        let biases = half.iter().map(|p| p.sigma_b2.sqrt()).filter(|s| *s > 0.0);
        for bias in std::iter::once(0.0).chain(biases) {
            searches.push(Search::new(Arc::clone(spec), bias, centre));
        }
    }
    found.extend(orthogonal);
    (found, searches)
}

/// `variance_scaling` with a variance of four digits and a bias of three.
pub(super) fn scaled(spec: &Spec, sigma_w2: f64, sigma_b: f64, reason: &str) -> Option<Candidate> {
    if !(sigma_w2.is_finite() && sigma_w2 > 0.0) {
        return None;
    }
    let law = match spec.framework() {
        Framework::Keras | Framework::Flax | Framework::Haiku | Framework::Tfjs => {
            "truncated_normal"
        }
        _ => "normal",
    };
    // of a convolution the framework may count other fans than are true
    let counted = spec
        .conv_fans(2)
        .map_or(1.0, |fans| fans.told.0 as f64 / fans.true_fans.0);
    let scale = digits(counted * sigma_w2, 4);
    let bias = digits(sigma_b, 3);
    let class = if bias > 0.0 {
        Class::Biased
    } else {
        Class::Tuned
    };
    candidate(spec, class, reason, |draft| {
        draft.initializer = format!("variance_scaling({scale},fan_in,{law})")
            .parse()
            .ok();
        draft.bias = if bias > 0.0 {
            Bias::Normal(bias)
        } else {
            Bias::Auto
        };
    })
}

/// `orthogonal` with a gain of four digits.
pub(super) fn rotated(spec: &Spec, sigma_w2: f64, reason: &str) -> Option<Candidate> {
    let gain = digits(sigma_w2.sqrt(), 4);
    candidate(spec, Class::Tuned, reason, |draft| {
        draft.initializer = format!("orthogonal({gain})").parse().ok();
    })
}

fn digits(value: f64, count: usize) -> f64 {
    format!("{value:.*e}", count - 1)
        .parse()
        .expect("a number that was just written")
}

/// The spec with another initializer and neither gain nor bias, unless the edit says so; `None` where that is no valid spec.
fn candidate(
    spec: &Spec,
    class: Class,
    reason: &str,
    edit: impl FnOnce(&mut Draft),
) -> Option<Candidate> {
    let spec = spec.with(|draft| {
        draft.gain = 1.0;
        draft.bias = Bias::Auto;
        edit(draft);
    });
    let spec = spec.ok()?;
    Some(Candidate {
        label: label(&spec),
        spec: Arc::new(spec),
        reason: reason.to_owned(),
        class,
    })
}

/// As it is typed: initializer, gain, bias.
pub(super) fn label(spec: &Spec) -> String {
    let mut label = match spec.initializer() {
        Some(initializer) => initializer.in_full(spec.framework()),
        None => format!("{} default", spec.preset_name()),
    };
    if spec.gain() != 1.0 {
        label.push_str(&format!(", gain {}", spec.gain()));
    }
    match spec.bias() {
        Bias::Auto => {}
        Bias::Preset => label.push_str(", bias preset"),
        bias => label.push_str(&format!(", bias {bias}")),
    }
    label
}

/// Whether layers behind the first have the same law up to rounding of a tuned variance.
pub(super) fn same_law(a: &Spec, b: &Spec) -> bool {
    let near = |x: f64, y: f64| (x - y).abs() <= 1e-3 * x.abs().max(y.abs());
    let variance = |s: &Spec| s.weight_law(2).variance(s.width(), s.width());
    let bias = |s: &Spec| (s.bias_law(2).mean(), s.bias_law(2).variance());
    near(variance(a), variance(b))
        && near(bias(a).0, bias(b).0)
        && near(bias(a).1, bias(b).1)
        && is_orthogonal(a) == is_orthogonal(b)
}

pub(super) fn is_orthogonal(spec: &Spec) -> bool {
    spec.effective_initializer().name() == "orthogonal"
}
