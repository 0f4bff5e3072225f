//! What a dashboard asks for.

use initscope::app::Model;
use initscope::engine::request::{Inquiry, Request};

/// Whether this network is asked for, and nothing is shown of another one.
pub(crate) fn asks_anew(model: &Model) -> bool {
    let asked =
        |wish: &Inquiry| matches!(&wish.request, Request::Simulation(spec) if spec == model.spec());
    model.snapshot().is_none() && model.wishes().iter().any(asked)
}
