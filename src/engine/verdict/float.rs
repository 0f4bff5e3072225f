//! Where 16- and 32-bit numbers run out.
//!
//! Overflow is judged by the largest number of a layer (the median over draws of the largest `|z|`, `|x|` and, on the way back
//! from N(0,1) cotangents without loss scaling, `|dl/dz|`): the first infinity ends a training. So is the layer at which
//! everything has become 0. Digits are lost where the rms is below the smallest normal number. Before the first draw the largest is
//! that of as many Gaussian numbers of the predicted size. Sums are taken to be accumulated in f32, and their results rounded.

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
    /// What rounds to infinity: half a step beyond.
    pub infinite: f64,
}

/// fp16 (IEEE binary16), bf16 and f32 (IEEE binary32).
pub static FLOATS: [Float; 3] = [
    Float {
        name: "fp16",
        smallest: 5.960_464_477_539_063e-8,
        normal: 6.103_515_625e-5,
        max: 65504.0,
        infinite: 65520.0,
    },
    Float {
        name: "bf16",
        smallest: 9.183_549_615_799_121e-41,
        normal: 1.175_494_350_822_287_5e-38,
        max: 3.389_531_389_251_535_5e38,
        infinite: 3.396_177_529_230_46e38,
    },
    Float {
        name: "f32",
        smallest: 1.401_298_464_324_817e-45,
        normal: 1.175_494_350_822_287_5e-38,
        max: 3.402_823_466_385_288_6e38,
        infinite: 3.402_823_567_797_336_6e38,
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
    /// Whether that is expected, not measured.
    pub expected: bool,
}

/// One layer on the way: its number, log10 of the rms and of the largest number.
type Step = (usize, f64, f64);

/// For every format.
pub(super) fn reaches(curves: &Curves) -> [Reach; FLOATS.len()] {
    let step = |l: usize, squares: &[f64], peaks: &[f64]| -> Step {
        let peak = peaks.get(l).copied().unwrap_or(f64::NAN);
        (l + 1, 0.5 * squares[l], peak)
    };
    let layers = 0..curves.signal.len();
    let [z, x, dz] = &curves.peaks;
    let signal: Vec<Step> = layers
        .clone()
        .flat_map(|l| [step(l, &curves.signal, z), step(l, &curves.output, x)])
        .collect();
    let gradient: Vec<Step> = layers
        .rev()
        .map(|l| step(l, &curves.gradient, dz))
        .collect();
    FLOATS.map(|float| Reach {
        float,
        signal: crossing(&float, &signal),
        gradient: crossing(&float, &gradient),
        expected: curves.foretold,
    })
}

/// `way` is in the order of travel; exact zeros fit into every format.
fn crossing(float: &Float, way: &[Step]) -> Crossing {
    let first = |outside: &dyn Fn(f64, f64) -> bool| {
        let found = way
            .iter()
            .find(|(_, rms, peak)| *rms != f64::NEG_INFINITY && outside(*rms, *peak));
        found.map(|(layer, ..)| *layer)
    };
    Crossing {
        subnormal: first(&|rms, _| rms < float.normal.log10()),
        // What is at most half of the smallest number rounds to 0.
        zero: first(&|_, peak| peak <= (0.5 * float.smallest).log10()),
        overflow: first(&|_, peak| peak >= float.infinite.log10()),
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
        assert_eq!(half.infinite, 2_f64.powi(16) - 2_f64.powi(4));
        assert_eq!(brain.infinite, 2_f64.powi(128) - 2_f64.powi(119));
        assert_eq!(single.infinite, 2_f64.powi(128) - 2_f64.powi(103));
    }

    #[test]
    fn a_gradient_that_falls_a_decade_per_layer_leaves_half_precision_first() {
        let curves = Curves {
            signal: vec![0.0; 40],
            output: vec![f64::NEG_INFINITY; 40],
            gradient: (0..40).map(|l| f64::from(l - 39)).collect(),
            // the largest is 4 times the rms
            peaks: [
                vec![0.6; 40],
                vec![f64::NEG_INFINITY; 40],
                (0..40).map(|l| 0.5 * f64::from(l - 39) + 0.6).collect(),
            ],
            ..Curves::default()
        };
        let [half, brain, _] = reaches(&curves);
        assert!(half.signal.is_none() && brain.gradient.is_none());
        // rms 10^(-t/2) below 6.1e-5 from t = 9, four times it below 3e-8 from t = 17 layers before the last of 40.
        let expected = Crossing {
            subnormal: Some(31),
            zero: Some(23),
            overflow: None,
        };
        assert_eq!(half.gradient, expected);
    }
}
