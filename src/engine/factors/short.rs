//! An experiment that ends soon around a network that would take long to train.

use crate::net::recipe::Recipe;
use crate::net::spec::Spec;
use crate::train::plan::Plan;

/// Multiplications of a training for each second on one core, about: 1.1e10 on a virtual core of 2 GHz with AVX2.
const PER_SECOND: f64 = 1e10;
/// Seconds on one core that a short experiment takes at most, about.
const SHORT: f64 = 30.0;
/// Networks of a design with ten classes, about.
const NETWORKS: f64 = 30.0;
/// Fewer runs tell little of chance.
const FEWEST_RUNS: usize = 4;
/// Widths and depths of smaller bases, from the largest.
const SHAPES: [(usize, usize); 3] = [(64, 20), (48, 16), (32, 12)];

/// Seconds on one core that the training of the experiment around this base takes, about; infinite where it cannot be trained.
#[must_use]
pub fn seconds(base: &Spec, recipe: &Recipe) -> f64 {
    if base.has_stages() {
        let steps = (recipe.steps * recipe.runs) as f64;
        let step = Plan::new(base, recipe).map_or(f64::INFINITY, |plan| plan.step_cost() as f64);
        return step * steps * NETWORKS / PER_SECOND;
    }
    let [width, depth] = [base.width(), base.depth()].map(|size| size as f64);
    let inputs = base.input().dim().map_or(width, |dim| dim as f64);
    let weights = width * width * (depth - 1.0) + width * inputs;
    let steps = (recipe.steps * recipe.runs * recipe.batch_size) as f64;
    // every weight three times an example: forward, back and for its gradient
    3.0 * weights * steps * NETWORKS / PER_SECOND
}

/// The largest experiment around this network that ends within half a minute on one core: with fewer runs, then of a smaller
/// network of the same kind.
#[must_use]
pub fn short(base: &Spec, recipe: &Recipe) -> (Spec, Recipe) {
    let smaller = SHAPES.iter().filter_map(|(width, depth)| {
        let shrunk = base.with(|draft| {
            draft.width = draft.width.min(*width);
            draft.depth = draft.depth.min(*depth);
        });
        shrunk.ok()
    });
    let mut least = (base.clone(), recipe.clone());
    for spec in std::iter::once(base.clone()).chain(smaller) {
        let mut runs = recipe.runs;
        loop {
            let recipe = Recipe {
                runs,
                ..recipe.clone()
            };
            let ends = seconds(&spec, &recipe) <= SHORT;
            least = (spec.clone(), recipe);
            if ends {
                return least;
            }
            if runs <= FEWEST_RUNS {
                break;
            }
            runs = (runs / 2).max(FEWEST_RUNS);
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::factors::recipe;

    fn short_of(text: &str) -> (String, usize) {
        let (spec, recipe) = short(&text.parse().expect("valid"), &recipe());
        assert!(seconds(&spec, &recipe) <= SHORT, "{text}");
        (spec.to_string(), recipe.runs)
    }

    #[test]
    fn a_small_network_is_trained_itself_and_a_large_one_shrinks() {
        let small = "relu/he_normal 32x16 input=digits";
        assert_eq!(short_of(small), (small.to_owned(), 8));
        assert_eq!(
            short_of("gelu/default 256x64 framework=pytorch"),
            ("gelu/default 64x20 framework=pytorch".to_owned(), 4)
        );
        assert_eq!(short_of("relu/he_normal 1024x100 input=digits").1, 4);
    }
}
