//! Dashboards that show snapshots made by hand.

use std::sync::Arc;

use initscope::app::{Look, Model, Msg};
use initscope::engine::request::Answer;

use crate::synthetic::{Lines, settled};

/// A dashboard that waits for its first answer.
pub(crate) fn model(spec: &str, size: (u16, u16)) -> Model {
    Model::new(spec.parse().expect("a valid spec"), Look::default(), size)
}

/// A dashboard that shows these lines.
pub(crate) fn shown(spec: &str, size: (u16, u16), lines: Lines) -> Model {
    let mut model = model(spec, size);
    let snapshot = settled(model.spec(), lines);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    model
}

/// Presses keys written as in a lecture script.
pub(crate) fn press(model: &mut Model, keys: &str) {
    for key in keys.split_whitespace() {
        model.update(Msg::Key(key.parse().expect("a key")));
    }
}
