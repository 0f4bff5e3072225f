//! What is done to numbers.

use super::*;
use ndarray::array;

#[test]
fn rows_have_mean_zero_and_variance_one_over_all_entries() {
    let data = Data::new("x", &array![[1.0, 2.0], [3.0, 6.0]]).expect("valid");
    let count = data.rows.len() as f32;
    let mean = data.rows.sum() / count;
    let second = data.rows.iter().map(|x| x * x).sum::<f32>() / count;
    assert!(mean.abs() < 1e-6 && (second - 1.0).abs() < 1e-6);
    assert_eq!((data.mean, data.std), (3.0, 3.5_f64.sqrt()));
}

#[test]
fn huge_and_tiny_numbers_are_standardised_without_overflow() {
    for size in [1e300, 1e-300, 1.0] {
        let data = Data::new("x", &array![[size, -size], [size, -size]]).expect("valid");
        assert_eq!(data.rows, array![[1.0, -1.0], [1.0, -1.0]]);
    }
}

#[test]
fn columns_are_standardised_each_on_its_own_and_constants_are_zero() {
    let raw = array![[1.0, 1e300, 7.0], [3.0, -1e300, 7.0]];
    let data = Data::scaled("x", Arc::new(raw), Scale::Column).expect("valid");
    assert_eq!(data.rows, array![[-1.0, 1.0, 0.0], [1.0, -1.0, 0.0]]);
    assert!((data.mean_square() - 2.0 / 3.0).abs() < 1e-15);
    assert!((data.overlap() + 1.0).abs() < 1e-15);
    assert_eq!(
        data.description(),
        "2 x 3, each column standardised by its own mean and std; 1 constant column is 0"
    );
    let together = data.rescaled(Scale::All).expect("valid");
    assert_eq!(together.scale(), Scale::All);
    let message = |raw: Array2<f64>, scale| {
        let refused = Data::scaled("x", Arc::new(raw), scale).expect_err("refused");
        refused.to_string()
    };
    assert_eq!(
        message(array![[1.0, 2.0], [1.0, 2.0]], Scale::Column),
        "no column of input `x` varies: variance 0 cannot be standardised; give data that vary, or --scale none"
    );
    assert_eq!(
        message(array![[1e20, 2.0], [1.0, 2.0]], Scale::None),
        "the largest entry of input `x` is 1e20 in magnitude; unscaled entries must reach from 1e-15 to 1e15: try --scale all"
    );
}

#[test]
fn moments_are_those_of_the_rows_pair_by_pair() {
    let raw = array![
        [1.0, -2.0, 0.5],
        [4.0, 2.0, 0.0],
        [3.0, 3.0, 1.0],
        [0.0, 1.0, -1.0]
    ];
    for (_, scale) in Scale::NAMES {
        let data = Data::scaled("x", Arc::new(raw.clone()), scale).expect("valid");
        let x = data.rows.mapv(f64::from);
        let square = x.iter().map(|x| x * x).sum::<f64>() / 12.0;
        let mut products = 0.0;
        for a in 0..4 {
            for b in (0..4).filter(|b| *b != a) {
                products += x.row(a).dot(&x.row(b)) / 3.0 / 12.0;
            }
        }
        assert!((data.mean_square() - square).abs() < 1e-6, "{scale}");
        assert!((data.overlap() - products / square).abs() < 1e-6, "{scale}");
    }
}

#[test]
fn a_column_that_carries_most_is_named_with_the_limit() {
    let warning = |raw: Array2<f64>, scale| {
        let data = Data::scaled("x", Arc::new(raw), scale).expect("valid");
        data.warning()
    };
    let income = array![
        [30_000.0, 40.0, 1.0, 0.0],
        [90_000.0, 30.0, 0.0, 1.0],
        [20_000.0, 20.0, 1.0, 0.0]
    ];
    assert_eq!(
        warning(income.clone(), Scale::None).as_deref(),
        Some(
            "input column 1 carries 99 % of the mean square of the input, more than 50 %; scale=column gives every column the same"
        )
    );
    assert_eq!(warning(income, Scale::Column), None);
    assert_eq!(warning(array![[1.0, 2.0], [2.0, 4.0]], Scale::All), None);
    assert!(warning(array![[1.0, 200.0], [2.0, 400.0]], Scale::None).is_some());
    assert_eq!(warning(array![[1.0], [2.0]], Scale::None), None);
}

#[test]
fn three_digits_are_plain_where_short() {
    let texts = [0.0, 4.884, -0.012_345, 123.4, 65_535.0, 1e-7, 3.2e9].map(three_digits);
    assert_eq!(
        texts,
        [
            "0.00", "4.88", "-0.0123", "123", "65535", "1.00e-7", "3.20e9"
        ]
    );
}
