//! Where 16- and 32-bit numbers run out.
//!
//! Compared is the rms (the root of the mean square, medians over draws) of `z` and `x` on the way forward and of `dl/dz` on
//! the way back from N(0,1) cotangents without loss scaling. Single numbers leave a little earlier: of a normal law one in
//! 16,000 is beyond four times the rms.

use super::Curves;

/// A floating-point format.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Float {
    /// Its name.
    pub name: &'static str,
    /// Smallest positive (subnormal) number.
    pub smallest: f64,
    /// Smallest normal number: below it digits are lost.
    pub normal: f64,
    /// Largest finite number.
    pub max: f64,
}

/// fp16 (IEEE binary16), bf16 and f32 (IEEE binary32).
pub static FLOATS: [Float; 3] = [
    Float {
        name: "fp16",
        smallest: 5.960_464_477_539_063e-8,
        normal: 6.103_515_625e-5,
        max: 65504.0,
    },
    Float {
        name: "bf16",
        smallest: 9.183_549_615_799_121e-41,
        normal: 1.175_494_350_822_287_5e-38,
        max: 3.389_531_389_251_535_5e38,
    },
    Float {
        name: "f32",
        smallest: 1.401_298_464_324_817e-45,
        normal: 1.175_494_350_822_287_5e-38,
        max: 3.402_823_466_385_288_6e38,
    },
];

/// Where one channel leaves the range of one format, on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crossing {
    /// First layer below the smallest normal number.
    pub subnormal: Option<usize>,
    /// First layer below the smallest number: everything becomes 0.
    pub zero: Option<usize>,
    /// First layer above the largest number.
    pub overflow: Option<usize>,
}

impl Crossing {
    /// Whether the channel stays within the format.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Where one format runs out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reach {
    /// The format.
    pub float: Float,
    /// `z` and `x`, from layer 1.
    pub signal: Crossing,
    /// `dl/dz`, from the last layer.
    pub gradient: Crossing,
}

/// For every format.
pub(super) fn reaches(curves: &Curves) -> [Reach; FLOATS.len()] {
    let ways = |signal: bool| -> Vec<(usize, f64)> {
        let depth = curves.signal.len();
        if signal {
            let both = |l| [(l + 1, curves.signal[l]), (l + 1, curves.output[l])];
            (0..depth).flat_map(both).collect()
        } else {
            (0..depth)
                .rev()
                .map(|l| (l + 1, curves.gradient[l]))
                .collect()
        }
    };
    let (signal, gradient) = (ways(true), ways(false));
    FLOATS.map(|float| Reach {
        float,
        signal: crossing(&float, &signal),
        gradient: crossing(&float, &gradient),
    })
}

/// `way` holds layers and log10 of mean squares in the order of travel; exact zeros fit into every format.
fn crossing(float: &Float, way: &[(usize, f64)]) -> Crossing {
    let first = |outside: &dyn Fn(f64) -> bool| {
        let found = way
            .iter()
            .find(|(_, v)| *v != f64::NEG_INFINITY && outside(0.5 * v));
        found.map(|(layer, _)| *layer)
    };
    Crossing {
        subnormal: first(&|rms| rms < float.normal.log10()),
        zero: first(&|rms| rms < float.smallest.log10()),
        overflow: first(&|rms| rms > float.max.log10()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_have_the_numbers_of_their_bits() {
        let [half, brain, single] = FLOATS;
        assert_eq!(half.smallest, 2_f64.powi(-24));
        assert_eq!(half.normal, 2_f64.powi(-14));
        assert_eq!(half.max, (2.0 - 2_f64.powi(-10)) * 2_f64.powi(15));
        assert_eq!(brain.smallest, 2_f64.powi(-133));
        assert_eq!(brain.normal, f64::from(f32::MIN_POSITIVE));
        assert_eq!(brain.max, (2.0 - 2_f64.powi(-7)) * 2_f64.powi(127));
        assert_eq!(single.smallest, 2_f64.powi(-149));
        assert_eq!(single.normal, f64::from(f32::MIN_POSITIVE));
        assert_eq!(single.max, f64::from(f32::MAX));
    }

    #[test]
    fn a_gradient_that_falls_a_decade_per_layer_leaves_half_precision_first() {
        let curves = Curves {
            signal: vec![0.0; 40],
            output: vec![f64::NEG_INFINITY; 40],
            gradient: (0..40).map(|l| f64::from(l - 39)).collect(),
            ..Curves::default()
        };
        let [half, brain, _] = reaches(&curves);
        assert!(half.signal.is_none() && brain.gradient.is_none());
        // rms 10^(-t/2) below 6.1e-5 from t = 9, below 6e-8 from t = 15 layers before the last of 40.
        let expected = Crossing {
            subnormal: Some(31),
            zero: Some(25),
            overflow: None,
        };
        assert_eq!(half.gradient, expected);
    }
}
