//! The atlas: every activation with every initializer, where its cursor is and what its numbers are.

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, Focus, KeyRow, rows};
use crate::app::mouse::Gesture;
use crate::app::view::{View, ViewRow};
use crate::app::view_info::ViewInfo;
use crate::engine::atlas::{self, AtlasRequest, AtlasSnapshot, initializers};
use crate::engine::request::Request;
use crate::net::spec::{Bias, Spec, SpecError, field};

/// Its name.
pub const NAME: ViewName = ViewName("atlas");
const HERE: Category = Category::View(NAME);

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('3')] Action::Show(NAME), NAME.0, 39,
                "every activation (of blocks every architecture) with every initializer at this depth and width";
        },
        keys: KEYS,
        panels: PANELS,
        shows_pins: false,
        has_layers: false,
    },
    new: || Box::<Atlas>::default(),
};

const PANELS: &[(&str, &str)] = &[(
    "atlas",
    "Every activation with every initializer at this depth and width, in the framework's dialect, with gain 1 and without bias but for the default layer; ~ is what theory expects, the rest is measured (three draws, one where layers fail in the first quarter). \
         Of a network of blocks the rows are architectures, with the initializer that each begins with in the first column, and a word for the verdict: ok, id(entity: branches that are 0 at the start), van(ishing), exp(loding), col(lapsing), sat(urated), dea(d), sym(metric). \
         A number is how many layers the deepest healthy network of the kind has, read off the curves where this one fails, by theory where it is healthy (>: more, nothing found to fail), or the decades by which a channel drifts over the whole depth; the character before it grows with the harm.",
)];

const KEYS: &[KeyRow] = rows! { HERE;
    [Key::Enter] Action::Apply, "open", 35,
        "atlas view: this activation with this initializer, in the scope";
    [Char('x'); Char('X')] Action::Quantity(Forward) => Action::Quantity(Back), "numbers", 36,
        "atlas view: layers of the deepest healthy network, drift of the signal, of the gradient, of the difference between inputs";
    [Key::Down, Char('j'); Key::Up, Char('k')] Action::Choose(Forward) => Action::Choose(Back), "row", 37,
        "atlas view: next, previous activation or architecture";
    [Key::Right; Key::Left] Action::Across(Forward) => Action::Across(Back), "column", 38,
        "atlas view: next, previous initializer";
};

/// What the cells of the atlas show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AtlasQuantity {
    /// How many layers the deepest healthy network of the kind has.
    #[default]
    Layers,
    /// Decades by which the signal drifts over the whole depth.
    Signal,
    /// The same of the gradient.
    Gradient,
    /// The same of the difference between inputs.
    Distinguishability,
}

impl AtlasQuantity {
    /// In the order of the hotkey.
    const ALL: [Self; 4] = [
        Self::Layers,
        Self::Signal,
        Self::Gradient,
        Self::Distinguishability,
    ];

    /// The one that is shown next.
    pub(super) fn next(self, direction: Direction) -> Self {
        Self::ALL[direction.around(self as usize, Self::ALL.len())]
    }
}

/// The view.
#[derive(Clone, Debug, Default)]
pub struct Atlas {
    /// Row and column.
    cursor: (usize, usize),
    quantity: AtlasQuantity,
}

impl Atlas {
    /// Row and column under the cursor.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        self.cursor
    }

    /// What the cells show.
    #[must_use]
    pub fn quantity(&self) -> AtlasQuantity {
        self.quantity
    }

    /// The network under the cursor, as large as the present one, or why there is none; gain and bias are those of the atlas.
    fn under_cursor(&self, context: &Context) -> Option<Result<Spec, SpecError>> {
        let (row, column) = self.cursor;
        let request = AtlasRequest::around(&context.spec);
        let row = request.rows().into_iter().nth(row)?;
        let initializer = initializers().get(column)?.clone();
        if request.is_of_architectures() {
            let network = row.network(initializer.as_ref());
            let sized = network.and_then(|network| {
                network.with(|draft| {
                    let own = context.spec.draft();
                    (draft.batch, draft.draws, draft.engine) = (own.batch, own.draws, own.engine);
                })
            });
            return Some(sized);
        }
        Some(context.spec.with(|draft| {
            draft.activation = row.spec.activation().clone();
            draft.initializer = initializer;
            draft.gain = 1.0;
            draft.bias = Bias::Auto;
        }))
    }

    /// Rows and columns.
    fn size(context: &Context) -> (usize, usize) {
        let rows = AtlasRequest::around(&context.spec).rows();
        (rows.len(), initializers().len())
    }

    /// The network under the cursor becomes the present one, in the scope.
    fn apply(&self, context: &mut Context) {
        let spec = match self.under_cursor(context) {
            None => return,
            Some(Err(why)) => {
                context.message = Some(why.to_string());
                return;
            }
            Some(Ok(spec)) => spec,
        };
        context.touched = Some(&field::INITIALIZER);
        let scope = Focus::View(ViewName::SCOPE);
        let atlas = context.keys.key_of(Action::Show(NAME), scope);
        context.next_view = Some(ViewName::SCOPE);
        context.message = Some(format!("{atlas} goes back to the atlas"));
        if spec != *context.spec {
            context.set_spec(Arc::new(spec));
        }
    }
}

impl View for Atlas {
    /// The cursor stays among the rows.
    fn refresh(&mut self, context: &Context) {
        let (rows, _) = Self::size(context);
        self.cursor.0 = self.cursor.0.min(rows.saturating_sub(1));
    }

    /// The cursor to the present network, where it is one of the atlas.
    fn open(&mut self, context: &Context) {
        let own = &context.spec;
        let request = AtlasRequest::around(own);
        let Some(row) = request.row_of(own) else {
            return;
        };
        let blocks = request.is_of_architectures();
        let itself = blocks && request.rows()[row].spec.initializer() == own.initializer();
        let mut named = initializers().into_iter().enumerate();
        let column = match itself {
            true => Some(0),
            // there the first column is the initializer of the row
            false => named
                .find(|(n, i)| (*n > 0 || !blocks) && i.as_ref() == own.initializer())
                .map(|(n, _)| n),
        };
        if let Some(column) = column {
            self.cursor = (row, column);
        }
    }

    fn request(&self, context: &Context) -> Option<Request> {
        Some(Request::Atlas(AtlasRequest::around(&context.spec)))
    }

    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        let (row, column) = &mut self.cursor;
        match action {
            Action::Choose(direction) => *row = direction.along(*row, Self::size(context).0),
            Action::Across(direction) => *column = direction.along(*column, initializers().len()),
            Action::Quantity(direction) => {
                self.quantity = self.quantity.next(direction);
            }
            Action::Apply => self.apply(context),
            _ => return false,
        }
        true
    }

    fn point(
        &mut self,
        [row, column]: [usize; 2],
        gesture: Gesture,
        context: &mut Context,
    ) -> bool {
        if gesture.is_press() {
            let (rows, columns) = Self::size(context);
            self.cursor = (
                row.min(rows.saturating_sub(1)),
                column.min(columns.saturating_sub(1)),
            );
        }
        gesture.is_press()
    }

    fn cursor(&self, context: &Context) -> Option<[usize; 2]> {
        let mut opened = Self::default();
        opened.open(context);
        (opened.cursor != self.cursor).then_some(self.cursor.into())
    }

    fn place(&mut self, cursor: [usize; 2], context: &mut Context) {
        self.point(cursor, Gesture::Left, context);
    }

    fn hint(&self, _: &Context) -> Option<(Action, String)> {
        Some((Action::Apply, "opens this pair in the scope".into()))
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        let known = context.known::<atlas::Atlas>();
        let begun = known.is_some_and(AtlasSnapshot::is_begun);
        (!begun).then(|| "nothing of the atlas is computed yet".into())
    }
}
