//! Numbers and activations as people write them.

use initscope::net::activation::Activation;
use initscope::net::bias::BiasLaw;
use initscope::net::framework::Framework;
use initscope::net::initializer::{Initializer, WeightLaw};
use initscope::net::spec::Spec;

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn numbers_are_constant_expressions_wherever_one_is_typed() {
    for (typed, means) in [
        (
            "relu/random_normal(1/sqrt(512)) 100x4",
            "relu/random_normal(0.044194173824159216) 100x4",
        ),
        (
            "leaky_relu(sqrt(5))/he_normal 100x4 gain=5/4 bias=1e-2",
            "leaky_relu(2.23606797749979)/he_normal 100x4 gain=1.25 bias=0.01",
        ),
        (
            "selu/variance_scaling(math.sqrt(4),fan_in,normal) 100x4 draws=2*8",
            "selu/variance_scaling(2,fan_in,normal) 100x4 draws=16",
        ),
    ] {
        assert_eq!(spec(typed), spec(means), "{typed}");
    }
    for wrong in [
        "relu/he_normal 100x4 gain=5/0",
        "relu/he_normal 100x4 gain=x",
        "relu/he_normal 100x4 draws=5/2",
        "relu/random_normal(sqrt(-1)) 100x4",
    ] {
        assert!(wrong.parse::<Spec>().is_err(), "{wrong}");
    }
}

#[test]
fn activations_are_read_as_frameworks_write_them() {
    for (typed, means) in [
        ("nn.ReLU()", "relu"),
        (
            "torch.nn.LeakyReLU(negative_slope=0.3, inplace=True)",
            "leaky_relu(0.3)",
        ),
        ("nn.GELU(approximate='tanh')", "gelu_tanh"),
        ("nn.GELU(approximate='none')", "gelu_erf"),
        ("'selu'", "selu"),
        ("nn.ELU(alpha=1/2)", "elu(0.5)"),
        (
            "0.5*x*(1+torch.erf(x/math.sqrt(2)))",
            "0.5*x*(1+erf(x/sqrt(2)))",
        ),
    ] {
        let read: Activation = typed.parse().unwrap_or_else(|e| panic!("{typed}: {e}"));
        assert_eq!(read, means.parse().expect("known"), "{typed}");
    }
    let error = "elu(slope=2)"
        .parse::<Activation>()
        .expect_err("none of its");
    assert_eq!(
        error.to_string(),
        "elu has no parameter `slope`: type for instance `elu(0.5)`"
    );
}

#[test]
fn initializers_are_read_as_frameworks_write_them() {
    for (typed, means) in [
        ("kaiming_uniform(a=sqrt(5))", "he_uniform(sqrt(5))"),
        (
            "torch.nn.init.kaiming_uniform_(self.fc.weight, a=math.sqrt(5))",
            "he_uniform(2.23606797749979)",
        ),
        (
            "kaiming_normal(a=sqrt(5), mode=fan_out, nonlinearity=leaky_relu)",
            "variance_scaling(2/(1+sqrt(5)*sqrt(5)),fan_out,normal)",
        ),
        (
            "kaiming_normal_(w, 0, 'fan_out', 'relu')",
            "variance_scaling(2,fan_out,normal)",
        ),
        (
            "nn.init.kaiming_normal_(w, nonlinearity='relu')",
            "he_normal",
        ),
        ("kaiming_normal(mode='fan_in')", "he_normal"),
        // PyTorch reads the slope for a leaky ReLU only
        ("kaiming_normal(a=1, nonlinearity=relu)", "he_normal"),
        (
            "kaiming_uniform(nonlinearity=tanh)",
            "variance_scaling(25/9,fan_in,uniform)",
        ),
        (
            "kaiming_uniform(nonlinearity=selu)",
            "variance_scaling(9/16,fan_in,uniform)",
        ),
        (
            "kaiming_uniform(nonlinearity=linear)",
            "variance_scaling(1,fan_in,uniform)",
        ),
        (
            "xavier_normal(gain=0.75)",
            "variance_scaling(0.5625,fan_avg,normal)",
        ),
        ("nn.init.xavier_normal_(w)", "glorot_normal"),
        ("xavier_uniform(gain=1)", "glorot_uniform"),
        (
            "trunc_normal(std=0.02, a=-2, b=2)",
            "truncated_normal(0.02,cut=2)",
        ),
        (
            "nn.init.trunc_normal_(w, 0., .02, -2., 2.)",
            "truncated_normal(0.02,cut=2)",
        ),
        (
            "trunc_normal_(w, std=.02, a=-.04, b=.04)",
            "truncated_normal(0.02,cut=0.04)",
        ),
        (
            "trunc_normal(std=.02, a=-2)",
            "truncated_normal(0.02,cut=2)",
        ),
        (
            "keras.initializers.VarianceScaling(scale=2.0, mode='fan_out', distribution=\"uniform\")",
            "variance_scaling(2,fan_out,uniform)",
        ),
        (
            "RandomNormal(mean=0.0, stddev=0.05, seed=None)",
            "random_normal(0.05)",
        ),
        ("normal(0, 0.02)", "random_normal(0.02)"),
        ("normal(1, 0.02)", "random_normal(0.02,mean=1)"),
        (
            "RandomNormal(mean=0.1, stddev=0.05)",
            "random_normal(0.05,mean=0.1)",
        ),
        (
            "TruncatedNormal(mean=0.1, stddev=0.05)",
            "truncated_normal(0.05,mean=0.1)",
        ),
        // (mean, std), as PyTorch, Keras and Paddle have them
        ("truncated_normal(0.02, 1)", "truncated_normal(1,mean=0.02)"),
        (
            "trunc_normal(std=0.02, a=0, b=2)",
            "truncated_normal(0.02,a=0,b=2)",
        ),
        (
            "trunc_normal(mean=0.01, std=0.02, a=-2, b=2)",
            "truncated_normal(0.02,mean=0.01,cut=2)",
        ),
        ("trunc_normal(a=-2, b=2)", "truncated_normal(cut=2)"),
        (
            "jax.nn.initializers.truncated_normal(stddev=0.02, lower=-3.0, upper=3.0)",
            "truncated_normal(0.02,cut=0.06)",
        ),
        (
            "tf.keras.initializers.RandomUniform(minval=-0.05, maxval=0.1)",
            "random_uniform(-0.05,0.1)",
        ),
        (
            "nn.init.uniform_(w, a=-0.1, b=0.1)",
            "random_uniform(-0.1,0.1)",
        ),
        ("orthogonal(gain=sqrt(2))", "orthogonal(1.4142135623730951)"),
        ("jax.nn.initializers.he_normal()", "he_normal"),
        ("nn.init.constant_(w, val=0.1)", "constant(0.1)"),
        ("'he_normal'", "he_normal"),
    ] {
        let read: Initializer = typed.parse().unwrap_or_else(|e| panic!("{typed}: {e}"));
        let law = |i: &Initializer| i.law(Framework::PyTorch, 300, 100, 1.0);
        let meant: Initializer = means.parse().expect("an initializer");
        let (got, right) = (
            law(&read).variance(300, 100),
            law(&meant).variance(300, 100),
        );
        assert_eq!(read.name(), meant.name(), "{typed}");
        if right == 0.0 {
            assert_eq!(law(&read), law(&meant), "{typed}");
        } else {
            // the scale is squared or divided once on each side: a few roundings of 1.1e-16
            assert!((got / right - 1.0).abs() < 1e-15, "{typed}: {got} {right}");
        }
        assert_eq!(read.to_string().parse(), Ok(read.clone()), "{typed}");
        let whole: Spec = spec(&format!("relu/{typed} 100x4"));
        assert_eq!(spec(&whole.to_string()), whole, "{typed}");
    }
}

#[test]
fn a_call_that_is_not_simulated_says_what_is() {
    for (typed, message) in [
        (
            "trunc_normal(mean=3, std=0.02, a=0, b=2)",
            "truncated_normal: the mean 3 is not between the cuts 0 and 2",
        ),
        (
            "trunc_normal(std=0.02, a=2, b=-2)",
            "truncated_normal: the mean 0 is not between the cuts 2 and -2",
        ),
        (
            "trunc_normal(std=0.02, cut=1, a=-1)",
            "truncated_normal: either `cut`, the same on both sides of 0, or `a` and `b`; type for instance `truncated_normal(std=0.02, a=-2, b=2)`",
        ),
        (
            "trunc_normal(1,2,3,4,5,6,7,8)",
            "`truncated_normal` takes 7 parameters at most, not 8; type `truncated_normal([std], mean=0, [a=], [b=], [cut=], [lower=], [upper=])`",
        ),
        (
            "trunc_normal(std=0.02, width=1)",
            "`truncated_normal` has no parameter `width`; type `truncated_normal([std], mean=0, [a=], [b=], [cut=], [lower=], [upper=])`",
        ),
        (
            "truncated_normal(lower=-1)",
            "`truncated_normal` needs its std; type for instance `truncated_normal(0.02, lower=-2, upper=2)`",
        ),
        (
            "random_uniform(minval=-1)",
            "`random_uniform` needs its high; type for instance `random_uniform(-0.05,0.05)`",
        ),
        (
            "kaiming_normal(nonlinearity=gelu)",
            "he_normal: nonlinearity = `gelu` is not allowed: leaky_relu, relu, linear, sigmoid, tanh, selu",
        ),
        (
            "xavier_normal(scale=2)",
            "`glorot_normal` has no parameter `scale`; type `glorot_normal(gain=1)`",
        ),
        (
            "xavier_normal(gain=0)",
            "glorot_normal: gain = `0` is not allowed: a number from 1e-6 to 1e6",
        ),
    ] {
        let error = typed.parse::<Initializer>().expect_err(typed).to_string();
        assert!(error.starts_with(message), "{typed}:\n{error}\n{message}");
    }
}

#[test]
fn a_cut_at_a_hundred_standard_deviations_is_a_plain_normal() {
    let read: Initializer = "trunc_normal(std=0.02, a=-2, b=2)".parse().expect("read");
    for framework in Framework::ALL {
        let law = read.law(framework, 768, 768, 1.0);
        assert!((768.0 * law.variance(768, 768) / 0.3072 - 1.0).abs() < 1e-14);
        let plain = WeightLaw::Normal {
            mean: 0.0,
            std: 0.02,
        };
        assert_eq!(law.entries(768), plain.entries(768), "{framework}");
    }
}

#[test]
fn biases_are_read_as_they_occur() {
    let law = |text: &str| spec(&format!("relu/he_normal 100x8 bias={text}")).bias_law(2);
    let normal = |mean, std| BiasLaw::Normal { mean, std };
    for (typed, meant) in [
        ("0.1", normal(0.0, 0.1)),
        ("normal(0.1)", normal(0.0, 0.1)),
        ("normal(0.5, 0.1)", normal(0.5, 0.1)),
        ("RandomNormal(mean=0.5, stddev=0.1)", normal(0.5, 0.1)),
        ("constant(0.1)", BiasLaw::Constant { value: 0.1 }),
        (
            "nn.init.constant_(layer.bias, 0.1)",
            BiasLaw::Constant { value: 0.1 },
        ),
        ("ones", BiasLaw::Constant { value: 1.0 }),
        ("uniform(0.06)", BiasLaw::symmetric(0.06)),
        ("uniform(1/sqrt(100))", BiasLaw::symmetric(0.1)),
        ("uniform(1/sqrt(fan_in))", BiasLaw::symmetric(0.1)),
        (
            "uniform(-1/math.sqrt(fan_in), 1/math.sqrt(fan_in))",
            BiasLaw::symmetric(0.1),
        ),
        (
            "uniform(-0.1, 0.3)",
            BiasLaw::Uniform {
                low: -0.1,
                high: 0.3,
            },
        ),
        ("zeros", BiasLaw::Zeros),
        ("constant(0)", BiasLaw::Zeros),
        ("'zeros'", BiasLaw::Zeros),
    ] {
        assert_eq!(law(typed), meant, "{typed}");
        let whole = spec(&format!("relu/he_normal 100x8 bias={typed}"));
        assert_eq!(spec(&whole.to_string()), whole, "{typed}");
    }
    // the dialect of the framework, as for weights
    let flax = spec("relu/he_normal 100x8 framework=flax bias=uniform(0.06)");
    let (low, high) = (0.0, 0.06);
    assert_eq!(flax.bias_law(1), BiasLaw::Uniform { low, high });
    // the first layer has its own fan
    let data = spec("relu/he_normal 100x8 bias=uniform(1/sqrt(fan_in)) input_dim=25");
    assert_eq!(data.bias_law(1), BiasLaw::symmetric(0.2));
    for (wrong, message) in [
        (
            "he_normal",
            "bias `he_normal` is a law of weights only: biases are normal, uniform or constant, for instance `normal(0.1)`",
        ),
        (
            "uniform(fan_in)",
            "bias `uniform(fan_in)` is not understood: of the fans, biases know `uniform(c/sqrt(fan_in))` alone",
        ),
        (
            "constnt(0.1)",
            "bias `constnt(0.1)` is not a standard deviation (0 is no bias), a law such as constant(0.1)",
        ),
        ("constant(x)", "bias constant: value = `x` is not allowed"),
        ("-0.1", "bias -0.1 is not allowed: 0 to 1e6; try --bias 0"),
    ] {
        let typed = format!("relu/he_normal 100x8 bias={wrong}");
        let error = typed.parse::<Spec>().expect_err(wrong).to_string();
        assert!(error.starts_with(message), "{wrong}:\n{error}\n{message}");
    }
}
