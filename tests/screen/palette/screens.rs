//! The palette as text.

use initscope::ui;

use super::{enter, typed};
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;

#[test]
fn the_palette_at_80x24() {
    let mut model = shown("relu/glorot_uniform 256x64 seed=7", (80, 24), VANISHING);
    press(&mut model, ":");
    enter(&mut model, "he");
    press(&mut model, "Down");
    insta::assert_snapshot!(ui::plain(&model));
}

#[test]
fn the_palette_at_120x40() {
    let mut model = shown("relu/he_normal 256x100", (120, 40), VANISHING);
    press(&mut model, "2 :");
    enter(&mut model, "pin");
    insta::assert_snapshot!(ui::plain(&model));
}

#[test]
fn the_palette_at_40x12() {
    insta::assert_snapshot!(ui::plain(&typed("width 1", (40, 12))));
    insta::assert_snapshot!(ui::plain(&typed("x*tanh(x", (40, 12))));
}
