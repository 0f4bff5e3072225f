//! The table of what a caption or a question can read off the dashboard.

use crate::app::lecture::value::Value;
use crate::app::state::Model;
use crate::app::views::factors::Factors;
use crate::app::views::phase;
use crate::engine::advice::defaults;
use crate::engine::factors::{Experiment, Factor, FactorsSnapshot, Response};
use crate::engine::phase_map::position;
use crate::engine::snapshot::{LayerStats, Summary};
use crate::engine::verdict::Verdict;
use crate::net::framework::Framework;
use crate::net::name::did_you_mean;
use crate::theory::criticality::{Critical, Gains, gains, half_stable};
use crate::theory::fixed_point::FixedPoint;
use crate::theory::kernel::Kernel;

/// One row of [`READINGS`].
#[derive(Debug)]
pub struct Reading {
    /// As it stands in braces.
    pub name: &'static str,
    /// What it is.
    pub does: &'static str,
    /// Whether it changes while the simulation goes on.
    pub measured: bool,
    /// Reads it; `None` where the dashboard does not have it now.
    pub read: fn(&Model) -> Option<Value>,
}

const MEASURED: bool = true;
const GIVEN: bool = false;

/// Rows, each `measured or given, name, what it is, how it is read;`.
macro_rules! readings {
    ($($measured:ident, $name:literal, $does:literal, $read:expr;)+) => {
        &[$(Reading { name: $name, does: $does, measured: $measured, read: $read }),+]
    };
}

/// `log10` of the mean square of z in the last layer over that in the first.
fn signal_total(m: &Model) -> Option<f64> {
    let layers = layers(m)?;
    let (first, last) = (layers.first()?, layers.last()?);
    Some(last.z_second_moment.log10_p50 - first.z_second_moment.log10_p50)
}

/// Mean square of numbers that are as good as zero.
const NEAR_ZERO: f64 = 1e-12;

/// The row of this name.
#[must_use]
pub fn row(name: &str) -> Option<&'static Reading> {
    READINGS.iter().find(|row| row.name == name)
}

/// All names, for an error.
#[must_use]
pub fn known() -> String {
    let names: Vec<&str> = READINGS.iter().map(|row| row.name).collect();
    format!("the readings are {}", names.join(", "))
}

/// What may have been meant by a name that is none, then all names.
#[must_use]
pub fn unknown(name: &str) -> String {
    let meant = did_you_mean(name, READINGS.iter().map(|row| row.name));
    format!("`{{{name}}}` is not measured{meant}; {}", known())
}

/// Everything that can be read.
pub const READINGS: &[Reading] = readings! {
    MEASURED, "signal_rate", "signal drift, decades per layer",
        |m| Some(Value::Rate(verdict(m)?.signal_rate));
    MEASURED, "gradient_rate", "gradient drift going backward, decades per layer",
        |m| Some(Value::Rate(verdict(m)?.gradient_rate));
    MEASURED, "distinction_rate", "drift of distinguishability, decades per layer",
        |m| Some(Value::Rate(verdict(m)?.distinguishability_rate));
    MEASURED, "signal_factor", "what one layer multiplies the mean square of the signal by",
        |m| {
            let steps = layers(m)?.len().checked_sub(1).filter(|steps| *steps > 0)?;
            let log10 = signal_total(m)? / steps as f64;
            Some(Value::Factor { log10, steps })
        };
    MEASURED, "gradient_factor", "what one layer multiplies the mean square of the gradient by",
        |m| Some(Value::Log10(verdict(m)?.gradient_rate));
    MEASURED, "distinction_factor", "what one layer multiplies the share that differs by",
        |m| Some(Value::Log10(verdict(m)?.distinguishability_rate));
    MEASURED, "signal_total", "what all layers multiply the mean square of the signal by, median over draws",
        |m| signal_total(m).map(Value::Log10);
    MEASURED, "signal_first", "mean square of z at the first layer, median over draws",
        |m| median(layers(m)?.first()?.z_second_moment);
    MEASURED, "signal_last", "mean square of z at the last layer, median over draws",
        |m| median(layers(m)?.last()?.z_second_moment);
    MEASURED, "output_last", "mean square of x at the last layer, median over draws",
        |m| median(layers(m)?.last()?.x_second_moment);
    MEASURED, "gradient_first", "mean square of the gradient at the first layer, median over draws",
        |m| median(layers(m)?.first()?.grad_z?);
    MEASURED, "gradient_last", "mean square of the gradient at the last layer, median over draws",
        |m| median(layers(m)?.last()?.grad_z?);
    MEASURED, "distinction_last", "share of the signal that differs between inputs at the last layer",
        |m| median(layers(m)?.last()?.distinguishability);
    MEASURED, "input_last", "share of the last stream that is the input, in a network of blocks",
        |m| {
            let shares = verdict(m)?.blocks.as_ref()?.input_share();
            shares.last().copied().map(Value::Log10)
        };
    MEASURED, "saturated_last", "share of saturated units at the last layer",
        |m| Some(Value::Share(layers(m)?.last()?.saturated));
    MEASURED, "dead_last", "share of dead units at the last layer",
        |m| Some(Value::Share(layers(m)?.last()?.dead));
    MEASURED, "verdict", "the verdict in a word",
        |m| Some(Value::Name(verdict(m)?.kind.name().into()));
    MEASURED, "sentence", "the verdict in a sentence",
        |m| Some(Value::Sentence(verdict(m)?.sentence()));
    MEASURED, "fails_at", "the layer at which it fails",
        |m| verdict(m)?.layer.map(Value::Count);
    MEASURED, "survives", "layers of the deepest healthy network of this kind",
        |m| {
            let budget = verdict(m)?.budget;
            let known = budget.fails_at.map(|_| budget.about());
            known.map(Value::Count)
        };
    MEASURED, "draws", "networks drawn",
        |m| Some(Value::Count(m.snapshot()?.draws));
    MEASURED, "first_choice", "the initializer that comes first in the advice view",
        |m| Some(Value::Name(m.advice()?.choices.first()?.label.clone()));
    MEASURED, "remedy", "the initializer that the dashboard recommends",
        |m| Some(Value::Name(m.advice()?.remedy()?.label.clone()));
    MEASURED, "sigma_w_edge", "sigma_w on the edge of chaos at this sigma_b, in the phase view",
        |m| {
            let edge = phase::reading(m)?.edge.as_ref()?.as_ref().ok()?;
            Some(Value::Parameter(edge.first()?.sigma_w2.sqrt()))
        };
    MEASURED, "xi_c", "layers over which differences between inputs fall by e, in the phase view",
        |m| fixed_point(m)?.xi_c.map(|xi| Value::Log10(xi.log10()));
    MEASURED, "xi_grad", "layers over which gradients fall by e, in the phase view",
        |m| fixed_point(m)?.xi_grad.map(|xi| Value::Log10(xi.log10()));
    MEASURED, "chi_perp", "factor of the gradient per layer by theory, in the phase view",
        |m| fixed_point(m)?.chi_perp.map(Value::Parameter);
    MEASURED, "effect_activation", "most that an activation changes what the factors view shows",
        |m| effect(m, Factor::Activation);
    MEASURED, "effect_initializer", "most that an initializer changes it",
        |m| effect(m, Factor::Initializer);
    MEASURED, "effect_together", "most that the effect of the initializer depends on the activation",
        |m| effect(m, Factor::Interaction);
    MEASURED, "effect_optimizer", "most that an optimizer changes it",
        |m| effect(m, Factor::Optimizer);
    MEASURED, "effect_classes", "most that the number of classes changes it",
        |m| effect(m, Factor::Classes);
    MEASURED, "effect_storage", "most that the format of the stored data changes it",
        |m| effect(m, Factor::Storage);
    MEASURED, "factor_sentence", "why the factor under the cursor of the factors view matters or does not",
        |m| {
            let sentence = factors(m)?.sentence(m.view_as::<Factors>().cursor())?;
            Some(Value::Sentence(sentence))
        };
    GIVEN, "runs", "runs of each network in the factors view",
        |m| Some(Value::Count(m.known::<Experiment>()?.request.recipe.runs));
    GIVEN, "activation", "name of the activation",
        |m| Some(Value::Name(m.spec().activation().to_string()));
    GIVEN, "initializer", "name of the initializer in effect",
        |m| Some(Value::Name(m.spec().effective_initializer().to_string()));
    GIVEN, "framework", "name of the framework",
        |m| Some(Value::Name(m.spec().preset_name().to_owned()));
    GIVEN, "frameworks", "frameworks that there are",
        |_| Some(Value::Count(Framework::ALL.len()));
    GIVEN, "width", "units per layer",
        |m| Some(Value::Count(m.spec().width()));
    GIVEN, "depth", "layers",
        |m| Some(Value::Count(m.spec().depth()));
    GIVEN, "inputs", "inputs seen at once",
        |m| Some(Value::Count(m.spec().batch()));
    GIVEN, "input_dim", "numbers of an input",
        |m| Some(Value::Count(m.spec().input_dim()));
    GIVEN, "weight_gain", "multiplier of all weights",
        |m| Some(Value::Parameter(m.spec().gain()));
    GIVEN, "first_fan_in_var_w", "fan_in Var W of the first layer",
        |m| {
            let (fan_in, fan_out) = m.spec().fans(1);
            let variance = m.spec().weight_law(1).variance(fan_in, fan_out);
            Some(Value::Parameter(fan_in as f64 * variance))
        };
    GIVEN, "half_stable_sigma_w2", "fan_in Var W where chi_perp = chi_parallel = 1",
        |m| Some(Value::Constant(half_stable_point(m)?.sigma_w2));
    GIVEN, "half_stable_sigma_b2", "Var b where chi_perp = chi_parallel = 1",
        |m| Some(Value::Constant(half_stable_point(m)?.sigma_b2));
    GIVEN, "half_stable_sigma_b", "root of Var b where chi_perp = chi_parallel = 1",
        |m| Some(Value::Parameter(half_stable_point(m)?.sigma_b2.sqrt()));
    GIVEN, "fan_in_var_w", "fan_in Var W of the second layer",
        |m| Some(Value::Parameter(position(m.spec()).0.powi(2)));
    GIVEN, "sigma_w", "root of fan_in Var W",
        |m| Some(Value::Parameter(position(m.spec()).0));
    GIVEN, "sigma_b2", "Var b",
        |m| Some(Value::Constant(position(m.spec()).1.powi(2)));
    GIVEN, "sigma_b", "root of Var b",
        |m| Some(Value::Parameter(position(m.spec()).1));
    GIVEN, "slope_at_zero", "mean slope of the activation around zero",
        |m| {
            let kernel = Kernel::of(m.spec().activation());
            let around = kernel.gaussian().moments(NEAR_ZERO);
            Some(Value::Parameter(around.slope_mean))
        };
    GIVEN, "gain", "1/sqrt(E phi(z)^2): keeps the mean square of a standard normal z",
        |m| Some(Value::Parameter(gains_of(m).second_moment));
    GIVEN, "gain_squared", "1/(E phi(z)^2): the fan_in Var W that keeps the mean square",
        |m| Some(Value::Parameter(gains_of(m).second_moment.powi(2)));
    GIVEN, "kept", "E phi(z)^2: the share of a standard normal z's mean square that the activation keeps",
        |m| Some(Value::Parameter(gains_of(m).second_moment.powi(-2)));
    GIVEN, "gain_gradient", "1/sqrt(E phi'(z)^2): keeps the gradient",
        |m| Some(Value::Parameter(gains_of(m).gradient));
    GIVEN, "healthy_defaults", "frameworks whose default layer theory expects to be healthy here",
        |m| {
            let defaults = defaults(m.spec());
            Some(Value::Count(
                defaults.iter().filter(|choice| choice.is_healthy()).count(),
            ))
        };
};

fn verdict(model: &Model) -> Option<&Verdict> {
    model.snapshot()?.verdict.as_ref()
}

fn layers(model: &Model) -> Option<&[LayerStats]> {
    let snapshot = model.snapshot().filter(|snapshot| snapshot.draws > 0)?;
    Some(&snapshot.layers)
}

fn median(summary: Summary) -> Option<Value> {
    Some(Value::Log10(summary.log10_p50))
}

fn factors(model: &Model) -> Option<&FactorsSnapshot> {
    model.known::<Experiment>()?.known.as_ref().ok()
}

/// On what the factors view shows; zero where all levels give the same bits.
fn effect(model: &Model, kind: Factor) -> Option<Value> {
    let response = model.view_as::<Factors>().response();
    let effect = factors(model)?.effect(kind, response)?;
    Some(match response {
        _ if effect.identical => Value::Decades(0.0),
        Response::Left | Response::Learns => Value::Share(effect.size),
        _ => Value::Decades(effect.size),
    })
}

fn fixed_point(model: &Model) -> Option<FixedPoint> {
    let point = phase::reading(model)?.point.as_ref().ok()?;
    Some(point.1)
}

fn half_stable_point(model: &Model) -> Option<Critical> {
    half_stable(&Kernel::of(model.spec().activation()))
        .first()
        .copied()
}

fn gains_of(model: &Model) -> Gains {
    gains(&Kernel::of(model.spec().activation()))
}
