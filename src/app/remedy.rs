//! The remedy: the choice that was measured healthy becomes the network.

use std::sync::Arc;

use crate::app::context::Context;
use crate::engine::advice::{Choice, Remedy};
use crate::net::spec::{Field, field};

/// Remedies that were applied and are remembered.
const REMEMBERED: usize = 64;

impl Context {
    /// A choice, with what it changes beside the initializer where that is the present one.
    #[must_use]
    pub fn named(&self, choice: &Choice) -> String {
        let mut name = choice.label.clone();
        if !self.spec.has_stages() && choice.spec.initializer() == self.spec.initializer() {
            let changed = |parameter: &Field| {
                let [then, now] = [&choice.spec, &self.spec].map(|spec| parameter.typed(spec));
                (then != now).then_some(then)
            };
            if let Some(gain) = changed(&field::GAIN) {
                name.push_str(&format!(", gain {gain}"));
            }
            if let Some(bias) = changed(&field::BIAS) {
                name.push_str(&format!(", bias {bias}"));
            }
        }
        name
    }

    /// The choice that was measured healthy becomes the network; where none is, the message says why.
    pub(super) fn remedy(&mut self) {
        let remembered = self.remedies.iter().find(|(from, _)| *from == self.spec);
        let healed = match self.advice().map(|advice| (advice, advice.remedy())) {
            Some((_, Some(choice))) => {
                let why = format!("{}: {}", self.named(choice), choice.reason);
                Ok((Arc::clone(&choice.spec), why))
            }
            // played again at once, there is no source to measure
            None if remembered.is_some() => {
                let (_, to) = remembered.expect("just seen");
                Ok((Arc::clone(to), "applied again".into()))
            }
            None => Err("this network is being measured first".into()),
            Some((advice, None)) => Err(match advice.remedy {
                Remedy::Unmeasured if self.waiting() => {
                    "this network is being measured first".into()
                }
                _ => advice.sentence(),
            }),
        };
        match healed {
            Ok((spec, why)) => {
                self.remedies.retain(|(from, _)| *from != self.spec);
                self.remedies.truncate(REMEMBERED - 1);
                self.remedies
                    .insert(0, (Arc::clone(&self.spec), Arc::clone(&spec)));
                self.touched = Some(&field::INITIALIZER);
                self.message = Some(why);
                self.set_spec(spec);
            }
            Err(why) => self.message = Some(format!("remedy: {why}")),
        }
    }
}
