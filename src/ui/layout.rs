//! Where everything goes: from 40x12 upward, pure arithmetic.
//!
//! ```text
//! 80x24 and larger            narrower or lower
//!  header                      header
//!  views                       verdict
//! ┌ curve ────┐┌ network ──┐   rates
//! │           ││           │  ┌ curve ────┐
//! ├ curve ────┤├ verdict ──┤  ├ curve ────┤
//! │           ││           │  └───────────┘
//! ├ z layers ─┤├ ensemble ─┤   footer
//! └───────────┘└───────────┘
//!  footer
//! ```

use ratatui::layout::Rect;

pub use crate::app::panel::Panel;

/// Below this many columns or rows one line says what is needed.
pub const SMALLEST: (u16, u16) = (40, 12);
/// From this many columns and rows on there are two columns of panels.
const TWO_COLUMNS: (u16, u16) = (76, 14);

/// A stack of boxes that share their horizontal borders: the outer rectangle and each box's rows inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Borders included.
    pub area: Rect,
    /// Box and number of rows inside, from the top.
    pub boxes: Vec<(Panel, u16)>,
}

impl Stack {
    /// The inside of every box.
    pub fn insides(&self) -> impl Iterator<Item = (Panel, Rect)> + '_ {
        let mut y = self.area.y;
        self.boxes.iter().map(move |&(panel, rows)| {
            let inside = Rect::new(
                self.area.x + 1,
                y + 1,
                self.area.width.saturating_sub(2),
                rows,
            );
            y += rows + 1;
            (panel, inside)
        })
    }
}

/// A screen's division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// First line.
    pub header: Rect,
    /// The line that names the views; empty on a low screen.
    pub tabs: Rect,
    /// Two lines of verdict where it has no box of its own; empty otherwise.
    pub lines: Rect,
    /// Boxes.
    pub stacks: Vec<Stack>,
    /// Last line.
    pub footer: Rect,
}

impl Plan {
    /// The same with so many lines more below the parameters, as far as the boxes below can spare them.
    #[must_use]
    pub fn with_notes(mut self, lines: usize) -> Self {
        /// Rows that a box of numbers and the verdict keep.
        const KEPT: [(Panel, u16); 2] = [(Panel::Numbers, 4), (Panel::Verdict, 6)];
        let Some(side) = self.stacks.get_mut(1) else {
            return self;
        };
        for _ in 0..lines {
            let spare = KEPT.iter().find_map(|(panel, kept)| {
                let place = side.boxes.iter().position(|(of, _)| of == panel)?;
                (side.boxes[place].1 > *kept).then_some(place)
            });
            if let Some(place) = spare {
                side.boxes[place].1 -= 1;
                side.boxes[0].1 += 1;
            }
        }
        self
    }

    /// The same with one panel alone between the lines above and below, and two lines of numbers over it where they are wanted.
    #[must_use]
    pub fn alone(mut self, panel: Panel, screen: Rect, numbers: bool) -> Self {
        let body = body(screen);
        let rows = if numbers { 2 } else { 0 };
        let [lines, area] = below(body, body.height - rows);
        self.lines = lines;
        let boxes = vec![(panel, area.height - 2)];
        self.stacks = vec![Stack { area, boxes }];
        self
    }

    /// The same with the numbers of one layer in place of everything below the network, where that has boxes, and its distribution
    /// where there is room.
    #[must_use]
    pub fn at_layer(mut self) -> Self {
        /// Lines of all numbers.
        const NUMBERS: u16 = 13;
        /// Lines of the most important ones.
        const FIRST: u16 = 6;
        let Some(side) = self.stacks.get_mut(1) else {
            return self;
        };
        let rest = side.boxes.split_off(1);
        let count = u16::try_from(rest.len()).unwrap_or(u16::MAX);
        let rows = rest.iter().map(|(_, rows)| rows).sum::<u16>() + count - 1;
        if rows < 8 {
            side.boxes.push((Panel::Layer, rows));
            return self;
        }
        let most = rows.saturating_sub(FIRST + 1).clamp(3, 12);
        let histogram = (rows * 2 / 5).clamp(3, most);
        let layer = (rows - 1 - histogram).min(NUMBERS);
        let spare = rows - 1 - histogram - layer;
        let table = if spare >= 6 { spare } else { 0 };
        side.boxes.push((Panel::Layer, layer));
        side.boxes
            .push((Panel::Histogram, histogram + spare - table));
        if table > 0 {
            side.boxes.push((Panel::Numbers, table - 1));
        }
        self
    }
}

/// From this many rows on the second one names the views.
const TABBED: u16 = 20;

/// The row that names the views; empty on a low screen.
#[must_use]
pub fn tabs(area: Rect) -> Rect {
    Rect {
        y: area.y + 1,
        height: u16::from(area.height >= TABBED),
        ..area
    }
}

/// What is between the lines above and the footer of a screen that is large enough.
#[must_use]
pub fn body(area: Rect) -> Rect {
    let tabs = tabs(area);
    Rect {
        y: tabs.bottom(),
        height: area.height - 2 - tabs.height,
        ..area
    }
}

/// An area cut in two: what is left of it, and its last columns.
#[must_use]
pub fn beside(area: Rect, columns: u16) -> [Rect; 2] {
    let left = Rect {
        width: area.width - columns,
        ..area
    };
    let right = Rect {
        x: left.right(),
        width: columns,
        ..area
    };
    [left, right]
}

/// An area cut in two: what is left of it, and its last rows.
#[must_use]
pub fn below(area: Rect, rows: u16) -> [Rect; 2] {
    let upper = Rect {
        height: area.height - rows,
        ..area
    };
    let lower = Rect {
        y: upper.bottom(),
        height: rows,
        ..area
    };
    [upper, lower]
}

/// The division of a screen; `None` where it is smaller than [`SMALLEST`].
#[must_use]
pub fn plan(area: Rect) -> Option<Plan> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return None;
    }
    let header = Rect { height: 1, ..area };
    let footer = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    let body = body(area);
    if area.width >= TWO_COLUMNS.0 && area.height >= TWO_COLUMNS.1 {
        let right = (area.width * 9 / 25).clamp(32, if area.width >= 160 { 64 } else { 44 });
        let [left, side] = beside(body, right);
        let stacks = vec![
            Stack {
                area: left,
                boxes: curves(left.height),
            },
            Stack {
                area: side,
                boxes: sides(side.height),
            },
        ];
        return Some(Plan {
            header,
            tabs: tabs(area),
            lines: Rect { height: 0, ..body },
            stacks,
            footer,
        });
    }
    let lines = Rect { height: 2, ..body };
    let boxes = Rect {
        y: body.y + 2,
        height: body.height - 2,
        ..body
    };
    let mut stack = Stack {
        area: boxes,
        boxes: curves(boxes.height),
    };
    if boxes.height >= 4 * 4 + 2 + NETWORK {
        stack.boxes = curves(boxes.height - NETWORK - 1);
        stack.boxes.push((Panel::Network, NETWORK));
    }
    Some(Plan {
        header,
        tabs: tabs(area),
        lines,
        stacks: vec![stack],
        footer,
    })
}

/// Rows of the network panel.
const NETWORK: u16 = 9;

/// As many curves as have two rows each; the distribution has a row below all three, and a curve those that are left.
fn curves(height: u16) -> Vec<(Panel, u16)> {
    const CURVES: [Panel; 3] = [Panel::Signal, Panel::Gradient, Panel::Distinguishability];
    /// Rows of the distribution and of the border above it.
    const STRIP: u16 = 2;
    let strip = if height > 3 * 3 + STRIP { STRIP } else { 0 };
    let height = height - strip;
    let fits = |count: &u16| height > *count && height - count > 2 * count;
    let count = (1..=3).rev().find(fits).unwrap_or(1);
    let rows = height.saturating_sub(count + 1);
    let spare = rows % count;
    let rows = (0..count).map(|n| rows / count + u16::from(n < spare));
    let mut boxes: Vec<(Panel, u16)> = CURVES.into_iter().zip(rows).collect();
    if strip > 0 {
        boxes.push((Panel::Distribution, STRIP - 1));
    }
    boxes
}

/// The verdict comes first, then the network, then progress, then numbers.
fn sides(height: u16) -> Vec<(Panel, u16)> {
    const VERDICT: u16 = 6;
    const ENSEMBLE: u16 = 2;
    if height < NETWORK + VERDICT + ENSEMBLE + 4 {
        let rows = height.saturating_sub(3);
        let network = rows.saturating_sub(5).min(NETWORK);
        return vec![(Panel::Network, network), (Panel::Verdict, rows - network)];
    }
    let mut boxes = vec![
        (Panel::Network, NETWORK),
        (Panel::Verdict, VERDICT),
        (Panel::Ensemble, ENSEMBLE),
    ];
    let spare = height - (NETWORK + VERDICT + ENSEMBLE + 4);
    if spare == 0 {
        // what the verdict says is worth more than the gauge
        boxes[1].1 += 1;
        boxes[2].1 -= 1;
    } else if spare < 5 {
        boxes[1].1 += spare;
    } else {
        let more = 2.min(spare / 8);
        boxes[1].1 += more;
        boxes.push((Panel::Numbers, spare - more - 1));
    }
    boxes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_fill_their_stack_and_nothing_overlaps_at_any_size() {
        for width in 0..=220 {
            for height in 0..=90 {
                let area = Rect::new(0, 0, width, height);
                let Some(plan) = plan(area) else {
                    assert!(width < SMALLEST.0 || height < SMALLEST.1);
                    continue;
                };
                let layer = plan.clone().at_layer();
                for stack in plan.stacks.iter().chain(&layer.stacks) {
                    let rows: u16 = stack.boxes.iter().map(|(_, rows)| rows + 1).sum();
                    assert_eq!(rows + 1, stack.area.height, "{width}x{height}");
                    assert!(
                        stack.boxes.iter().all(|(_, rows)| *rows >= 1),
                        "{width}x{height}"
                    );
                    assert!(area.union(stack.area) == area);
                }
                let covered: u32 = plan.stacks.iter().map(|s| s.area.area()).sum::<u32>()
                    + [plan.header, plan.tabs, plan.lines, plan.footer]
                        .iter()
                        .map(|r| r.area())
                        .sum::<u32>();
                assert_eq!(covered, area.area(), "{width}x{height}");
            }
        }
    }

    #[test]
    fn at_80x24_every_panel_is_there() {
        let plan = plan(Rect::new(0, 0, 80, 24)).expect("large enough");
        let panels: Vec<Panel> = plan
            .stacks
            .iter()
            .flat_map(|s| s.boxes.iter().map(|(p, _)| *p))
            .collect();
        assert_eq!(
            panels,
            [
                Panel::Signal,
                Panel::Gradient,
                Panel::Distinguishability,
                Panel::Distribution,
                Panel::Network,
                Panel::Verdict,
                Panel::Ensemble
            ]
        );
    }
}
