//! Columns of panels.

/// Columns of panels: tokens of sequences, sequence after sequence; an input without tokens is a sequence of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// Real columns.
    pub batch: usize,
    /// The same rounded up to whole vectors.
    pub all: usize,
    /// Tokens of a sequence.
    pub tokens: usize,
}

/// The value of an expression over [`Lanes`], compiled once more for each of the commonest: their loops are then of known lengths.
macro_rules! over_lanes {
    ($lanes:ident => $op:expr) => {
        match $lanes {
            $crate::sim::stages::lanes::Lanes::TOKENS => {
                let $lanes = $crate::sim::stages::lanes::Lanes::TOKENS;
                $op
            }
            $crate::sim::stages::lanes::Lanes::INPUTS => {
                let $lanes = $crate::sim::stages::lanes::Lanes::INPUTS;
                $op
            }
            $lanes => $op,
        }
    };
}

pub(crate) use over_lanes;

/// Numbers of one row that are folded beside each other.
const TOGETHER: usize = 8;

/// A fold of some numbers in an order that lets eight of them go on at a time.
#[inline(always)]
fn folded<T: Copy>(values: &[T], none: T, join: impl Fn(T, T) -> T) -> T {
    let mut all = [none; TOGETHER];
    let groups = values.chunks_exact(TOGETHER);
    let rest = groups.remainder();
    for group in groups {
        for (own, value) in all.iter_mut().zip(group) {
            *own = join(*own, *value);
        }
    }
    for half in [4, 2, 1] {
        for at in 0..half {
            all[at] = join(all[at], all[at + half]);
        }
    }
    rest.iter().fold(all[0], |a, b| join(a, *b))
}

/// Largest size among some numbers, 0 of none and where none is a number.
#[inline(always)]
pub fn largest(values: &[f64]) -> f64 {
    folded(values, 0.0, |a, b| if b.abs() > a { b.abs() } else { a })
}

/// The same in single precision.
#[inline(always)]
pub fn largest_single(values: &[f32]) -> f32 {
    folded(values, 0.0, |a, b| if b.abs() > a { b.abs() } else { a })
}

/// The sum of some numbers in single precision.
#[inline(always)]
pub fn sum_single(values: &[f32]) -> f32 {
    folded(values, 0.0, |a, b| a + b)
}

impl Lanes {
    /// One sequence of sixteen tokens.
    pub const TOKENS: Self = Self {
        batch: 16,
        all: 16,
        tokens: 16,
    };
    /// Sixteen inputs without tokens.
    pub const INPUTS: Self = Self {
        tokens: 1,
        ..Self::TOKENS
    };

    /// Sequences.
    #[must_use]
    pub fn sequences(self) -> usize {
        self.batch / self.tokens
    }

    /// What a column is as a difference: 0 for the first, 1 for one from the first, 2 for a token from the first of its sequence.
    #[must_use]
    pub fn class(self, lane: usize) -> usize {
        match lane {
            0 => 0,
            lane if lane.is_multiple_of(self.tokens) => 1,
            _ => 2,
        }
    }

    /// The column that another is taken from; itself for the first.
    #[must_use]
    pub fn base(self, lane: usize) -> usize {
        if self.class(lane) == 2 {
            lane - lane % self.tokens
        } else {
            0
        }
    }

    /// Columns of which all but the first are taken from the first: those of a sequence, or inputs of one token.
    #[inline(always)]
    fn group(self) -> usize {
        if self.tokens == 1 {
            self.batch
        } else {
            self.tokens
        }
    }

    /// Whether all columns but the first are taken from the first.
    #[must_use]
    #[inline(always)]
    pub fn is_one_group(self) -> bool {
        self.group() == self.batch
    }

    /// A row as the first column and differences, in place.
    #[inline(always)]
    pub fn take_apart(self, row: &mut [f64]) {
        let first = row[0];
        if self.is_one_group() {
            row[..self.batch]
                .iter_mut()
                .for_each(|value| *value -= first);
            row[0] = first;
            return;
        }
        for group in row[..self.batch].chunks_exact_mut(self.group()) {
            let base = group[0];
            group.iter_mut().for_each(|value| *value -= base);
            group[0] = base - first;
        }
        row[0] = first;
    }

    /// A row of numbers that are summed with those of another row: what goes with its first column and differences, in place.
    #[inline(always)]
    pub fn sum_up(self, row: &mut [f64]) {
        let mut all = 0.0;
        for group in row[..self.batch].chunks_exact_mut(self.group()) {
            let sum: f64 = group.iter().sum();
            group[0] = sum;
            all += sum;
        }
        row[0] = all;
    }

    /// The other way round.
    #[inline(always)]
    pub fn single_out(self, row: &mut [f64]) {
        let heads = row[..self.batch].iter().step_by(self.group()).skip(1);
        row[0] -= heads.sum::<f64>();
        for group in row[..self.batch].chunks_exact_mut(self.group()) {
            group[0] -= group[1..].iter().sum::<f64>();
        }
    }

    /// [`take_apart`](Self::take_apart) the other way round.
    #[inline(always)]
    pub fn put_together(self, row: &mut [f64]) {
        let first = row[0];
        if self.is_one_group() {
            row[..self.batch]
                .iter_mut()
                .for_each(|value| *value += first);
            row[0] = first;
            return;
        }
        row[0] = 0.0;
        for group in row[..self.batch].chunks_exact_mut(self.group()) {
            let base = group[0] + first;
            group.iter_mut().for_each(|value| *value += base);
            group[0] = base;
        }
    }
}
