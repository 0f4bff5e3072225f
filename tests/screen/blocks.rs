//! Networks of blocks on the dashboard.

use crate::synthetic::{VANISHING, settled};
use std::sync::Arc;

use initscope::app::{Action, Direction, Look, Model, Msg, ViewName};
use initscope::engine::Engine;
use initscope::engine::advice::{Counsel, rank};
use initscope::engine::request::Answer;
use initscope::net::preset::PRESETS;
use initscope::net::spec::{Spec, field};
use initscope::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

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

fn screen(model: &Model) -> String {
    let (columns, rows) = model.size();
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    ui::render(model, buffer.area, &mut buffer);
    let lines = buffer.content.chunks(usize::from(columns));
    lines
        .map(|line| {
            line.iter()
                .map(ratatui::buffer::Cell::symbol)
                .collect::<String>()
                + "\n"
        })
        .collect()
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
fn views_without_an_answer_for_blocks_give_way() {
    let mut model = model(PRE, (110, 32));
    let without = |view: &ViewName| ["atlas", "phase"].contains(&view.0);
    for view in model.keys().views().into_iter().filter(without) {
        model.update(Msg::Do(Action::Show(view)));
        assert_eq!(model.view().name, ViewName::SCOPE);
        let message = model.message().expect("told why");
        assert!(message.contains("for plain networks"), "{message}");
    }
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
