//! What the dashboard shows and how it is used, without a terminal.

#[path = "../support/asked.rs"]
mod asked;
#[path = "../support/lab.rs"]
mod lab;
#[path = "../support/pictures.rs"]
mod pictures;
#[path = "../support/shown.rs"]
mod shown;
#[path = "../support/synthetic.rs"]
mod synthetic;

mod advice_view;
mod blocks;
mod compare_atlas;
mod cursor;
mod drawing;
mod export;
mod keys;
mod messages;
mod mouse;
mod numbers;
mod palette;
mod panels;
mod personas;
mod phase_view;
mod plane_view;
mod screens;
mod table_view;
mod whole;
