//! The map of the `(sigma_w, sigma_b)` plane against theory, point by point.

use std::sync::Arc;

use initscope::engine::phase_map::{Mark, PhaseMap, PhaseMapSnapshot, PhaseRequest, Plane};
use initscope::net::activation::Activation;
use initscope::net::spec::Spec;
use initscope::theory::criticality::edge_of_chaos;
use initscope::theory::kernel::Kernel;
use initscope::theory::maps::Maps;
use initscope::theory::phase::Regime;

fn request(spec: &str, columns: usize, rows: usize) -> PhaseRequest {
    let spec: Spec = spec.parse().expect("a valid spec");
    PhaseRequest {
        plane: Plane::new(spec.activation(), columns, rows),
        spec: Arc::new(spec),
    }
}

fn map(activation: &str, columns: usize, rows: usize) -> PhaseMapSnapshot {
    PhaseMap::new(
        request(&format!("{activation}/lecun_normal 64x8"), columns, rows),
        None,
    )
    .run()
}

/// Every point is what [`Maps::phase`] says there; the line of the edge alone may stand over it.
#[test]
fn every_point_is_what_theory_says_and_the_line_is_where_chi_perp_is_1() {
    for activation in Activation::all().filter(|a| a.name() != "exponential") {
        let map = map(activation.text(), 24, 9);
        let (kernel, plane) = (Kernel::of(&activation), map.plane);
        assert!(map.complete);
        for (column, row) in (0..plane.columns).flat_map(|c| (0..plane.rows).map(move |r| (c, r))) {
            let (w, b) = (plane.sigma_w_at(column), plane.sigma_b_at(row));
            let theory = Maps::new(&kernel, w * w, b * b).and_then(|maps| maps.phase(false));
            let theory = theory.map_or(Mark::Unresolved, |p| Mark::Regime(p.regime));
            let mark = map.mark(column, row);
            let edge = mark == Mark::Regime(Regime::Critical);
            assert!(
                mark == theory || edge,
                "{activation} at {w}, {b}: {mark:?} for {theory:?}"
            );
        }
        for row in 0..plane.rows {
            let b = plane.sigma_b_at(row);
            for point in edge_of_chaos(&kernel, b * b).unwrap_or_default() {
                if let Some((column, row)) = plane.cell(point.sigma_w2.sqrt(), b) {
                    let near = column.saturating_sub(1)..=column + 1;
                    assert!(
                        near.clone()
                            .any(|c| map.mark(c, row) == Mark::Regime(Regime::Critical)),
                        "{activation}: no line at {point:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_edge_at_zero_bias_is_on_every_map_with_room_on_both_sides() {
    for activation in Activation::all() {
        let plane = Plane::new(&activation, 100, 20);
        let Ok(edge) = edge_of_chaos(&Kernel::of(&activation), 0.0) else {
            continue;
        };
        for point in edge {
            let place = point.sigma_w2.sqrt() / plane.sigma_w;
            assert!(
                (0.1..0.8).contains(&place),
                "{activation}: {place} of {}",
                plane.sigma_w
            );
        }
    }
}

#[test]
fn a_move_keeps_what_is_known_of_the_map_and_another_activation_does_not() {
    let first = request("tanh/lecun_normal 64x8", 40, 12);
    let mut map = PhaseMap::new(first.clone(), None);
    while !map.is_complete() {
        map.step();
    }
    let moved = PhaseRequest {
        spec: Arc::new("tanh/he_normal 64x8".parse().expect("valid")),
        ..first
    };
    let mut map = PhaseMap::new(moved, Some(map));
    assert!(!map.is_complete() && map.snapshot().mark(39, 11) != Mark::Pending);
    map.step();
    let reading = map.snapshot().reading.expect("the first step");
    assert_eq!(reading.edge, None);
    let (regime, point) = reading.point.expect("theory has an answer");
    assert_eq!(regime, Regime::Chaotic);
    assert!(
        point.chi_perp.is_some_and(|chi| (1.0..2.0).contains(&chi)),
        "{point:?}"
    );
    let other = PhaseMap::new(request("gelu/he_normal 64x8", 40, 12), Some(map));
    assert_eq!(other.snapshot().mark(0, 0), Mark::Pending);
}

#[test]
fn one_and_four_threads_draw_the_same_map() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| map("gelu", 30, 10))
    };
    let (one, four) = (on(1), on(4));
    for (column, row) in (0..30).flat_map(|c| (0..10).map(move |r| (c, r))) {
        assert_eq!(one.mark(column, row), four.mark(column, row));
    }
}

#[test]
fn what_theory_refuses_is_a_reason() {
    let map = PhaseMap::new(request("tanh/identity 64x8", 8, 4), None).run();
    let why = map
        .reading
        .expect("looked at")
        .point
        .expect_err("no recursion");
    assert!(why.contains("identity"), "{why}");
}
