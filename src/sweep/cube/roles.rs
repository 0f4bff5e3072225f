//! What each column of a table is, by its name.

use crate::sweep::columns::ColumnKind;
use crate::sweep::grid::{Keep, Knob, Measure};
use crate::sweep::measure;

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The number of the point.
    Point,
    /// A field of the grid.
    Field,
    /// Tells the rows of a point apart.
    Key,
    /// How many draws were made: a field of the grid where it was swept, else a quantity.
    Draws,
    /// The network.
    Network,
    /// What is measured.
    Quantity(ColumnKind),
}

/// The columns that tell the rows of a point apart.
fn keys(keep: Keep) -> &'static [&'static str] {
    match keep {
        Keep::Verdict => &[],
        Keep::Layers | Keep::Ends => &["layer"],
        Keep::Draws => &["draw", "layer"],
        Keep::Outcome => &["rate"],
        Keep::Runs => &["rate", "run"],
        Keep::Steps => &["rate", "run", "step"],
    }
}

/// The roles of all columns of a table; why it is none of a sweep.
pub(super) fn of(names: &[String]) -> Result<Vec<Role>, String> {
    if names.first().map(String::as_str) != Some("point") {
        return Err("its first column is not `point`".into());
    }
    let ways = Measure::NAMES.iter().flat_map(|(_, measure)| {
        let keeps = measure.keeps().iter();
        keeps.map(|(_, keep)| (*measure, *keep))
    });
    let mut ways = ways.filter_map(|(measure, keep)| {
        let measured = measure::columns(measure, keep);
        let begin = names.len().checked_sub(measured.len())?;
        let (before, behind) = names.split_at(begin);
        let fields = before.get(1..)?;
        let known = fields
            .iter()
            .all(|name| Knob::named(name, measure).is_some());
        let same = behind.iter().zip(&measured).all(|(a, b)| *a == b.name);
        (known && same).then(|| {
            let fields = fields.iter().map(|_| Role::Field);
            let measured = measured.iter().map(|column| match &*column.name {
                name if keys(keep).contains(&name) => Role::Key,
                "draws" => Role::Draws,
                "network" => Role::Network,
                _ => Role::Quantity(column.kind),
            });
            let point = std::iter::once(Role::Point);
            point.chain(fields).chain(measured).collect()
        })
    });
    ways.next().ok_or_else(|| {
        let shown: Vec<&str> = names.iter().take(6).map(String::as_str).collect();
        format!(
            "its columns ({}, ...) are those of no `keep` of a grid",
            shown.join(", ")
        )
    })
}
