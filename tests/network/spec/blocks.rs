//! Blocks and norms as fields: what is read, written, resolved and refused.

use initscope::net::initializer::WeightLaw;
use initscope::net::spec::{Caps, Spec};

use super::spec;

#[test]
fn blocks_are_written_as_they_are_read_and_run_from_the_command_line() {
    for text in [
        "gelu/lecun_normal 128x24 block=pre(ln,mlp(4)) out=1/sqrt(2N) final=ln embed=0.02 eps=1e-5",
        "relu/he_normal 64x8 block=res(mlp(1),alpha=1/sqrt(L))+post(rms,mlp(0.5),skip=(2N)^0.25)",
        "relu/he_normal 64x8 block=res(mlp(1)) out=0 in=1/sqrt(L)",
        "tanh/glorot_normal 64x8 norm=rms eps=0.001",
    ] {
        let spec = spec(text);
        assert_eq!(spec.to_string().parse(), Ok(spec.clone()), "{text}");
        assert!(spec.command_line().contains("--"), "{text}");
    }
    let blanks = spec("gelu/lecun_normal 128x24 block=pre(ln, mlp( 4 ))+res(mlp(1))");
    assert_eq!(
        blanks.to_string(),
        "gelu/lecun_normal 128x24 block=pre(ln,mlp(4))+res(mlp(1))"
    );
}

#[test]
fn depth_counts_blocks_and_factors_are_those_of_the_whole_network() {
    let two = spec(
        "relu/he_normal 64x8 block=pre(ln,mlp(4),alpha=1/L)+res(mlp(1)) out=1/sqrt(2N) framework=pytorch",
    );
    assert_eq!((two.depth(), two.sub_layers(), two.layers()), (8, 2, 16));
    let (first, second) = (two.stage(1), two.stage(2));
    assert_eq!((first.reads[0].fan_in, first.reads[0].fan_out), (64, 256));
    let residual = first.residual.expect("a stream");
    assert_eq!(residual.alpha, 1.0 / 16.0);
    let WeightLaw::Normal { std, .. } = residual.last.weights else {
        panic!("{:?}", residual.last);
    };
    assert!((std - (2.0 / 256.0_f64).sqrt() / 4.0).abs() < 1e-12);
    assert_eq!((second.reads[0].fan_out, second.pre), (64, None));
    assert_eq!(two.stage(15), two.stage(1));
    let plain = spec("relu/he_normal 64x8");
    assert_eq!((plain.layers(), plain.has_stages()), (8, false));
}

#[test]
fn a_zero_branch_is_known_by_the_factor_that_makes_it() {
    for (text, zero) in [
        ("relu/he_normal 64x8 block=res(mlp(1)) out=0", Some("out")),
        (
            "relu/he_normal 64x8 block=res(mlp(1),alpha=0)",
            Some("alpha"),
        ),
        (
            "relu/he_normal 64x8 block=res(mlp(1),alpha=0)+res(mlp(1))",
            None,
        ),
        ("relu/he_normal 64x8 block=res(mlp(1)) out=0 bias=0.1", None),
    ] {
        assert_eq!(spec(text).zero_branches(), zero, "{text}");
    }
}

#[test]
fn what_does_not_go_together_is_refused_with_what_does() {
    for (keys, told) in [
        ("out=1/sqrt(2N)", "out scales the branches of a block"),
        ("in=2", "in scales the branches of a block"),
        ("final=ln", "final is the norm after the last block"),
        ("embed=0.02", "embed is for networks with blocks or norms"),
        ("block=pre(ln,mlp(4)) norm=ln", "leave out --norm"),
        (
            "block=res(mlp(4)) eps=1e-5",
            "eps is for networks with a norm",
        ),
        ("block=res(mlp(4)) input=digits", "try --width 64"),
        ("block=res(mlp(4)) input_dim=30", "try --width 30"),
        (
            "block=res(mlp(4)) out=x",
            "out `x` is not a number or a power",
        ),
        ("block=res(mlp(4)) out=-1", "out -1 is not allowed"),
        ("block=res(mlp(4)) embed=0", "embed 0 is not allowed"),
        (
            "block=pre(ln,attn(7))",
            "7 heads do not divide 256 units; try --block pre(ln,attn(4))",
        ),
        ("norm=bn", "norm `bn` is not ln, rms or none"),
        (
            "block=res(mlp(4),alpha=(9N)^9)",
            "and -1e6 to 1e6 is allowed",
        ),
    ] {
        let text = format!("relu/he_normal 256x64 {keys}");
        let error = text.parse::<Spec>().expect_err(keys).to_string();
        assert!(error.contains(told), "{keys}: {error}");
    }
    let deep = "relu/he_normal 16x6000 block=res(mlp(1))+res(mlp(1))";
    let error = deep.parse::<Spec>().expect_err(deep).to_string();
    assert!(
        error.contains("12000 sub-layers are more than 10000"),
        "{error}"
    );
    assert!(error.contains("--depth 5000"), "{error}");
}

#[test]
fn memory_of_blocks_is_bounded_and_told() {
    let large = "gelu/normal(0.02) 4096x32 block=pre(ln,mlp(4))";
    assert!(spec(large).memory_bytes() <= Caps::WIDEST.memory);
    let error = "gelu/normal(0.02) 16384x1000 block=pre(ln,mlp(16)) batch=256"
        .parse::<Spec>()
        .expect_err("too large")
        .to_string();
    assert!(error.contains("of memory, more than the limit"), "{error}");
}
