//! A [`Snapshot`](crate::engine::snapshot::Snapshot) as text: pure functions that return what is to be printed.
//!
//! | function | for | one row a layer |
//! | --- | --- | --- |
//! | [`table::table`] | people | the channels in decades, the verdict in words |
//! | [`csv::csv`] | spreadsheets, data frames | every statistic |
//! | [`json::json`] | programs | every statistic, the resolved spec, the verdict; versioned schema |
//!
//! What the other views of the dashboard show is in [`compare`], [`atlas`], [`phase`], [`advice`], [`train`], [`factors`] and [`mod@slice`].
//! What `initscope theory` prints is in [`theory`], in the same three forms.
//!
//! Numbers are written with a point and no grouping in every locale, and the same snapshot always gives the same bytes.

pub mod advice;
pub mod atlas;
pub mod blocks;
pub mod check;
pub mod compare;
pub mod csv;
pub mod defaults;
pub mod factors;
pub mod json;
pub mod list;
pub mod phase;
pub mod scaling;
pub mod slice;
pub mod table;
pub mod theory;
pub mod train;
pub mod verdict;

pub(crate) mod columns;
mod expected;
