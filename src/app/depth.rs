//! How deep the network may be: asked for when nothing else is, shown with the verdict.

use std::sync::Arc;

use crate::app::state::Model;
use crate::engine::depth::{DepthNews, DepthRequest};
use crate::engine::request::Request;
use crate::engine::snapshot::{Phase, Snapshot};

impl Model {
    /// Once the curves and everything that is shown are known.
    pub(super) fn wish_for_depth(&self) -> Option<Request> {
        let snapshot = self.snapshot.as_ref().filter(|s| is_settled(s))?;
        let idle = !self.frozen && !self.waiting();
        let request = DepthRequest::of(snapshot).filter(|_| idle);
        request.map(Request::Depth)
    }

    /// Into the verdict of the network that it is about.
    pub(super) fn take_depth(&mut self, news: &DepthNews) {
        for snapshot in [&mut self.snapshot, &mut self.held].into_iter().flatten() {
            if snapshot.spec == news.spec && is_settled(snapshot) {
                let snapshot = Arc::make_mut(snapshot);
                if let Some(verdict) = &mut snapshot.verdict {
                    verdict.budget = news.budget;
                }
            }
        }
    }
}

fn is_settled(snapshot: &Snapshot) -> bool {
    snapshot.phase == Phase::Settled
}
