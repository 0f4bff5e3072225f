//! The pages of the help, and a panel alone on the screen.

use crate::shown::{model, press, shown};
use crate::synthetic::VANISHING;
use initscope::ui;

#[test]
fn the_help_has_two_pages_and_a_search() {
    let mut model = model("relu/he_normal 64x8", (80, 24));
    press(&mut model, "?");
    assert!(ui::plain(&model).contains("keys: in the scope view"));
    for turn in ["Right", "Tab", "Left"] {
        press(&mut model, turn);
        let keys = ui::plain(&model).contains("keys: in the scope view");
        assert_eq!(keys, turn == "Tab", "{turn}");
    }
    press(&mut model, "/ c h a o s Backspace s");
    let screen = ui::plain(&model);
    assert!(screen.contains("search: chaos_") && screen.contains("the edge of chaos"));
    assert_eq!(
        model.spec().to_string(),
        "relu/he_normal 64x8",
        "letters are text"
    );
    press(&mut model, "Esc");
    assert!(ui::plain(&model).contains("help") && model.help().is_some());
    press(&mut model, "Esc");
    assert!(model.popup().is_none());
}

#[test]
fn a_panel_is_chosen_and_fills_the_screen_and_escape_goes_back_step_by_step() {
    let mut model = shown("relu/glorot_uniform 256x64", (80, 24), VANISHING);
    let whole = ui::plain(&model);
    press(&mut model, "Down Down");
    assert!(
        ui::plain(&model).contains("├>✗ gradient"),
        "{}",
        ui::plain(&model)
    );
    assert_eq!(model.message(), Some("gradient; Enter shows it alone"));
    press(&mut model, "Enter");
    let zoomed = ui::plain(&model);
    assert!(
        zoomed.contains("✗ gradient") && !zoomed.contains("signal"),
        "{zoomed}"
    );
    press(&mut model, "Right Right");
    assert!(
        ui::plain(&model).contains("layer 2: Var z"),
        "{}",
        ui::plain(&model)
    );
    press(&mut model, "Esc");
    assert_eq!(model.layer(), None);
    press(&mut model, "Down");
    assert!(
        ui::plain(&model).contains("distinguishability") && !ui::plain(&model).contains("gradient")
    );
    press(&mut model, "Esc");
    assert!(ui::plain(&model).contains("├>distinguishability"));
    press(&mut model, "Esc x X");
    assert_eq!(ui::plain(&model), whole);
    press(&mut model, "Esc");
    assert_eq!(model.message(), Some("nothing is open: q quits"));
}
