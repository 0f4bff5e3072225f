//! The structure of a network as a value: operations in order, a block of them repeated and never unrolled.
//!
//! What flows is a panel, units by inputs. [`Op::Fork`] notes it as the *stream*, which passes the operations up to the next
//! [`Op::Join`] (the branch) by and is added to what they give.
//!
//! ```
//! use initscope::net::tape::{Op, JoinScale, Tape};
//!
//! // x' = x + W phi(x) / 2 between a first and a last layer; matrices have names here
//! let phi = || Op::Phi("tanh".parse().expect("in the table"));
//! let block = vec![Op::Fork, phi(), Op::Linear("W"), Op::Join(JoinScale { skip: 1.0, branch: 0.5 })];
//! let tape = Tape::of(vec![Op::Linear("first")], block, 1000, vec![phi()]);
//! assert_eq!(tape.depth(), 1001);
//! assert_eq!(tape.section(1).linear, "first");
//! assert!(tape.section(1).before.is_some_and(|stream| stream.fork && stream.join.is_none()));
//! assert_eq!(tape.section(500), tape.section(2));
//! ```

mod bytes;

pub use bytes::{CHECKPOINT_ABOVE, ROWS, part_units};

use crate::net::activation::Activation;
use crate::net::bias::BiasLaw;
use crate::net::initializer::WeightLaw;

/// One operation; `L` is what is known of a matrix.
#[derive(Clone, Debug)]
pub enum Op<L> {
    /// `z = W x + b`, with weights and biases of its own.
    Linear(L),
    /// `x = phi(z)`, unit by unit.
    Phi(Activation),
    /// The stream is what flows here, which flows on.
    Fork,
    /// `y = skip s + branch f` of the stream `s` and what flows, `f`; the stream ends.
    Join(JoinScale),
}

/// The factors of a [`Op::Join`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JoinScale {
    /// Multiplies the stream.
    pub skip: f64,
    /// Multiplies the branch.
    pub branch: f64,
}

/// A `fan_out x fan_in` matrix with its biases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    /// Units that it reads.
    pub fan_in: usize,
    /// Units that it gives.
    pub fan_out: usize,
    /// Law of the weights.
    pub weights: WeightLaw,
    /// Law of the biases.
    pub biases: BiasLaw,
}

/// What happens to the stream between two linear operations.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stream {
    /// The stream is added to what flows, and ends.
    pub join: Option<JoinScale>,
    /// What then flows becomes the stream.
    pub fork: bool,
}

/// One linear operation and what is done unit by unit to what it gives, up to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Section<L> {
    /// The linear operation.
    pub linear: L,
    /// The stream before the activation.
    pub before: Option<Stream>,
    /// The activation; `None` for the identity.
    pub phi: Option<Activation>,
    /// The stream after the activation.
    pub after: Option<Stream>,
}

impl<L> Section<L> {
    /// Whether another does the same unit by unit.
    #[must_use]
    pub fn equals_beside_linear(&self, other: &Self) -> bool {
        (&self.before, &self.phi, &self.after) == (&other.before, &other.phi, &other.after)
    }
}

/// A network: [`Section`]s `1..=depth`, those of equal blocks stored once.
#[derive(Clone, Debug, PartialEq)]
pub struct Tape<L = Linear> {
    /// Of the prologue, two blocks at most, and the epilogue.
    sections: Vec<Section<L>>,
    /// Sections that begin in the prologue.
    first: usize,
    /// Sections that begin in one block.
    block: usize,
    repeats: usize,
}

/// Blocks that are stored: the last differs from the others in what follows its last section.
const STORED: usize = 2;

impl<L: Clone> Tape<L> {
    /// A tape of these operations, `block` repeated so many times.
    ///
    /// # Panics
    /// Operations that make no network: nothing linear first or in the block, two activations without a linear operation between
    /// them, a branch without a join, a join without a stream.
    #[must_use]
    pub fn of(
        prologue: Vec<Op<L>>,
        block: Vec<Op<L>>,
        repeats: usize,
        epilogue: Vec<Op<L>>,
    ) -> Self {
        let linear = |ops: &[Op<L>]| ops.iter().filter(|op| matches!(op, Op::Linear(_))).count();
        let (first, in_block) = (linear(&prologue), linear(&block));
        assert!(
            in_block > 0 || repeats == 0,
            "a block without a linear operation"
        );
        let stored = std::iter::repeat_n(block, repeats.min(STORED)).flatten();
        let ops = prologue.into_iter().chain(stored).chain(epilogue);
        let tape = Self {
            sections: cut(ops),
            first,
            block: in_block,
            repeats,
        };
        assert!(tape.depth() > 0, "a network without a layer");
        tape.check_streams();
        tape
    }

    /// `depth` layers `z = W x + b`, `x = phi(z)`, the first of which has a matrix of its own shape.
    #[must_use]
    pub fn plain(first: L, rest: L, phi: &Activation, depth: usize) -> Self {
        let layer = |linear| vec![Op::Linear(linear), Op::Phi(phi.clone())];
        Self::of(layer(first), layer(rest), depth - 1, Vec::new())
    }

    /// The same structure with something else known of every matrix.
    ///
    /// # Errors
    /// The first error of `of`.
    pub fn try_map<M, E>(
        &self,
        mut of: impl FnMut(&Section<L>) -> Result<M, E>,
    ) -> Result<Tape<M>, E> {
        let section = |section: &Section<L>| {
            Ok(Section {
                linear: of(section)?,
                before: section.before,
                phi: section.phi.clone(),
                after: section.after,
            })
        };
        Ok(Tape {
            sections: self
                .sections
                .iter()
                .map(section)
                .collect::<Result<_, E>>()?,
            first: self.first,
            block: self.block,
            repeats: self.repeats,
        })
    }

    /// Every branch has one fork and one join, and none lies within another.
    fn check_streams(&self) {
        let mut open = false;
        for section in &self.sections {
            for stream in [section.before, section.after].into_iter().flatten() {
                assert!(open || stream.join.is_none(), "a join without a stream");
                assert!(!(open && stream.join.is_none()), "a branch within a branch");
                open = stream.fork;
            }
            let within = section.before.is_some_and(|before| before.fork)
                && section.after.is_some_and(|after| after.join.is_some());
            assert!(!within, "a branch without a linear operation");
        }
        assert!(!open, "a branch without a join");
    }
}

impl<L> Tape<L> {
    /// Number of sections: of linear operations, blocks repeated.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.sections.len() + self.block * (self.repeats - self.repeats.min(STORED))
    }

    /// Section `1..=depth`.
    #[must_use]
    pub fn section(&self, number: usize) -> &Section<L> {
        &self.sections[self.stored(number)]
    }

    /// Where section `number` is stored, 0 to [`distinct`](Self::distinct)`.len()`.
    #[must_use]
    pub fn stored(&self, number: usize) -> usize {
        let at = number - 1;
        if self.repeats <= STORED || at < self.first {
            return at;
        }
        let (repeat, within) = (
            (at - self.first) / self.block,
            (at - self.first) % self.block,
        );
        match repeat {
            _ if repeat + 1 < self.repeats => self.first + within,
            _ => at - self.block * (self.repeats - STORED),
        }
    }

    /// The sections that are stored, in order.
    #[must_use]
    pub fn distinct(&self) -> &[Section<L>] {
        &self.sections
    }

    /// Whether sections from `number` on are all equal and without a stream.
    #[must_use]
    pub fn is_uniform_from(&self, number: usize) -> bool
    where
        L: PartialEq,
    {
        let mut rest = self.sections[self.stored(number)..].iter();
        let head = rest.next().expect("a section");
        head.before.is_none() && head.after.is_none() && rest.all(|section| section == head)
    }

    /// Whether a stream passes any operation by.
    #[must_use]
    pub fn has_streams(&self) -> bool {
        let streams = |s: &Section<L>| s.before.is_some() || s.after.is_some();
        self.sections.iter().any(streams)
    }
}

impl Tape {
    /// [`of`](Self::of) with matrices whose shapes fit together.
    ///
    /// # Panics
    /// As [`of`](Self::of), and where shapes do not fit.
    #[must_use]
    pub fn new(
        prologue: Vec<Op<Linear>>,
        block: Vec<Op<Linear>>,
        repeats: usize,
        epilogue: Vec<Op<Linear>>,
    ) -> Self {
        let tape = Self::of(prologue, block, repeats, epilogue);
        let mut stream = None;
        for (at, section) in tape.sections.iter().enumerate() {
            let units = section.linear.fan_out;
            if let Some(next) = tape.sections.get(at + 1) {
                assert_eq!(next.linear.fan_in, units, "units of neighbours");
            }
            for op in [section.before, section.after].into_iter().flatten() {
                if op.join.is_some() {
                    assert_eq!(stream, Some(units), "units of stream and branch");
                }
                stream = op.fork.then_some(units);
            }
        }
        tape
    }

    /// Units of the widest section.
    #[must_use]
    pub fn widest(&self) -> usize {
        let units = self.sections.iter().map(|section| section.linear.fan_out);
        units.max().expect("a section")
    }
}

/// The operations as sections.
fn cut<L>(ops: impl Iterator<Item = Op<L>>) -> Vec<Section<L>> {
    let mut sections: Vec<Section<L>> = Vec::new();
    for op in ops {
        if let Op::Linear(linear) = op {
            sections.push(Section {
                linear,
                before: None,
                phi: None,
                after: None,
            });
            continue;
        }
        let section = sections.last_mut().expect("a linear operation comes first");
        let stream = match section.phi {
            None => &mut section.before,
            Some(_) => &mut section.after,
        };
        match op {
            Op::Linear(_) => unreachable!("taken above"),
            Op::Phi(phi) => {
                let other = section.phi.replace(phi);
                assert!(other.is_none(), "two activations in a row");
            }
            Op::Fork => {
                let stream = stream.get_or_insert_default();
                assert!(!stream.fork, "two forks in a row");
                stream.fork = true;
            }
            Op::Join(scale) => {
                assert!(stream.is_none(), "a join in a row with another stream");
                *stream = Some(Stream {
                    join: Some(scale),
                    fork: false,
                });
            }
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phi() -> Op<u8> {
        Op::Phi("tanh".parse().expect("in the table"))
    }

    #[test]
    fn a_repeated_block_is_what_its_unrolled_operations_are() {
        let join = || {
            Op::Join(JoinScale {
                skip: 1.0,
                branch: 0.5,
            })
        };
        let blocks: [Vec<Op<u8>>; 3] = [
            vec![Op::Linear(1), phi()],
            vec![Op::Fork, phi(), Op::Linear(1), join()],
            vec![Op::Fork, Op::Linear(1), phi(), Op::Linear(2), join()],
        ];
        for block in blocks {
            for repeats in 0..7 {
                let (start, end) = (vec![Op::Linear(0)], vec![phi(), Op::Linear(9), phi()]);
                let start = match block[0] {
                    Op::Linear(_) => vec![Op::Linear(0), phi()],
                    _ => start,
                };
                let end = match block[1] {
                    Op::Phi(_) if matches!(block[0], Op::Linear(_)) => vec![Op::Linear(9), phi()],
                    _ => end,
                };
                let unrolled = std::iter::repeat_n(block.clone(), repeats).flatten();
                let whole: Vec<Section<u8>> =
                    cut(start.clone().into_iter().chain(unrolled).chain(end.clone()));
                let tape = Tape::of(start, block.clone(), repeats, end);
                assert_eq!(tape.depth(), whole.len());
                for (at, section) in whole.iter().enumerate() {
                    assert_eq!(tape.section(at + 1), section, "{repeats} repeats, {at}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "a branch without a join")]
    fn an_open_branch_is_no_network() {
        let _ = Tape::of(vec![Op::Linear(0), Op::Fork], Vec::new(), 0, Vec::new());
    }

    #[test]
    fn a_plain_network_is_uniform_from_its_second_layer_on() {
        let tape = Tape::plain(0, 1, &"relu".parse().expect("in the table"), 100);
        assert!(!tape.is_uniform_from(1) && tape.is_uniform_from(2) && tape.is_uniform_from(100));
        assert!(!tape.has_streams() && tape.distinct().len() == 3);
    }
}
