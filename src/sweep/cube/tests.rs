use super::*;
use crate::sweep::columns::{Cell, Row};
use crate::sweep::grid::{Axis, Grid, Keep, Measure, SCHEMA};
use crate::sweep::measure;
use crate::sweep::table::{About, Format, Table};

/// The cells that are measured of row `layer` of point `point`.
fn measured(point: u64, layer: usize, columns: usize) -> Row {
    let mut cells: Row = (2..columns)
        .map(|column| Cell::Number(100.0 * point as f64 + layer as f64 + column as f64 / 64.0))
        .collect();
    cells.splice(0..0, [Cell::Integer(7), Cell::count(layer)]);
    cells
}

fn axis(fields: &[&str], values: &[&[&str]]) -> Axis {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Axis {
        fields: owned(fields),
        values: values.iter().map(|texts| owned(texts)).collect(),
    }
}

/// Depth and width with bias, a row a layer.
fn grid() -> Points {
    let grid = Grid {
        schema: SCHEMA,
        network: "tanh/he_normal 8x2".into(),
        measure: Measure::Run,
        keep: Keep::Layers,
        split: None,
        axes: vec![
            axis(&["depth"], &[&["2"], &["3"]]),
            axis(
                &["width", "bias"],
                &[&["8", "0"], &["8", "0.5"], &["16", "0"]],
            ),
            axis(&["gain"], &[&["1"]]),
        ],
    };
    Points::new(grid).expect("a grid")
}

fn written(format: Format, points: &Points) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let about = About {
        program: "initscope".into(),
        simd: "baseline".into(),
        hash: points.hash().into(),
        seed: 0,
        grid: points.grid().document(),
    };
    let columns = points.columns();
    let own = measure::columns(Measure::Run, Keep::Layers).len();
    let mut table = Table::begin(format, columns, &about, file.as_file()).expect("room");
    for point in 0..points.count() {
        let head = points.heads()(point);
        for layer in 1..=if point < 3 { 2 } else { 3 } {
            let row = measured(point, layer, own);
            table.row(head.iter().chain(&row)).expect("room");
        }
    }
    table.finish().expect("room");
    file
}

#[test]
fn every_format_gives_the_same_cube_and_rows_are_found_by_their_levels() {
    let points = grid();
    for (name, format) in Format::NAMES {
        let file = written(format, &points);
        let cube = Cube::open(file.path()).expect(name);
        assert_eq!(cube.rows(), 15, "{name}");
        let axes: Vec<(&str, &[String])> = cube
            .axes()
            .iter()
            .map(|axis| (axis.name(), axis.levels()))
            .collect();
        let levels = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        assert_eq!(
            axes,
            [
                ("depth", &*levels(&["2", "3"])),
                ("width, bias", &*levels(&["8, 0", "8, 0.5", "16, 0"])),
                ("layer", &*levels(&["1", "2", "3"])),
            ],
            "{name}"
        );
        let quantity = cube.quantity("grad_w_log10_se").expect("a column");
        let first = cube.quantity("draws").expect("not swept");
        let row = cube.row_at(&[1, 1, 2]).expect("a row");
        assert_eq!(
            (cube.point(row), cube.cell(row, first)),
            (4, Cell::Integer(7))
        );
        let names = measure::columns(Measure::Run, Keep::Layers);
        let place = names
            .iter()
            .position(|column| column.name == "grad_w_log10_se");
        let own = measured(4, 3, names.len());
        assert_eq!(cube.cell(row, quantity), own[place.expect("a column")]);
        assert_eq!(cube.row_at(&[0, 1, 2]), None, "a network of two layers");
        let network = cube.network(row);
        let expected = (name == "parquet").then(|| "tanh/he_normal 8x3 bias=0.5".to_owned());
        assert_eq!(network, expected, "only the metadata say it");
    }
}

#[test]
fn the_order_of_the_file_does_not_matter_to_who_asks_for_a_row() {
    let points = grid();
    let file = written(Format::Csv, &points);
    let text = std::fs::read_to_string(file.path()).expect("readable");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    std::fs::write(file.path(), lines.join("\n")).expect("room");
    let cube = Cube::open(file.path()).expect("a table");
    for depth in 0..2 {
        for width in 0..3 {
            for layer in 0..3 {
                let row = cube.row_at(&[depth, width, layer]);
                let level = |axis: usize, place: usize| cube.axes()[axis].levels()[place].clone();
                let (depth, layer) = (level(0, depth), level(2, layer));
                assert_eq!(row.is_some(), layer <= depth);
                if let Some(row) = row {
                    let width = level(1, width);
                    let place = ["8, 0", "8, 0.5", "16, 0"]
                        .iter()
                        .position(|name| *name == width);
                    let before = if depth == "3" { 3 } else { 0 };
                    let point = before + place.expect("a level") as u32;
                    assert_eq!(cube.point(row), point);
                }
            }
        }
    }
}

#[test]
fn draws_are_an_axis_where_they_were_swept() {
    let head: Vec<String> = {
        let measured = measure::columns(Measure::Run, Keep::Verdict);
        let names = measured.iter().map(|column| column.name.to_string());
        ["point".to_owned(), "depth".to_owned()]
            .into_iter()
            .chain(names)
            .collect()
    };
    let line = |point: usize, depth: usize, draws: usize| {
        let mut cells = vec![
            point.to_string(),
            depth.to_string(),
            "n".into(),
            draws.to_string(),
        ];
        cells.push("HEALTHY".into());
        cells.resize(head.len(), String::new());
        cells.join(",")
    };
    let axes = |rows: &[(usize, usize)]| -> Vec<String> {
        let lines = rows
            .iter()
            .enumerate()
            .map(|(n, (depth, draws))| line(n, *depth, *draws));
        let lines: Vec<String> = std::iter::once(head.join(",")).chain(lines).collect();
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), lines.join("\n")).expect("room");
        let cube = Cube::open(file.path()).expect("a table");
        cube.axes()
            .iter()
            .map(|axis| axis.name().to_owned())
            .collect()
    };
    assert_eq!(axes(&[(4, 2), (4, 8), (6, 2), (6, 8)]), ["depth", "draws"]);
    // as many as a precision needed
    assert_eq!(axes(&[(4, 2), (6, 8), (8, 2)]), ["depth"]);
}
