//! What stands before the cells that are measured.

use super::Points;
use crate::sweep::columns::{Cell, Column, kind_of};
use crate::sweep::measure;

impl Points {
    /// The columns of the table: number of the point, its axes, what is measured.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::integer("point")];
        columns.extend(self.axis_columns().map(|(_, _, column)| column));
        columns.extend(measure::columns(self.grid.measure, self.grid.keep));
        columns
    }

    /// The fields of the axes with their columns; one that is measured, too, has that column alone.
    fn axis_columns(&self) -> impl Iterator<Item = (usize, usize, Column)> {
        let measured = measure::columns(self.grid.measure, self.grid.keep);
        let fields = self.grid.axes.iter().enumerate().flat_map(|(at, axis)| {
            let names = axis.fields.iter().enumerate();
            names.map(move |(field, name)| (at, field, name))
        });
        let own: Vec<_> = fields
            .filter(|(_, _, name)| measured.iter().all(|column| column.name != **name))
            .map(|(at, field, name)| {
                let values = self.grid.axes[at].values.iter();
                let kind = kind_of(&values.map(|all| all[field].as_str()));
                let name = name.clone().into();
                (at, field, Column { name, kind })
            })
            .collect();
        own.into_iter()
    }

    /// What stands before the cells that are measured, for any point: its number and its axes.
    pub fn heads(&self) -> impl Fn(u64) -> Vec<Cell> {
        let own: Vec<_> = self.axis_columns().collect();
        move |number| {
            let places = self.places(number);
            let mut cells = vec![Cell::Integer(number as i64)];
            cells.extend(own.iter().map(|(axis, field, column)| {
                let text = &self.grid.axes[*axis].values[places[*axis]][*field];
                Cell::read(column.kind, text)
            }));
            cells
        }
    }
}
