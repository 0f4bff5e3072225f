//! Which class every example belongs to.

use std::sync::Arc;

use super::InputError;

/// Most classes of a data file.
pub const MAX_CLASSES: usize = 1000;

/// Labels whose distinct ones are looked for at once.
const CHUNK: usize = 1 << 16;

/// The class of every example, counted from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    source: String,
    /// Shared by all that learn the same data.
    of: Arc<[u16]>,
    classes: usize,
}

impl Labels {
    /// Reads whole numbers as classes: the distinct numbers in ascending order are classes 0, 1, ...
    ///
    /// `source` is where they come from, as typed.
    ///
    /// # Errors
    /// A label that is no whole number, a single class, more than [`MAX_CLASSES`].
    pub fn new(source: &str, raw: &[f64]) -> Result<Self, InputError> {
        let labels = || source.to_owned();
        // whole numbers that double precision tells apart
        let whole = |x: &f64| x.fract() == 0.0 && x.abs() <= 9_007_199_254_740_992.0;
        if let Some(row) = raw.iter().position(|x| !whole(x)) {
            return Err(InputError::Label {
                labels: labels(),
                row: row + 1,
                value: raw[row],
            });
        }
        let mut values: Vec<i64> = Vec::new();
        for some in raw.chunks(CHUNK) {
            values.extend(some.iter().map(|x| *x as i64));
            values.sort_unstable();
            values.dedup();
        }
        let class = |x: &f64| values.partition_point(|value| *value < *x as i64) as u16;
        Self::of_classes(source, values.len(), raw.iter().map(class).collect())
    }

    /// Texts as classes: those that occur, in the order of their characters, are classes 0, 1, ...; `of` is the text of every row.
    ///
    /// # Errors
    /// A single class, more than [`MAX_CLASSES`].
    pub(super) fn named(source: &str, names: &[String], of: &[u32]) -> Result<Self, InputError> {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        let place = |name: &String| sorted.partition_point(|other| *other < name) as u16;
        let places: Vec<u16> = names.iter().map(place).collect();
        let of = of.iter().map(|name| places[*name as usize]).collect();
        Self::of_classes(source, names.len(), of)
    }

    fn of_classes(source: &str, classes: usize, of: Arc<[u16]>) -> Result<Self, InputError> {
        let source = source.to_owned();
        if !(2..=MAX_CLASSES).contains(&classes) {
            return Err(InputError::Classes {
                labels: source,
                classes,
            });
        }
        Ok(Self {
            source,
            of,
            classes,
        })
    }

    /// Where they come from: `last` or `first`, the name of a column, a path, or `digits`.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The class of every example, `0..classes`.
    #[must_use]
    pub fn of(&self) -> &[u16] {
        &self.of
    }

    /// How many classes there are.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Fewer classes of the same examples: class `c` becomes `c mod classes`; those there are where that is more.
    #[must_use]
    pub fn merged(&self, classes: usize) -> Self {
        let classes = classes.clamp(1, self.classes());
        Self {
            source: self.source.clone(),
            of: self.of.iter().map(|c| c % classes as u16).collect(),
            classes,
        }
    }

    /// The least cross-entropy of a prediction that does not look at the input, `-sum_c p_c ln p_c` with `p_c` the share of
    /// class `c`, in nats.
    #[must_use]
    pub fn entropy(&self) -> f64 {
        let mut counts = vec![0_usize; self.classes()];
        self.of.iter().for_each(|c| counts[usize::from(*c)] += 1);
        let total = self.of.len() as f64;
        let shares = counts
            .into_iter()
            .filter(|n| *n > 0)
            .map(|n| n as f64 / total);
        -shares.map(|p| p * p.ln()).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_numbers_in_ascending_order_are_the_classes() {
        let labels = Labels::new("last", &[7.0, -2.0, 7.0, 40.0]).expect("three classes");
        assert_eq!((labels.of(), labels.classes()), (&[1, 0, 1, 2][..], 3));
        assert_eq!(labels.merged(2).of(), [1, 0, 1, 0]);
        assert_eq!(labels.merged(9).of(), labels.of());
    }

    #[test]
    fn the_entropy_of_two_equal_classes_is_ln_2() {
        let labels = Labels::new("last", &[0.0, 1.0, 1.0, 0.0]).expect("two classes");
        assert!((labels.entropy() - 2_f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn labels_that_are_no_classes_are_refused_with_the_row() {
        let message = |raw: &[f64]| Labels::new("last", raw).expect_err("refused").to_string();
        assert_eq!(
            message(&[0.0, 1.5]),
            "label 1.5 of row 2 (labels `last`) is no whole number; a label is the number of a class, such as 0 or 7"
        );
        assert!(message(&[f64::NAN]).starts_with("label NaN of row 1"));
        assert_eq!(
            message(&[3.0, 3.0]),
            "labels `last` name 1 class; 2 to 1000 classes can be told apart"
        );
    }
}
