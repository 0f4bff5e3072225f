//! The network panel: every parameter with the key that changes it, and below them what a block is made of, or what was done to the numbers of a
//! data file.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Action;
use crate::app::keys::KeyRow;
use crate::app::keys::network::ROWS;
use crate::app::state::Model;
use crate::net::block::{Block, Factor};
use crate::net::conv::ConvFans;
use crate::net::input::Input;
use crate::net::preset::Preset;
use crate::net::spec::{Field, Spec, field};
use crate::ui::number::parameter;
use crate::ui::theme::Theme;
use crate::ui::{text, words};

/// The parameters with their rows of the key table, from the top.
pub(super) fn parameters() -> impl Iterator<Item = (&'static KeyRow, &'static Field)> {
    let rows = ROWS.iter();
    rows.filter_map(|row| match row.action {
        // told below, with what it stands for
        Action::Step(parameter, _) if *parameter != field::ARCH => Some((row, parameter)),
        _ => None,
    })
}

/// What is said below the parameters: what a block is made of; of a data file what was done to its numbers, and that one column carries
/// most of them.
pub(super) fn notes(model: &Model) -> Vec<String> {
    if let Some(block) = model.spec().block() {
        return of_block(model.spec(), block);
    }
    let Input::Data(data) = model.spec().input() else {
        let conv = conv(model.spec());
        return norm(model.spec()).into_iter().chain(conv).collect();
    };
    let warning = data.warning().map(|warning| {
        let (column, _) = warning.split_once(" carries").unwrap_or((&warning, ""));
        format!("mostly {column}")
    });
    [data.short_scaling()].into_iter().chain(warning).collect()
}

/// The convolution whose fans the matrices have: what the initializer is told, and what is true where that is something else.
fn conv(spec: &Spec) -> Vec<String> {
    let known = spec.draft().conv.as_ref().zip(spec.conv_fans(2));
    let Some((conv, ConvFans { told, true_fans })) = known else {
        return Vec::new();
    };
    let right = (told.0 as f64, told.1 as f64) == true_fans;
    let truth = (!right).then(|| {
        let [inward, outward] = [true_fans.0, true_fans.1].map(parameter);
        format!("true {inward}, {outward}")
    });
    let fans = [
        format!("conv {conv}"),
        format!("fans {}, {}", told.0, told.1),
    ];
    fans.into_iter().chain(truth).collect()
}

/// What a block is made of, and below it the factors of its matrices and the norm at the end.
fn of_block(spec: &Spec, block: &Block) -> Vec<String> {
    let draft = spec.draft();
    let factors = [("out", draft.outward), ("in", draft.inward)];
    let factors = factors
        .into_iter()
        .filter(|(_, factor)| *factor != Factor::ONE);
    let factors = factors.map(|(name, factor)| {
        let value = |block: usize| parameter(factor.value(spec.counts(block)));
        let last = match factor.varies() {
            true => format!(" to {}", value(spec.depth())),
            false => String::new(),
        };
        format!("{name} {factor} = {}{last}", value(1))
    });
    let ends = [("initial", draft.initial_norm), ("final", draft.last_norm)];
    let ends = ends
        .into_iter()
        .filter_map(|(name, norm)| Some(format!("{name} {}", norm?.name())));
    let tokens = (spec.tokens() > 1).then(|| match spec.sequences() {
        1 => format!("{} tokens", spec.tokens()),
        several => format!("{several} times {} tokens", spec.tokens()),
    });
    let copies = draft.copies.then(|| "copies of one block".to_owned());
    let rows = draft
        .standardized
        .then(|| format!("rows of norm {}", parameter(draft.gain)));
    let more = factors.chain(ends).collect::<Vec<_>>().join(", ");
    let lanes: Vec<String> = tokens.into_iter().chain(copies).chain(rows).collect();
    let name = Preset::of(draft).map_or("block", |preset| preset.name);
    let lines = [format!("{name} {block}"), more, lanes.join(", ")];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// The norm of plain layers.
fn norm(spec: &Spec) -> Vec<String> {
    let norm = spec
        .norm()
        .map(|norm| format!("{} before the activation", norm.title()));
    norm.into_iter().collect()
}
/// Columns of a name.
const NAME: usize = 12;

/// One line per parameter; the one changed last is bold.
pub fn render(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    for ((row, parameter), n) in parameters().zip(0..inside.height) {
        let value = words::value_of(model.spec(), parameter);
        let style = if model.touched() == Some(parameter) {
            theme.strong
        } else {
            theme.text
        };
        let key = format!(" {} ", model.key_of(row.action));
        let room = usize::from(inside.width).saturating_sub(text::width(&key));
        // a long value says what it is of
        let name = match text::width(&value) + NAME <= room {
            true => format!("{:<NAME$}", row.name),
            false => String::new(),
        };
        let value = match *parameter == field::INPUT {
            true => text::tail(&value, room),
            false => value,
        };
        text::line(
            buffer,
            text::row(inside, n),
            &[(&key, theme.strong), (&name, theme.text), (&value, style)],
        );
    }
    let first = u16::try_from(parameters().count()).unwrap_or(u16::MAX);
    for (note, n) in notes(model).iter().zip(first..inside.height) {
        let stages = model.spec().has_stages();
        let style = if n == first || stages {
            theme.text
        } else {
            theme.bad
        };
        text::line(buffer, text::row(inside, n), &[(" ", style), (note, style)]);
    }
}
