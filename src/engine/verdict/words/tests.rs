use super::*;
use crate::engine::verdict::{Budget, BudgetSource};

fn failing(kind: VerdictKind, channel: Channel, rate: f64) -> Verdict {
    Verdict {
        kind,
        channel: Some(channel),
        layer: Some(8),
        rate,
        depth: 64,
        drift_limit: 2.0,
        ..Verdict::default()
    }
}

#[test]
fn every_kind_is_one_plain_sentence() {
    let told = |kind, channel, rate| failing(kind, channel, rate).sentence();
    assert_eq!(
        told(VerdictKind::Vanishing, Channel::Signal, -0.301),
        "the signal falls by 0.30 decades per layer and is below 1e-2 of its start from layer 8"
    );
    assert_eq!(
        told(VerdictKind::Exploding, Channel::Gradient, 0.046),
        "the gradient grows by 0.05 decades per layer and is above 1e2 of its start from layer 8 back"
    );
    assert_eq!(
        told(VerdictKind::Collapsing, Channel::Distinguishability, 0.0),
        "the difference between inputs is below 1e-3 of the signal, from layer 8"
    );
    assert_eq!(
        told(VerdictKind::Saturated, Channel::Signal, 0.0),
        "more than 90 % of the units have a slope below 5 % of the steepest from layer 8"
    );
    assert_eq!(
        told(VerdictKind::Dead, Channel::Signal, 0.0),
        "more than 95 % of the units have slope 0 for every input from layer 8"
    );
}

#[test]
fn a_collapse_that_bias_hides_says_so() {
    let verdict = Verdict {
        bias_share: 0.83,
        ..failing(VerdictKind::Collapsing, Channel::Distinguishability, -0.516)
    };
    assert_eq!(
        verdict.sentence(),
        "the difference between inputs falls by 0.52 decades per layer and is below 1e-3 of the signal, 83 % of which is bias, from layer 8"
    );
}

#[test]
fn exact_zeros_and_overflows_are_told_as_such() {
    let dead = Verdict {
        level: f64::NEG_INFINITY,
        ..failing(VerdictKind::Dead, Channel::Gradient, 0.0)
    };
    assert_eq!(
        dead.sentence(),
        "the gradient is exactly 0 from layer 8 back"
    );
    let overflow = Verdict {
        level: f64::INFINITY,
        ..failing(VerdictKind::Exploding, Channel::Signal, 0.0)
    };
    assert_eq!(overflow.sentence(), "the signal overflows from layer 8");
    let absurd = failing(VerdictKind::Exploding, Channel::Signal, 7e56);
    assert_eq!(
        absurd.sentence(),
        "the signal grows by more than 999 decades per layer and is above 1e2 of its start from layer 8"
    );
}

#[test]
fn a_healthy_network_is_told_what_fails_beyond() {
    let mut verdict = Verdict {
        depth: 64,
        budget: Budget {
            healthy_at: 187,
            fails_at: Some(214),
            channel: Some(Channel::Gradient),
            source: BudgetSource::Measured { draws: 64 },
        },
        ..Verdict::default()
    };
    let told = "healthy up to 180-220 layers";
    assert_eq!(
        verdict.budget_sentence(),
        format!("{told}, then the gradient fails")
    );
    verdict.kind = VerdictKind::Exploding;
    assert_eq!(verdict.budget_sentence(), told);
}
