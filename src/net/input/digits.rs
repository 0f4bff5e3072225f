//! The UCI handwritten digits, embedded: 1797 images of 8 x 8 pixels 0..=16.
//!
//! "Optical Recognition of Handwritten Digits" (test set), E. Alpaydin and C. Kaynak, 1998, UCI Machine Learning
//! Repository, <https://doi.org/10.24432/C50P49>, CC BY 4.0; packed (see `README.md` beside the files).

use std::sync::OnceLock;

use ndarray::Array2;

use super::{Data, Labels};

/// Whose data the digits are.
pub const ATTRIBUTION: &str = "Optical Recognition of Handwritten Digits (test set), E. Alpaydin and C. Kaynak, 1998, \
     UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0; packed";

/// Images.
const IMAGES: usize = 1797;
/// Pixels of an image.
pub(super) const PIXELS: usize = 64;

static PACKED: &[u8] = include_bytes!("digits.bin");
static PACKED_LABELS: &[u8] = include_bytes!("digits_labels.bin");

/// The standardised images, unpacked once.
pub(super) fn digits() -> &'static Data {
    static DIGITS: OnceLock<Data> = OnceLock::new();
    DIGITS.get_or_init(|| {
        let labels: Vec<f64> = labels().map(f64::from).collect();
        let images = Data::new("digits", &images()).expect("finite and not constant");
        images
            .labelled(Labels::new("digits", &labels).expect("ten classes"))
            .expect("a label an image")
    })
}

/// The original pixels 0..=16, one image a row.
pub(super) fn images() -> Array2<f64> {
    let pixels: Vec<f64> = pixels().map(f64::from).collect();
    Array2::from_shape_vec((IMAGES, PIXELS), pixels).expect("whole images")
}

/// The digit that each image shows: a byte holds two.
fn labels() -> impl Iterator<Item = u8> {
    PACKED_LABELS
        .iter()
        .flat_map(|byte| [byte & 15, byte >> 4])
        .take(IMAGES)
}

/// The original pixels 0..=16: five bytes hold eight.
fn pixels() -> impl Iterator<Item = u8> {
    PACKED.chunks_exact(5).flat_map(|five| {
        let bits = five
            .iter()
            .rev()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..8).map(move |i| (bits >> (5 * i)) as u8 & 31)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_gives_the_original_file() {
        let pixels: Vec<u8> = pixels().collect();
        assert_eq!(pixels.len(), IMAGES * PIXELS);
        assert_eq!(pixels.iter().max(), Some(&16));
        // of the uint8 arrays that numpy reads from the original
        assert_eq!(fnv(&pixels), 0x493f_a2f6_7df5_50a1);
        let labels: Vec<u8> = labels().collect();
        assert_eq!(fnv(&labels), 0x5c66_ed87_5b0a_9785);
    }

    /// FNV-1a.
    fn fnv(bytes: &[u8]) -> u64 {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn every_digit_is_there_about_as_often() {
        let labels = digits().labels.as_ref().expect("labelled");
        let count = |class: u16| labels.of().iter().filter(|c| **c == class).count();
        let counts: Vec<usize> = (0..10).map(count).collect();
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    }

    #[test]
    fn the_removed_moments_are_those_of_the_data_set() {
        let data = digits();
        assert!((data.mean - 4.884_164_579_855_314).abs() < 1e-12);
        assert!((data.std * data.std - 36.201_732_405_857_264).abs() < 1e-10);
        assert_eq!(
            data.description(),
            "1797 x 64, standardised: mean 4.88, std 6.02, all columns together"
        );
        for column in [0, 32, 39] {
            assert!(
                data.rows
                    .column(column)
                    .iter()
                    .all(|x| *x == data.rows[[0, 0]])
            );
        }
    }
}
