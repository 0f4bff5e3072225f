//! The plane of a network of blocks: what multiplies all weights across, what multiplies the matrices that write to the stream down.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::net::block::Factor;
use crate::net::spec::Spec;

use super::table::{self, Place};

/// Half octaves of the gain, from the left.
const GAINS: RangeInclusive<i32> = -8..=8;
/// Half octaves of the factor, from the bottom.
const FACTORS: RangeInclusive<i32> = -12..=4;

/// `2^(n/2)` to three digits.
fn value(half_octaves: i32) -> f64 {
    let exact = (0.5 * f64::from(half_octaves)).exp2();
    format!("{exact:.2e}").parse().unwrap_or(exact)
}

/// The gains, a column each.
#[must_use]
pub fn gains() -> Vec<f64> {
    GAINS.map(value).collect()
}

/// The factors `out`, a row each from the top; the last is 0.
#[must_use]
pub fn factors() -> Vec<f64> {
    let rows = FACTORS.rev().map(value);
    rows.chain(std::iter::once(0.0)).collect()
}

/// What all networks of a plane share: everything but gain and `out`, which are 1, draws, and inputs beyond those of an atlas.
pub(super) fn ground(spec: &Spec) -> Spec {
    let ground = spec.with(|draft| {
        (draft.gain, draft.outward) = (1.0, Factor::ONE);
        table::shared(draft);
    });
    ground.unwrap_or_else(|_| spec.clone())
}

/// Every network, row after row.
pub(super) fn networks(ground: &Spec) -> Vec<Place> {
    let rows = factors();
    let places = rows.iter().flat_map(|factor| {
        let across = gains().into_iter();
        across.map(|gain| {
            let network =
                ground.with(|draft| (draft.gain, draft.outward) = (gain, Factor::number(*factor)));
            network.map(Arc::new)
        })
    });
    places.collect()
}

/// What multiplies the last matrices of a network of blocks; `None` where that differs from block to block.
#[must_use]
pub fn factor(spec: &Spec) -> Option<f64> {
    let outward = spec.draft().outward;
    (!outward.varies()).then(|| outward.value(spec.counts(1)))
}

/// The row and the column nearest to a network of blocks, on the plane or at its border; no row where its factor differs from block
/// to block.
#[must_use]
pub fn nearest(spec: &Spec) -> (Option<usize>, usize) {
    let octaves = |value: f64, among: &RangeInclusive<i32>| -> usize {
        let place = (2.0 * value.log2()).round() - f64::from(*among.start());
        (place.max(0.0) as usize).min(among.clone().count() - 1)
    };
    let row = factor(spec).map(|factor| match factor {
        0.0 => FACTORS.count(),
        factor => FACTORS.count() - 1 - octaves(factor, &FACTORS),
    });
    (row, octaves(spec.gain(), &GAINS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_the_plane_is_nearest_to_itself_and_others_to_the_border() {
        let spec: Spec = "arch=gpt2 64x2".parse().expect("valid");
        let networks = networks(&ground(&spec));
        let columns = gains().len();
        for (at, network) in networks.iter().enumerate() {
            let network = network.as_ref().expect("valid");
            assert_eq!(nearest(network), (Some(at / columns), at % columns));
        }
        assert_eq!(networks.len(), 18 * 17);
        let place = |text: &str| nearest(&text.parse().expect("valid"));
        // 1/sqrt(24) = 0.204 lies between 0.177 and 0.25
        assert_eq!(place("arch=gpt2 64x12"), (Some(9), 8));
        assert_eq!(factors()[9], 0.177);
        assert_eq!(place("arch=gpt2 64x2 out=1e-6 gain=100"), (Some(16), 16));
        assert_eq!(place("arch=gpt2 64x2 out=1e6 gain=1e-3"), (Some(0), 0));
        assert_eq!(place("arch=llama_titan 64x2"), (None, 8));
    }
}
