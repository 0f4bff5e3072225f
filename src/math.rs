//! Numerics that know nothing of networks: SIMD lanes, random streams, special functions, products, running moments.

pub mod attention;
pub mod binomial;
pub mod chebyshev;
pub mod double;
pub mod elementary;
pub mod entries;
pub mod factor;
pub mod gamma;
pub mod gram;
pub mod haar;
pub mod panel;
pub mod product;
pub mod quadrature;
pub mod root;
pub mod simd;
pub mod special;
pub mod standardized;
pub mod stream;
pub mod student;
pub mod team;
