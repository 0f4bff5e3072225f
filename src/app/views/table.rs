//! The table of a sweep: which two axes are its rows and columns, where the others are held, what is the colour.

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction, MapSide, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};
use crate::app::mouse::Gesture;
use crate::app::step::{build, data_of};
use crate::app::view::{View, ViewRow};
use crate::app::view_info::ViewInfo;
use crate::net::spec::{Draft, Given, Spec};
use crate::sweep::cube::Cube;
use crate::sweep::slice::Slice;

/// Its name.
pub const NAME: ViewName = ViewName("table");
const HERE: Category = Category::View(NAME);

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('9')] Action::Show(NAME), NAME.0, 72,
                "the table of a sweep as a map, where one is open: `initscope sweep --view FILE`";
        },
        keys: KEYS,
        panels: PANELS,
        shows_pins: false,
        has_layers: false,
    },
    new: || Box::<Table>::default(),
};

const PANELS: &[(&str, &str)] = &[
    (
        "table",
        "The table of a sweep, opened by `initscope sweep --view FILE`: two of its axes as rows and columns, one of its columns as number and colour; the other axes are held at one value each. \
         Blue is good and orange is bad for what has a good end, over the whole range of the column in the table; · is a point that the table does not have, ? no number, and words are classes.",
    ),
    (
        "point of the table",
        "The axes that are held, > before the one that a key changes, and every number of the point under the cursor. \
         Enter makes its network the present one, in the scope; Esc comes back.",
    ),
    (
        "line of the table",
        "The column of the table along the row of the cursor, from value to value of the axis of the columns. \
         The shade is from the 10 % to the 90 % quantile over draws beside a median, one standard error to either side of a mean, where the table has them.",
    ),
];

const KEYS: &[KeyRow] = rows! { HERE;
    [Key::Enter] Action::Apply, "open", 61,
        "table view: the network of this point, in the scope";
    [Char('x'); Char('X')] Action::Quantity(Forward) => Action::Quantity(Back), "quantity", 62,
        "table view: next, previous column of the table as colour";
    [Char('v'); Char('V')] Action::Axis(MapSide::Rows, Forward) => Action::Axis(MapSide::Rows, Back), "rows", 63,
        "table view: next, previous axis as rows";
    [Char('m'); Char('M')] Action::Axis(MapSide::Columns, Forward) => Action::Axis(MapSide::Columns, Back), "columns", 64,
        "table view: next, previous axis as columns";
    [Key::PageDown; Key::PageUp] Action::Held(None, Forward) => Action::Held(None, Back), "held", 65,
        "table view: next, previous value of an axis that is held";
    [Char('o'); Char('O')] Action::Hold(Forward) => Action::Hold(Back), "which", 66,
        "table view: which of the held axes that changes";
    [Char('l')] Action::Chart, "line", 67,
        "table view: a line along this row, the map again";
    [Key::Down, Char('j'); Key::Up, Char('k')] Action::Choose(Forward) => Action::Choose(Back), "row", 68,
        "table view: next, previous row";
    [Key::Right; Key::Left] Action::Across(Forward) => Action::Across(Back), "column", 69,
        "table view: next, previous column";
};

/// What is shown first, where a table has it.
const FIRST: [&str; 4] = ["kind", "outcome", "loss", "z_second_moment_log10_p50"];

/// The view.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What is shown of the table; `None` before one is open.
    slice: Option<Slice>,
    /// The axis that a key changes, where it is held.
    held: usize,
    charted: bool,
}

impl Table {
    /// What is shown of the table.
    #[must_use]
    pub fn slice(&self) -> Option<&Slice> {
        self.slice.as_ref()
    }

    /// The held axis that a key changes.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        let held = self.slice.as_ref()?.held();
        held.clone()
            .find(|axis| *axis == self.held)
            .or_else(|| held.clone().next())
    }

    /// Whether the line is shown in place of the map.
    #[must_use]
    pub fn is_charted(&self) -> bool {
        self.charted
    }

    /// Another table.
    fn begin(&mut self, cube: &Arc<Cube>) {
        let mut slice = Slice::new(Arc::clone(cube));
        let first = FIRST.iter().find_map(|name| cube.quantity(name));
        slice.show(first.unwrap_or(0));
        *self = Self {
            slice: Some(slice),
            ..Self::default()
        };
    }

    /// The network under the cursor becomes the present one, in the scope.
    fn apply(&self, context: &mut Context) {
        match self.network(context) {
            Ok(spec) => {
                context.touched = None;
                context.next_view = Some(ViewName::SCOPE);
                let back = context.key_of(Action::Back);
                context.message = Some(format!("{back} goes back to the table"));
                if spec != *context.spec {
                    context.set_spec(Arc::new(spec));
                }
            }
            Err(why) => context.message = Some(why),
        }
    }

    fn network(&self, context: &Context) -> Result<Spec, String> {
        let slice = self.slice.as_ref().ok_or("no table is open")?;
        let row = slice.row().ok_or("the table has no such point")?;
        let text = slice.cube().network(row).ok_or(
            "this table does not say its networks: keep = \"verdict\", or Parquet beside its data",
        )?;
        let given = Given::part(&text).map_err(|error| error.to_string())?;
        let spec = build(Draft::default(), &given, data_of(&context.home));
        spec.map_err(|fault| fault.to_string())
    }

    /// The held axis after or before the chosen one.
    fn choose_held(&mut self, direction: Direction) -> Option<()> {
        let held: Vec<usize> = self.slice.as_ref()?.held().collect();
        let here = held.iter().position(|axis| Some(*axis) == self.chosen())?;
        self.held = held[direction.around(here, held.len())];
        Some(())
    }

    /// A held axis at its next or previous value, the chosen one where none is named.
    fn turn(&mut self, axis: Option<usize>, direction: Direction, context: &mut Context) {
        let chosen = axis.or_else(|| self.chosen());
        if let (Some(slice), Some(axis)) = (&mut self.slice, chosen) {
            slice.turn(axis, direction);
            self.held = axis;
        } else {
            context.message = Some("no axis is held: all of them are on the screen".into());
        }
    }
}

impl View for Table {
    fn is_present(&self, context: &Context) -> bool {
        context.table.is_some()
    }

    fn open(&mut self, context: &Context) {
        let Some(cube) = &context.table else { return };
        let same = |slice: &Slice| Arc::ptr_eq(slice.cube(), cube);
        if !self.slice.as_ref().is_some_and(same) {
            self.begin(cube);
        }
    }

    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        let Some(slice) = &mut self.slice else {
            return false;
        };
        match action {
            Action::Choose(direction) => slice.step(MapSide::Rows, direction),
            Action::Across(direction) => slice.step(MapSide::Columns, direction),
            Action::Axis(side, direction) => {
                if !slice.lay(side, direction) {
                    context.message = Some("the table has no other axis".into());
                }
            }
            Action::Quantity(direction) => {
                let count = slice.cube().quantities().len();
                slice.show(direction.around(slice.quantity(), count));
            }
            Action::Hold(direction) => {
                if self.choose_held(direction).is_none() {
                    self.turn(None, direction, context);
                }
            }
            Action::Held(axis, direction) => self.turn(axis, direction, context),
            Action::Chart => self.charted = !self.charted,
            Action::Apply => self.apply(context),
            _ => return false,
        }
        true
    }

    fn point(&mut self, cursor: [usize; 2], gesture: Gesture, _: &mut Context) -> bool {
        if let Some(slice) = self.slice.as_mut().filter(|_| gesture.is_press()) {
            slice.put(cursor);
        }
        gesture.is_press()
    }

    fn cursor(&self, _: &Context) -> Option<[usize; 2]> {
        let cursor = self.slice.as_ref()?.cursor();
        (cursor != [0, 0]).then_some(cursor)
    }

    fn place(&mut self, cursor: [usize; 2], context: &mut Context) {
        self.point(cursor, Gesture::Left, context);
    }

    /// The line goes first.
    fn back(&mut self) -> bool {
        std::mem::take(&mut self.charted)
    }

    fn row_now(&self, row: &KeyRow, _: &Context) -> Option<KeyRow> {
        let name = match row.action {
            Action::Chart if self.charted => "map",
            Action::Held(..) | Action::Hold(_) if self.chosen().is_none() => return None,
            _ => row.name,
        };
        Some(KeyRow { name, ..*row })
    }

    fn hint(&self, _: &Context) -> Option<(Action, String)> {
        Some((Action::Apply, "opens this point in the scope".into()))
    }

    fn no_numbers(&self, _: &Context) -> Option<String> {
        self.slice.is_none().then(|| "no table is open".into())
    }
}
