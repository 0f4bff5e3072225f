//! The phase view: keys move the network, the screen follows.

use super::advice_view::SIZES;
use crate::pictures::{assert_no_number_is_cut, cells};
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;
use initscope::app::views::phase::{Phase, reading};
use initscope::app::{Colour, Glyphs, Look, Model, Msg};
use initscope::engine::phase_map::PhaseMap;
use initscope::engine::request::{Source, Work};
use initscope::net::activation::Activation;
use initscope::ui;
use initscope::worker::Inline;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Color;

/// Gives the model the map that it asks for.
fn answer(model: &mut Model) {
    let mut source = Inline::default();
    let wishes = model.wishes().into_iter();
    let mut maps = wishes.filter(|wish| wish.request.work() == Work::PhaseMap);
    source.request(maps.next().expect("the phase view is open"));
    for news in source.news() {
        model.update(Msg::News(news));
    }
}

/// A phase view that knows everything.
fn opened(spec: &str, size: (u16, u16)) -> Model {
    let mut model = shown(spec, size, VANISHING);
    press(&mut model, "4");
    answer(&mut model);
    model
}

/// The spec after some keys in the phase view of a screen with a map of 40 x 20 points.
fn after(spec: &str, keys: &str) -> String {
    let mut model = opened(spec, (80, 24));
    press(&mut model, keys);
    model.spec().to_string()
}

#[test]
fn no_number_is_cut_at_any_size() {
    for text in [
        "tanh/lecun_normal 64x8",
        "gelu/variance_scaling(2.194) 64x8 bias=0.259",
    ] {
        let mut model = opened(text, (80, 24));
        for (columns, rows) in SIZES {
            model.update(Msg::Resize(columns, rows));
            assert_no_number_is_cut(&cells(&model));
        }
    }
}

#[test]
fn arrows_move_the_network_and_its_law_keeps_its_shape() {
    for (spec, keys, moved) in [
        (
            "tanh/lecun_normal 64x8",
            "Right",
            "tanh/variance_scaling(1.21) 64x8 bias=0",
        ),
        (
            "tanh/lecun_normal 64x8",
            "Left",
            "tanh/variance_scaling(0.81) 64x8 bias=0",
        ),
        (
            "tanh/lecun_normal 64x8",
            "Up",
            "tanh/lecun_normal 64x8 bias=0.1053",
        ),
        (
            "tanh/lecun_normal 64x8",
            "Up Down",
            "tanh/lecun_normal 64x8 bias=0",
        ),
        (
            "tanh/lecun_normal 64x8",
            "Right Left",
            "tanh/variance_scaling 64x8 bias=0",
        ),
        (
            "tanh/he_uniform 64x8 gain=2",
            "Left",
            "tanh/variance_scaling(7.29,fan_in,uniform) 64x8 bias=0",
        ),
        (
            "tanh/lecun_normal 64x8 framework=pytorch",
            "Right",
            "tanh/variance_scaling(1.21,fan_in,normal) 64x8 framework=pytorch bias=0",
        ),
        (
            "tanh/orthogonal 64x8",
            "Right",
            "tanh/orthogonal(1.1) 64x8 bias=0",
        ),
        (
            "tanh/constant(0.1) 64x8",
            "Right",
            "tanh/variance_scaling(0.04,fan_in,normal) 64x8 bias=0",
        ),
        // from outside to the border
        (
            "tanh/random_normal(1) 64x8",
            "Left",
            "tanh/variance_scaling(16,fan_in,normal) 64x8 bias=0",
        ),
        (
            "tanh/lecun_normal 64x8 bias=7",
            "Down",
            "tanh/lecun_normal 64x8 bias=2",
        ),
    ] {
        assert_eq!(after(spec, keys), moved, "{spec} {keys}");
    }
}

/// A framework's default layer keeps its biases when its weights become others.
#[test]
fn a_move_along_one_axis_leaves_the_other_alone() {
    let mut model = opened("relu/default 64x8 framework=pytorch", (80, 24));
    let before = model.spec().bias_law(2).std();
    press(&mut model, "Right");
    assert!((model.spec().bias_law(2).std() / before - 1.0).abs() < 1e-3);
    let (spec, weights) = (model.spec().to_string(), model.spec().weight_law(2));
    press(&mut model, "Up");
    assert_ne!(model.spec().to_string(), spec);
    assert_eq!(model.spec().weight_law(2), weights);
}

#[test]
fn a_press_is_one_point_of_the_map_everywhere() {
    for size in [(40, 12), (80, 24), (300, 100)] {
        let mut model = opened("gelu/lecun_normal 64x8", size);
        let plane = model.view_as::<Phase>().plane(&model).expect("open");
        let here = |model: &Model| {
            let (w, b) = initscope::engine::phase_map::position(model.spec());
            plane.cell(w, b).expect("inside")
        };
        for keys in ["Right", "Up", "Left", "Down"] {
            for _ in 0..8 {
                let before = here(&model);
                press(&mut model, keys);
                let (dw, db) = match keys {
                    "Right" => (1, 0),
                    "Left" => (-1, 0),
                    "Up" => (0, 1),
                    _ => (0, -1),
                };
                if model.message().is_none() {
                    let expected = (before.0 as i32 + dw, before.1 as i32 + db);
                    let now = here(&model);
                    assert_eq!((now.0 as i32, now.1 as i32), expected, "{keys} at {size:?}");
                }
            }
        }
    }
}

#[test]
fn enter_goes_to_the_nearest_point_of_the_edge_or_says_why_there_is_none() {
    for (spec, edge) in [
        ("tanh/he_normal 64x8", "tanh/variance_scaling 64x8 bias=0"),
        (
            "relu/glorot_uniform 64x8",
            "relu/variance_scaling(2,fan_in,uniform) 64x8 bias=0",
        ),
        ("selu/orthogonal(3) 64x8", "selu/orthogonal(0.6"),
    ] {
        let snapped = after(spec, "Enter");
        assert!(snapped.starts_with(edge), "{snapped}");
    }
    for (spec, keys, message) in [
        (
            "tanh/he_normal 64x8",
            "Enter Enter",
            "this network is on the edge of chaos",
        ),
        (
            "relu/he_normal 64x8",
            "Up Enter",
            "no edge: homogeneous, so V(q) = q + sigma_b2 at chi_perp = 1 never settles",
        ),
        (
            "hardshrink/he_normal 64x8",
            "Enter",
            "no edge: its value jumps, so C'(1) is infinite and equal inputs always part",
        ),
        (
            "gelu/he_normal 64x8",
            "Enter",
            "the edge of chaos, but unstable: another q moves away from it",
        ),
        (
            "tanh/random_normal(0.5) 64x8",
            "Right",
            "sigma_w: 4 is the largest on this map",
        ),
        (
            "tanh/zeros 64x8",
            "Left",
            "sigma_w: 0.1 is the smallest on this map",
        ),
        (
            "tanh/he_normal 64x8",
            "Down",
            "sigma_b: 0 is the smallest on this map",
        ),
        (
            "tanh/he_normal 64x8 bias=2",
            "Up",
            "sigma_b: 2 is the largest on this map",
        ),
    ] {
        let mut model = opened(spec, (80, 24));
        press(&mut model, keys);
        assert_eq!(model.message(), Some(message), "{spec} {keys}");
        let line = ui::plain(&model).lines().last().map(str::to_owned);
        assert!(
            line.is_some_and(|line| line.contains(message)),
            "{message} fits"
        );
    }
}

#[test]
fn the_keys_of_the_phase_view_mean_nothing_elsewhere_and_1_leads_back() {
    let mut model = opened("tanh/he_normal 64x8", (80, 24));
    press(&mut model, "1 Insert");
    assert_eq!(
        model.message(),
        Some("Insert does nothing here; ? lists every key")
    );
    let work: Vec<Work> = model
        .wishes()
        .iter()
        .map(|wish| wish.request.work())
        .collect();
    assert!(!work.contains(&Work::PhaseMap));
    press(&mut model, "4 ? / Down");
    assert_eq!(model.help(), Some(1), "the help's own keys come first");
    press(&mut model, "Esc ?");
    assert!(
        model.known::<PhaseMap>().is_some(),
        "what was known is shown again"
    );
}

#[test]
fn a_map_of_another_activation_or_size_is_not_shown_and_a_move_keeps_the_map() {
    let mut model = opened("tanh/he_normal 64x8", (80, 24));
    let first = model.wishes();
    let effect = model.update(Msg::Key("Right".parse().expect("a key")));
    assert!(effect.is_none() && model.snapshot().is_none());
    assert_ne!(model.wishes(), first);
    assert!(model.known::<PhaseMap>().is_some() && reading(&model).is_none() && model.waiting());
    answer(&mut model);
    assert!(reading(&model).is_some());
    for change in ["a", "A"] {
        press(&mut model, change);
        assert_eq!(
            model.known::<PhaseMap>().is_some(),
            change == "A",
            "{change}"
        );
    }
    model.update(Msg::Resize(81, 24));
    assert!(model.known::<PhaseMap>().is_none());
    model.update(Msg::Resize(39, 24));
    assert!(model.view_as::<Phase>().plane(&model).is_none());
    let mut wishes = model.wishes().into_iter();
    assert!(!wishes.any(|wish| wish.request.work() == Work::PhaseMap));
}

/// Every activation at a coarse choice of sizes; no character is wider than a cell, ASCII is ASCII, mono has no colour.
#[test]
fn any_size_and_activation_is_drawn() {
    for (i, activation) in Activation::all().enumerate() {
        let look = Look {
            colour: [Colour::Sixteen, Colour::Mono][i % 2],
            glyphs: [Glyphs::Blocks, Glyphs::Ascii][i % 2],
            ..Look::default()
        };
        let spec = format!("{}/he_normal 64x8", activation.text());
        let mut model = Model::new(spec.parse().expect("valid"), look, (80, 24));
        press(&mut model, "4");
        let sizes = (0..=130)
            .step_by(13)
            .flat_map(|c| (0..=45).step_by(5).map(move |r| (c, r)));
        for (n, (columns, rows)) in sizes.chain([(40, 12), (75, 13), (76, 14)]).enumerate() {
            model.update(Msg::Resize(columns, rows));
            if model.view_as::<Phase>().plane(&model).is_some()
                && n % 16 == i % 16
                && activation.name() != "exponential"
            {
                answer(&mut model);
            }
            let area = Rect::new(0, 0, columns, rows);
            let mut buffer = Buffer::empty(area);
            ui::render(&model, area, &mut buffer);
            for cell in &buffer.content {
                assert_eq!(cell.cell_width(), 1, "{:?}", cell.symbol());
                assert!(look.glyphs == Glyphs::Blocks || cell.symbol().is_ascii());
                let plain = (cell.fg, cell.bg) == (Color::Reset, Color::Reset);
                assert!(look.colour == Colour::Sixteen || plain);
            }
        }
    }
}

#[test]
fn tanh_at_80x24() {
    insta::assert_snapshot!(ui::plain(&opened(
        "tanh/he_normal 256x64 bias=0.2",
        (80, 24)
    )));
}

#[test]
fn tanh_at_40x12() {
    insta::assert_snapshot!(ui::plain(&opened(
        "tanh/he_normal 256x64 bias=0.2",
        (40, 12)
    )));
}

/// The edge of tanh at `sigma_b2 = 0.09` is at 1.94765463.
#[test]
fn a_snapped_point_has_the_digits_that_its_depth_needs() {
    for (spec, snapped) in [
        (
            "tanh/he_normal 256x64 bias=0.3",
            "tanh/variance_scaling(1.948) 256x64 bias=0.3",
        ),
        (
            "tanh/he_normal 16x10000 bias=0.3",
            "tanh/variance_scaling(1.947655) 16x10000 bias=0.3",
        ),
        (
            "tanh/orthogonal(3) 256x64 bias=0.3",
            "tanh/orthogonal(1.3956) 256x64 bias=0.3",
        ),
    ] {
        assert_eq!(after(spec, "Enter"), snapped);
    }
}
