//! The columns of a table, and what stands in them.

use std::borrow::Cow;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers of 64 bits, signed.
    Integer,
    /// Doubles, infinities and NaN among them.
    Number,
    /// Words.
    Text,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What its cells are.
    pub kind: ColumnKind,
}

impl Column {
    /// Of whole numbers.
    #[must_use]
    pub fn integer<N: Into<Cow<'static, str>>>(name: N) -> Self {
        let (name, kind) = (name.into(), ColumnKind::Integer);
        Self { name, kind }
    }

    /// Of doubles.
    #[must_use]
    pub fn number<N: Into<Cow<'static, str>>>(name: N) -> Self {
        let (name, kind) = (name.into(), ColumnKind::Number);
        Self { name, kind }
    }

    /// Of words.
    #[must_use]
    pub fn text<N: Into<Cow<'static, str>>>(name: N) -> Self {
        let (name, kind) = (name.into(), ColumnKind::Text);
        Self { name, kind }
    }
}

/// One cell; its kind is that of its column, or there is nothing in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// There is no such thing.
    Missing,
    /// A whole number.
    Integer(i64),
    /// A double.
    Number(f64),
    /// Words.
    Text(Cow<'static, str>),
}

impl Cell {
    /// A count.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// A count, where there is one.
    #[must_use]
    pub fn maybe(count: Option<usize>) -> Self {
        count.map_or(Self::Missing, Self::count)
    }

    /// Reads a value as it is typed; `Missing` where it is none of this kind.
    #[must_use]
    pub fn read(kind: ColumnKind, text: &str) -> Self {
        match kind {
            ColumnKind::Integer => text.parse().map_or(Self::Missing, Self::Integer),
            ColumnKind::Number => text.parse().map_or(Self::Missing, Self::Number),
            ColumnKind::Text => Self::Text(text.to_owned().into()),
        }
    }
}

/// The cells of one line of a table.
pub type Row = Vec<Cell>;

/// The narrowest kind that holds all of these values as they are typed.
#[must_use]
pub fn kind_of<'a>(values: &(impl Iterator<Item = &'a str> + Clone)) -> ColumnKind {
    if values.clone().all(|text| text.parse::<i64>().is_ok()) {
        return ColumnKind::Integer;
    }
    // a whole number that no double holds keeps its digits as a text
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = |text: &str| !digits(text) || text.parse::<i64>().is_ok();
    let finite = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite) && fits(text);
    if values.clone().all(finite) {
        ColumnKind::Number
    } else {
        ColumnKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_narrow_as_its_values_allow() {
        let kind = |values: &[&str]| kind_of(&values.iter().copied());
        assert_eq!(kind(&["1", "20"]), ColumnKind::Integer);
        assert_eq!(kind(&["1", "0.5"]), ColumnKind::Number);
        assert_eq!(kind(&["1", "auto"]), ColumnKind::Text);
        assert_eq!(kind(&["18446744073709551615"]), ColumnKind::Text);
    }
}
