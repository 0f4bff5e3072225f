//! The UCI handwritten digits, embedded: 1797 images of 8 x 8 pixels 0..=16.
//!
//! "Optical Recognition of Handwritten Digits" (test set), E. Alpaydin and C. Kaynak, 1998, UCI Machine Learning
//! Repository, <https://doi.org/10.24432/C50P49>, CC BY 4.0; packed, without labels (see `README.md` beside the file).

use std::sync::OnceLock;

use ndarray::Array2;

use super::Data;

/// Whose data the digits are.
pub const ATTRIBUTION: &str = "Optical Recognition of Handwritten Digits (test set), E. Alpaydin and C. Kaynak, 1998, \
     UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0; packed, without labels";

/// Images.
const IMAGES: usize = 1797;
/// Pixels of an image.
pub(super) const PIXELS: usize = 64;

static PACKED: &[u8] = include_bytes!("digits.bin");

/// The standardised images, unpacked once.
pub(super) fn digits() -> &'static Data {
    static DIGITS: OnceLock<Data> = OnceLock::new();
    DIGITS.get_or_init(|| {
        let pixels: Vec<f64> = pixels().map(f64::from).collect();
        let rows = Array2::from_shape_vec((IMAGES, PIXELS), pixels).expect("whole images");
        Data::new("digits", &rows).expect("finite and not constant")
    })
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
        // FNV-1a of the uint8 array that numpy reads from the original.
        let hash = pixels
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, pixel| {
                (hash ^ u64::from(*pixel)).wrapping_mul(0x0100_0000_01b3)
            });
        assert_eq!(hash, 0x493f_a2f6_7df5_50a1);
    }

    #[test]
    fn the_removed_moments_are_those_of_the_data_set() {
        let data = digits();
        assert!((data.mean - 4.884_164_579_855_314).abs() < 1e-12);
        assert!((data.std * data.std - 36.201_732_405_857_264).abs() < 1e-10);
        assert_eq!(
            data.description(),
            "1797 x 64, standardised: mean 4.88, std 6.02 removed"
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
