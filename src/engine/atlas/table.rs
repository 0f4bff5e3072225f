//! Which networks an atlas holds, and in which order they are visited.

use std::sync::Arc;

use crate::net::activation::Activation;
use crate::net::initializer::Initializer;
use crate::net::preset::{PRESETS, Preset, set};
use crate::net::spec::{Bias, Draft, Draws, Method, Spec, SpecError};

use super::{BATCH, DRAWS};

/// The activations, a row each, in the order of their table.
#[must_use]
pub fn activations() -> Vec<Activation> {
    Activation::all().collect()
}

/// The networks of a row before an initializer is chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct AtlasRow {
    /// What it is called.
    pub name: String,
    /// Its network with the initializer of the column `None`.
    pub spec: Spec,
}

impl AtlasRow {
    /// Its network in a column: with an initializer of gain 1 and no bias beside it, or as it is.
    ///
    /// # Errors
    ///
    /// Why it cannot have that initializer.
    pub fn network(&self, initializer: Option<&Initializer>) -> Result<Spec, SpecError> {
        let Some(initializer) = initializer else {
            return Ok(self.spec.clone());
        };
        self.spec.with(|draft| {
            draft.initializer = Some(initializer.clone());
            draft.gain = 1.0;
            draft.bias = Bias::Auto;
        })
    }
}

/// The rows around a [`ground`]: every activation of a network of layers, every architecture of a network of blocks, those of the
/// [`PRESETS`] that can have its width, after its own where that is none of them.
#[must_use]
pub(super) fn rows(ground: &Spec) -> Vec<AtlasRow> {
    if ground.block().is_none() {
        let row = |activation: Activation| {
            let name = activation.name().to_owned();
            let spec = ground.with(|draft| draft.activation = activation);
            AtlasRow {
                name,
                spec: spec.unwrap_or_else(|_| ground.clone()),
            }
        };
        return activations().into_iter().map(row).collect();
    }
    let known = PRESETS.iter().filter_map(|preset| {
        let spec = sized(preset, ground)?;
        let name = preset.name.to_owned();
        Some(AtlasRow { name, spec })
    });
    let known: Vec<AtlasRow> = known.collect();
    let own = AtlasRow {
        name: "this network".to_owned(),
        spec: ground.clone(),
    };
    let is_known = known.iter().any(|row| is_alike(&row.spec, ground));
    let own = (!is_known).then_some(own);
    own.into_iter().chain(known).collect()
}

/// A preset at the width and the depth of a network; `None` where it cannot have them.
fn sized(preset: &Preset, ground: &Spec) -> Option<Spec> {
    let mut draft = ground.draft().clone();
    set(&mut draft, preset.name).ok()?;
    (draft.width, draft.depth) = (ground.width(), ground.depth());
    draft.batch = draft.batch.next_multiple_of(draft.sequence());
    Spec::new(draft).ok()
}

/// Whether two networks of blocks differ in their initializers at most.
#[must_use]
pub(super) fn is_alike(spec: &Spec, other: &Spec) -> bool {
    let same = spec.with(|draft| {
        draft.initializer = other.initializer().cloned();
        draft.gain = other.gain();
        draft.bias = other.bias().clone();
    });
    same.is_ok_and(|same| same == *other)
}

/// The initializers, a column each: the framework's default layer (`None`; the initializer of an architecture itself), then the table's names with their default parameters;
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
/// initializer, at most [`BATCH`] inputs, [`DRAWS`] draws. Of a network of blocks width, depth and seed are shared: the ground of a
/// preset is the first of the presets.
#[must_use]
pub(super) fn ground(spec: &Spec) -> Spec {
    let blocks = spec.block().is_some();
    let ground = spec.with(|draft| {
        if !blocks {
            draft.activation = Draft::default().activation;
            draft.initializer = None;
            draft.gain = 1.0;
            draft.bias = Bias::Auto;
        }
        shared(draft);
    });
    let ground = ground.unwrap_or_else(|_| spec.clone());
    if !blocks {
        return ground;
    }
    let mut presets = PRESETS.iter().filter_map(|preset| sized(preset, &ground));
    let first = presets.next();
    let known = first.iter().cloned().chain(presets);
    match known.into_iter().any(|known| is_alike(&known, &ground)) {
        true => first.unwrap_or(ground),
        false => ground,
    }
}

/// At most [`BATCH`] inputs or one sequence, [`DRAWS`] draws, whatever engine is fastest.
pub(super) fn shared(draft: &mut Draft) {
    let tokens = draft.sequence();
    draft.batch = draft.batch.min(BATCH.max(tokens)) / tokens * tokens;
    draft.draws = Draws::Exactly(DRAWS);
    draft.engine = Method::Auto;
}

/// A network of an atlas, or why there is none.
pub(super) type Place = Result<Arc<Spec>, SpecError>;

/// Every network, row after row.
pub(super) fn networks(ground: &Spec) -> Vec<Place> {
    let columns = initializers();
    let rows = rows(ground);
    let places = rows.iter().flat_map(|row| {
        let across = columns.iter();
        across.map(|initializer| row.network(initializer.as_ref()).map(Arc::new))
    });
    places.collect()
}

/// For every network the first one in the order of visits that has the same activation and the same laws in every layer: the same
/// numbers come of it.
pub(super) fn twins(networks: &[Place], order: &[usize], columns: usize) -> Vec<usize> {
    // compared stage by stage: those of a deep network are not kept
    let same = |spec: &Spec, other: &Spec| {
        let stages = spec.distinct_stages();
        stages == other.distinct_stages()
            && (1..=stages).all(|number| spec.stage(number) == other.stage(number))
    };
    let mut first: Vec<usize> = (0..networks.len()).collect();
    let mut seen: Vec<Vec<usize>> = vec![Vec::new(); networks.len().div_ceil(columns)];
    for &at in order {
        let Ok(network) = &networks[at] else {
            continue;
        };
        let row = &mut seen[at / columns];
        let is_twin = |other: &&usize| networks[**other].as_ref().is_ok_and(|o| same(network, o));
        match row.iter().find(is_twin) {
            Some(other) => first[at] = *other,
            None => row.push(at),
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
