//! What is done to the numbers, and what theory makes of it.

use initscope::app::{Key, Look, Model, Msg};
use initscope::engine::prediction::request;
use initscope::engine::{Engine, snapshot::Snapshot};
use initscope::net::input::{Input, InputError, Scale};
use initscope::net::spec::Spec;
use initscope::ui;
use std::sync::Arc;

use super::{file, rows};

/// `rows x columns` of numbers spread evenly over `+-100`, the same on every machine.
fn wide(name: &str, rows: usize, columns: usize) -> String {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64 * 200.0 - 100.0
    };
    let line = |_| {
        (0..columns)
            .map(|_| next().to_string())
            .collect::<Vec<_>>()
            .join(",")
            + "\n"
    };
    let text: String = (0..rows).map(line).collect();
    file(name, text.as_bytes())
}

fn measured(text: &str) -> Snapshot {
    let spec: Spec = text.parse().unwrap_or_else(|error| panic!("{error}"));
    let mut engine = Engine::new(Arc::new(spec));
    while !engine.is_settled() {
        engine.step();
    }
    engine.snapshot()
}

#[test]
fn unscaled_inputs_saturate_and_theory_knows_their_mean_square() {
    let path = wide("unscaled.csv", 200, 20);
    let [scaled, raw] = ["", " scale=none"].map(|scale| {
        measured(&format!(
            "tanh/glorot_normal 64x4 input={path}{scale} draws=64"
        ))
    });
    assert!(
        scaled.layers[0].saturated < 0.05,
        "{}",
        scaled.layers[0].saturated
    );
    assert!(raw.layers[0].saturated > 0.8, "{}", raw.layers[0].saturated);
    // z_1 is linear in x, so that E z_1^2 = sigma_w^2 E x^2 to the error of the draws
    for snapshot in [&scaled, &raw] {
        let request = request(&snapshot.spec).expect("theory");
        let expected = (request.first.sigma_w2 * request.q0).log10();
        let found = &snapshot.layers[0].z_second_moment;
        assert!(
            (found.log10_mean - expected).abs() < 0.05,
            "{found:?} {expected}"
        );
    }
    let q0 = request(&raw.spec).expect("theory").q0;
    // the second moment of U(-100, 100), 4000 of them
    assert!((q0 / (1e4 / 3.0) - 1.0).abs() < 0.1, "{q0}");
}

#[test]
fn every_scale_is_a_field_of_the_text_and_of_the_command_line() {
    let path = file("scale.csv", b"1,2\n3,5\n4,0\n");
    for scale in ["column", "none"] {
        let text = format!("relu/he_normal 8x2 input={path} scale={scale}");
        let spec: Spec = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(spec.to_string(), text);
        assert!(
            spec.command_line()
                .ends_with(&format!("--input {path} --scale {scale}"))
        );
        // whatever comes first
        let turned = format!("relu/he_normal 8x2 scale={scale} input={path}");
        assert_eq!(turned.parse(), Ok(spec.clone()));
        let together = spec.with(|draft| {
            draft.input = draft.input.rescaled(Scale::All).expect("they vary");
        });
        let together = together.expect("valid");
        assert_ne!(together, spec);
        assert_eq!(
            together.to_string(),
            format!("relu/he_normal 8x2 input={path}")
        );
    }
    assert_eq!(rows(&path).len(), 3);
    let raw = Input::read(&path, None, Some(Scale::None)).expect("a file");
    assert_eq!(raw.rows().expect("rows")[[1, 1]], 5.0);
    for (text, message) in [
        (
            "relu/he_normal 8x2 scale=none",
            "scale none belongs to a data file, and the input is noise; leave out --scale, or add --input FILE",
        ),
        (
            "relu/he_normal 8x2 scale=row",
            "scale `row` is not all, column or none; try --scale column",
        ),
    ] {
        assert_eq!(text.parse::<Spec>().expect_err(text).to_string(), message);
    }
}

#[test]
fn no_batch_has_more_inputs_than_there_are_rows() {
    let path = file("few.csv", b"1,2\n3,5\n4,0\n");
    let spec: Spec = format!("relu/he_normal 8x2 input={path}")
        .parse()
        .expect("valid");
    assert_eq!(
        (spec.batch(), spec.draft().batch, spec.padded_batch()),
        (3, 16, 16)
    );
    let snapshot = measured(&format!("relu/he_normal 8x2 input={path} draws=2"));
    let table = initscope::report::table::table(&snapshot, Default::default());
    assert!(table.contains(" 3 inputs of "), "{table}");
    assert!(
        table.contains("3 x 2, standardised: mean 2.50, std 1.71, all columns together\nall 3 rows are one batch, which was to have 16\n"),
        "{table}"
    );
}

#[test]
fn a_column_that_carries_most_is_a_warning_by_name() {
    let text = "age,sex,income,children\n30,0,40000,1\n50,1,90000,0\n40,0,20000,2\n";
    let path = file("people.csv", text.as_bytes());
    let input = Input::load(&path).expect("a file");
    let notes = input.notes();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[1].starts_with("warning: input column 3 `income` carries 82")
            && notes[1].ends_with(" % of the mean square of the input, more than 50 %; scale=column gives every column the same"),
        "{notes:?}"
    );
    let own = input.rescaled(Scale::Column).expect("they vary");
    assert_eq!(own.notes().len(), 1);
    assert!(matches!(
        Input::Digits.rescaled(Scale::None),
        Err(InputError::ScaleOfNoFile { .. })
    ));
}

#[test]
fn the_palette_scales_the_data_and_undo_takes_it_back() {
    let path = file("p.csv", b"1,2,9000\n3,5,100\n4,0,4000\n");
    let text = format!("relu/he_normal 8x2 input={path}");
    let spec: Spec = text.parse().expect("valid");
    let mut model = Model::new(spec, Look::default(), (80, 24));
    let screen = ui::plain(&model);
    assert!(screen.contains("scaled: (x - 1457)/2942"), "{screen}");
    model.update(Msg::Key(Key::Char(':')));
    for c in "scale none".chars() {
        model.update(Msg::Key(Key::Char(c)));
    }
    model.update(Msg::Key(Key::Enter));
    assert_eq!(model.spec().to_string(), format!("{text} scale=none"));
    assert!(ui::plain(&model).contains("not scaled"));
    assert!(model.command_line().contains(" --scale none"));
    model.update(Msg::Key("u".parse().expect("a key")));
    assert_eq!(model.spec().to_string(), text);
    // both lines where there is room
    model.update(Msg::Resize(120, 50));
    assert!(
        ui::plain(&model).contains("mostly input column 3"),
        "{}",
        ui::plain(&model)
    );
}
