//! Real networks drawn, measured and judged.

mod advice;
mod cases;
mod depth;
mod determinism;
mod exponents;
mod matrix_free;
mod propagation;
mod report;
mod training;
mod verdict;
mod verdict_alike;
