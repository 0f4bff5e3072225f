//! Which networks an atlas holds, and in which order they are visited.

use std::sync::Arc;

use crate::net::activation::Activation;
use crate::net::bias::BiasLaw;
use crate::net::initializer::{Initializer, WeightLaw};
use crate::net::spec::{Bias, Draft, Draws, Method, Spec};

use super::{BATCH, DRAWS};

/// The activations, a row each, in the order of their table.
#[must_use]
pub fn activations() -> Vec<Activation> {
    Activation::all().collect()
}

/// The initializers, a column each: the framework's default layer (`None`), then the table's names with their default parameters;
/// not `variance_scaling`, whose laws the names are, and none that means nothing without a parameter (`sparse`, `constant`).
#[must_use]
pub fn initializers() -> Vec<Option<Initializer>> {
    let named = Initializer::all().into_iter();
    let named = named.filter(|initializer| {
        let whole = !initializer.row().parameters.iter().any(|p| p.required);
        whole && initializer.name() != "variance_scaling"
    });
    std::iter::once(None).chain(named.map(Some)).collect()
}

/// What all networks of an atlas share: framework, width, depth, input and seed of this one; gain 1, no bias beside a named
/// initializer, at most [`BATCH`] inputs, [`DRAWS`] draws.
#[must_use]
pub(super) fn ground(spec: &Spec) -> Spec {
    let ground = spec.with(|draft| {
        draft.activation = Draft::default().activation;
        draft.initializer = None;
        draft.gain = 1.0;
        draft.bias = Bias::Auto;
        draft.batch = draft.batch.min(BATCH);
        draft.draws = Draws::Exactly(DRAWS);
        draft.engine = Method::Auto;
    });
    ground.unwrap_or_else(|_| spec.clone())
}

/// Every network, row after row.
pub(super) fn networks(ground: &Spec) -> Vec<Arc<Spec>> {
    let columns = initializers();
    let mut all = Vec::new();
    for activation in activations() {
        for initializer in &columns {
            let spec = ground.with(|draft| {
                draft.activation = activation.clone();
                draft.initializer.clone_from(initializer);
            });
            all.push(Arc::new(spec.unwrap_or_else(|_| ground.clone())));
        }
    }
    all
}

/// For every network the first one in the order of visits that has the same activation and the same laws in every layer: the same
/// numbers come of it.
pub(super) fn twins(networks: &[Arc<Spec>], order: &[usize], columns: usize) -> Vec<usize> {
    type Laws = ([WeightLaw; 2], [BiasLaw; 2]);
    let laws = |spec: &Spec| -> Laws {
        (
            [spec.weight_law(1), spec.weight_law(2)],
            [spec.bias_law(1), spec.bias_law(2)],
        )
    };
    let mut first: Vec<usize> = (0..networks.len()).collect();
    let mut seen: Vec<(usize, Laws)> = Vec::new();
    for &at in order {
        let (row, laws) = (at / columns, laws(&networks[at]));
        match seen
            .iter()
            .find(|(other, known)| other / columns == row && *known == laws)
        {
            Some((other, _)) => first[at] = *other,
            None => seen.push((at, laws)),
        }
    }
    first
}

/// Every place of a table, coarse to fine: first those whose row and column are multiples of 8, then of 4, of 2, the rest.
pub(super) fn visits(rows: usize, columns: usize) -> Vec<usize> {
    let step = |place: usize| {
        if place == 0 {
            3
        } else {
            place.trailing_zeros().min(3)
        }
    };
    let mut order: Vec<usize> = (0..rows * columns).collect();
    order.sort_by_key(|at| std::cmp::Reverse(step(at / columns).min(step(at % columns))));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_are_coarse_to_fine_and_come_everywhere_once() {
        let order = visits(35, 16);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..35 * 16).collect::<Vec<_>>());
        assert_eq!(order[..4], [0, 8, 8 * 16, 8 * 16 + 8]);
        let quarter = &order[..35 * 16 / 4];
        assert!(
            quarter
                .iter()
                .all(|at| at / 16 % 2 == 0 && at % 16 % 2 == 0)
        );
    }

    #[test]
    fn twins_are_laws_that_are_the_same_in_square_layers() {
        let spec: Spec = "tanh/default 64x8".parse().expect("valid");
        let (rows, columns) = (activations().len(), initializers().len());
        let networks = networks(&ground(&spec));
        let first = twins(&networks, &visits(rows, columns), columns);
        let place = |name: &str| {
            let named = initializers();
            let found = named
                .iter()
                .position(|i| i.as_ref().is_some_and(|i| i.name() == name));
            3 * columns + found.expect("in the table")
        };
        assert_eq!(first[place("glorot_normal")], first[place("lecun_normal")]);
        assert_eq!(first[3 * columns], first[place("glorot_uniform")]);
        assert_ne!(first[place("he_normal")], first[place("lecun_normal")]);
    }
}
