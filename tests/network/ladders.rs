//! What one press of a hotkey does to a spec: ladders that end, tables that cycle, and always a valid spec.

use std::sync::Arc;

use initscope::net::framework::Framework;
use initscope::net::initializer::Initializer;
use initscope::net::input::{Data, Input};
use initscope::net::spec::Direction::{Back, Forward};
use initscope::net::spec::{BIASES, Bias, DEPTHS, Direction, Field, GAINS, Spec, WIDTHS, field};
use ndarray::array;

fn data(name: &str) -> Arc<Data> {
    Arc::new(Data::new(name, &array![[1.0, 2.0], [3.0, 5.0]]).expect("valid"))
}

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// What one press of a field's key makes of a spec.
fn press(spec: &Spec, field: &Field, direction: Direction) -> Spec {
    spec.stepped(field, None, direction)
}

/// The specs met by pressing one key until nothing changes, the first one included.
fn climb(start: &Spec, field: &Field, direction: Direction) -> Vec<Spec> {
    let mut met = vec![start.clone()];
    loop {
        let next = press(&met[met.len() - 1], field, direction);
        if next == met[met.len() - 1] {
            return met;
        }
        assert!(met.len() < 100, "a ladder ends");
        met.push(next);
    }
}

#[test]
fn keys_climb_every_ladder_and_stop_at_its_ends() {
    let start = Spec::default();
    let whole = |field: &Field| {
        let lowest = climb(&start, field, Back).pop().expect("not empty");
        climb(&lowest, field, Forward)
    };
    let widths: Vec<usize> = whole(&field::WIDTH).iter().map(Spec::width).collect();
    assert_eq!(widths, WIDTHS);
    let depths: Vec<usize> = whole(&field::DEPTH).iter().map(Spec::depth).collect();
    assert_eq!(depths, DEPTHS);
    let gains: Vec<f64> = whole(&field::GAIN).iter().map(Spec::gain).collect();
    assert_eq!(gains, GAINS);
    let biases: Vec<Bias> = whole(&field::BIAS)
        .iter()
        .map(|spec| spec.bias().clone())
        .collect();
    let expected: Vec<Bias> = [Bias::Auto]
        .into_iter()
        .chain(BIASES.iter().map(|b| Bias::Normal(*b)))
        .collect();
    assert_eq!(biases, expected);
}

#[test]
fn the_ladders_pass_the_gains_that_have_a_name() {
    for named in [
        1.0 / 3_f64.sqrt(),
        0.5_f64.sqrt(),
        0.75,
        1.0,
        2_f64.sqrt(),
        5.0 / 3.0,
    ] {
        assert!(
            GAINS.iter().any(|gain| (gain / named - 1.0).abs() < 1e-15),
            "{named}"
        );
    }
    assert!(GAINS.is_sorted_by(|a, b| a * 1.002 < *b) && BIASES.is_sorted_by(|a, b| a < b));
}

#[test]
fn from_a_typed_value_a_key_goes_to_the_next_rung_and_never_jumps_back() {
    let typed = spec("relu/he_normal 300x77 gain=1.42 bias=0.15");
    assert_eq!(
        (
            typed.stepped(&field::WIDTH, None, Forward).width(),
            typed.stepped(&field::WIDTH, None, Back).width()
        ),
        (512, 256)
    );
    assert_eq!(
        (
            typed.stepped(&field::DEPTH, None, Forward).depth(),
            typed.stepped(&field::DEPTH, None, Back).depth()
        ),
        (128, 64)
    );
    assert_eq!(
        (
            typed.stepped(&field::GAIN, None, Forward).gain(),
            typed.stepped(&field::GAIN, None, Back).gain()
        ),
        (1.5, 2_f64.sqrt())
    );
    assert_eq!(
        typed.stepped(&field::BIAS, None, Forward).bias(),
        &Bias::Normal(0.2236)
    );
    assert_eq!(
        typed.stepped(&field::BIAS, None, Back).bias(),
        &Bias::Normal(0.1)
    );
    let beyond = spec("relu/he_normal 8x8 gain=1000 bias=1000");
    assert_eq!(beyond.stepped(&field::GAIN, None, Forward), beyond);
    assert_eq!(beyond.stepped(&field::BIAS, None, Forward), beyond);
    assert_eq!(beyond.stepped(&field::GAIN, None, Back).gain(), 100.0);
}

#[test]
fn a_key_that_memory_forbids_changes_nothing() {
    let wide = spec("relu/he_normal 16384x2048 batch=256");
    assert_eq!(wide.stepped(&field::DEPTH, None, Forward), wide);
}

#[test]
fn initializers_cycle_through_the_default_layer() {
    let start = Spec::default();
    let mut names = Vec::new();
    let mut here = start.clone();
    for _ in 0..Initializer::all().len() {
        here = here.stepped(&field::INITIALIZER, None, Forward);
        names.extend(here.initializer().map(Initializer::name));
        assert_eq!(
            here.stepped(&field::INITIALIZER, None, Back).stepped(
                &field::INITIALIZER,
                None,
                Forward
            ),
            here
        );
    }
    let table: Vec<&str> = Initializer::all().iter().map(Initializer::name).collect();
    assert_eq!(names, table);
    assert_eq!(here.stepped(&field::INITIALIZER, None, Forward), start);
    assert_eq!(start.stepped(&field::INITIALIZER, None, Back), here);
}

#[test]
fn frameworks_activations_and_inputs_cycle_both_ways() {
    let start = spec("relu/default 64x8 input_dim=9");
    let round = Framework::ALL.iter().fold(start.clone(), |spec, _| {
        spec.stepped(&field::FRAMEWORK, None, Forward)
    });
    assert_eq!(round, start);
    assert_eq!(
        start
            .stepped(&field::FRAMEWORK, None, Forward)
            .stepped(&field::FRAMEWORK, None, Back),
        start
    );
    assert_eq!(
        start
            .stepped(&field::ACTIVATION, None, Forward)
            .stepped(&field::ACTIVATION, None, Back),
        start
    );
    let user = data("mine.csv");
    let digits = start.stepped(&field::INPUT, Some(&user), Forward);
    assert_eq!((digits.input(), digits.input_dim()), (&Input::Digits, 64));
    let mine = digits.stepped(&field::INPUT, Some(&user), Forward);
    assert_eq!(mine.input_dim(), 2);
    assert_eq!(mine.stepped(&field::INPUT, Some(&user), Back), digits);
    // Back at noise the dimension is the width: it belonged to the input that was left.
    assert_eq!(
        mine.stepped(&field::INPUT, Some(&user), Forward)
            .to_string(),
        "relu/default 64x8"
    );
    assert_eq!(
        digits.stepped(&field::INPUT, None, Forward).to_string(),
        "relu/default 64x8"
    );
    assert_eq!(
        start.stepped(&field::INPUT, None, Back).input(),
        &Input::Digits
    );
}

#[test]
fn a_new_seed_is_another_request() {
    let spec = spec("relu/default 8x8 seed=18446744073709551615");
    assert_eq!(spec.next_seed().seed(), 0);
    assert_ne!(spec.next_seed(), spec);
}
