//! The records of draws as bytes: what a journal keeps of some draws of a point.
//!
//! A record begins with `distinct`, `batch` (64 bits; all ones where nothing is known of the inputs) and `difference` of its inputs; then
//! come eighteen doubles for each layer, least byte first. Histograms are in no table, and are not kept;
//! only plain networks are split.

use crate::sim::record::{BINS, Layer, Record};
use crate::sim::signal::Inputs;
use crate::sim::units::Units;

/// Where a record knows nothing of its inputs.
const UNKNOWN: u64 = u64::MAX;

pub(super) fn bytes(records: &[Record]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        let (distinct, batch, difference) = match record.inputs {
            Some(inputs) => (
                inputs.distinct as u64,
                inputs.batch as u64,
                inputs.difference,
            ),
            None => (UNKNOWN, UNKNOWN, 0.0),
        };
        bytes.extend(distinct.to_le_bytes());
        bytes.extend(batch.to_le_bytes());
        bytes.extend(difference.to_bits().to_le_bytes());
        for layer in &record.layers {
            bytes.extend(
                numbers(layer)
                    .map(|x| x.to_bits().to_le_bytes())
                    .as_flattened(),
            );
        }
    }
    bytes
}

fn numbers(layer: &Layer) -> [f64; 18] {
    [
        layer.z_second_moment,
        layer.z_variance,
        layer.x_second_moment,
        layer.x_variance,
        layer.grad_z,
        layer.grad_x,
        layer.grad_w,
        layer.grad_b,
        layer.distinguishability,
        layer.z_mean,
        layer.x_mean,
        layer.saturated,
        layer.dead,
        layer.peaks[0],
        layer.peaks[1],
        layer.peaks[2],
        layer.units.effective_rank,
        layer.units.alike,
    ]
}

fn layer(numbers: [f64; 18]) -> Layer {
    let [
        z_second_moment,
        z_variance,
        x_second_moment,
        x_variance,
        grad_z,
        grad_x,
        grad_w,
        grad_b,
        distinguishability,
        z_mean,
        x_mean,
        saturated,
        dead,
        peak_z,
        peak_x,
        peak_gradient,
        effective_rank,
        alike,
    ] = numbers;
    Layer {
        z_second_moment,
        z_variance,
        x_second_moment,
        x_variance,
        grad_z,
        grad_x,
        grad_w,
        grad_b,
        distinguishability,
        z_mean,
        x_mean,
        saturated,
        dead,
        peaks: [peak_z, peak_x, peak_gradient],
        units: Units {
            effective_rank,
            alike,
        },
        histogram: [0; BINS],
    }
}

/// The records of networks of so many layers; `None` where the bytes are none.
pub(super) fn read(bytes: &[u8], depth: usize) -> Option<Vec<Record>> {
    let words: Vec<u64> = bytes
        .chunks(8)
        .map(|word| word.try_into().ok().map(u64::from_le_bytes))
        .collect::<Option<_>>()?;
    let records = words.chunks(3 + 18 * depth).map(|words| {
        let (head, rest) = words.split_first_chunk::<3>()?;
        let (layers, behind) = rest.as_chunks::<18>();
        let known = head[0] != UNKNOWN;
        let whole = layers.len() == depth && behind.is_empty();
        whole.then(|| Record {
            layers: layers
                .iter()
                .map(|words| layer(words.map(f64::from_bits)))
                .collect(),
            backward: depth,
            branches: Vec::new(),
            inputs: known.then(|| Inputs {
                distinct: head[0] as usize,
                batch: head[1] as usize,
                difference: f64::from_bits(head[2]),
            }),
        })
    });
    records.collect()
}
