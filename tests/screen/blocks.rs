//! Networks of blocks on the dashboard.

use crate::synthetic::{VANISHING, settled};
use std::sync::Arc;

use initscope::app::{Action, Direction, Look, Model, Msg, ViewName};
use initscope::engine::Engine;
use initscope::engine::advice::{Counsel, rank};
use initscope::engine::atlas::{Atlas, AtlasRequest, Cell, DRAWS};
use initscope::engine::request::{Answer, Request};
use initscope::engine::scaling::WidthScan;
use initscope::net::preset::PRESETS;
use initscope::net::spec::{Spec, field};
use initscope::ui::plain as screen;

fn model(text: &str, size: (u16, u16)) -> Model {
    let spec: Spec = text
        .parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut model = Model::new(spec.clone(), Look::default(), size);
    let snapshot = Engine::advising(Arc::new(spec), Counsel::default()).run();
    let news = model.news(Ok(Answer::Simulation(Arc::new(snapshot))));
    model.update(Msg::News(news));
    model
}

const PRE: &str =
    "gelu/lecun_normal 64x12 block=pre(ln,mlp(4)) out=1/sqrt(2N) draws=8 framework=pytorch";

#[test]
fn the_network_panel_shows_the_block_and_the_stream_is_no_failure() {
    let text = screen(&model(PRE, (110, 45)));
    assert!(text.contains("block pre(ln,mlp(4))"), "{text}");
    assert!(text.contains("out 1/sqrt(2N)"), "{text}");
    assert!(text.contains("✓ HEALTHY"), "{text}");
    assert!(text.contains("of the stream"), "{text}");
    assert!(!text.contains("✗"), "{text}");
    // the stream doubles many times without a factor, and its panel does not call that a failure
    let growing = PRE.replace("out=1/sqrt(2N)", "in=30 out=30");
    let text = screen(&model(&growing, (110, 32)));
    assert!(!text.contains("✗ signal"), "{text}");
}

#[test]
fn the_axis_counts_sub_layers() {
    let two = "gelu/lecun_normal 64x6 block=pre(ln,mlp(4))+pre(ln,mlp(1)) draws=8";
    let mut model = model(two, (110, 32));
    let text = screen(&model);
    assert!(text.contains("layer 1") && text.contains("12"), "{text}");
    model.update(Msg::Do(Action::Layer(1)));
    model.update(Msg::Do(Action::Layer(2)));
    let text = screen(&model);
    assert!(text.contains("block 2 of 6, sub-layer 1"), "{text}");
    assert!(text.contains("its share"), "{text}");
}

#[test]
fn every_view_takes_blocks_and_the_phase_plane_gives_way_to_norms_of_plain_layers() {
    let mut model = model(PRE, (110, 32));
    for view in model.keys().views() {
        model.update(Msg::Do(Action::Show(view)));
        assert_eq!(model.view().name, view);
    }
    model.update(Msg::Do(Action::Show(ViewName::SCOPE)));
    let mut normed = self::model("tanh/lecun_normal 32x4 norm=ln draws=8", (110, 32));
    normed.update(Msg::Do(Action::Show(ViewName("phase"))));
    assert_eq!(normed.view().name, ViewName::SCOPE);
    let message = normed.message().expect("told why");
    assert!(message.contains("layers without norms"), "{message}");
    model.update(Msg::Do(Action::Remedy));
    let message = model.message().expect("told why");
    assert!(
        message.contains("this network is healthy as it is"),
        "{message}"
    );
}

#[test]
fn changes_of_blocks_are_listed_and_the_remedy_is_applied() {
    let bare = "relu/he_normal 32x24 block=res(mlp(1)) framework=pytorch draws=16";
    let mut model = model(bare, (110, 32));
    let text = screen(&model);
    assert!(text.contains("r remedy: out=1/sqrt(L)"), "{text}");
    model.update(Msg::Do(Action::Show(ViewName::ADVICE)));
    let text = screen(&model);
    assert!(text.contains("│ change "), "{text}");
    assert!(text.contains(">out=1/sqrt(L)"), "{text}");
    assert!(text.contains("block=pre(ln) final=ln"), "{text}");
    assert!(
        text.contains("for name, layer in model.named_modules():"),
        "{text}"
    );
    model.update(Msg::Do(Action::Remedy));
    assert!(model.spec().to_string().contains("out=1/sqrt(L)"));
}

#[test]
fn names_of_changes_are_whole_on_the_smallest_screens() {
    for preset in PRESETS.map(|preset| format!("arch={}", preset.name)) {
        let spec: Arc<Spec> = Arc::new(preset.parse().expect("in the table"));
        let advice = Arc::new(rank(&spec));
        for size in [(40, 12), (80, 24)] {
            let mut model = Model::new((*spec).clone(), Look::default(), size);
            let mut snapshot = settled(&spec, VANISHING);
            snapshot.advice = Some(Arc::clone(&advice));
            let news = model.news(Ok(Answer::Simulation(Arc::new(snapshot))));
            model.update(Msg::News(news));
            model.update(Msg::Do(Action::Show(ViewName::ADVICE)));
            for choice in &advice.choices {
                let text = screen(&model);
                let whole = format!(">{} ", choice.label);
                assert!(text.contains(&whole), "{whole} at {size:?}: {text}");
                model.update(Msg::Do(Action::Choose(Direction::Forward)));
            }
        }
    }
}

#[test]
fn a_network_of_tokens_is_named_and_its_third_panel_compares_them() {
    let mut model = model("arch=gpt2 128x4 draws=4", (120, 45));
    let text = screen(&model);
    assert!(text.contains("gpt2 pre(ln,attn(head=64,causal))"), "{text}");
    assert!(text.contains("16 tokens"), "{text}");
    assert!(text.contains("differs between tokens"), "{text}");
    assert!(text.contains("✓ HEALTHY"), "{text}");
    model.update(Msg::Do(Action::Layer(1)));
    let text = screen(&model);
    assert!(
        text.contains("entropy") && text.contains("scores"),
        "{text}"
    );
    model.update(Msg::Do(Action::Layer(1)));
    let text = screen(&model);
    assert!(!text.contains("scores"), "of the mlp: {text}");
    // the key goes on to the next model at this size
    model.update(Msg::Do(Action::Step(&field::ARCH, Direction::Forward)));
    assert!(
        model
            .spec()
            .to_string()
            .starts_with("silu/random_normal(0.02) 128x4"),
        "{}",
        model.spec()
    );
}

fn show(model: &mut Model, name: &str) {
    let views = model.keys().views();
    let view = views.into_iter().find(|view| view.0 == name);
    model.update(Msg::Do(Action::Show(view.expect("a view"))));
    assert_eq!(model.view().name.0, name);
}

#[test]
fn the_atlas_of_a_network_of_blocks_has_architectures_as_rows() {
    let mut model = model("relu/he_normal 64x2 block=res(mlp(1)) draws=4", (120, 40));
    show(&mut model, "atlas");
    let request = AtlasRequest::around(model.spec());
    let asked = model
        .wishes()
        .into_iter()
        .find_map(|inquiry| match inquiry.request {
            Request::Atlas(request) => Some(request),
            _ => None,
        });
    assert_eq!(asked.as_ref(), Some(&request));
    let names: Vec<String> = request.rows().into_iter().map(|row| row.name).collect();
    assert_eq!(names[..2], ["this network", "gpt2"]);
    assert_eq!(names.len(), 1 + PRESETS.len());
    let atlas = Atlas::new(request, None).run();
    assert!(atlas.is_complete());
    // how many layers survive is not known of blocks, so that no draw is spared
    let drawn = (0..names.len()).all(|row| {
        let cell = atlas.cell(row, 8);
        matches!(cell, Cell::Measured { draws: DRAWS, .. })
    });
    assert!(drawn);
    let news = model.news(Ok(Answer::Atlas(Arc::new(atlas))));
    model.update(Msg::News(news));
    let text = screen(&model);
    assert!(text.contains("atlas: verdict"), "{text}");
    let row = |text: &str, name: &str| -> String {
        let line = text.lines().find(|line| line.contains(name));
        line.unwrap_or_else(|| panic!("no {name}: {text}"))
            .to_owned()
    };
    // branches of zeros whatever the initializer; a norm on the stream holds its size
    assert!(row(&text, "fixup").matches(" id").count() > 10, "{text}");
    assert!(row(&text, "gpt2").contains(" ok"), "{text}");
    model.update(Msg::Do(Action::Choose(Direction::Forward)));
    model.update(Msg::Do(Action::Apply));
    let spec = model.spec();
    assert_eq!((spec.width(), spec.depth()), (64, 2));
    assert!(spec.to_string().contains("attn(head=64,causal)"), "{spec}");
    // a known architecture is no row of its own
    let around = AtlasRequest::around(spec);
    assert_eq!(around.rows()[0].name, "gpt2");
    let other: Spec = "arch=bert 64x2".parse().expect("a network");
    assert_eq!(around, AtlasRequest::around(&other));
}

fn model_of_data() -> Model {
    model(
        "relu/he_normal 64x2 block=pre(ln,mlp(1)) input=digits draws=2",
        (80, 24),
    )
}

#[test]
fn the_scaling_view_shows_what_moves_with_the_width() {
    let text = "relu/random_normal(0.02) 64x2 draws=2 batch=2";
    let mut model = model(text, (80, 24));
    show(&mut model, "scaling");
    assert!(screen(&model).contains("scaling"));
    let mut scan = WidthScan::new(Arc::clone(model.spec()), None);
    while scan.news().snapshots.len() < 2 {
        scan.step();
    }
    let news = model.news(Ok(Answer::Scaling(Arc::new(scan.news()))));
    model.update(Msg::News(news));
    let text = screen(&model);
    assert!(text.contains("width 512, 0 %"), "{text}");
    while !scan.is_settled() {
        scan.step();
    }
    let news = model.news(Ok(Answer::Scaling(Arc::new(scan.news()))));
    model.update(Msg::News(news));
    let text = screen(&model);
    // two matrices of a fixed standard deviation: two decades for ten times the width
    let row = text.lines().find(|line| line.contains("> z_second_moment"));
    let cells: Vec<&str> = row.expect("a row").split_whitespace().collect();
    let slope: f64 = cells[2].parse().expect("a number");
    // 2 draws of 2 inputs: the standard error of a width of 128 is below 0.1 decades, that of a slope over 1.5 decades as well
    assert!((slope - 2.0).abs() < 0.3, "{text}");
    assert!(
        text.contains("done") && text.contains("at layer 2"),
        "{text}"
    );
    let first = text;
    model.update(Msg::Do(Action::Choose(Direction::Forward)));
    model.update(Msg::Do(Action::Layer(1)));
    let text = screen(&model);
    assert_ne!(first, text);
    assert!(text.contains("at layer 1"), "{text}");
    for size in [(40, 12), (120, 40)] {
        model.update(Msg::Resize(size.0, size.1));
        let text = screen(&model);
        assert!(text.contains("slope"), "{text}");
    }
    let mut stream = model_of_data();
    show(&mut stream, "scaling");
    let alone = WidthScan::new(Arc::clone(stream.spec()), None);
    let news = stream.news(Ok(Answer::Scaling(Arc::new(alone.news()))));
    stream.update(Msg::News(news));
    let text = screen(&stream);
    assert!(text.contains("this network has one width alone"), "{text}");
    // the same network at another width is known
    let wide = model
        .spec()
        .with(|draft| draft.width = 99)
        .expect("a width");
    let again = WidthScan::new(Arc::new(wide), Some(scan));
    assert!(again.is_settled());
}
