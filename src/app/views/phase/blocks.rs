//! A network of blocks on the plane of its gain and of the factor of the matrices that write to the stream.

use std::sync::Arc;

use crate::app::action::{Coordinate, Direction};
use crate::app::context::Context;
use crate::engine::atlas::plane::{factor, factors, gains, nearest};
use crate::engine::atlas::{Atlas, Cell};
use crate::net::block::Factor;
use crate::net::spec::{Field, field};

/// The network with another gain, another factor, or both.
fn settle(gain: Option<f64>, outward: Option<f64>, touched: &'static Field, context: &mut Context) {
    let changed = context.spec.with(|draft| {
        draft.gain = gain.unwrap_or(draft.gain);
        draft.outward = outward.map_or(draft.outward, Factor::number);
    });
    match changed {
        Ok(spec) => {
            context.touched = Some(touched);
            context.set_spec(Arc::new(spec));
        }
        Err(why) => context.message = Some(why.to_string()),
    }
}

/// One point further, from the nearest one.
pub(super) fn step(coordinate: Coordinate, direction: Direction, context: &mut Context) {
    let (row, column) = nearest(&context.spec);
    let across = coordinate == Coordinate::SigmaW;
    // rows are counted from the top, where the factor is largest
    let (name, values, here) = match (across, row) {
        (true, _) => ("gain", gains(), column),
        (false, Some(row)) => {
            let values: Vec<f64> = factors().into_iter().rev().collect();
            let here = values.len() - 1 - row;
            ("out", values, here)
        }
        (false, None) => {
            context.message =
                Some("out differs from block to block: no row of the plane is it".into());
            return;
        }
    };
    let target = match direction {
        Direction::Forward => Some(here + 1).filter(|at| *at < values.len()),
        Direction::Back => here.checked_sub(1),
    };
    let Some(value) = target.map(|at| values[at]) else {
        let end = if direction == Direction::Forward {
            "largest"
        } else {
            "smallest"
        };
        context.message = Some(format!(
            "{name}: {} is the {end} on this plane",
            values[here]
        ));
        return;
    };
    match across {
        true => settle(Some(value), None, &field::GAIN, context),
        false => settle(None, Some(value), &field::OUTWARD, context),
    }
}

/// To a row and a column.
pub(super) fn place([row, column]: [usize; 2], context: &mut Context) {
    if let (Some(factor), Some(gain)) = (factors().get(row), gains().get(column)) {
        settle(Some(*gain), Some(*factor), &field::GAIN, context);
    }
}

/// The row and the column of the nearest point that is measured healthy, in half octaves.
///
/// # Errors
/// There is none, or the network is at one.
pub(super) fn nearest_healthy(context: &Context) -> Result<[usize; 2], &'static str> {
    let known = context.known::<Atlas>();
    let known = known.ok_or("the plane is not measured yet")?;
    let (row, column) = nearest(&context.spec);
    // a factor that differs from block to block is about 1 in the first
    let row = row.unwrap_or(factors().iter().position(|f| *f == 1.0).unwrap_or(0));
    let healthy = |row: usize, column: usize| matches!(known.cell(row, column), Cell::Measured { verdict, .. } if verdict.is_healthy());
    let places = (0..factors().len()).flat_map(|row| (0..gains().len()).map(move |c| [row, c]));
    let far = |[r, c]: &[usize; 2]| r.abs_diff(row).pow(2) + c.abs_diff(column).pow(2);
    let found = places.filter(|[r, c]| healthy(*r, *c)).min_by_key(far);
    let found = found.ok_or("no point of the plane is measured healthy")?;
    match found == [row, column] && factor(&context.spec).is_some() {
        true => Err("this network is at a healthy point"),
        false => Ok(found),
    }
}

/// To the nearest point that is measured healthy.
pub(super) fn heal(context: &mut Context) {
    match nearest_healthy(context) {
        Ok(point) => place(point, context),
        Err(why) => context.message = Some(why.to_owned()),
    }
}
