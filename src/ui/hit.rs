//! What is where on the screen, for the mouse: asked of the same functions that divide the screen for drawing.

use ratatui::layout::{Position, Rect};

use crate::app::action::Action;
use crate::app::mouse::Target;
use crate::app::state::{Model, Popup, View};
use crate::ui::layout::{Panel, SMALLEST, Stack};
use crate::ui::{
    advice, atlas, channel, columns, compare, export, factors, footer, help, network, palette, pen,
    phase, scope, verdict,
};

/// What can be pointed at in a column and a row of the model's screen, both counted from 0.
#[must_use]
pub fn at(model: &Model, column: u16, row: u16) -> Option<Target> {
    let (width, height) = model.size();
    let screen = Rect::new(0, 0, width, height);
    let here = Position::new(column, row);
    if !screen.contains(here) {
        return None;
    }
    let popup = model.popup();
    if let Some(target) = popup.and_then(|popup| in_popup(popup, model, screen, here)) {
        return Some(target);
    }
    let large = width >= SMALLEST.0 && height >= SMALLEST.1;
    if large && row + 1 == height {
        return footer::target(model, pen::row(screen, row), here);
    }
    if popup.is_some() {
        return Some(Target::Outside);
    }
    if !large {
        return None;
    }
    match model.view() {
        View::Scope => in_scope(model, screen, here),
        View::Compare => in_compare(model, screen, here),
        View::Advice => {
            let (list, first) = advice::list(model, screen);
            let count = model.advice().map_or(0, |advice| advice.choices.len());
            let choice = line_of(list, here).map(|line| first + line);
            let choice = choice.filter(|choice| *choice < count);
            Some(choice.map_or(Target::List, Target::Choice))
        }
        View::Atlas => {
            let cell = atlas::cell_at(model, screen, here);
            Some(cell.map_or(Target::List, |(row, column)| Target::Cell(row, column)))
        }
        View::Factors => {
            let factor = factors::factor_at(model, screen, here);
            Some(factor.map_or(Target::List, |(response, kind)| {
                Target::Factor(response, kind)
            }))
        }
        View::Phase => {
            let (column, row) = phase::point_at(model, screen, here)?;
            Some(Target::Point(column, row))
        }
        View::Train => None,
    }
}

/// The line of a list, counted from 0.
fn line_of(list: Rect, here: Position) -> Option<usize> {
    list.contains(here).then(|| usize::from(here.y - list.y))
}

/// `None` beside what is open.
fn in_popup(popup: &Popup, model: &Model, screen: Rect, here: Position) -> Option<Target> {
    let (inside, line) = match popup {
        Popup::Help(top) => {
            let inside = help::place(model, screen);
            let line = line_of(inside, here);
            (inside, line.map(|line| Target::HelpLine(top + line)))
        }
        Popup::Export(_) => {
            let inside = export::place(model, screen);
            let deed = line_of(inside, here).and_then(|line| export::deed(model, line));
            (inside, deed.map(|action| Target::Deed(action, None)))
        }
        Popup::Palette(palette) => {
            let place = palette::place(palette, screen);
            let entry = line_of(place.list, here).map(|line| place.first + line);
            let entry = entry.filter(|entry| *entry < palette.entries().len());
            (place.inside, entry.map(Target::Entry))
        }
    };
    let frame = Rect {
        x: inside.x.saturating_sub(1),
        y: inside.y.saturating_sub(1),
        width: inside.width + 2,
        height: inside.height + 2,
    };
    let says_how_to_close = !matches!(popup, Popup::Palette(_));
    if says_how_to_close && here.y == frame.y {
        return Some(Target::Outside);
    }
    frame.contains(here).then(|| line.unwrap_or(Target::List))
}

/// The first layer of a column.
fn layer_of(plot: Rect, depth: usize, here: Position) -> Option<Target> {
    let columns = usize::from(plot.width);
    plot.contains(here).then(|| {
        let column = usize::from(here.x - plot.x);
        Target::Layer(columns::layers_of(column, columns, depth).start)
    })
}

fn in_scope(model: &Model, screen: Rect, here: Position) -> Option<Target> {
    let plan = scope::divided(model, screen)?;
    let mut boxes = plan.stacks.iter().flat_map(Stack::insides);
    let (panel, inside) = boxes.find(|(_, inside)| inside.contains(here))?;
    if scope::columnar(panel) {
        return layer_of(channel::plot(inside), model.spec().depth(), here);
    }
    let line = line_of(inside, here)?;
    match panel {
        Panel::Network => {
            let (_, parameter) = network::parameters().nth(line)?;
            Some(Target::Parameter(parameter))
        }
        Panel::Verdict => {
            verdict::is_remedy(model, inside, line).then_some(Target::Deed(Action::Remedy, None))
        }
        _ => None,
    }
}

fn in_compare(model: &Model, screen: Rect, here: Position) -> Option<Target> {
    let (plots, list) = compare::places(model, screen);
    let mut layers = plots
        .into_iter()
        .filter_map(|plot| layer_of(plot, model.deepest(), here));
    let pin = || {
        let place = line_of(list, here)?.checked_sub(1)?;
        model.pins().nth(place).map(|(place, _)| Target::Pin(place))
    };
    layers.next().or_else(pin).or(Some(Target::List))
}
