//! Activations as they are typed: what is read prints as what reads the same, and theory has an answer in bounded time.

#![no_main]

use initscope::net::activation::Activation;
use initscope::report::theory::Propagation;
use initscope::theory::curve::LayerLaw;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let activation = match text.parse::<Activation>() {
        Ok(activation) => activation,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let printed = activation.to_string();
    let again: Activation = printed.parse().expect("what is printed reads");
    assert_eq!(again.to_string(), printed);
    for x in [-20.0, -1.5, -1e-9, 0.0, 1e-9, 0.7, 1.0, 20.0] {
        for value in [|a: &Activation, x| a.phi().value(x), |a: &Activation, x| {
            a.phi().derivative(x)
        }] {
            let (first, second) = (value(&activation, x), value(&again, x));
            assert_eq!(first.to_bits(), second.to_bits(), "{printed} at {x}");
        }
    }
    // not known is an answer, too
    let _ = Propagation::predict(&activation, LayerLaw::square(2.0, 0.0), 4);
});
