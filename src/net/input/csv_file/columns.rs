//! What the cells of a column are: numbers, names, classes.

use std::collections::HashMap;

use crate::net::input::labels::MAX_CLASSES;

/// How the numbers of a file are written, as far as it is read.
pub(super) struct Numbers {
    /// A comma may stand before decimals: it separates no cells.
    may_have_commas: bool,
    points: bool,
    commas: bool,
}

impl Numbers {
    pub(super) fn new(may_have_commas: bool) -> Self {
        Self {
            may_have_commas,
            points: false,
            commas: false,
        }
    }

    /// The number that a cell is.
    pub(super) fn read(&mut self, cell: &str) -> Option<f64> {
        let number = self.parse(cell)?;
        self.points |= cell.contains('.');
        self.commas |= cell.contains(',');
        Some(number)
    }

    fn parse(&self, cell: &str) -> Option<f64> {
        let plain = cell.parse().ok();
        plain.or_else(|| {
            let one = self.may_have_commas && cell.matches(',').count() == 1 && !cell.contains('.');
            one.then(|| cell.replace(',', ".").parse().ok())?
        })
    }

    /// Whether decimals stand behind commas.
    pub(super) fn commas(&self) -> bool {
        self.commas
    }

    /// Whether some stand behind commas and others behind points: then one of both parts thousands, and nobody knows which.
    pub(super) fn are_mixed(&self) -> bool {
        self.commas && self.points
    }

    /// Whether the first line has names: no number at all; or a word above a number and no numbers but whole ones, each once; or the
    /// numbers of the columns, which the second line does not go on counting.
    pub(super) fn is_header(&self, first: &[String], second: Option<&[String]>) -> bool {
        let read = |cells: &[String]| -> Vec<Option<f64>> {
            cells.iter().map(|cell| self.parse(cell)).collect()
        };
        let above = read(first);
        let names = |(cell, number): (&String, &Option<f64>)| number.is_none() && is_name(cell);
        if first.iter().zip(&above).all(names) {
            return true;
        }
        let below = second.map(read).unwrap_or_default();
        let pairs = first.iter().zip(&above).zip(&below);
        let mut words = pairs.filter(|(above, below)| names(*above) && below.is_some());
        let word_above_number = words.next().is_some();
        if !word_above_number && above.contains(&None) {
            return false;
        }
        let numbers: Vec<f64> = above.iter().copied().flatten().collect();
        let whole = numbers.iter().all(|x| x.fract() == 0.0 && *x >= 0.0);
        let once = || {
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            sorted.windows(2).all(|pair| pair[0] < pair[1])
        };
        if word_above_number {
            return whole && once();
        }
        let counting = (0_u32..).zip(&numbers).all(|(n, x)| *x == f64::from(n));
        let goes_on = below.first() == Some(&Some(numbers.len() as f64));
        counting
            && numbers.len() == first.len()
            && numbers.len() >= 3
            && !below.is_empty()
            && !goes_on
    }
}

/// Whether a cell that is no number may be a name: it has a letter, or nothing at all. Digits and signs alone are a number that is written
/// in another way, which must not be passed over.
fn is_name(cell: &str) -> bool {
    cell.is_empty() || cell.contains(char::is_alphabetic) || cell == "#"
}

/// Whether a column of this name counts rows where its numbers do: an index that a data frame has written.
pub(super) fn is_counter(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(&*name, "" | "index" | "id" | "row" | "unnamed: 0" | "#")
}

/// The cells of one column that are no numbers.
#[derive(Default)]
pub(super) struct Texts {
    /// Row and number of the text.
    cells: Vec<(usize, u32)>,
    known: HashMap<String, u32>,
    /// Line and text of the first.
    first: Option<(usize, String)>,
}

impl Texts {
    /// Different texts beyond this many are one: there are too many for classes in any case.
    const MOST: usize = MAX_CLASSES + 1;

    pub(super) fn add(&mut self, row: usize, line: usize, text: &str) {
        let number = self.number(text);
        self.first.get_or_insert_with(|| (line, text.to_owned()));
        self.cells.push((row, number));
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let next = self.known.len();
        if next == Self::MOST {
            return next as u32 - 1;
        }
        self.known.insert(text.to_owned(), next as u32);
        next as u32
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Line and text of the first.
    pub(super) fn first(&self) -> (usize, &str) {
        self.first
            .as_ref()
            .map_or((0, ""), |(line, text)| (*line, text))
    }

    /// The whole column as text, numbers among it as they are written: the different ones, and which stands in every row.
    pub(super) fn filled(mut self, values: &[f64]) -> (Vec<String>, Vec<u32>) {
        let mut of = vec![0; values.len()];
        for (number, value) in of
            .iter_mut()
            .zip(values)
            .filter(|(_, value)| !value.is_nan())
        {
            *number = self.number(&value.to_string());
        }
        for (row, number) in &self.cells {
            of[*row] = *number;
        }
        let mut names = vec![String::new(); self.known.len()];
        for (name, number) in self.known {
            names[number as usize] = name;
        }
        (names, of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(first: &str, second: &str) -> bool {
        let cells = |line: &str| -> Vec<String> { line.split(';').map(str::to_owned).collect() };
        Numbers::new(true).is_header(&cells(first), Some(&cells(second)))
    }

    #[test]
    fn names_are_told_from_the_first_example() {
        for (first, second) in [
            ("a;b", "1;2"),
            ("species;width", "setosa;0.2"),
            ("id;2", "3;4"),
            (";0;1;2", "0;5.1;4.9;1"),
            ("0;1;2", "5.1;4.9;1"),
            ("name;2019;2020", "3;4;5"),
        ] {
            assert!(header(first, second), "{first}");
        }
        for (first, second) in [
            ("1;2", "3;4"),
            ("setosa;5.1", "setosa;4.9"),
            ("0;1;2", "3;4;5"),
            ("0;1", "1;0"),
            ("1.5;oops", "3;4"),
            ("7;7;x", "1;2;3"),
            ("1.234,5;2", "1,5;3"),
            ("1.234,5;2.345,6", "1,5;3"),
        ] {
            assert!(!header(first, second), "{first}");
        }
    }

    #[test]
    fn a_comma_stands_before_decimals_or_nothing_is_a_number() {
        let mut numbers = Numbers::new(true);
        assert_eq!(numbers.read("-1,5e3"), Some(-1500.0));
        assert!(numbers.commas() && !numbers.are_mixed());
        assert_eq!(numbers.read("1.234,5"), None);
        assert_eq!(numbers.read("1.5"), Some(1.5));
        assert!(numbers.are_mixed());
        assert_eq!(Numbers::new(false).read("1,5"), None);
    }
}
