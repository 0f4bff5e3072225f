//! The phase view of a network of blocks: the plane of its gain and of what multiplies the matrices that write to the stream.

use super::advice_view::SIZES;
use crate::pictures::{assert_no_number_is_cut, cells};
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;
use initscope::app::Format;
use initscope::app::{Model, Msg};
use initscope::engine::atlas::plane::{factors, gains};
use initscope::engine::atlas::{Atlas, AtlasRequest, Cell};
use initscope::engine::request::{Answer, Request};
use initscope::net::spec::Spec;
use initscope::ui::{export::contents, plain as text};

/// Without norms: blocks that add their like explode, and those of small factors stay.
const BARE: &str = "relu/he_normal 32x24 block=res(mlp(1))";

/// A plane that is all measured.
fn opened(spec: &str, size: (u16, u16)) -> Model {
    let mut model = shown(spec, size, VANISHING);
    press(&mut model, "4");
    answer(&mut model);
    model
}

fn answer(model: &mut Model) {
    let wishes = model.wishes().into_iter();
    let plane = wishes.filter_map(|wish| match wish.request {
        Request::Atlas(request) => Some(request),
        _ => None,
    });
    let request = plane.last().expect("the plane is asked for");
    assert!(request.is_plane());
    let known = Atlas::new(request, None).run();
    let news = model.news(Ok(Answer::Atlas(known.into())));
    model.update(Msg::News(news));
}

/// Row and column of the plane.
fn point(factor: f64, gain: f64) -> (usize, usize) {
    let row = factors().iter().position(|f| *f == factor);
    let column = gains().iter().position(|g| *g == gain);
    (row.expect("a row"), column.expect("a column"))
}

#[test]
fn a_plane_is_what_its_networks_are() {
    let spec: Spec = BARE.parse().expect("valid");
    let plane = Atlas::new(AtlasRequest::plane(&spec), None).run();
    assert!(plane.is_complete() && plane.networks() == 18 * 17);
    let healthy = |factor, gain| {
        let (row, column) = point(factor, gain);
        let Cell::Measured { verdict, draws: 3 } = plane.cell(row, column) else {
            panic!("out {factor}, gain {gain} is measured in three draws");
        };
        verdict.is_healthy()
    };
    // x2 doubles in every block with out 1, and grows by (1 + out^2 gain^4) in general: 24 log10 of that is to be below 2
    assert!(!healthy(1.0, 1.0) && !healthy(0.5, 1.0));
    assert!(healthy(0.25, 1.0) && healthy(0.0, 1.0) && healthy(1.0, 0.5));
    assert!(!healthy(0.25, 2.0));
}

#[test]
fn the_plane_shows_words_and_the_point_nearest_to_the_network() {
    let model = opened(BARE, (120, 40));
    let shown = text(&model);
    for told in [
        "plane: verdict",
        "gain across, out down, 24 blocks",
        "3 draws each",
        "gain 1 · out 1",
        ">out 1 ",
        "exp",
        "ok",
        "✗ EXPLODING, 3 draws of 16",
        "Enter healthy",
        " .06 .09 .12 .18 .25 .35 .5  .71 1   1.4 2   2.8 4   5.7 8   11  16 ",
    ] {
        assert!(shown.contains(told), "{told}\n{shown}");
    }
    let mut drifts = opened(BARE, (120, 40));
    press(&mut drifts, "x");
    let shown = text(&drifts);
    assert!(
        shown.contains("plane: signal  gain across, out down, decades over 24 blocks"),
        "{shown}"
    );
    press(&mut drifts, "X X");
    assert!(text(&drifts).contains("plane: distinguishability"));
    let factor = opened("arch=llama_titan 128x2 tokens=4 batch=4", (120, 40));
    assert!(text(&factor).contains("out differs from block to block"));
}

#[test]
fn arrows_move_the_network_along_the_plane_and_enter_to_what_is_healthy() {
    let mut model = opened(BARE, (120, 40));
    let out = |model: &Model| model.spec().draft().outward.to_string();
    press(&mut model, "Right Up");
    assert_eq!(
        (model.spec().gain(), out(&model)),
        (1.41, "1.41".to_owned())
    );
    press(&mut model, "Left Left Down Down");
    assert_eq!(
        (model.spec().gain(), out(&model)),
        (0.707, "0.707".to_owned())
    );
    // where the network is on its plane does not matter to the plane
    let request = |model: &Model| AtlasRequest::plane(model.spec());
    assert_eq!(request(&model), request(&opened(BARE, (80, 24))));
    for _ in 0..20 {
        press(&mut model, "Right");
    }
    assert_eq!(
        model.message(),
        Some("gain: 16 is the largest on this plane")
    );
    for _ in 0..20 {
        press(&mut model, "Down");
    }
    assert_eq!(
        (out(&model), model.message()),
        ("0".to_owned(), Some("out: 0 is the smallest on this plane"))
    );
    let mut model = opened(BARE, (120, 40));
    press(&mut model, "Enter");
    let (gain, factor) = (model.spec().gain(), out(&model));
    assert!(gain < 1.0 || factor != "1", "{gain} {factor}");
    let healthy = text(&model);
    assert!(healthy.contains("✓ HEALTHY, 3 draws"), "{healthy}");
    press(&mut model, "Enter");
    assert_eq!(model.message(), Some("this network is at a healthy point"));
}

#[test]
fn no_number_of_the_plane_is_cut_at_any_size() {
    let mut model = opened(BARE, (80, 24));
    for (columns, rows) in SIZES {
        model.update(Msg::Resize(columns, rows));
        assert_no_number_is_cut(&cells(&model));
    }
}

#[test]
fn the_plane_is_exported_with_a_factor_and_a_gain_for_every_verdict() {
    let model = opened(BARE, (80, 24));
    let csv = contents(&model, Format::Csv).expect("known");
    let mut lines = csv.lines();
    assert!(
        lines
            .next()
            .is_some_and(|head| head.starts_with("out,gain,known,draws,kind"))
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("4,0.0625,measured,3,"))
    );
    assert_eq!(lines.count(), 18 * 17 - 1);
    let json = contents(&model, Format::Json).expect("known");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let last = &json["cells"][18 * 17 - 1];
    assert_eq!((&last["out"], &last["gain"]), (&0.0.into(), &16.0.into()));
    assert_eq!(last["known"], "measured");
}
