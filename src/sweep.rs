//! Sweeps: one measurement at every point of a grid of networks, in one process or in many.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`grid`] | what is swept, measured and kept |
//! | [`points`] | the points of a grid: number `k`, its network, its cells |
//! | [`columns`] | the columns of the table that a grid becomes |
//! | [`measure`] | one point measured: its rows |
//! | [`journal`] | rows of points in a file that survives a kill |
//! | [`shard`] | which points belong to which process, and their files in a directory |
//! | [`script`] | scripts for Slurm and GNU parallel |
//! | [`merge`] | the files of all shards as one table |
//! | [`table`] | the table in CSV, JSON lines and Parquet |
//! | [`cube`] | a table read back, found by the levels of its axes |
//! | [`mod@slice`] | two axes of it beside each other |
//!
//! **Point `k`** of a grid has its place on every axis by row-major order: the last axis varies fastest, so that
//! `k = ((i_1 n_2 + i_2) n_3 + i_3) ...` with places `i` from 0 on axes of `n` values. It belongs to shard `k mod N` of `N`.
//!
//! **Seeds.** A point has the seed of its network, 0 unless the grid says otherwise: all points see the same streams of random
//! numbers, and their differences have less noise than each of them. Independent repetitions are an axis `seed`.
//!
//! **Exactness.** A point with all its draws is the unit of work, measured on one thread; its rows depend on its network and the
//! instruction set alone. Merging is sorting, so that the table has the same bytes for any number of shards.

pub mod columns;
pub mod cube;
pub mod grid;
pub mod journal;
pub mod measure;
pub mod merge;
pub mod points;
pub mod range;
pub mod recipe_field;
pub mod rows;
pub mod script;
pub mod shard;
pub mod slice;
pub mod table;
