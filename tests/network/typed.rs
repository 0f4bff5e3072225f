//! Numbers and activations as people write them.

use initscope::net::activation::Activation;
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
