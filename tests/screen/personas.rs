//! What the people of the program come for, and how many keys it takes them on a terminal of 80 columns and 24 rows.

use crate::lab::Lab;
use initscope::app::{Effect, Look, Model, Msg};
use initscope::net::spec::Spec;
use initscope::ui;

/// Keys that each of them may need at most.
const MOST: usize = 3;
/// Answers after which nobody waits any more.
const PATIENCE: usize = 40;

/// A visit: what was pressed, with all that the laboratory had to say after each key.
struct Visit {
    model: Model,
    lab: Lab,
    keys: usize,
}

impl Visit {
    fn new(network: &str) -> Self {
        let spec: Spec = network.parse().expect("a network");
        Self {
            model: Model::new(spec, Look::default(), (80, 24)),
            lab: Lab::default(),
            keys: 0,
        }
    }

    fn press(&mut self, key: &str) -> Option<Effect> {
        self.keys += 1;
        self.model.update(Msg::Key(key.parse().expect("a key")))
    }

    /// The screen as soon as it has this text.
    fn until(&mut self, text: &str) -> String {
        for _ in 0..PATIENCE {
            let screen = ui::plain(&self.model);
            if screen.contains(text) {
                return screen;
            }
            self.lab.answer(&mut self.model);
        }
        panic!("no `{text}` on\n{}", ui::plain(&self.model));
    }
}

#[test]
fn a_student_has_the_answer_of_the_quiz() {
    let mut visit = Visit::new("relu/glorot_uniform 16x12");
    visit.until("7 factors");
    visit.press("7");
    let screen = visit.until("matters most");
    assert!(screen.contains("initializer") && screen.contains("activation"));
    assert!(visit.keys <= MOST, "{} keys", visit.keys);
}

#[test]
fn an_engineer_has_lines_to_paste_that_mend_the_network() {
    let mut visit = Visit::new("relu/glorot_uniform 64x48 framework=pytorch");
    visit.until("VANISHING");
    visit.press("5");
    let screen = visit.until("nn.init.kaiming_");
    assert!(screen.contains("to paste"), "{screen}");
    let copied = visit.press("y");
    assert!(
        matches!(&copied, Some(Effect::Copy(text)) if text.contains("nn.init.kaiming_")),
        "{copied:?}"
    );
    assert!(visit.keys <= MOST, "{} keys", visit.keys);
}

#[test]
fn a_researcher_has_the_depth_scale_of_theory() {
    let mut visit = Visit::new("tanh/glorot_normal 32x16 bias=0.2");
    visit.press("4");
    let screen = visit.until("xi_c");
    assert!(screen.contains("sigma_w"), "{screen}");
    assert!(visit.keys <= MOST, "{} keys", visit.keys);
}
