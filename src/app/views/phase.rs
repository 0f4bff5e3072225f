//! The phase view: moving a network on the plane, the spec at a point, one point further, on the edge of chaos; of a network of blocks
//! the plane of its gain and its factor.

mod blocks;
mod moving;

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Coordinate, Direction, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};
use crate::app::mouse::Gesture;
use crate::app::view::{View, ViewRow};
use crate::app::view_info::ViewInfo;
use crate::app::views::atlas::AtlasQuantity;
use crate::engine::atlas::{Atlas, AtlasRequest, AtlasSnapshot};
use crate::engine::phase_map::{PhaseMap, PhaseRequest, Plane, PointReading, edge};
use crate::engine::request::Request;
use crate::net::activation::Activation;
use crate::net::spec::{Spec, field};
use moving::{at_point, moved, nearest, snapped};

/// Its name.
pub const NAME: ViewName = ViewName("phase");
const HERE: Category = Category::View(NAME);

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('4')] Action::Show(NAME), NAME.0, 16,
                "the phase plane of the activation (of blocks that of gain and out), with the network on it";
        },
        keys: KEYS,
        panels: PANELS,
        shows_pins: false,
        has_layers: false,
    },
    new: || Box::<Phase>::default(),
};

const PANELS: &[(&str, &str)] = &[(
    "phase plane",
    "What becomes of deep layers for every weight and bias variance: sigma_w is the root of fan_in Var W, sigma_b that of Var b, both of layers 2 and up. \
         On the edge between ordered and chaotic chi_perp is 1 and signals travel farthest; xi_c and xi_grad are the layers over which differences between inputs and gradients fall by e. \
         Of a network of blocks the plane is measured at its depth: gain, which multiplies all weights of the blocks, across, and out, which multiplies the last matrix of every branch, down; three draws each and a word for the verdict, as in the atlas.",
)];

const KEYS: &[KeyRow] = rows! { HERE;
    [Key::Right; Key::Left] Action::Move(Coordinate::SigmaW, Forward) => Action::Move(Coordinate::SigmaW, Back), "sigma_w", 17,
        "phase view: the network one point to larger, smaller sigma_w (of blocks: gain)";
    [Key::Up; Key::Down] Action::Move(Coordinate::SigmaB, Forward) => Action::Move(Coordinate::SigmaB, Back), "sigma_b", 18,
        "phase view: the network one point to larger, smaller sigma_b (of blocks: out)";
    [Key::Enter] Action::Snap, "edge", 19,
        "phase view: to the edge of chaos at this sigma_b (of blocks: to the nearest healthy point)";
    [Char('x'); Char('X')] Action::Quantity(Forward) => Action::Quantity(Back), "numbers", 57,
        "phase view of blocks: verdict, drift of the signal, of the gradient, of the difference between inputs or tokens";
};

/// From this many columns and rows on the numbers of a point have a panel beside the map.
const SIDE_BY_SIDE: (u16, u16) = (76, 14);
/// The smallest screen with a map.
const SMALLEST: (u16, u16) = (40, 12);
/// Columns of the numbers at the left of a map, frame included.
pub const GUTTER: u16 = 7;

/// Columns of the panel beside the map; 0 where the numbers stand in two lines above it.
#[must_use]
pub fn side((columns, rows): (u16, u16)) -> u16 {
    if columns < SIDE_BY_SIDE.0 || rows < SIDE_BY_SIDE.1 {
        0
    } else {
        (columns * 9 / 25).clamp(32, 44)
    }
}

/// Columns and rows of the map on a screen of this size; `None` where there is no room for one.
#[must_use]
pub fn points(size: (u16, u16)) -> Option<(usize, usize)> {
    if size.0 < SMALLEST.0 || size.1 < SMALLEST.1 {
        return None;
    }
    let side = side(size);
    let lines = if side == 0 { 2 } else { 0 };
    Some((
        usize::from(size.0 - side - GUTTER - 1),
        usize::from(size.1 - lines - 4),
    ))
}

/// The closer look at the present network; `None` outside the phase view and until it comes.
#[must_use]
pub fn reading(context: &Context) -> Option<&PointReading> {
    let map = context.known::<PhaseMap>()?;
    map.reading.as_ref().filter(|_| map.spec == context.spec)
}

/// The view.
#[derive(Clone, Debug, Default)]
pub struct Phase {
    /// The plane and whose activation's it is, from the first opening on.
    plane: Option<(Activation, Plane)>,
    /// What stands at the points of a network of blocks.
    quantity: AtlasQuantity,
}

impl Phase {
    /// The plane; `None` where the screen is too small.
    #[must_use]
    pub fn plane(&self, context: &Context) -> Option<Plane> {
        let (columns, rows) = points(context.size)?;
        let (_, plane) = self.plane.as_ref()?;
        Some(plane.sized(columns, rows))
    }

    /// What stands at the points of a network of blocks.
    #[must_use]
    pub fn quantity(&self) -> AtlasQuantity {
        self.quantity
    }

    /// One point further on the plane.
    fn step(&self, coordinate: Coordinate, direction: Direction, context: &mut Context) {
        if let Some(plane) = self.plane(context) {
            let moved = moved(&context.spec, &plane, coordinate, direction);
            settle(coordinate, moved, context);
        }
    }
}

/// To another place of the phase plane, or why not.
fn settle(along: Coordinate, moved: Result<Spec, String>, context: &mut Context) {
    match moved {
        Ok(spec) => {
            context.touched = Some(match along {
                Coordinate::SigmaW => &field::INITIALIZER,
                Coordinate::SigmaB => &field::BIAS,
            });
            context.set_spec(Arc::new(spec));
        }
        Err(why) => context.message = Some(why),
    }
}

/// To the nearest point of the edge of chaos.
fn snap(context: &mut Context) {
    let known = reading(context).and_then(|reading| reading.edge.clone());
    let edge = known.unwrap_or_else(|| edge(&context.spec));
    let snapped = edge.and_then(|edge| snapped(&context.spec, &edge));
    let warning = snapped.as_ref().ok().and_then(|(_, warning)| *warning);
    context.message = warning.map(str::to_owned);
    settle(Coordinate::SigmaW, snapped.map(|(spec, _)| spec), context);
}

impl View for Phase {
    fn takes(&self, spec: &Spec) -> bool {
        spec.block().is_some() || spec.norm().is_none()
    }

    fn open(&mut self, context: &Context) {
        self.refresh(context);
    }

    /// Finds the ranges of a new activation's plane.
    fn refresh(&mut self, context: &Context) {
        let activation = context.spec.activation();
        let known = self.plane.as_ref().is_some_and(|(of, _)| of == activation);
        if !known {
            self.plane = Some((activation.clone(), Plane::new(activation, 1, 1)));
        }
    }

    fn request(&self, context: &Context) -> Option<Request> {
        if is_of_blocks(context) {
            return Some(Request::Atlas(AtlasRequest::plane(&context.spec)));
        }
        let plane = self.plane(context)?;
        let spec = Arc::clone(&context.spec);
        Some(Request::PhaseMap(PhaseRequest { spec, plane }))
    }

    fn is_answered(&self, context: &Context) -> bool {
        match is_of_blocks(context) {
            true => context.known::<Atlas>().is_some(),
            false => self.plane(context).is_none() || reading(context).is_some(),
        }
    }

    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        match action {
            Action::Move(coordinate, direction) if is_of_blocks(context) => {
                blocks::step(coordinate, direction, context);
            }
            Action::Snap if is_of_blocks(context) => blocks::heal(context),
            Action::Quantity(direction) if is_of_blocks(context) => {
                self.quantity = self.quantity.next(direction);
            }
            Action::Move(coordinate, direction) => self.step(coordinate, direction, context),
            Action::Snap => snap(context),
            _ => return false,
        }
        true
    }

    /// To a point of the plane; the wheel moves up and down on it.
    fn point(
        &mut self,
        [column, row]: [usize; 2],
        gesture: Gesture,
        context: &mut Context,
    ) -> bool {
        match gesture {
            Gesture::Left if is_of_blocks(context) => blocks::place([column, row], context),
            Gesture::WheelUp | Gesture::WheelDown if is_of_blocks(context) => {
                let up = gesture == Gesture::WheelUp;
                let direction = if up { Forward } else { Back };
                blocks::step(Coordinate::SigmaB, direction, context);
            }
            Gesture::Left => {
                if let Some(plane) = self.plane(context) {
                    let moved = at_point(&context.spec, &plane, (column, row));
                    settle(Coordinate::SigmaW, moved, context);
                }
            }
            Gesture::Right => {}
            Gesture::WheelUp => self.step(Coordinate::SigmaB, Direction::Forward, context),
            Gesture::WheelDown => self.step(Coordinate::SigmaB, Direction::Back, context),
        }
        true
    }

    /// The edge of chaos, unless there is none to go to as far as is known.
    fn hint(&self, context: &Context) -> Option<(Action, String)> {
        if is_of_blocks(context) {
            let far = blocks::nearest_healthy(context).is_ok();
            return far.then(|| (Action::Snap, "goes to the nearest healthy point".into()));
        }
        let edge = reading(context).and_then(|reading| reading.edge.as_ref());
        let reachable = match edge {
            Some(Ok(edge)) => nearest(&context.spec, edge).is_ok(),
            Some(Err(_)) => false,
            None => true,
        };
        reachable.then(|| (Action::Snap, "goes to the edge of chaos".into()))
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        let known = match is_of_blocks(context) {
            true => (context.known::<Atlas>()).is_some_and(AtlasSnapshot::is_begun),
            false => reading(context).is_some(),
        };
        (!known).then(|| "the map is not computed yet".into())
    }

    fn row_now(&self, row: &KeyRow, context: &Context) -> Option<KeyRow> {
        let name = match row.action {
            Action::Quantity(_) if !is_of_blocks(context) => return None,
            _ if !is_of_blocks(context) => row.name,
            Action::Move(Coordinate::SigmaW, _) => "gain",
            Action::Move(Coordinate::SigmaB, _) => "out",
            Action::Snap => "healthy",
            _ => row.name,
        };
        Some(KeyRow { name, ..*row })
    }
}

/// Whether the plane is that of a network of blocks.
fn is_of_blocks(context: &Context) -> bool {
    context.spec.block().is_some()
}
