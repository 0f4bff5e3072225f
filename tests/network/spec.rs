//! Specs: what is refused and how, the short text and the command line, the memory.

mod blocks;
mod memory;

use std::path::PathBuf;
use std::sync::Arc;

use initscope::net::activation::Activation;
use initscope::net::bias::BiasLaw;
use initscope::net::framework::Framework;
use initscope::net::initializer::Initializer;
use initscope::net::input::{Data, Input};
use initscope::net::spec::{BIASES, Bias, Draft, Draws, GAINS, Spec};
use ndarray::array;

fn data(name: &str) -> Arc<Data> {
    Arc::new(Data::new(name, &array![[1.0, 2.0], [3.0, 5.0]]).expect("valid"))
}

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn the_default_is_the_keras_layer() {
    let spec = Spec::default();
    assert_eq!(spec.to_string(), "relu/default 256x64");
    assert_eq!(spec.effective_initializer().to_string(), "glorot_uniform");
    assert_eq!(spec.bias_law(1), BiasLaw::Zeros);
    assert_eq!((spec.batch(), spec.input_dim(), spec.seed()), (16, 256, 0));
}

#[test]
fn a_framework_alone_is_its_default_layer_and_beside_an_initializer_a_dialect() {
    let alone = spec("relu/default 100x4 framework=pytorch");
    let bound = 0.1;
    assert_eq!(alone.bias_law(2), BiasLaw::symmetric(bound));
    let named = spec("relu/he_normal 100x4 framework=pytorch");
    assert_eq!(named.bias_law(2), BiasLaw::Zeros);
    let preset = spec("relu/he_normal 100x4 framework=pytorch bias=preset");
    assert_eq!(preset.bias_law(2), BiasLaw::symmetric(bound));
    let asked = spec("relu/default 100x4 framework=pytorch bias=0.3");
    assert_eq!(
        asked.bias_law(2),
        BiasLaw::Normal {
            mean: 0.0,
            std: 0.3
        }
    );
    let none = spec("relu/default 100x4 framework=pytorch bias=0");
    assert_eq!(none.bias_law(2), BiasLaw::Zeros);
    // The dialect: PyTorch does not cut he_normal, Keras does.
    assert!(named.weight_law(2).is_gaussian());
    assert!(!spec("relu/he_normal 100x4").weight_law(2).is_gaussian());
}

#[test]
fn the_first_layer_is_rectangular_where_the_input_is_not_as_wide() {
    assert_eq!(spec("relu/default 100x3 input=digits").fans(1), (64, 100));
    let noise = spec("relu/default 100x3 input_dim=7 framework=candle");
    assert_eq!((noise.fans(1), noise.fans(2)), ((7, 100), (100, 100)));
    let bound = 1.0 / 7_f64.sqrt();
    assert_eq!(noise.bias_law(1), BiasLaw::symmetric(bound));
}

#[test]
fn what_is_out_of_range_is_refused_with_the_range_and_a_suggestion() {
    type Edit = fn(&mut Draft);
    let edits: [(Edit, &str); 18] = [
        (
            |d| d.width = 20000,
            "width 20000 is not allowed: 1 to 16384; try --width 16384",
        ),
        (
            |d| d.width = 0,
            "width 0 is not allowed: 1 to 16384; try --width 1",
        ),
        (
            |d| d.depth = 0,
            "depth 0 is not allowed: 1 to 10000; try --depth 1",
        ),
        (
            |d| d.depth = 10001,
            "depth 10001 is not allowed: 1 to 10000; try --depth 10000",
        ),
        (
            |d| d.batch = 0,
            "batch 0 is not allowed: 1 to 256; try --batch 1",
        ),
        (
            |d| d.batch = 257,
            "batch 257 is not allowed: 1 to 256; try --batch 256",
        ),
        (
            |d| d.gain = 0.0,
            "gain 0 is not allowed: 1e-6 to 1e6; try --gain 1",
        ),
        (
            |d| d.gain = -2.0,
            "gain -2 is not allowed: 1e-6 to 1e6; try --gain 1",
        ),
        (
            |d| d.gain = f64::NAN,
            "gain NaN is not allowed: 1e-6 to 1e6; try --gain 1",
        ),
        (
            |d| d.gain = f64::INFINITY,
            "gain inf is not allowed: 1e-6 to 1e6; try --gain 1e6",
        ),
        (
            |d| d.bias = Bias::Normal(-0.1),
            "bias -0.1 is not allowed: 0 to 1e6; try --bias 0",
        ),
        (
            |d| d.bias = Bias::Normal(f64::NAN),
            "bias NaN is not allowed: 0 to 1e6; try --bias 0",
        ),
        (
            |d| d.draws = Draws::Exactly(0),
            "draws 0 is not allowed: 1 to 100000; try --draws 1",
        ),
        (
            |d| d.draws = Draws::Exactly(100_001),
            "draws 100001 is not allowed: 1 to 100000; try --draws 100000",
        ),
        (
            |d| d.input_dim = Some(0),
            "input_dim 0 is not allowed: 1 to 16384; try --input-dim 1",
        ),
        (
            |d| {
                d.input = Input::Digits;
                d.input_dim = Some(100);
            },
            "input_dim 100 is for noise only: input `digits` has 64 columns; leave out --input-dim",
        ),
        (
            |d| {
                (d.depth, d.width, d.batch) = (10000, 16384, 256);
            },
            "10000 layers of 16384 units, 256 inputs and 64 draws need about 3.6 GiB of memory, more than the limit of 2.0 GiB; try --batch 128",
        ),
        (
            |d| {
                (d.depth, d.draws) = (10000, Draws::Exactly(100_000));
            },
            "10000 layers of 256 units, 16 inputs and 100000 draws need about 193.8 GiB of memory, more than the limit of 2.0 GiB; try --draws 1015",
        ),
    ];
    for (edit, message) in edits {
        let mut draft = Draft::default();
        edit(&mut draft);
        assert_eq!(Spec::new(draft).expect_err(message).to_string(), message);
    }
}

#[test]
fn a_short_text_reads_back_to_the_same_spec() {
    for text in [
        "relu/default 256x64",
        "relu/glorot_uniform 256x64 gain=1.5 bias=0.1 batch=32 input=digits seed=7 draws=128",
        "relu/default 256x64 framework=pytorch",
        "tanh/he_normal 1x1 framework=burn bias=0 input_dim=3",
        "leaky_relu(0.2)/he_normal(0.2) 512x100 bias=preset",
        "relu/variance_scaling(2,fan_in,normal) 8x8 seed=18446744073709551615",
        "selu/lecun_normal 300x50 gain=0.000001",
    ] {
        assert_eq!(spec(text).to_string(), text);
    }
    for (loose, text) in [
        (
            "  relu/glorot_uniform   256x64\n",
            "relu/glorot_uniform 256x64",
        ),
        (
            "relu/variance_scaling(2, fan_in, normal) 8x8 framework=torch",
            "relu/variance_scaling(2,fan_in,normal) 8x8 framework=pytorch",
        ),
        (
            "relu/he_normal 8x8 gain=1 bias=auto draws=auto seed=0",
            "relu/he_normal 8x8",
        ),
        (
            "relu/he_normal 8x8 input-dim=5 bias=-0",
            "relu/he_normal 8x8 bias=0 input_dim=5",
        ),
        (
            "\"relu/he_normal\" 8x8 \"seed=3\"",
            "relu/he_normal 8x8 seed=3",
        ),
    ] {
        assert_eq!(spec(loose).to_string(), text);
    }
}

#[test]
fn every_activation_initializer_and_framework_reads_back() {
    let initializers: Vec<Option<Initializer>> = Initializer::all()
        .into_iter()
        .map(Some)
        .chain([None])
        .collect();
    for (index, activation) in Activation::all().enumerate() {
        for (number, initializer) in initializers.iter().enumerate() {
            let draft = Draft {
                activation: activation.clone(),
                initializer: initializer.clone(),
                framework: Framework::ALL[(index + number) % Framework::ALL.len()],
                gain: GAINS[(7 * index + number) % GAINS.len()],
                bias: Bias::Normal(BIASES[(index + 3 * number) % BIASES.len()]),
                ..Draft::default()
            };
            let spec = Spec::new(draft).expect("valid");
            assert_eq!(spec.to_string().parse().as_ref(), Ok(&spec), "{spec}");
        }
    }
}

#[test]
fn a_data_file_is_quoted_where_needed_and_equal_by_name() {
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = scratch.join("it's a (test.csv");
    std::fs::write(&path, "1,2\n3,5\n").expect("the scratch directory is writable");
    let name = path.to_str().expect("an ASCII path");
    let draft = Draft {
        input: Input::Data(data(name)),
        ..Draft::default()
    };
    let spec = Spec::new(draft).expect("valid");
    assert_eq!(
        spec.to_string(),
        format!("relu/default 256x64 input=\"{name}\"")
    );
    assert_eq!(spec.to_string().parse(), Ok(spec.clone()));
    let quoted = name.replace('\'', r"'\''");
    let line = format!("initscope --activation relu --width 256 --depth 64 --input '{quoted}'");
    assert_eq!(spec.command_line(), line);
}

#[test]
fn a_wrong_text_is_answered_with_the_form() {
    const FORM: &str = "; a spec is `activation/initializer WIDTHxDEPTH key=value ...`, for instance `relu/he_normal 256x64 seed=7`";
    for (text, message) in [
        (
            "",
            "cannot read ``: activation, initializer or size is missing",
        ),
        (
            "relu/he_normal",
            "cannot read `relu/he_normal`: activation, initializer or size is missing",
        ),
        (
            "relu 8x8",
            "cannot read `relu`: no `/initializer` (`/default` is the framework's)",
        ),
        ("relu/default 88", "cannot read `88`: not WIDTHxDEPTH"),
        ("relu/default 8x8 fast", "cannot read `fast`: not key=value"),
        (
            "relu/default 8x8 seed=1 seed=2",
            "cannot read `seed=2`: `seed` is there twice",
        ),
        (
            "relu/default 8x8 sed=1",
            "cannot read `sed=1`: unknown key (did you mean `seed`?); allowed: arch, framework, gain, bias, batch, input, labels, scale, input_dim, seed, draws, engine, conv, block, out, in, initial, final, norm, tokens, embed, eps, copies, standardized",
        ),
        (
            "relu/he_normal(0.2 8x8",
            "cannot read `relu/he_normal(0.2 8x8`: no closing `)`",
        ),
        (
            "relu/default 8x8 input=\"a b",
            "cannot read `relu/default 8x8 input=\"a b`: no closing `\"`",
        ),
    ] {
        let error = text.parse::<Spec>().expect_err(text).to_string();
        assert_eq!(error, format!("{message}{FORM}"));
    }
    for (text, message) in [
        (
            "relu/default -8x8",
            "width `-8` is not a whole number from 1 to 16384; try --width 256",
        ),
        (
            "relu/default 8x8.5",
            "depth `8.5` is not a whole number from 1 to 10000; try --depth 64",
        ),
        (
            "relu/default 8x8 gain=big",
            "gain `big` is not a number; try --gain 1.5",
        ),
        (
            "relu/default 8x8 bias=some",
            "bias `some` is not a standard deviation (0 is no bias), a law such as constant(0.1), normal(0.1), uniform(0.06) or uniform(1/sqrt(fan_in)), `preset` or `auto`; try --bias 0.1",
        ),
        (
            "relu/default 8x8 draws=many",
            "draws `many` is not a whole number or `auto`; try --draws 128",
        ),
        (
            "relu/default 8x8 framework=keas",
            "unknown framework `keas` (did you mean `keras`?); allowed: keras, pytorch, flax, burn, candle, tch, tinygrad, mlx, paddle, haiku, tfjs",
        ),
    ] {
        let error = text.parse::<Spec>().expect_err(text).to_string();
        assert_eq!(error, message);
    }
    assert!("rellu/default 8x8".parse::<Spec>().is_err());
    assert!("relu/he 8x8".parse::<Spec>().is_err());
}

#[test]
fn the_command_line_is_what_a_shell_needs() {
    for (text, command) in [
        (
            "relu/default 256x64",
            "initscope --activation relu --width 256 --depth 64",
        ),
        (
            "relu/default 256x64 framework=pytorch",
            "initscope --activation relu --width 256 --depth 64 --framework pytorch",
        ),
        (
            "leaky_relu(0.2)/variance_scaling(2,fan_in,normal) 8x9 gain=1.5 bias=preset batch=4 input_dim=3 seed=7 draws=128",
            "initscope --activation 'leaky_relu(0.2)' --initializer 'variance_scaling(2,fan_in,normal)' --width 8 --depth 9 \
             --gain 1.5 --bias preset --batch 4 --input-dim 3 --seed 7 --draws 128",
        ),
        (
            "relu/he_normal 8x9 input=digits",
            "initscope --activation relu --initializer he_normal --width 8 --depth 9 --input digits",
        ),
    ] {
        assert_eq!(spec(text).command_line(), command);
    }
    let draft = Draft {
        input: Input::Data(data("-x.npy")),
        ..Draft::default()
    };
    let dash = Spec::new(draft).expect("valid").command_line();
    assert!(dash.ends_with(" --input=-x.npy"), "{dash}");
    // what would act on a terminal is written out; a shell makes the name of it again
    let evil = "/\u{1b}]0;'owned'\u{7}\\ \u{202e}x.csv";
    let draft = Draft {
        input: Input::Data(data(evil)),
        ..Draft::default()
    };
    let spec = Spec::new(draft).expect("valid");
    let (text, command) = (spec.to_string(), spec.command_line());
    for shown in [&text, &command] {
        assert!(
            !shown.contains(initscope::net::foreign::is_hidden),
            "{shown:?}"
        );
    }
    assert!(
        text.ends_with(r#" input="/\u{1b}]0;'owned'\u{7}\\ \u{202e}x.csv""#),
        "{text}"
    );
    let error = text
        .parse::<Spec>()
        .expect_err("there is no such file")
        .to_string();
    assert!(
        error.contains(r"`/\u{1b}]0;'owned'\u{7}\ \u{202e}x.csv`"),
        "{error}"
    );
    #[cfg(unix)]
    {
        let (_, word) = command.split_once("--input ").expect("an input");
        let script = format!("printf %s {word}");
        let said = std::process::Command::new("sh")
            .args(["-c", &script])
            .output();
        assert_eq!(said.expect("a shell").stdout, evil.as_bytes());
    }
}
