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
fn a_place_alone_moves_the_norms_of_the_block_that_is_there() {
    for (typed, whole) in [
        (
            "arch=gpt2 768x12 block=peri(rms)",
            "arch=gpt2 768x12 block=peri(rms,attn(head=64,causal))+peri(rms,mlp(4))",
        ),
        (
            "arch=deepnorm block=pre(ln)",
            "arch=deepnorm block=pre(ln,attn(head=64),skip=(2N)^0.25)+pre(ln,mlp(4),skip=(2N)^0.25)",
        ),
        (
            "arch=rezero block=respost(ln)",
            "arch=rezero block=respost(ln,attn(head=64),alpha=0)+respost(ln,mlp(4),alpha=0)",
        ),
    ] {
        assert_eq!(spec(typed), spec(whole), "{typed}");
    }
    let lonely = "relu/he_normal 64x8 block=peri(rms)".parse::<Spec>();
    let error = lonely.expect_err("no block").to_string();
    assert!(error.contains("no block before it"), "{error}");
}

/// Every row computed by hand from the shape of the kernel: PyTorch (out, in/g, k, k), Keras depthwise (k, k, c, 1), and the variance
/// that the initializer then draws over the one that its own formula has with the true fans.
#[test]
fn a_convolution_has_the_fans_that_its_framework_tells() {
    for (text, told, true_fans, fan_in_variance) in [
        (
            "pytorch relu/he_normal conv=3x3",
            (576, 576),
            (576, 576),
            2.0,
        ),
        (
            "pytorch relu/he_normal conv=3x3,groups=64",
            (9, 576),
            (9, 9),
            2.0,
        ),
        (
            "pytorch relu/he_normal(mode=fan_out) conv=3x3,groups=64",
            (9, 576),
            (9, 9),
            2.0 / 64.0,
        ),
        (
            "pytorch relu/he_normal(mode=fan_out) conv=5,groups=4",
            (80, 320),
            (80, 80),
            0.5,
        ),
        (
            "pytorch relu/he_normal conv=3x3,groups=4,transposed",
            (144, 576),
            (144, 144),
            2.0,
        ),
        (
            "pytorch relu/he_normal conv=3x3,stride=2",
            (576, 576),
            (576, 576),
            2.0,
        ),
        // every number of the output gets 4 of the 16 taps
        (
            "pytorch relu/he_normal conv=4x4,transposed,stride=2",
            (1024, 1024),
            (256, 256),
            0.5,
        ),
        (
            "keras relu/glorot_normal conv=3x3,groups=64",
            (576, 9),
            (9, 9),
            18.0 / 585.0,
        ),
        (
            "keras relu/glorot_normal conv=3x3,groups=4",
            (144, 576),
            (144, 144),
            0.4,
        ),
        (
            "flax relu/glorot_normal conv=3x3,groups=64",
            (9, 576),
            (9, 9),
            18.0 / 585.0,
        ),
        (
            "pytorch relu/default conv=3x3,groups=64",
            (9, 576),
            (9, 9),
            1.0 / 3.0,
        ),
    ] {
        let (framework, network) = text.split_once(' ').expect("a framework");
        let (head, keys) = network.split_once(' ').expect("keys");
        let spec = spec(&format!("{head} 64x8 {keys} framework={framework}"));
        let fans = spec.conv_fans(2).expect("a convolution");
        let (fan_in, fan_out): (u32, u32) = true_fans;
        let true_fans = (f64::from(fan_in), f64::from(fan_out));
        assert_eq!((fans.told, fans.true_fans), (told, true_fans), "{text}");
        let found = 64.0 * spec.weight_law(2).variance(64, 64);
        assert!(
            (found / fan_in_variance - 1.0).abs() < 1e-6,
            "{text}: {found}"
        );
        assert_eq!(spec.to_string().parse(), Ok(spec.clone()), "{text}");
    }
    let told = spec("relu/he_normal(mode=fan_out) 64x8 conv=3x3,groups=64 framework=pytorch");
    assert_eq!(
        told.conv_note().as_deref(),
        Some(
            "conv 3x3,groups=64: pytorch tells the initializer fan_in 9 and fan_out 576, true are 9 and 9: \
             the variance is 64 times too small"
        )
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
        ("norm=gn", "norm `gn` is not ln, rms, bn or none"),
        (
            "norm=bn batch=1",
            "BatchNorm takes the mean over two inputs",
        ),
        ("conv=3x0", "conv `3x0` is not KERNEL"),
        (
            "conv=3x3,groups=7",
            "7 groups do not divide 256 and 256 channels",
        ),
        ("conv=3x3 block=res(mlp(1))", "conv is for plain layers"),
        (
            "conv=3x3 framework=burn",
            "known of PyTorch, Keras and Flax",
        ),
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
