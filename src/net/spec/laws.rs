//! The laws of weights and biases, every name, preset and gain applied.

use super::Spec;
use crate::net::bias::{Bias, BiasLaw};
use crate::net::conv::ConvFans;
use crate::net::initializer::WeightLaw;

impl Spec {
    /// The law of the weights of layer `l`, dialect, preset and gain applied.
    #[must_use]
    pub fn weight_law(&self, layer: usize) -> WeightLaw {
        let (fan_in, fan_out) = self.fans(layer);
        let (told, scale) = match self.conv_fans(layer) {
            // a unit sums as many products as it reads units: each has the variance of some taps
            Some(ConvFans { told, true_fans }) => (told, (true_fans.0 / fan_in as f64).sqrt()),
            None => ((fan_in, fan_out), 1.0),
        };
        self.effective_initializer().law(
            self.draft.framework,
            told.0,
            told.1,
            scale * self.draft.gain,
        )
    }

    /// The law of the biases of layer `l`; the gain does not touch it.
    #[must_use]
    pub fn bias_law(&self, layer: usize) -> BiasLaw {
        let told = self.conv_fans(layer).map(|fans| fans.told);
        self.bias_law_of(told.unwrap_or_else(|| self.fans(layer)).0)
    }

    /// The law of the biases of a matrix that reads so many units.
    pub(crate) fn bias_law_of(&self, fan_in: usize) -> BiasLaw {
        let framework = self.draft.framework;
        let described = self.draft.described.as_ref();
        let described = || described.and_then(|d| d.bias.law(framework, fan_in));
        let preset = || described().unwrap_or_else(|| framework.default_bias(fan_in));
        match &self.draft.bias {
            Bias::Auto if self.draft.initializer.is_some() => BiasLaw::Zeros,
            bias => bias.law(framework, fan_in).unwrap_or_else(preset),
        }
    }
}
