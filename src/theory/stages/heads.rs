//! Attention at infinite width: a population of heads of their real size, each drawn from the Gram matrix of what it reads.
//!
//! Queries and keys of a head are `d` rows `N(0, w C + s)` over the tokens. Averages over heads are taken of `A V A'` for what leaves
//! (`V` the Gram matrix of the values), of `A' G A` for the values' gradient, and of the gradients of queries and keys for one draw of values
//! and of the gradient above per head: of so many heads that what leaves is known to [`WHOLE`] and each gradient to [`SINGLE`], or of
//! [`MOST`].

use rayon::prelude::*;

use crate::math::attention::{Attend, Attention, Seen, Sequences, gram, normal_rows, transposed};
use crate::math::stream::{Purpose, StreamKey};

/// Heads that are made in one step.
const PIECE: u32 = 32;
/// Heads after which it is looked whether they are enough, again and again, and at most.
const BATCH: u32 = 128;
const MOST: u32 = 1024;

/// Relative standard error that is enough for what leaves attention, on either way.
const WHOLE: f64 = 4e-3;
/// The same for the gradient of queries, of keys or of values by itself.
const SINGLE: f64 = 5e-2;

/// Second moments over the lanes of sequences, a unit's on average.
pub(super) type Moments = Vec<f64>;

/// What the heads of one layer read: Gram matrices over all lanes.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) attend: Attend,
    pub(super) queries: Moments,
    pub(super) keys: Moments,
    pub(super) values: Moments,
    /// Lanes of each.
    pub(super) lanes: usize,
    /// Number of the layer: its heads are other ones.
    pub(super) layer: u32,
}

/// Averages over heads on the way up.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// Second moments of what the heads give.
    pub(super) output: Moments,
    pub(super) entropy: f64,
    pub(super) scores: f64,
}

/// Second moments of the gradients at queries, keys and values, over the tokens of one sequence.
#[derive(Clone, Debug)]
pub(super) struct Gradients(pub(super) [Moments; 3]);

/// `n x n` matrices.
#[derive(Clone, Copy)]
pub(super) struct Size(pub(super) usize);

impl Size {
    /// `A B`, of which `transposed` turns `B`.
    pub(super) fn times(self, a: &[f64], b: &[f64], transposed: bool) -> Moments {
        let n = self.0;
        let mut product = vec![0.0; n * n];
        for (a, line) in a.chunks_exact(n).zip(product.chunks_exact_mut(n)) {
            if transposed {
                for (sum, b) in line.iter_mut().zip(b.chunks_exact(n)) {
                    *sum = a.iter().zip(b).map(|(a, b)| a * b).sum();
                }
            } else {
                for (a, b) in a.iter().zip(b.chunks_exact(n)) {
                    for (sum, b) in line.iter_mut().zip(b) {
                        *sum += a * b;
                    }
                }
            }
        }
        product
    }

    /// Upper triangular `L'` with `L L' = K`, where `K` may be singular.
    fn turned_root(self, k: &[f64]) -> Moments {
        let n = self.0;
        let mut l = vec![0.0; n * n];
        for j in 0..n {
            for i in j..n {
                let known: f64 = (0..j).map(|m| l[i * n + m] * l[j * n + m]).sum();
                let left = k[i * n + j] - known;
                l[i * n + j] = if i == j {
                    // rounding of a direction that is not there
                    if left > 1e-13 * k[j * n + j] {
                        left.sqrt()
                    } else {
                        0.0
                    }
                } else if l[j * n + j] > 0.0 {
                    left / l[j * n + j]
                } else {
                    0.0
                };
            }
        }
        transposed(&l, n)
    }

    /// The block of one sequence of `tokens`.
    fn block(self, k: &[f64], row: usize, column: usize, tokens: usize) -> Moments {
        let lines = k.chunks_exact(self.0).skip(row * tokens).take(tokens);
        lines
            .flat_map(|line| &line[column * tokens..][..tokens])
            .copied()
            .collect()
    }
}

/// Roots of what a head is drawn from, turned, and attention of one head.
#[derive(Debug)]
struct Drawn {
    attention: Attention,
    lanes: usize,
    units: usize,
    layer: u32,
    queries: Moments,
    keys: Moments,
}

impl Drawn {
    fn new(read: &Read, tokens: usize) -> Self {
        let lanes = read.lanes;
        let own = Attend {
            heads: 1,
            kv_heads: 1,
            ..read.attend
        };
        let sequences = Sequences {
            all: lanes,
            tokens,
            count: lanes / tokens,
        };
        Self {
            attention: Attention::new(own, sequences),
            lanes,
            units: read.attend.units,
            layer: read.layer,
            queries: Size(lanes).turned_root(&read.queries),
            keys: Size(lanes).turned_root(&read.keys),
        }
    }

    /// Rows of one head whose Gram matrix is on average `L L'`, from `L'`.
    fn rows(&self, head: u32, block: u64, turned_root: &[f64]) -> Vec<f64> {
        let key = StreamKey {
            seed: 0,
            draw: head,
            layer: self.layer,
            purpose: Purpose::Weights,
        };
        normal_rows(key, block, self.units, turned_root, self.lanes)
    }

    /// `z` of one head: its queries and keys, and these values.
    fn head(&self, head: u32, values: Option<&[f64]>) -> Vec<f64> {
        let mut z = self.rows(head, 0, &self.queries);
        z.extend(self.rows(head, 1, &self.keys));
        match values {
            Some(root) => z.extend(self.rows(head, 2, root)),
            None => z.resize(3 * self.units * self.lanes, 0.0),
        }
        z
    }
}

fn add(sum: &mut [f64], other: &[f64]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
}

/// Sum and sum of squares of one number of every head.
#[derive(Clone, Copy, Debug, Default)]
struct Noise([f64; 2]);

impl Noise {
    fn add(&mut self, value: f64) {
        self.0[0] += value;
        self.0[1] += value * value;
    }

    /// Relative standard error of the mean over so many heads.
    fn of(self, heads: u32) -> f64 {
        let n = f64::from(heads);
        let mean = self.0[0] / n;
        let variance = (self.0[1] / n - mean * mean).max(0.0);
        if mean == 0.0 {
            0.0
        } else {
            (variance / n).sqrt() / mean
        }
    }
}

/// The next [`PIECE`] heads, all at once.
fn next<T: Send>(made: &mut u32, one: impl Fn(u32) -> T + Send + Sync) -> Vec<T> {
    let from = *made;
    *made += PIECE;
    (from..*made).into_par_iter().map(one).collect()
}

/// Sum of the diagonal.
fn trace(matrix: &[f64], n: usize) -> f64 {
    matrix.iter().step_by(n + 1).sum()
}

/// What attention gives of what it reads, on its way.
#[derive(Debug)]
pub(super) struct Forward {
    read: Read,
    drawn: Drawn,
    tokens: usize,
    made: u32,
    sums: Given,
    noise: Noise,
}

impl Forward {
    /// With so many tokens to a sequence; no head is made yet.
    pub(super) fn new(read: Read, tokens: usize) -> Self {
        Self {
            drawn: Drawn::new(&read, tokens),
            tokens,
            made: 0,
            sums: Given {
                output: vec![0.0; read.lanes * read.lanes],
                entropy: 0.0,
                scores: 0.0,
            },
            noise: Noise::default(),
            read,
        }
    }

    /// [`PIECE`] heads more; what they give, and read, once they are enough.
    pub(super) fn advance(&mut self) -> Option<(Read, Given)> {
        let Self {
            read,
            drawn,
            tokens,
            ..
        } = self;
        let (lanes, tokens) = (drawn.lanes, *tokens);
        let size = Size(tokens);
        let one = |head: u32| {
            let z = drawn.head(head, None);
            let mut seen = Seen::default();
            let weights = drawn.attention.first_weights(&z, Some(&mut seen));
            let mut output = vec![0.0; lanes * lanes];
            for (a, left) in weights.iter().enumerate() {
                for (b, right) in weights.iter().enumerate() {
                    let values = Size(lanes).block(&read.values, a, b, tokens);
                    let mixed = size.times(&size.times(left, &values, false), right, true);
                    for (i, line) in mixed.chunks_exact(tokens).enumerate() {
                        let at = (a * tokens + i) * lanes + b * tokens;
                        output[at..at + tokens].copy_from_slice(line);
                    }
                }
            }
            (output, seen.mean_entropy(), seen.mean_square())
        };
        for (output, entropy, scores) in next(&mut self.made, one) {
            add(&mut self.sums.output, &output);
            self.sums.entropy += entropy;
            self.sums.scores += scores;
            self.noise.add(trace(&output, lanes));
        }
        let enough = || self.made >= MOST || self.noise.of(self.made) < WHOLE;
        (self.made.is_multiple_of(BATCH) && enough()).then(|| {
            let share = 1.0 / f64::from(self.made);
            let given = Given {
                output: self.sums.output.iter().map(|sum| share * sum).collect(),
                entropy: share * self.sums.entropy,
                scores: share * self.sums.scores,
            };
            (self.read.clone(), given)
        })
    }
}

/// The gradients of attention on their way.
#[derive(Debug)]
pub(super) struct Backward {
    drawn: Drawn,
    /// Roots, turned, of the values and of the gradient above.
    values: Moments,
    above_root: Moments,
    above: Moments,
    /// `fan_out Var W` of queries, keys and values.
    back: [f64; 3],
    /// Heads of queries to one of keys and values.
    group: f64,
    made: u32,
    sums: [Moments; 3],
    noise: [Noise; 4],
}

impl Backward {
    /// From `above`, second moments over the tokens of one sequence of the gradient at what the heads give; `back` are
    /// `fan_out Var W` of queries, keys and values.
    pub(super) fn new(read: &Read, tokens: usize, above: &[f64], back: [f64; 3]) -> Self {
        // sequences are alike, and gradients of different ones have nothing in common
        let first = |k: &Moments| Size(read.lanes).block(k, 0, 0, tokens);
        let own = Read {
            queries: first(&read.queries),
            keys: first(&read.keys),
            values: first(&read.values),
            lanes: tokens,
            ..*read
        };
        let size = Size(tokens);
        Self {
            drawn: Drawn::new(&own, tokens),
            values: size.turned_root(&own.values),
            above_root: size.turned_root(above),
            above: above.to_vec(),
            back,
            group: (read.attend.heads / read.attend.kv_heads) as f64,
            made: 0,
            sums: [(); 3].map(|()| vec![0.0; tokens * tokens]),
            noise: [Noise::default(); 4],
        }
    }

    /// [`PIECE`] heads more; the gradients once they are enough.
    pub(super) fn advance(&mut self) -> Option<Gradients> {
        let drawn = &self.drawn;
        let tokens = drawn.lanes;
        let size = Size(tokens);
        let one = |head: u32| {
            let z = drawn.head(head, Some(&self.values));
            let d = drawn.rows(head, 3, &self.above_root);
            let (weights, each) = drawn.attention.first_backward(&z, &d);
            let share = 1.0 / drawn.units as f64;
            let [queries, keys] = each.map(|rows| {
                let mut moments = gram(&rows, tokens);
                moments.iter_mut().for_each(|value| *value *= share);
                moments
            });
            // of the values exactly: A' G A
            let turned = transposed(&weights, tokens);
            let values = size.times(&size.times(&turned, &self.above, false), &turned, true);
            [queries, keys, values]
        };
        for moments in next(&mut self.made, one) {
            let mut whole = 0.0;
            for (which, own) in moments.iter().enumerate() {
                add(&mut self.sums[which], own);
                let own = trace(own, tokens);
                self.noise[which].add(own);
                whole += self.back[which] * own;
            }
            self.noise[3].add(whole);
        }
        if !self.made.is_multiple_of(BATCH) {
            return None;
        }
        let [single @ .., whole] = self.noise.map(|noise| noise.of(self.made));
        let known = whole < WHOLE && single.iter().all(|noise| *noise < SINGLE);
        (known || self.made >= MOST).then(|| {
            // keys and values have the gradients of all heads of queries that they serve
            let shares = [1.0, self.group, self.group].map(|heads| heads / f64::from(self.made));
            let sums = std::mem::take(&mut self.sums);
            Gradients(std::array::from_fn(|which| {
                sums[which].iter().map(|sum| shares[which] * sum).collect()
            }))
        })
    }
}
