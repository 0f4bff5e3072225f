//! The table of a sweep on the dashboard: any two axes, any column, the point under the cursor, and back.

use std::sync::Arc;

use initscope::app::{Gesture, Look, Model, Msg, Opening, ViewName, views};
use initscope::net::spec::Spec;
use initscope::sweep::columns::{Cell, Row};
use initscope::sweep::cube::Cube;
use initscope::sweep::grid::{Axis, Grid, Keep, Measure, SCHEMA};
use initscope::sweep::measure;
use initscope::sweep::points::Points;
use initscope::sweep::table::{About, Format, Table};
use initscope::ui;
use initscope::ui::hit;

use crate::pictures::assert_promises;
use crate::shown::press;

const KINDS: [&str; 4] = ["HEALTHY", "VANISHING", "EXPLODING", "DEAD"];

fn axis(fields: &[&str], values: &[&[&str]]) -> Axis {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Axis {
        fields: owned(fields),
        values: values.iter().map(|texts| owned(texts)).collect(),
    }
}

/// A column of a table made by hand: smooth in the point and the layer, with an infinity and nothing here and there.
fn cell(name: &str, points: &Points, point: u64, layer: usize) -> Cell {
    let x = point as f64;
    match name {
        "network" => Cell::Text(points.point(point).expect("one").spec.to_string().into()),
        "kind" => Cell::Text(KINDS[point as usize % 4].into()),
        "channel" if point.is_multiple_of(4) => Cell::Missing,
        "channel" => Cell::Text("gradient".into()),
        "depth_budget_source" => Cell::Text("theory".into()),
        "draws" => Cell::Integer(4),
        "layer" => Cell::count(layer),
        "overflow_layer" => Cell::Missing,
        "depth_budget" if point.is_multiple_of(5) => Cell::Number(f64::INFINITY),
        "dead_draws" => Cell::Number(f64::NAN),
        name if name.ends_with("_p10") => Cell::Number(-0.25 * layer as f64 - 1.0),
        name if name.ends_with("_p90") => Cell::Number(-0.25 * layer as f64 + 1.0),
        name if name.ends_with("_p50") => Cell::Number(-0.25 * layer as f64),
        _ => Cell::Number(x / 8.0 - 1.0),
    }
}

/// A table of these axes, read back.
fn cube(network: &str, keep: Keep, axes: Vec<Axis>) -> Arc<Cube> {
    let grid = Grid {
        schema: SCHEMA,
        network: network.into(),
        measure: Measure::Run,
        keep,
        split: None,
        axes,
    };
    let points = Points::new(grid).expect("a grid");
    let file = tempfile::Builder::new().suffix(".parquet").tempfile();
    let file = file.expect("a file");
    let about = About {
        program: "initscope".into(),
        simd: "baseline".into(),
        hash: points.hash().into(),
        seed: 0,
        grid: points.grid().document(),
    };
    let mut table = Table::begin(Format::Parquet, points.columns(), &about, file.as_file());
    let table_of = table.as_mut().expect("room");
    let names = measure::columns(Measure::Run, keep);
    for point in 0..points.count() {
        let depth = points.point(point).expect("one").spec.depth();
        let layers = if keep == Keep::Layers { depth } else { 1 };
        for layer in 1..=layers {
            let own = names
                .iter()
                .map(|column| cell(&column.name, &points, point, layer));
            let own: Row = own.collect();
            let head = points.heads()(point);
            table_of.row(head.iter().chain(&own)).expect("room");
        }
    }
    table.expect("room").finish().expect("room");
    Arc::new(Cube::open(file.path()).expect("a table"))
}

/// Activation, depth, gain, and width with bias.
fn verdicts() -> Arc<Cube> {
    cube(
        "relu/he_normal 8x2 draws=4",
        Keep::Verdict,
        vec![
            axis(&["activation"], &[&["relu"], &["tanh"], &["max(x,0.1*x)"]]),
            axis(&["depth"], &[&["2"], &["4"], &["8"], &["16"]]),
            axis(&["gain"], &[&["0.8"], &["1.25"]]),
            axis(&["width", "bias"], &[&["8", "0"], &["16", "0.1"]]),
        ],
    )
}

fn layers() -> Arc<Cube> {
    cube(
        "tanh/he_normal 8x2 draws=4",
        Keep::Layers,
        vec![axis(&["depth"], &[&["6"], &["12"]])],
    )
}

fn opened_as(cube: &Arc<Cube>, look: Look, size: (u16, u16)) -> Model {
    let spec: Spec = "relu/he_normal 16x4".parse().expect("valid");
    Model::new(spec, look, size).opened(&Opening {
        table: Some(Arc::clone(cube)),
        view: views::table::NAME,
        ..Opening::default()
    })
}

fn opened(cube: &Arc<Cube>, size: (u16, u16)) -> Model {
    opened_as(cube, Look::default(), size)
}

#[test]
fn a_map_of_verdicts() {
    let cube = verdicts();
    for (name, size) in [
        ("80x24", (80, 24)),
        ("120x40", (120, 40)),
        ("40x12", (40, 12)),
    ] {
        let mut model = opened(&cube, size);
        press(&mut model, "Down Right");
        insta::assert_snapshot!(format!("verdicts_at_{name}"), ui::plain(&model));
        press(&mut model, "x x x x");
        insta::assert_snapshot!(format!("numbers_at_{name}"), ui::plain(&model));
    }
}

#[test]
fn a_line_with_its_band() {
    let cube = layers();
    for (name, size) in [("80x24", (80, 24)), ("40x12", (40, 12))] {
        let mut model = opened(&cube, size);
        press(&mut model, "Down l Right Right");
        insta::assert_snapshot!(format!("line_at_{name}"), ui::plain(&model));
    }
    let mut model = opened(&cube, (80, 24));
    press(&mut model, "l");
    assert!(ui::plain(&model).contains("layer 1 to 12, ░ 10-90 % of draws"));
    press(&mut model, "X X X");
    assert!(
        ui::plain(&model).contains("layer 1 to 12, ░ standard error"),
        "of a mean"
    );
    press(&mut model, "Esc");
    assert!(
        !ui::plain(&model).contains("layer 1 to 12"),
        "the map again"
    );
}

#[test]
fn any_two_axes_are_rows_and_columns_and_the_others_are_held() {
    let mut model = opened(&verdicts(), (120, 40));
    let told = |model: &Model| {
        let slice = model.view_as::<views::table::Table>().slice();
        let slice = slice.expect("open");
        let held = slice.held().map(|axis| {
            let own = &slice.cube().axes()[axis];
            format!("{} {}", own.name(), own.levels()[slice.level(axis)])
        });
        held.collect::<Vec<String>>().join("; ")
    };
    assert_eq!(told(&model), "gain 0.8; width, bias 8, 0");
    press(&mut model, "PageDown o PageUp");
    assert_eq!(
        told(&model),
        "gain 1.25; width, bias 16, 0.1",
        "round and round"
    );
    // the axis of the other side changes places
    for (key, sides) in [
        ("v", "depth x activation"),
        ("m", "activation x depth"),
        ("m", "activation x gain"),
        ("M", "activation x depth"),
        ("V", "width, bias x depth"),
    ] {
        press(&mut model, key);
        assert!(
            ui::plain(&model).contains(sides),
            "{key}: {}",
            ui::plain(&model)
        );
    }
    assert_eq!(told(&model), "activation relu; gain 1.25");

    let mut model = opened(&layers(), (80, 24));
    press(&mut model, "PageDown");
    assert!(ui::plain(&model).contains("no axis is held"));
    press(&mut model, "v");
    assert!(ui::plain(&model).contains("layer x depth"));
    let places = ui::plain(&model);
    assert!(
        places.contains('·'),
        "layers that a network does not have: {places}"
    );
}

#[test]
fn enter_opens_the_point_in_the_scope_and_esc_comes_back() {
    let mut model = opened(&verdicts(), (80, 24));
    press(&mut model, "Down Down Right PageDown o PageDown Enter");
    assert_eq!(model.view().name, ViewName::SCOPE);
    assert_eq!(
        model.spec().to_string(),
        "max(x,0.1*x)/he_normal 16x4 gain=1.25 bias=0.1 draws=4"
    );
    assert_eq!(model.message(), Some("Esc goes back to the table"));
    press(&mut model, "Right Esc");
    assert_eq!(model.view().name, ViewName::SCOPE, "the cursor first");
    press(&mut model, "Esc");
    assert_eq!(model.view().name, views::table::NAME);
    assert!(ui::plain(&model).contains("activation max(x,0.1*x), depth 4  point 39"));
    // by the digit, too, from where there is nothing to go back to
    press(&mut model, "1 Esc");
    assert_eq!(model.view().name, ViewName::SCOPE);
    press(&mut model, "9");
    assert_eq!(model.view().name, views::table::NAME);
    // the metadata say the networks where no column does
    let mut model = opened(&layers(), (80, 24));
    press(&mut model, "Down Enter");
    assert_eq!(model.spec().to_string(), "tanh/he_normal 8x12 draws=4");
}

#[test]
fn points_with_blocks_open_and_come_back() {
    let blocks = axis(
        &["block"],
        &[&["none"], &["res(mlp(1))"], &["pre(ln,mlp(4))"]],
    );
    let cube = cube("relu/he_normal 8x2 draws=4", Keep::Verdict, vec![blocks]);
    let mut model = opened(&cube, (80, 24));
    press(&mut model, "Right Right Enter");
    assert!(model.spec().has_stages() && model.view().name == ViewName::SCOPE);
    press(&mut model, "Esc");
    assert_eq!(model.view().name, views::table::NAME);
}

#[test]
fn the_view_is_there_where_a_table_is() {
    let spec: Spec = "relu/he_normal 16x4".parse().expect("valid");
    let mut without = Model::new(spec, Look::default(), (120, 40));
    assert!(!ui::plain(&without).contains("9 table"));
    press(&mut without, "9");
    assert_eq!(
        without.message(),
        Some("9 does nothing here; ? lists every key")
    );
    press(&mut without, "Shift-Tab");
    assert_eq!(without.view().name, views::scaling::NAME);
    press(&mut without, "1 : t a b l e");
    assert!(!ui::plain(&without).contains("view table"));

    let mut model = opened(&verdicts(), (120, 40));
    assert!(ui::plain(&model).contains("[9 table]"));
    press(&mut model, "Tab");
    assert_eq!(model.view().name, ViewName::SCOPE);
    press(&mut model, ": v i e w space t a b Enter");
    assert_eq!(model.view().name, views::table::NAME);
    press(&mut model, "?");
    let help = ui::plain(&model);
    for does in [
        "the network of this point, in the scope",
        "next, previous axis as rows",
        "a line along this row",
    ] {
        assert!(help.contains(does), "{does}: {help}");
    }
}

#[test]
fn the_mouse_points_at_tiles_and_at_what_is_held() {
    let place = |model: &Model, text: &str| {
        let screen = ui::plain(model);
        let found = screen.lines().zip(0..).find_map(|(line, row)| {
            let byte = line.find(text)?;
            Some((line[..byte].chars().count() as u16, row))
        });
        found.unwrap_or_else(|| panic!("no {text:?} on\n{screen}"))
    };
    for size in [(80, 24), (120, 40)] {
        let mut model = opened(&verdicts(), size);
        press(&mut model, "x x x");
        let cursor = |model: &Model| {
            let table = model.view_as::<views::table::Table>();
            table.slice().expect("open").cursor()
        };
        let (_, row) = place(&model, " tanh");
        let (column, _) = place(&model, "  16 ");
        let at = hit::at(&model, column + 2, row).expect("a tile");
        model.update(Msg::Point(at, Gesture::Left));
        assert_eq!(cursor(&model), [1, 3], "{size:?}");
        model.update(Msg::Point(at, Gesture::WheelDown));
        assert_eq!(cursor(&model), [2, 3]);
        let (column, row) = place(&model, "gain 0.8");
        let at = hit::at(&model, column, row).expect("an axis");
        model.update(Msg::Point(at, Gesture::Left));
        assert!(ui::plain(&model).contains("gain 1.25 (2 of 2)"));
        model.update(Msg::Point(at, Gesture::Right));
        assert!(ui::plain(&model).contains("gain 0.8 (1 of 2)"));
    }
    let mut model = opened(&layers(), (80, 24));
    press(&mut model, "Down l");
    let at = hit::at(&model, 70, 8).expect("the line");
    model.update(Msg::Point(at, Gesture::Left));
    assert!(
        ui::plain(&model).contains("depth 12, layer 11"),
        "{}",
        ui::plain(&model)
    );
}

#[test]
fn every_size_and_look_keeps_its_promise() {
    let (verdicts, layers) = (verdicts(), layers());
    for (cube, keys) in [
        (&verdicts, "Down"),
        (&verdicts, "x x x x x v m"),
        (&verdicts, "l"),
        (&layers, "Down Right"),
        (&layers, "Down l"),
    ] {
        assert_promises(|look| {
            let mut model = opened_as(cube, look, (80, 24));
            press(&mut model, keys);
            model
        });
    }
}

#[test]
fn numbers_are_those_of_the_map() {
    let mut model = opened(&verdicts(), (80, 24));
    press(&mut model, "PageDown");
    let rows = ui::export::contents(&model, initscope::app::Format::Csv).expect("numbers");
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines[0], "activation,depth,kind");
    assert_eq!(lines.len(), 1 + 3 * 4);
    // point 2 of each four: gain 1.25, width 8
    assert_eq!(lines[1], "relu,2,EXPLODING");
    assert_eq!(lines[9], "\"max(x,0.1*x)\",2,EXPLODING");
    let text = ui::export::contents(&model, initscope::app::Format::Json).expect("numbers");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["held"]["gain"], "1.25");
    assert_eq!(document["cells"][1]["point"], 6);
    assert_eq!(document["cells"][1]["column"], "4");
}

#[test]
fn the_command_line_of_the_screen_names_the_table() {
    let mut model = opened(&verdicts(), (80, 24));
    press(&mut model, "Down Right Right");
    let command = model.opening_command();
    let name = model.table().expect("open").name().to_owned();
    assert!(command.contains(&format!("--table {name}")), "{command}");
    assert!(command.ends_with("--view table --cursor 2,3"), "{command}");
    // typed where it is open, it goes back there
    press(&mut model, "1 :");
    for c in command.chars() {
        model.update(Msg::Key(initscope::app::Key::Pasted(c)));
    }
    press(&mut model, "Enter");
    assert_eq!(model.view().name, views::table::NAME);
    press(&mut model, "1 :");
    for c in "initscope --table other.csv".chars() {
        model.update(Msg::Key(initscope::app::Key::Pasted(c)));
    }
    assert!(ui::plain(&model).contains("another table is opened in a shell"));
}
