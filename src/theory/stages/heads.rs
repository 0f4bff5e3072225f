//! Attention at infinite width: a population of heads of their real size, each drawn from the Gram matrix of what it reads.
//!
//! Queries and keys of a head are `d` rows `N(0, w C + s)` over the tokens. Averages over heads are taken of `A V A'` for what leaves
//! (`V` the Gram matrix of the values), of `A' G A` for the values' gradient, and of the gradients of queries and keys for one draw of values
//! and of the gradient above per head: of so many heads that what leaves is known to [`WHOLE`] and each gradient to [`SINGLE`], or of
//! [`MOST`].

use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use crate::math::attention::{Attend, Attention, Seen, Sequences, transposed};
use crate::math::stream::{Purpose, StreamKey};

/// Heads that are made at once, and at most.
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

    /// Lower triangular `L` with `L L' = K`, where `K` may be singular.
    fn root(self, k: &[f64]) -> Moments {
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
        l
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

/// Adds the mean over rows of their outer products, `lanes` entries a row.
fn add_moments(rows: &[f64], lanes: usize, sums: &mut [f64]) {
    let share = lanes as f64 / rows.len() as f64;
    for row in rows.chunks_exact(lanes) {
        for (a, line) in row.iter().zip(sums.chunks_exact_mut(lanes)) {
            for (sum, b) in line.iter_mut().zip(row) {
                *sum += share * a * b;
            }
        }
    }
}

/// Normal rows whose Gram matrix is on average `L L'`.
fn rows(key: StreamKey, block: u64, units: usize, root: &[f64], lanes: usize) -> Vec<f64> {
    let mut random = key.rng(block);
    let mut out = vec![0.0; units * lanes];
    let mut fresh = vec![0.0_f64; lanes];
    for row in out.chunks_exact_mut(lanes) {
        for value in &mut fresh {
            *value = StandardNormal.sample(&mut random);
        }
        for (value, line) in row.iter_mut().zip(root.chunks_exact(lanes)) {
            *value = line.iter().zip(&fresh).map(|(l, n)| l * n).sum();
        }
    }
    out
}

/// Roots of what a head is drawn from, and attention of one head.
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
            queries: Size(lanes).root(&read.queries),
            keys: Size(lanes).root(&read.keys),
        }
    }

    fn key(&self, head: u32) -> StreamKey {
        StreamKey {
            seed: 0,
            draw: head,
            layer: self.layer,
            purpose: Purpose::Weights,
        }
    }

    /// `z` of one head: its queries and keys, and these values.
    fn head(&self, head: u32, values: Option<&[f64]>) -> Vec<f64> {
        let key = self.key(head);
        let mut z = rows(key, 0, self.units, &self.queries, self.lanes);
        z.extend(rows(key, 1, self.units, &self.keys, self.lanes));
        match values {
            Some(root) => z.extend(rows(key, 2, self.units, root, self.lanes)),
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

/// Makes heads, some at once, until `enough` says so of what it has been given; how many.
fn population<T: Send>(
    one: impl Fn(u32) -> T + Sync,
    mut enough: impl FnMut(Vec<T>, u32) -> bool,
) -> u32 {
    let mut made = 0;
    loop {
        let heads: Vec<T> = (made..made + BATCH).into_par_iter().map(&one).collect();
        made += BATCH;
        if enough(heads, made) || made >= MOST {
            return made;
        }
    }
}

/// Sum of the diagonal.
fn trace(matrix: &[f64], n: usize) -> f64 {
    matrix.iter().step_by(n + 1).sum()
}

/// What attention gives of what it reads, `tokens` to a sequence.
pub(super) fn forward(read: &Read, tokens: usize) -> Given {
    let drawn = Drawn::new(read, tokens);
    let (lanes, size) = (drawn.lanes, Size(tokens));
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
    let mut given = Given {
        output: vec![0.0; lanes * lanes],
        entropy: 0.0,
        scores: 0.0,
    };
    let mut noise = Noise::default();
    let heads = population(one, |heads, made| {
        for (output, entropy, scores) in &heads {
            add(&mut given.output, output);
            given.entropy += entropy;
            given.scores += scores;
            noise.add(trace(output, lanes));
        }
        noise.of(made) < WHOLE
    });
    let share = 1.0 / f64::from(heads);
    given.output.iter_mut().for_each(|value| *value *= share);
    given.entropy *= share;
    given.scores *= share;
    given
}

/// The gradients of attention from `above`, second moments over the tokens of one sequence of the gradient at what the heads give; `back`
/// are `fan_out Var W` of queries, keys and values.
pub(super) fn backward(read: &Read, tokens: usize, above: &[f64], back: [f64; 3]) -> Gradients {
    // sequences are alike, and gradients of different ones have nothing in common
    let first = |k: &Moments| Size(read.lanes).block(k, 0, 0, tokens);
    let own = Read {
        queries: first(&read.queries),
        keys: first(&read.keys),
        values: first(&read.values),
        lanes: tokens,
        ..*read
    };
    let drawn = Drawn::new(&own, tokens);
    let size = Size(tokens);
    let [values, root] = [&own.values, &above.to_vec()].map(|k| size.root(k));
    let one = |head: u32| {
        let z = drawn.head(head, Some(&values));
        let d = rows(drawn.key(head), 3, drawn.units, &root, tokens);
        let gradient = drawn.attention.backward(&z, &d);
        let mut moments = [(); 3].map(|()| vec![0.0; tokens * tokens]);
        let each = gradient.chunks_exact(drawn.units * tokens);
        for (rows, sums) in each.zip(&mut moments) {
            add_moments(rows, tokens, sums);
        }
        // of the values exactly: A' G A
        let weights = drawn.attention.first_weights(&z, None);
        let turned = transposed(&weights[0], tokens);
        moments[2] = size.times(&size.times(&turned, above, false), &turned, true);
        moments
    };
    let mut sums = [(); 3].map(|()| vec![0.0; tokens * tokens]);
    let mut noise = [Noise::default(); 4];
    let heads = population(one, |heads: Vec<[Moments; 3]>, made| {
        for moments in &heads {
            let mut whole = 0.0;
            for (which, own) in moments.iter().enumerate() {
                add(&mut sums[which], own);
                let own = trace(own, tokens);
                noise[which].add(own);
                whole += back[which] * own;
            }
            noise[3].add(whole);
        }
        let [single @ .., whole] = noise.map(|noise| noise.of(made));
        whole < WHOLE && single.iter().all(|noise| *noise < SINGLE)
    });
    // keys and values have the gradients of all heads of queries that they serve
    let group = (read.attend.heads / read.attend.kv_heads) as f64;
    for (which, sum) in sums.iter_mut().enumerate() {
        let share = if which == 0 { 1.0 } else { group } / f64::from(heads);
        sum.iter_mut().for_each(|value| *value *= share);
    }
    Gradients(sums)
}
