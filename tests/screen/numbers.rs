//! The numbers behind every view, as they are saved: what the model shows, in CSV and in JSON.

use crate::shown::{press, shown};
use crate::synthetic::{Lines, VANISHING, settled};
use std::collections::HashMap;
use std::sync::Arc;

use initscope::app::views::phase::reading;
use initscope::app::{Format, Model, Msg};
use initscope::engine::advice::rank;
use initscope::engine::atlas::{Atlas, AtlasRequest, Cell, activations, initializers};
use initscope::engine::phase_map::{Mark, PhaseMap, position};
use initscope::engine::request::{Answer, Listed};
use initscope::engine::snapshot::Snapshot;
use initscope::engine::verdict::Verdict;
use initscope::theory::fixed_point::FixedPoint;
use initscope::ui::{self, export::contents};
use serde_json::Value;

/// A row of CSV by the names of its columns.
type Row = HashMap<String, String>;

fn rows(model: &Model) -> Vec<Row> {
    let text = contents(model, Format::Csv).expect("there are numbers");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("CSV")).collect()
}

fn document(model: &Model) -> Value {
    let text = contents(model, Format::Json).expect("there are numbers");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["schema"], 1);
    let program = document["program"].as_str().expect("a name");
    assert!(program.starts_with("initscope "), "{program}");
    document
}

/// The very same double.
fn assert_number(row: &Row, column: &str, value: f64) {
    let read: f64 = row[column].parse().expect("a number");
    let same = read == value || (read.is_nan() && value.is_nan());
    assert!(same, "{column}: {read} is not {value}");
}

/// The same, `null` for what JSON has no number for; as it is read here, the last bit may differ.
fn assert_field(object: &Value, key: &str, value: f64) {
    let near = |read: f64| (read - value).abs() <= f64::EPSILON * value.abs();
    match object[key].as_f64() {
        Some(read) => assert!(near(read), "{key}: {read} is not {value}"),
        None => assert!(object[key].is_null() && !value.is_finite(), "{key}"),
    }
}

/// Nothing is saved, and the dialog says why.
fn assert_missing(model: &mut Model, why: &str) {
    assert_eq!(contents(model, Format::Csv), None);
    assert_eq!(contents(model, Format::Json), None);
    press(model, "e");
    for key in ["c", "j"] {
        let effect = model.update(Msg::Key(key.parse().expect("a key")));
        assert!(effect.is_none(), "{effect:?}");
    }
    let screen = ui::plain(model);
    assert_eq!(screen.matches(why).count(), 2, "{screen}");
    press(model, "Esc");
}

fn settle(model: &mut Model, lines: Lines) {
    let snapshot = settled(model.spec(), lines);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
}

/// Everything of a configuration that is shown in curves.
fn assert_layers(rows: &[Row], network: &Value, snapshot: &Snapshot) {
    let text = snapshot.spec.to_string();
    assert_eq!(network["spec"]["text"], text);
    let verdict = snapshot.verdict.as_ref().expect("judged");
    assert_eq!(network["verdict"]["kind"], verdict.kind.name());
    assert_eq!(network["draws"], snapshot.draws);
    let rows: Vec<&Row> = rows.iter().filter(|row| row["network"] == text).collect();
    assert_eq!(rows.len(), snapshot.layers.len());
    for (number, (row, layer)) in (1_usize..).zip(rows.iter().zip(&snapshot.layers)) {
        assert_eq!(row["layer"], number.to_string());
        let object = &network["layers"][number - 1];
        for (name, summary) in [
            ("z_variance", layer.z_variance),
            ("x_second_moment", layer.x_second_moment),
            ("grad_z", layer.grad_z.expect("complete")),
            ("distinguishability", layer.distinguishability),
        ] {
            assert_number(row, &format!("{name}_log10_p50"), summary.log10_p50);
            assert_number(row, &format!("{name}_log10_p90"), summary.log10_p90);
            assert_field(&object[name], "log10_mean", summary.log10_mean);
        }
        assert_number(row, "dead", layer.dead);
        assert_number(row, "effective_rank", layer.effective_rank);
        assert_number(row, "dead_draws", layer.dead_draws.value());
    }
}

#[test]
fn compare_saves_the_curves_of_every_configuration() {
    let mut model = shown("leaky_relu(0.2)/glorot_uniform 64x8", (80, 24), VANISHING);
    press(&mut model, "2 p i p i");
    let steeper = Lines {
        signal: (0.0, -0.1),
        ..VANISHING
    };
    settle(&mut model, steeper);
    assert_missing(&mut model, "the first draw of a pin is not complete yet");
    let pins: Vec<Snapshot> = model
        .pins()
        .map(|(_, pin)| settled(&pin.spec, VANISHING))
        .collect();
    let pins: Vec<Arc<Snapshot>> = pins.into_iter().map(Arc::new).collect();
    model.update(Msg::News(model.news(Ok(Answer::Pins(Arc::new(pins))))));
    let (rows, document) = (rows(&model), document(&model));
    let networks = document["networks"].as_array().expect("a list");
    assert_eq!(networks.len(), 3);
    assert_layers(&rows, &networks[0], model.snapshot().expect("drawn"));
    for ((_, pin), network) in model.pins().zip(&networks[1..]) {
        let snapshot = pin.snapshot.as_ref().expect("drawn");
        assert_layers(&rows, network, snapshot);
    }
    assert_eq!(rows.len(), 3 * 8);
    press(&mut model, "1");
    let scope = contents(&model, Format::Csv).expect("drawn");
    assert!(scope.starts_with("layer,") && scope.lines().count() == 9);
}

fn assert_verdict(row: &Row, verdict: &Verdict) {
    assert_eq!(row["kind"], verdict.kind.name());
    let layer = verdict.layer.map(|layer| layer.to_string());
    assert_eq!(row["layer"], layer.unwrap_or_default());
    let (healthy, fails) = verdict.budget.bounds();
    let layers = |known: Option<usize>| known.map_or(f64::INFINITY, |n| n as f64);
    assert_number(row, "depth_budget", layers(fails.map(|_| healthy)));
    assert_number(row, "depth_budget_healthy_at", healthy as f64);
    assert_number(row, "depth_budget_fails_at", layers(fails));
    assert_eq!(row["depth_budget_source"], verdict.budget.source.name());
    assert_number(row, "signal_rate", verdict.signal_rate);
    assert_number(row, "gradient_rate", verdict.gradient_rate);
    let difference = verdict.distinguishability_rate;
    assert_number(row, "distinguishability_rate", difference);
}

/// One row a cell, however far it is.
#[test]
fn the_atlas_saves_every_cell_as_it_is_known() {
    let mut model = shown("tanh/he_normal 16x6 batch=4", (100, 30), VANISHING);
    press(&mut model, "3");
    let mut atlas = Atlas::new(AtlasRequest::around(model.spec()), None);
    let mut kinds = Vec::new();
    model.update(Msg::News(
        model.news(Ok(Answer::Atlas(Arc::new(atlas.snapshot())))),
    ));
    assert_missing(&mut model, "nothing of the atlas is computed yet");
    while !atlas.snapshot().is_begun() {
        atlas.step();
    }
    for some in [0, 3] {
        while some > 0 && !atlas.is_foretold() {
            atlas.step();
        }
        (0..some).for_each(|_| atlas.step());
        model.update(Msg::News(
            model.news(Ok(Answer::Atlas(Arc::new(atlas.snapshot())))),
        ));
        let (rows, document) = (rows(&model), document(&model));
        let shown = model.known::<Atlas>().expect("answered");
        assert_eq!(document["complete"], shown.is_complete());
        assert_eq!(document["spec"]["width"], 16);
        let cells = document["cells"].as_array().expect("a list");
        assert_eq!([rows.len(), cells.len()], [shown.networks(); 2]);
        let columns = initializers();
        for (at, (row, object)) in rows.iter().zip(cells).enumerate() {
            let (y, x) = (at / columns.len(), at % columns.len());
            let initializer = columns[x].as_ref().map(ToString::to_string);
            let initializer = initializer.unwrap_or_else(|| "default".into());
            assert_eq!(row["activation"], activations()[y].to_string());
            assert_eq!(row["initializer"], initializer);
            assert_eq!(object["activation"], row["activation"]);
            assert_eq!(object["initializer"], initializer);
            let (known, draws, why) = match shown.cell(y, x) {
                Cell::Pending => ("pending", 0, ""),
                Cell::Refused(why) => ("refused", 0, why.as_str()),
                Cell::Unresolved(why) => ("unknown", 0, why.as_str()),
                Cell::Expected(_) => ("expected", 0, ""),
                Cell::Measured { draws, .. } => ("measured", *draws, ""),
            };
            assert_eq!([&*row["known"], &*row["reason"]], [known, why]);
            assert_eq!(row["draws"], draws.to_string());
            assert_eq!(
                (&object["known"], &object["draws"]),
                (&known.into(), &draws.into())
            );
            match shown.cell(y, x).verdict() {
                Some(verdict) => {
                    assert_verdict(row, verdict);
                    let told = &object["verdict"];
                    assert_eq!(told["sentence"], verdict.sentence());
                    assert_field(told, "gradient_rate", verdict.gradient_rate);
                }
                None => {
                    assert_eq!(row["kind"].clone() + &row["signal_rate"], "");
                    assert!(object["verdict"].is_null());
                }
            }
            if !kinds.contains(&known) {
                kinds.push(known);
            }
        }
    }
    kinds.sort_unstable();
    assert_eq!(kinds, ["expected", "measured", "pending", "unknown"]);
}

/// A phase view of which so many steps are computed, or all.
fn mapped(spec: &str, steps: Option<usize>) -> Model {
    let mut model = shown(spec, (80, 24), VANISHING);
    press(&mut model, "4");
    let wishes = model.wishes();
    let request = wishes
        .iter()
        .find_map(|wish| PhaseMap::request_in(&wish.request));
    let mut map = PhaseMap::new(request.expect("the view is open").clone(), None);
    match steps {
        Some(steps) => (0..steps).for_each(|_| map.step()),
        None => {
            while !map.is_complete() {
                map.step();
            }
        }
    }
    model.update(Msg::News(
        model.news(Ok(Answer::PhaseMap(Arc::new(map.snapshot())))),
    ));
    model
}

fn assert_map(model: &Model) {
    let (rows, document) = (rows(model), document(model));
    let map = model.known::<PhaseMap>().expect("computed");
    let reading = reading(model).expect("looked at");
    assert_eq!(document["complete"], map.complete);
    let (sigma_w, sigma_b) = position(model.spec());
    assert_eq!(rows[0]["point"], "network");
    assert_number(&rows[0], "sigma_w", sigma_w);
    assert_field(&document["point"], "sigma_b", sigma_b);
    match &reading.point {
        Ok((regime, found)) => {
            assert_eq!(rows[0]["regime"], regime.name());
            assert_eq!(document["point"]["regime"], regime.name());
            assert_eq!(rows[0]["status"], found.status.name());
            type Number = fn(&FixedPoint) -> Option<f64>;
            let numbers: [(&str, Number); 6] = [
                ("q_star", |f| f.q_star),
                ("chi_perp", |f| f.chi_perp),
                ("chi_parallel", |f| f.chi_parallel),
                ("c_star", |f| f.c_star),
                ("xi_c", |f| f.xi_c),
                ("xi_grad", |f| f.xi_grad),
            ];
            for (key, of) in numbers {
                let value = of(found).unwrap_or(f64::NAN);
                assert_number(&rows[0], key, value);
                assert_field(&document["point"], key, value);
                let limit = document["point"]["limits"][key].as_str();
                assert_eq!(limit.is_none(), value.is_finite(), "{key}");
            }
        }
        Err(why) => {
            assert_eq!([&*rows[0]["regime"], &*rows[0]["q_star"]], ["unknown", ""]);
            assert_eq!(document["point"]["unknown"], *why);
        }
    }
    let edge: Vec<&Row> = rows.iter().filter(|row| row["point"] == "edge").collect();
    match &reading.edge {
        Some(Ok(points)) => {
            assert_eq!(edge.len(), points.len());
            for (n, (row, point)) in edge.iter().zip(points).enumerate() {
                assert_number(row, "sigma_w", point.sigma_w2.sqrt());
                assert_eq!(row["stability"], point.stability.to_string());
                assert_field(&document["edge"][n], "sigma_w2", point.sigma_w2);
            }
        }
        Some(Err(why)) => assert_eq!(document["reason"], *why),
        None => assert_eq!([&document["edge"], &document["reason"]], [&Value::Null; 2]),
    }
    let lattice = &rows[1 + edge.len()..];
    assert_eq!(lattice.len(), map.plane.columns * map.plane.rows);
    for (at, row) in lattice.iter().enumerate() {
        let (y, x) = (at / map.plane.columns, at % map.plane.columns);
        let word = match map.mark(x, y) {
            Mark::Pending => "pending",
            Mark::Unresolved => "unknown",
            Mark::Regime(regime) => regime.name(),
        };
        assert_eq!([&*row["point"], &*row["regime"]], ["map", word]);
        assert_number(row, "sigma_w", map.plane.sigma_w_at(x));
        assert_number(row, "sigma_b", map.plane.sigma_b_at(y));
        let line = &document["rows"][y];
        let columns = document["sigma_w"].as_array().expect("a list");
        let read = columns[x].as_f64().expect("a number");
        assert!((read / map.plane.sigma_w_at(x) - 1.0).abs() <= f64::EPSILON);
        assert_field(line, "sigma_b", map.plane.sigma_b_at(y));
        assert_eq!(line["regimes"][x], word);
    }
}

#[test]
fn the_phase_view_saves_its_map_and_its_point() {
    let mut model = mapped("tanh/he_normal 64x8 bias=0.3", Some(0));
    assert_missing(&mut model, "the map is not computed yet");
    for spec in [
        "tanh/he_normal 64x8 bias=0.3",
        "tanh/glorot_normal 64x8",
        "relu/he_normal 64x8",
        "relu/he_normal 64x8 gain=2",
        "tanh/constant(0.1) 64x8",
        "threshold(1,0.2)/he_normal 64x8",
    ] {
        assert_map(&mapped(spec, None));
    }
    assert_map(&mapped("tanh/he_normal 64x8 bias=0.3", Some(2)));
    let relu = document(&mapped("relu/he_normal 64x8", None));
    assert_eq!(relu["edge"][0]["limits"]["q_star"], "any");
    assert_eq!(relu["point"]["limits"]["xi_grad"], "infinite");
}

#[test]
fn the_advice_saves_the_ranking_and_the_lines_to_paste() {
    let mut model = shown("max(x,0.1*x)/glorot_uniform 64x20", (100, 30), VANISHING);
    press(&mut model, "5");
    assert_missing(&mut model, "the advice is still being worked out");
    let mut snapshot = model.snapshot().expect("drawn").clone();
    snapshot.advice = Some(Arc::new(rank(model.spec())));
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    let (rows, document) = (rows(&model), document(&model));
    let advice = model.advice().expect("worked out");
    assert_eq!(document["spec"]["text"], model.spec().to_string());
    let choices = document["choices"].as_array().expect("a list");
    assert_eq!([rows.len(), choices.len()], [advice.choices.len(); 2]);
    for ((row, object), choice) in rows.iter().zip(choices).zip(&advice.choices) {
        let command = choice.spec.command_line();
        assert_eq!([&row["label"], &row["command"]], [&choice.label, &command]);
        assert_eq!(row["reason"], choice.reason);
        assert_eq!(object["label"], choice.label);
        assert_eq!(object["paste"][0]["framework"], "keras");
        match &choice.outlook {
            Ok(outlook) => {
                assert_verdict(row, &outlook.verdict);
                assert_number(row, "load", outlook.load);
                let chi = outlook.chi_parallel().unwrap_or(f64::NAN);
                assert_number(row, "chi_parallel", chi);
                assert_eq!(row["stability"], outlook.stability());
                assert_eq!(object["kind"], outlook.verdict.kind.name());
            }
            Err(why) => {
                assert_eq!([&row["unknown"], &*row["kind"]], [why, ""]);
                assert_eq!(object["unknown"], *why);
            }
        }
    }
    let known = |row: &&Row| row["unknown"].is_empty();
    assert!(rows.iter().any(|row| known(&row)) && !rows.iter().all(|row| known(&row)));
}
