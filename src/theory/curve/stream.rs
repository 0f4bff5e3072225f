//! A stream that passes a branch by: second moments and differences forward, gradients back.

use crate::net::tape::{JoinScale, Stream};
use crate::theory::error::TheoryError;
use crate::theory::maps::ln_add;

/// `ln` of the second moment of a sum of uncorrelated parts.
fn ln_join(scale: JoinScale, stream: f64, branch: f64) -> f64 {
    let ln_square = |factor: f64| 2.0 * factor.abs().ln();
    ln_add(
        ln_square(scale.skip) + stream,
        ln_square(scale.branch) + branch,
    )
}

/// A stream on its way: `ln` of its second moment, and what is known of its law.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passing {
    pub(super) ln_second: f64,
    pub(super) gaussian: bool,
    pub(super) centred: bool,
}

/// What leaves the stream's place where `flow` arrives.
pub(super) fn pass(
    op: Option<Stream>,
    mut flow: Passing,
    passing: &mut Option<Passing>,
) -> Result<Passing, TheoryError> {
    let Some(op) = op else {
        return Ok(flow);
    };
    if let Some((scale, stream)) = op.join.zip(*passing) {
        if !(stream.centred || flow.centred) {
            return Err(TheoryError::Architecture {
                reason: "stream and branch both have a mean, so that they are correlated",
            });
        }
        flow = Passing {
            ln_second: ln_join(scale, stream.ln_second, flow.ln_second),
            gaussian: stream.gaussian && flow.gaussian,
            centred: stream.centred && flow.centred,
        };
    }
    *passing = op.fork.then_some(flow);
    Ok(flow)
}

/// `ln` of what differs between inputs after the stream's place, where `flow` arrives.
pub(super) fn differ(op: Stream, flow: f64, stream: &mut f64) -> f64 {
    let differs = op.join.map_or(flow, |scale| ln_join(scale, *stream, flow));
    *stream = differs;
    differs
}

/// `ln` of the squared gradient at the stream's place and at the branch, where `above` arrives.
pub(super) fn back(op: Option<Stream>, above: f64, stream: &mut f64) -> (f64, f64) {
    let Some(op) = op else {
        return (above, above);
    };
    let whole = if op.fork {
        ln_add(above, *stream)
    } else {
        above
    };
    let Some(scale) = op.join else {
        return (whole, whole);
    };
    *stream = whole + 2.0 * scale.skip.abs().ln();
    (whole, whole + 2.0 * scale.branch.abs().ln())
}
