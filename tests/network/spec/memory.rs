//! What a request needs.

use initscope::net::spec::{AUTO_DRAWS, Caps, Draft, Draws, Spec};

use super::spec;

#[test]
fn what_a_memory_refusal_suggests_is_accepted() {
    let draft = Draft {
        depth: 10000,
        width: 16384,
        batch: 128,
        ..Draft::default()
    };
    assert!(Spec::new(draft).is_ok());
    let draft = Draft {
        depth: 10000,
        draws: Draws::Exactly(1015),
        ..Draft::default()
    };
    assert!(Spec::new(draft).is_ok());
}

#[test]
fn the_largest_ordinary_requests_fit() {
    for text in [
        "relu/he_normal 4096x10000",
        "relu/he_normal 16384x10000",
        "relu/he_normal 16384x64 batch=256",
        "relu/he_normal 256x64 draws=100000",
    ] {
        let spec = spec(text);
        assert!(spec.memory_bytes() <= Caps::WIDEST.memory, "{text}");
        assert!(spec.draws_in_flight(64) >= 1);
    }
}

#[test]
fn the_memory_of_a_request_is_activations_and_records() {
    // A layer: 256 x 16 numbers of 4 bytes, two 16 x 16 matrices of 8 bytes, 256 biases of 4 bytes. At work: seven panels
    // (one of them the inputs) and 4 parts with six 16 x 16 matrices. 64 layers x 512 draws x 208 bytes = 6.5 MiB, and 3 KiB of words a layer.
    let layer = 256 * 64 + 2 * 2048 + 1024;
    let work = 7 * 256 * 64 + 4 * 6 * 2048;
    let small = spec("relu/he_normal 256x64");
    assert_eq!(small.tape().segment(16), 64);
    assert_eq!(small.draws_target(), AUTO_DRAWS);
    assert_eq!(
        small.memory_bytes(),
        64 * layer + work + 64 * (512 * 208 + 3072)
    );
    assert_eq!(
        spec("relu/he_normal 256x64 batch=3").memory_bytes(),
        small.memory_bytes()
    );
    assert_eq!(small.draws_in_flight(8), 8);
    // A segment of sqrt(10000) = 100 layers, as many checkpoints (a panel and a 16 x 16 matrix), and 10000 x 64 x 208: records of
    // automatic draws stay within 128 MiB.
    let layer = 4096 * 64 + 2 * 2048 + 4 * 4096;
    let checkpoint = 4096 * 64 + 2048;
    let work = 7 * 4096 * 64 + 8 * 6 * 2048;
    let deep = spec("relu/he_normal 4096x10000");
    assert_eq!(deep.tape().segment(16), 100);
    assert_eq!(
        deep.memory_bytes(),
        100 * (layer + checkpoint) + work + 133_120_000 + 30_720_000
    );
    // (2^31 - 163840000) / 56614912 = 35.04.
    assert_eq!(deep.draws_in_flight(64), 35);
}
