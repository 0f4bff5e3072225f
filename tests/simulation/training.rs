//! Training: its gradients are those of the mathematics and of the simulation, its bits do not depend on the threads, and it
//! learns where signal and gradient survive.

mod gradients;
mod learning;
mod start;

use std::sync::Arc;

use initscope::math::team::Team;
use initscope::net::recipe::Recipe;
use initscope::train::plan::Plan;
use initscope::train::training::Training;

fn plan(spec: &str, recipe: &Recipe) -> Arc<Plan> {
    let spec = spec.parse().unwrap_or_else(|e| panic!("{spec}: {e}"));
    Arc::new(Plan::new(&spec, recipe).unwrap_or_else(|e| panic!("{e}")))
}

/// Run 0, to the end, at the first rate of the recipe.
fn trained(plan: &Arc<Plan>, team: Team) -> Training {
    let mut training = Training::new(Arc::clone(plan), 0, plan.recipe().rates()[0]);
    while !training.is_done() {
        training.advance(team);
    }
    training
}
