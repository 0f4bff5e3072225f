use super::*;
use crate::net::architecture::linear;
use crate::net::spec::{Bias, Draft, Draws, Method, Spec};
use crate::net::tape::{JoinScale, Linear, Op, Tape};

/// Whether a draw in small steps with a checkpoint every so many sections is the draw at one go.
fn changes_no_bit(spec: &Spec, tape: &Tape) {
    let plan = || Plan::with_tape(spec, tape, Method::Auto);
    let mut whole = Draw::new(Arc::new(plan()), 0);
    whole.advance(u64::MAX / 4, Team::Alone);
    for segment in [1, 5, 22] {
        let mut plan = plan();
        plan.segment = segment;
        let mut draw = Draw::new(Arc::new(plan), 0);
        let mut steps = 0;
        while !draw.is_done() {
            draw.advance(1, Team::Pool);
            steps += 1;
        }
        assert!(steps > 100, "{spec}: {steps} steps");
        assert_eq!(
            draw.record(),
            whole.record(),
            "{spec}, a checkpoint every {segment} layers"
        );
    }
}

fn spec(initializer: &str, input_dim: usize, width: usize) -> Spec {
    Spec::new(Draft {
        activation: "gelu".parse().unwrap(),
        initializer: Some(initializer.parse().unwrap()),
        framework: crate::net::framework::Framework::PyTorch,
        bias: Bias::Normal(0.2),
        width,
        depth: 23,
        input_dim: Some(input_dim),
        draws: Draws::Exactly(1),
        ..Draft::default()
    })
    .unwrap()
}

#[test]
fn checkpoints_and_small_steps_change_no_bit() {
    // two inputs: batches of nearly dependent columns, whose inner products are summed in double precision
    let laws = [("he_normal", 40), ("he_uniform", 40), ("orthogonal", 40)];
    let laws = laws
        .into_iter()
        .chain([("he_normal", 2), ("orthogonal", 2)]);
    for (initializer, input_dim) in laws {
        let spec = spec(initializer, input_dim, 160);
        changes_no_bit(&spec, &spec.tape());
    }
}

#[test]
fn nor_do_they_where_a_stream_passes_by_and_widths_differ() {
    let join = || {
        Op::Join(JoinScale {
            skip: 0.9,
            branch: 0.5,
        })
    };
    for initializer in ["he_normal", "he_uniform", "orthogonal"] {
        let spec = spec(initializer, 40, 96);
        let phi = || Op::Phi(spec.activation().clone());
        let first = || Op::Linear(linear(&spec, 1));
        let square = || Op::Linear(linear(&spec, 2));
        let other = |fan_in, fan_out| {
            Op::Linear(Linear {
                fan_in,
                fan_out,
                ..linear(&spec, 2)
            })
        };
        let before = vec![Op::Fork, phi(), square(), join()];
        let after = vec![Op::Fork, square(), phi(), join()];
        let wide = vec![
            Op::Fork,
            phi(),
            other(96, 200),
            phi(),
            other(200, 96),
            join(),
        ];
        changes_no_bit(&spec, &Tape::new(vec![first()], before, 22, vec![phi()]));
        changes_no_bit(
            &spec,
            &Tape::new(vec![first(), phi()], after, 22, Vec::new()),
        );
        changes_no_bit(&spec, &Tape::new(vec![first()], wide, 11, vec![phi()]));
    }
}
