//! Sizes of gradients from `lanes x lanes` inner products.

/// `sum_ab a[a][b] b[a][b]` over the real inputs: `||D Xᵀ||_F^2` when `a = DᵀD` and `b = XᵀX`, so that the squared norm of the
/// weight gradient needs no `n x n` product.
#[must_use]
pub fn inner(a: &[f64], b: &[f64], lanes: usize, batch: usize) -> f64 {
    (0..batch)
        .map(|i| {
            (0..batch)
                .map(|j| a[i * lanes + j] * b[i * lanes + j])
                .sum::<f64>()
        })
        .sum()
}

/// `sum_ab gram[a][b]` over the real inputs: the squared norm of the batch-summed bias gradient when `gram = DᵀD`.
#[must_use]
pub fn total(gram: &[f64], lanes: usize, batch: usize) -> f64 {
    (0..batch)
        .map(|i| gram[i * lanes..][..batch].iter().sum::<f64>())
        .sum()
}
