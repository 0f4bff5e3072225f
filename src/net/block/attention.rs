//! Attention of tokens to each other, as a branch of a block.

use std::fmt;

/// How the units of the stream are divided among heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Heads {
    /// So many heads.
    Count(usize),
    /// Heads of so many units; one head where the stream has fewer.
    Of(usize),
}

impl Heads {
    /// The number of heads of a stream of `width` units; `None` where they do not divide it.
    #[must_use]
    pub fn count(self, width: usize) -> Option<usize> {
        match self {
            Self::Count(count) => (width.is_multiple_of(count)).then_some(count),
            Self::Of(units) if width < units => Some(1),
            Self::Of(units) => width.is_multiple_of(units).then_some(width / units),
        }
    }
}

/// `F(u) = Wo O + bo` with the values mixed head by head, `O_i = sum_j A_ij v_j`, `A_i = softmax_j(scale q_i . k_j / sqrt(d))`, and
/// `q = Wq u + bq`, `k = Wk u + bk`, `v = Wv u + bv`, `d` units a head (Vaswani et al. 2017).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attention {
    /// Heads of the queries.
    pub heads: Heads,
    /// Heads of keys and values, each for as many heads of queries (Ainslie et al. 2023); as many as those where `None`.
    pub kv: Option<usize>,
    /// Whether a token sees only itself and those before it.
    pub causal: bool,
    /// Whether queries and keys are rotated by angles that grow with the position: unit `r` of `d/2` by `position / 10000^(2r/d)`,
    /// together with unit `r + d/2` (Su et al. 2021).
    pub rope: bool,
    /// Multiplies the scores.
    pub scale: f64,
    /// Whether queries and keys are divided by their root mean square over the units of a head (Henry et al. 2020; RMSNorm as in
    /// Qwen 3 and nanochat).
    pub qk_norm: bool,
}

impl fmt::Display for Attention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.heads {
            Heads::Count(count) => write!(f, "attn({count}"),
            Heads::Of(units) => write!(f, "attn(head={units}"),
        }?;
        if let Some(kv) = self.kv {
            write!(f, ",kv={kv}")?;
        }
        for (set, name) in [(self.causal, "causal"), (self.rope, "rope")] {
            if set {
                write!(f, ",{name}")?;
            }
        }
        if self.scale != 1.0 {
            write!(f, ",scale={}", crate::net::written::number(self.scale))?;
        }
        if self.qk_norm {
            f.write_str(",qk=rms")?;
        }
        f.write_str(")")
    }
}
