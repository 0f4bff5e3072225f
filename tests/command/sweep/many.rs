//! A thousand shards: one table of them in memory that depends neither on their number nor on their length.

use std::fs;

use initscope::sweep::columns::{Cell, ColumnKind};
use initscope::sweep::grid::{Axis, Grid, Keep, Measure, SCHEMA};
use initscope::sweep::measure;
use initscope::sweep::points::Points;
use initscope::sweep::rows;
use initscope::sweep::shard::{Folder, Shard, Work};

use super::{peak, scratch};

/// Shards of rows made by hand, so many points with a row for each of 64 layers; bytes of all of them.
fn sharded(here: &std::path::Path, name: &str, count: u64, of: u64) -> u64 {
    let grid = Grid {
        schema: SCHEMA,
        network: "relu/he_normal 8x64 draws=2".into(),
        measure: Measure::Run,
        keep: Keep::Layers,
        split: None,
        axes: vec![Axis {
            fields: vec!["seed".into()],
            values: (0..count).map(|seed| vec![seed.to_string()]).collect(),
        }],
    };
    let points = Points::new(grid).expect("a grid");
    let columns = measure::columns(Measure::Run, Keep::Layers);
    let folder = Folder::prepare(&here.join(name), &points, of).expect("room");
    let mut all = 0;
    for number in 0..of {
        let shard = Shard { number, of };
        let mut work = Work::begin(folder.clone(), &points, shard)
            .expect("room")
            .expect("nobody else");
        for point in shard.points(points.count()) {
            let mut bytes = Vec::new();
            for layer in 1..=64 {
                let row = columns.iter().map(|column| match column.kind {
                    ColumnKind::Integer => Cell::count(layer),
                    _ => Cell::Number((point * 64 + layer as u64) as f64 / 7.0),
                });
                rows::push(&mut bytes, &row.collect::<Vec<Cell>>());
            }
            all += bytes.len() as u64;
            work.keep(point, &bytes).expect("room");
        }
        work.publish().expect("room");
    }
    all
}

#[test]
fn a_merge_of_a_thousand_shards_needs_no_more_memory_than_one_of_ten() {
    /// The program, and what is read ahead of all shards.
    const MOST: u64 = 100 << 10;
    let here = scratch("many");
    let few = sharded(&here, "few", 500, 10);
    let many = sharded(&here, "many", 5000, 1000);
    assert!(many > 140 << 20 && many == 10 * few, "{many} bytes");
    for (end, of_table) in [("csv", 0), ("parquet", 64 << 10)] {
        let of = |name: &str| peak(&here, &format!("merge {name} -o {name}.{end}"));
        let (few, many) = (of("few"), of("many"));
        assert!(
            many < MOST + of_table,
            "{end}: {few} KiB of ten, {many} of a thousand"
        );
        fs::remove_file(here.join(format!("many.{end}"))).expect("there");
    }
    fs::remove_dir_all(&here).expect("there");
}
