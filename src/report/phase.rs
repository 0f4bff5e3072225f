//! The phase plane of an activation, and the network's own point on it.
//!
//! JSON, schema 1:
//!
//! ```json
//! {"schema": 1, "program": "initscope 0.1.0", "complete": true, "spec": {...},
//!  "point": {"sigma_w": x, "sigma_b": x, "regime": "ordered", "status": "converged", "q_star": x, "chi_perp": x,
//!            "chi_parallel": x, "c_star": x, "chi_c": x, "xi_q": x, "xi_c": x, "xi_grad": x},
//!  "edge": [{"sigma_w2": x, "sigma_b2": x, "q_star": x, "chi_parallel": x, "stability": "stable"}, ...],
//!  "reason": null,
//!  "sigma_w": [x, ...],
//!  "rows": [{"sigma_b": x, "regimes": ["ordered", ...]}, ...]}
//! ```
//!
//! `spec` is the network, `point` its layers 2 to L; the numbers are those of [`theory`](crate::report::theory), as is what `null`
//! means. Where theory has no answer `"unknown"`, why, stands in place of all behind `sigma_b`; where nothing is computed yet there is
//! nothing. `edge` holds the points of the edge of chaos at the network's `sigma_b`; `null` with a `reason` where there are none,
//! without one where they are not computed yet. `rows` ascend in `sigma_b`, each with one word for each of `sigma_w`: `ordered`,
//! `critical` (the point nearest to the edge of chaos), `chaotic`, `diverging`, `unknown` (theory has no answer), `pending` (not
//! computed yet).
//!
//! CSV: one row a point under the same names, `point` telling which: `network` (first), `edge`, then `map`, row after row from the
//! bottom. What is not computed for a point is empty, and a number that does not exist is `nan`.

use serde_json::{Map, Value, json};

use crate::engine::phase_map::{Mark, PhaseMapSnapshot, PointReading, position};
use crate::report::csv::{cell, line};
use crate::report::json::{PROGRAM, SCHEMA, spec_object, text};
use crate::report::theory::{Fields, QUANTITIES, critical_object};
use crate::theory::criticality::Critical;
use crate::theory::fixed_point::FixedPoint;
use crate::theory::phase::Regime;

/// The columns in front of the numbers of a fixed point.
const FRONT: [&str; 5] = ["point", "sigma_w", "sigma_b", "regime", "status"];
/// The one behind them.
const STABILITY: &str = "stability";

/// What stands at a point of the map.
fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Pending => "pending",
        Mark::Unresolved => "unknown",
        Mark::Regime(regime) => regime.name(),
    }
}

/// The points of the edge at the network's `sigma_b`.
fn edge(map: &PhaseMapSnapshot) -> Option<&Result<Vec<Critical>, String>> {
    map.reading.as_ref()?.edge.as_ref()
}

/// For spreadsheets.
#[must_use]
pub fn csv(map: &PhaseMapSnapshot) -> String {
    let keys = QUANTITIES.map(|(key, _, _)| key);
    let head = [&FRONT[..], &keys, &[STABILITY]].concat();
    let mut rows = vec![head.into_iter().map(str::to_owned).collect()];
    rows.push(network(map));
    let edge = edge(map).and_then(|edge| edge.as_ref().ok());
    rows.extend(edge.into_iter().flatten().map(critical));
    let plane = &map.plane;
    for row in 0..plane.rows {
        for column in 0..plane.columns {
            let at = [plane.sigma_w_at(column), plane.sigma_b_at(row)];
            let mut cells = front("map", at, word(map.mark(column, row)));
            cells.resize(rows[0].len(), String::new());
            rows.push(cells);
        }
    }
    rows.iter().map(|cells| line(cells)).collect()
}

/// The cells up to the regime.
fn front(point: &str, at: [f64; 2], regime: &str) -> Vec<String> {
    let [sigma_w, sigma_b] = at.map(cell);
    vec![point.into(), sigma_w, sigma_b, regime.into()]
}

fn network(map: &PhaseMapSnapshot) -> Vec<String> {
    let (sigma_w, sigma_b) = position(&map.spec);
    let at = [sigma_w, sigma_b];
    let number = |found: &FixedPoint, of: fn(&FixedPoint) -> Option<f64>| {
        cell(of(found).unwrap_or(f64::NAN))
    };
    let mut cells = match map.reading.as_ref().map(|reading| &reading.point) {
        Some(Ok((regime, found))) => {
            let mut cells = front("network", at, regime.name());
            cells.push(found.status.name().into());
            cells.extend(QUANTITIES.map(|(_, of, _)| number(found, of)));
            cells
        }
        Some(Err(_)) => front("network", at, word(Mark::Unresolved)),
        None => front("network", at, word(Mark::Pending)),
    };
    cells.resize(FRONT.len() + QUANTITIES.len() + 1, String::new());
    cells
}

fn critical(point: &Critical) -> Vec<String> {
    let at = [point.sigma_w2.sqrt(), point.sigma_b2.sqrt()];
    let mut cells = front("edge", at, Regime::Critical.name());
    cells.push(String::new());
    cells.extend(QUANTITIES.map(|(key, _, _)| match key {
        "q_star" => point.q_star.map_or("any".into(), cell),
        "chi_perp" => cell(1.0),
        "chi_parallel" => cell(point.chi_parallel),
        _ => String::new(),
    }));
    cells.push(point.stability.to_string());
    cells
}

/// For programs.
#[must_use]
pub fn json(map: &PhaseMapSnapshot) -> String {
    let plane = &map.plane;
    let (edge, reason) = match edge(map) {
        None => (None, None),
        Some(Err(why)) => (None, Some(why)),
        Some(Ok(points)) => (
            Some(points.iter().map(critical_object).collect::<Vec<_>>()),
            None,
        ),
    };
    let sigma_w: Vec<f64> = (0..plane.columns).map(|c| plane.sigma_w_at(c)).collect();
    let rows = (0..plane.rows).map(|row| {
        let regimes = (0..plane.columns).map(|column| word(map.mark(column, row)));
        text(&json!({
            "sigma_b": plane.sigma_b_at(row),
            "regimes": regimes.collect::<Vec<&str>>(),
        }))
    });
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n\"complete\":{},\n\"spec\":{},\n\"point\":{},\n\"edge\":{},\n\"reason\":{},\n\"sigma_w\":{},\n\"rows\":[\n{}\n]}}\n",
        text(&PROGRAM),
        map.complete,
        text(&spec_object(&map.spec)),
        text(&point(map)),
        text(&edge),
        text(&reason),
        text(&sigma_w),
        rows.collect::<Vec<String>>().join(",\n"),
    )
}

fn point(map: &PhaseMapSnapshot) -> Map<String, Value> {
    let (sigma_w, sigma_b) = position(&map.spec);
    let mut fields = Fields::default();
    fields.number("sigma_w", sigma_w);
    fields.number("sigma_b", sigma_b);
    match &map.reading {
        None => {}
        Some(PointReading {
            point: Err(why), ..
        }) => fields.word("unknown", why),
        Some(PointReading {
            point: Ok((regime, found)),
            ..
        }) => {
            fields.word("regime", &regime.name());
            fields.word("status", &found.status);
            for (key, of, _) in QUANTITIES {
                fields.number(key, of(found).unwrap_or(f64::NAN));
            }
        }
    }
    fields.finish()
}
