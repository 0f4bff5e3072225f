//! The train view, here of a network and a pinned one after their training:
//!
//! ```text
//!  initscope   relu · he_normal · 16x6            seed 0 · 128 draws · ±0.012 dec
//!   1 scope  2 compare  3 atlas  4 phase  5 advice [6 train] 7 factors  8 scaling
//! ┌ loss  nats, 300 steps ────┐┌ accuracy ─────────────────┐┌ signal ──────── 10 ┐
//! │  3.0                      ││100 %                      ││                    │
//! │      ●▲⠤⠤⣀●▲⠒⠒⠒⠢▲⠤⠤⠤⠤▲⠤⣀⣀⣀││                       ⢀⣀⣀●││●▲⠒⠤⠤●▲             │
//! │           ⠈⠉⠑⠒⠤●⣀⡀        ││                   ⢀⠤●⠊⠁   ││       ⠉⠉⠒●▲⠤⣀⣀●    │
//! │                  ⠈⠉⠒●⠤⣀⡀  ││               ⡠●⠒⠉⠁       ││               ⠈▲⠑⠒⠒│
//! │                        ⠈⠉●││        ⣀⡠⠤●⠒⠒⠊⣀⣀▲⠤⠤⠢⠤▲⠤⠒⠒⠒│├ gradient ────── 10 ┤
//! │    0                      ││  0 % ●▲⠒⠊⠉⠉▲⠉             ││                    │
//! ├ gradient norm  by layer ──┤├ update/weights  by layer ─┤│                ▲⣀⠤⠤│
//! │   10                      ││ 0.01                      ││       ⢀⣀⡠●▲⠒⠒⠉●    │
//! │                           ││      ●⡀               ⢀⡠⠤●││●▲⠤⠔⠒●▲⠁            │
//! │      ●⣀⡀              ⣀⣀⠤●││      ⠤⠈⠉⠑⠒●⠤⣀⠤⠤●⠒⠊⠉⠑●⠊⠁   │├ distinct ─────── 1 ┤
//! │      ⠒⠒⠈⠉⠒●⠤⠤⠔⠒●⠉⠉⠉⠉●⠉    ││      ⣀▲⡠⠤⠢⠤▲⣀⣀⡠⠤▲⠒⠑⠒⠒▲⠔⠒⠒⠒││●▲⠉⠉⠉●▲⠉⠉⠉●▲⠉⠉⠉●▲⠉⠉⠉│
//! │      ⣀▲⣀⣀⣀⠉⠑⠒⠒⠤⣀▲⠤⠤⠤⣀▲⣀⣀⣀⣀││                     ⠈⠒⠉⠉⠉⠉││                    │
//! │           ⠉▲⠉⠉⠉      ⠉⠉⠉⠉⠉││                           ││                    │
//! │  0.1                      ││ 1e-4                      ││                    │
//! └layer 1────────────────head┘└layer 1────────────────head┘└────────────── 0.01 ┘
//! ┌ networks  digits in place of noise, sgd 0.01, 300 steps of 64 ───────── done ┐
//! │   network         outcome         loss  accuracy     step  rate  at the start│
//! │ ● he_normal       ✓ LEARNS       0.971    70.7 %  300/300  0.01  ✓ HEALTHY   │
//! │ ▲ glorot_normal   → SLOW         2.101    25.4 %  300/300  0.01  ✓ HEALTHY   │
//! └──────────────────────────────────────────────────────────────────────────────┘
//! ```

mod curves;
mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Action;
use crate::app::state::Model;
use crate::app::views::train::Train;
use crate::engine::training::Session;
use crate::engine::training::{AtRate, Contestant, Run};
use crate::report;
use crate::train::plan::PlanError;
use crate::train::record::Record;
use crate::ui::channel::Curve;
use crate::ui::compare::{self, Entry};
use crate::ui::face::Form;
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::theme::Theme;
use crate::ui::{scope, text};

/// From this many rows on the table has a frame and a head.
const FRAMED: u16 = 20;
/// From this many columns on there are three columns of panels.
const THREE: u16 = 76;
/// Rows from which on there are two panels over each other.
const TWO_HIGH: u16 = 11;
/// The same for three.
const THREE_HIGH: u16 = 7;

/// One network with its curves at the start and what its training has told.
struct Network<'a> {
    entry: &'a Entry<'a>,
    /// `None` before the first answer.
    trained: Option<&'a Result<Contestant, PlanError>>,
}

impl<'a> Network<'a> {
    fn all(model: &'a Model, entries: &'a [Entry<'a>]) -> Vec<Self> {
        let news = model.known::<Session>();
        let of = |(n, entry)| Network {
            entry,
            trained: news.and_then(|news| news.networks.get(n)),
        };
        entries.iter().enumerate().map(of).collect()
    }

    fn contestant(&self) -> Option<&'a Contestant> {
        self.trained?.as_ref().ok()
    }

    /// The runs at the best rate.
    fn best(&self) -> Option<&'a AtRate> {
        self.contestant().map(Contestant::best)
    }

    /// The first run at the best rate.
    fn run(&self) -> Option<&'a Run> {
        self.best()?.runs.first()
    }

    fn record(&self) -> Option<&'a Record> {
        self.run().map(|run| &*run.record)
    }
}

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(body) = scope::between(model, theme, area, buffer) else {
        return;
    };
    let entries = Entry::all(model);
    let networks = Network::all(model, &entries);
    let framed = area.height >= FRAMED;
    let rows = networks.len() as u16 + if framed { 3 } else { 0 };
    let [body, below] = layout::below(body, rows);
    let state = state(model);
    let two = body.height >= TWO_HIGH;
    let painter = curves::Painter {
        networks: &networks,
        steps: model.view_as::<Train>().recipe().steps,
        glyphs: model.look().glyphs,
        theme,
        alone: !two,
    };
    let mut x = body.x;
    let columns = columns(body.width);
    let last = columns.len() - 1;
    for (n, width) in columns.into_iter().enumerate() {
        let area = Rect { x, width, ..body };
        x += width;
        if n == last {
            start(model, &entries, theme, area, buffer);
            continue;
        }
        let stack = divided(area, if two { 2 } else { 1 });
        text::frames(buffer, &stack, theme);
        for ((_, inside), row) in stack.insides().zip(0..) {
            match (n, row) {
                (0, 0) => painter.loss(if framed { "" } else { &state }, inside, buffer),
                (0, _) => painter.gradients(inside, buffer),
                (_, 0) => painter.accuracy(inside, buffer),
                _ => painter.ratios(inside, buffer),
            }
        }
    }
    table::render(model, &networks, framed, &state, theme, below, buffer);
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let known = model.known::<Session>()?.snapshot();
    Some(form.of(&known, report::train::csv, report::train::json))
}

/// Two or three widths.
fn columns(width: u16) -> Vec<u16> {
    if width < THREE {
        let right = width * 2 / 5;
        return vec![width - right, right];
    }
    let right = (width / 4).clamp(22, 48);
    let left = width - right;
    vec![left.div_ceil(2), left / 2, right]
}

/// So many boxes over each other; the last has the rows that are left.
fn divided(area: Rect, count: u16) -> Stack {
    let rows = area.height.saturating_sub(count + 1);
    let mut boxes = vec![(Panel::Signal, rows / count); usize::from(count)];
    if let Some(last) = boxes.last_mut() {
        last.1 += rows % count;
    }
    Stack { area, boxes }
}

/// The channels at initialization.
fn start(model: &Model, entries: &[Entry<'_>], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let curves = [
        Curve::Signal(model.quantity()),
        Curve::Gradient,
        Curve::Distinguishability,
    ];
    let count = if area.height >= THREE_HIGH { 3 } else { 1 };
    let stack = divided(area, count);
    text::frames(buffer, &stack, theme);
    for (((_, inside), curve), n) in stack.insides().zip(curves).zip(1..) {
        let place = (inside, n == count);
        compare::panel(curve, entries, model, theme, place, buffer);
    }
}

/// How far it is.
fn state(model: &Model) -> String {
    let key = model.key_of(Action::Run);
    let Some(news) = model.known::<Session>() else {
        return "preparing".into();
    };
    if news.networks.iter().all(Result::is_err) {
        return "nothing can be trained".into();
    }
    let pace = news
        .spent
        .filter(|(seconds, made)| *seconds > 0.0 && *made > 0);
    let pace = pace.map_or(String::new(), |(seconds, made)| {
        format!(", {seconds:.1} s, {:.0} steps/s", made as f64 / seconds)
    });
    if news.is_settled() {
        format!("done{pace}")
    } else if model.view_as::<Train>().is_running(model) {
        format!("training{pace}")
    } else if news.is_begun() {
        format!("paused{pace}, {key} goes on")
    } else {
        format!("{key} starts")
    }
}
