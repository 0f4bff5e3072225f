//! The theory against independent tables and against the simulation.

mod bands;
mod curves;
mod finite_width;
mod fixed_points;
mod moments;
mod phase_map;
mod simulated;
