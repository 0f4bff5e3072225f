//! What holds of every text of a network and of every expression; what fails is shortened to what it takes.

use initscope::net::activation::Activation;
use initscope::net::spec::Spec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    }
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (-300_i32..300).prop_map(|n| (f64::from(n) / 100.0).to_string()),
        any::<f64>().prop_map(|x| x.to_string()),
        select(vec!["0", "1e-3", "1.702", "sqrt(2)", "5/3", "pi", "1e308"]).prop_map(String::from),
    ]
}

/// Expressions of the grammar, most of them no activation for their values.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![3 => Just("x".to_owned()), 1 => number()];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let unary = select(vec![
            "tanh", "sigmoid", "relu", "exp", "erf", "sin", "abs", "log1p", "softplus", "atan",
            "sqrt", "sign", "-",
        ]);
        let infix = select(vec!["+", "-", "*", "/", "^"]);
        let binary = select(vec!["max", "min"]);
        prop_oneof![
            (unary, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (inner.clone(), infix, inner.clone()).prop_map(|(a, o, b)| format!("({a}){o}({b})")),
            (binary, inner.clone(), inner).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
        ]
    })
}

/// A text of a network whose parts are all known, with values that may not be allowed.
fn network() -> impl Strategy<Value = String> {
    let activation = prop_oneof![
        select(vec![
            "relu",
            "tanh",
            "gelu",
            "selu",
            "leaky_relu(0.2)",
            "elu(0.5)",
            "x*sigmoid(x)",
            "nn.ReLU()",
            "silu",
        ])
        .prop_map(String::from),
        number().prop_map(|slope| format!("leaky_relu({slope})")),
    ];
    let initializer = prop_oneof![
        select(vec![
            "he_normal",
            "glorot_uniform",
            "lecun_normal",
            "orthogonal",
            "default",
            "xavier_normal(gain=0.75)",
            "truncated_normal(0.02,cut=2)",
        ])
        .prop_map(String::from),
        number().prop_map(|std| format!("random_normal({std})")),
    ];
    let pair = prop_oneof![
        number().prop_map(|n| format!("gain={n}")),
        number().prop_map(|n| format!("bias={n}")),
        (0_usize..400).prop_map(|n| format!("batch={n}")),
        any::<u64>().prop_map(|n| format!("seed={n}")),
        (0_usize..3000).prop_map(|n| format!("draws={n}")),
        select(vec![
            "draws=auto",
            "framework=pytorch",
            "framework=keras",
            "input=digits",
            "input=correlated(0.5)",
            "engine=dense",
            "input_dim=784",
        ])
        .prop_map(String::from),
    ];
    let size = (0_usize..5000, 0_usize..300);
    (
        activation,
        initializer,
        size,
        prop::collection::vec(pair, 0..4),
    )
        .prop_map(|(activation, initializer, (width, depth), pairs)| {
            format!(
                "{activation}/{initializer} {width}x{depth} {}",
                pairs.join(" ")
            )
        })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn a_network_reads_back_as_itself(text in network()) {
        if let Ok(spec) = text.parse::<Spec>() {
            let again = spec.to_string().parse::<Spec>();
            prop_assert_eq!(again.ok(), Some(spec));
        }
    }

    #[test]
    fn any_text_is_a_network_or_a_short_error_in_one_line(text in "\\PC{0,60}|[a-z/() x0-9=.]{0,60}") {
        if let Err(error) = text.parse::<Spec>() {
            let error = error.to_string();
            prop_assert!(!error.contains('\n') && error.len() < 2000, "{}", error);
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn an_expression_reads_back_as_itself(text in expression()) {
        if let Ok(activation) = text.parse::<Activation>() {
            let again = activation.to_string().parse::<Activation>();
            prop_assert_eq!(again.as_ref().ok(), Some(&activation));
            for x in [-3.0, -0.7, 0.0, 0.4, 2.0] {
                let (value, same) = (activation.phi().value(x), again.as_ref().unwrap().phi().value(x));
                prop_assert_eq!(value.to_bits(), same.to_bits());
            }
        }
    }
}
