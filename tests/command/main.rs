//! The program itself: commands, terminal, recordings and what the README says.

#[path = "../support/reference.rs"]
mod reference;

mod advice;
mod blocks;
mod config;
mod grammar;
mod lectures;
mod misuse;
mod readme;
mod run;
mod scaling;
mod sweep;
mod terminal;
mod theory;
mod train;
