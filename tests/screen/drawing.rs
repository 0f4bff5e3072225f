//! What holds for every screen.

use crate::pictures::assert_no_number_is_cut;
use crate::shown::{model, press, shown};
use crate::synthetic::{Lines, VANISHING, settled};
use std::sync::Arc;

use initscope::app::{Colour, Glyphs, Look, Model, Msg, Palette};
use initscope::engine::Engine;
use initscope::engine::request::{Answer, Work, WorkError};
use initscope::ui;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Color;

#[test]
fn a_screen_that_is_too_small_says_what_is_needed() {
    assert_eq!(
        ui::plain(&model("relu/default 256x64", (39, 24))).trim_end(),
        "39x24: initscope needs 40x12"
    );
    assert_eq!(ui::plain(&model("relu/default 256x64", (1, 1))), "…");
    assert_eq!(ui::plain(&model("relu/default 256x64", (0, 0))), "");
}

/// A thousand layers in 39 columns: one layer that leaves the line is seen, up and down.
#[test]
fn a_column_of_many_layers_shows_the_one_that_stands_out() {
    let mut model = model("relu/he_normal 256x1000", (80, 24));
    let healthy = Lines {
        signal: (0.0, 0.0),
        gradient: (0.0, 0.0),
        distinguishability: 0.0,
        band: 0.0,
        theory_off: 0.0,
    };
    let mut snapshot = settled(model.spec(), healthy);
    for (layer, value) in [(300, 20.0), (700, -20.0)] {
        let z = &mut snapshot.layers[layer].z_variance;
        (z.log10_p10, z.log10_p50, z.log10_p90) = (value, value, value);
    }
    snapshot.prediction = None;
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    let screen = ui::plain(&model);
    let rows: Vec<Vec<char>> = screen
        .lines()
        .skip(3)
        .take(5)
        .map(|line| line.chars().skip(8).take(39).collect())
        .collect();
    let column = |c: usize| rows.iter().map(|row| row[c]).collect::<String>();
    assert_eq!(
        [column(0), column(300 * 39 / 1000), column(700 * 39 / 1000)],
        ["  ▄██", "▒▒███", "  ▄▒█"].map(str::to_owned),
        "{screen}"
    );
}

/// The simulation itself, where its numbers are exact.
#[test]
fn zeros_are_dead_from_the_first_layer_on() {
    let mut model = model("relu/zeros 16x4", (80, 24));
    let engine = Engine::new(Arc::clone(model.spec()));
    let known = Answer::Simulation(Arc::new(engine.run()));
    model.update(Msg::News(model.news(Ok(known))));
    let screen = ui::plain(&model);
    assert!(
        screen.contains("✗ DEAD") && screen.contains("units are dead from layer 1"),
        "{screen}"
    );
    let feet = screen
        .lines()
        .filter(|line| line.contains(&"0".repeat(39)))
        .count();
    assert_eq!(feet, 3, "signal, gradient and difference\n{screen}");
}

#[test]
fn a_failure_is_a_message_and_the_dashboard_lives_on() {
    let mut model = shown("relu/he_normal 256x64", (80, 24), VANISHING);
    model.update(Msg::News(model.news(Err(WorkError {
        work: Work::Simulation,
        reason: "index out of bounds".into(),
    }))));
    let screen = ui::plain(&model);
    assert!(
        screen.contains("✗ STOPPED") && screen.contains("out of bounds"),
        "{screen}"
    );
    assert!(screen.contains("a change restarts it"), "{screen}");
}

#[test]
fn frozen_and_messages_are_said_in_words() {
    let mut model = shown("relu/he_normal 16384x64", (80, 24), VANISHING);
    press(&mut model, "space w");
    let screen = ui::plain(&model);
    assert!(
        screen
            .lines()
            .next()
            .is_some_and(|line| line.ends_with("frozen")),
        "{screen}"
    );
    assert!(
        screen
            .lines()
            .last()
            .is_some_and(|line| line.contains("width: 16384 is the largest")),
        "{screen}"
    );
}

/// Every number of colours and every set of characters.
const LOOKS: [Look; 4] = [
    Look {
        colour: Colour::True,
        palette: Palette::Dark,
        glyphs: Glyphs::Octants,
    },
    Look {
        colour: Colour::Indexed,
        palette: Palette::Light,
        glyphs: Glyphs::Braille,
    },
    Look {
        colour: Colour::Sixteen,
        palette: Palette::Universal,
        glyphs: Glyphs::Blocks,
    },
    Look {
        colour: Colour::Mono,
        palette: Palette::Universal,
        glyphs: Glyphs::Ascii,
    },
];

/// At every size from nothing to large: ASCII mode is ASCII, no character is wider than a cell, mono has no colour.
#[test]
fn every_size_and_look_keeps_its_promise() {
    let mut model = shown("leaky_relu(0.2)/he_normal(0.2) 256x64", (80, 24), VANISHING);
    for (columns, rows) in (0..200)
        .step_by(7)
        .flat_map(|c| (0..70).step_by(3).map(move |r| (c, r)))
    {
        model.update(Msg::Resize(columns, rows));
        for help in [false, true] {
            for look in LOOKS {
                let model = looking(&model, look, help);
                let area = Rect::new(0, 0, columns, rows);
                let mut buffer = Buffer::empty(area);
                ui::render(&model, area, &mut buffer);
                assert_no_number_is_cut(&buffer);
                for cell in &buffer.content {
                    assert_eq!(
                        cell.cell_width(),
                        1,
                        "{:?} at {columns}x{rows}",
                        cell.symbol()
                    );
                    assert!(
                        look.glyphs != Glyphs::Ascii || cell.symbol().is_ascii(),
                        "{:?}",
                        cell.symbol()
                    );
                    for colour in [cell.fg, cell.bg] {
                        let needed = match colour {
                            Color::Reset => Colour::Mono,
                            Color::Rgb(..) => Colour::True,
                            Color::Indexed(_) => Colour::Indexed,
                            _ => Colour::Sixteen,
                        };
                        assert!(needed <= look.colour, "{colour:?} for {:?}", look.colour);
                    }
                }
            }
        }
    }
}

/// The same model with another look, the help open or not.
fn looking(model: &Model, look: Look, help: bool) -> Model {
    let mut other = Model::new((**model.spec()).clone(), look, model.size());
    if let Some(snapshot) = model.snapshot() {
        other.update(Msg::News(
            other.news(Ok(Answer::Simulation(Arc::new(snapshot.clone())))),
        ));
    }
    if help {
        press(&mut other, "?");
    }
    other
}

fn cells(model: &Model) -> Buffer {
    let area = Rect::new(0, 0, model.size().0, model.size().1);
    let mut buffer = Buffer::empty(area);
    ui::render(model, area, &mut buffer);
    buffer
}

/// From one curve to quite another, with the network panel and the verdict: what goes over a slow line.
#[test]
fn a_key_costs_at_most_8_kilobytes_at_120x40_and_a_refinement_2() {
    let exploding = Lines {
        signal: (0.3, 0.4),
        gradient: (-0.3, 0.4),
        distinguishability: -0.1,
        ..VANISHING
    };
    let refined = Lines {
        signal: (0.01, -0.3015),
        gradient: (-0.31, -0.3005),
        distinguishability: -0.0202,
        ..VANISHING
    };
    for look in LOOKS {
        let drawn = |text: &str, lines| {
            let model = shown(text, (120, 40), lines);
            cells(&looking(&model, look, false))
        };
        let vanishing = drawn("relu/glorot_uniform 256x64", VANISHING);
        let exploding = drawn("tanh/orthogonal 512x32 gain=2", exploding);
        let refined = drawn("relu/glorot_uniform 256x64", refined);
        let key = ui::ansi::frame(Some(&vanishing), &exploding).len();
        assert!((2000..=8192).contains(&key), "{look:?}: {key} bytes");
        let refinement = ui::ansi::frame(Some(&vanishing), &refined).len();
        assert!(
            (1..=2048).contains(&refinement),
            "{look:?}: {refinement} bytes"
        );
    }
}
