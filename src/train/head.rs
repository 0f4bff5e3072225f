//! Softmax and cross-entropy of a panel of outputs.

/// `classes x lanes` outputs `o` become `dl/do` of the loss `l = (1/B) sum_b -ln p_b[label_b]` with
/// `p_b[c] = exp(o[c][b]) / sum_c exp(o[c][b])`: `(p_b[c] - [c = label_b]) / B` in lane `b`, 0 in the padding.
///
/// `labels` has one class for each real lane and `share = 1/B`. Returns `(-ln p_b[label_b], whether the largest output is the
/// label's)` for every real lane; a loss is NaN or infinite where an output is.
pub fn cross_entropy(
    outputs: &mut [f32],
    lanes: usize,
    labels: &[u16],
    share: f64,
) -> Vec<(f64, bool)> {
    let classes = outputs.len() / lanes;
    let mut odds = vec![0.0_f64; classes];
    let mut answers = Vec::with_capacity(labels.len());
    for lane in 0..lanes {
        let Some(label) = labels.get(lane).map(|label| usize::from(*label)) else {
            (0..classes).for_each(|c| outputs[c * lanes + lane] = 0.0);
            continue;
        };
        let output = |c: usize| f64::from(outputs[c * lanes + lane]);
        let largest = (0..classes).map(output).fold(f64::NEG_INFINITY, f64::max);
        for (c, odds) in odds.iter_mut().enumerate() {
            *odds = (output(c) - largest).exp();
        }
        let total: f64 = odds.iter().sum();
        // several equal outputs are no answer, unless the label's alone is the largest
        let right = (0..classes).all(|c| c == label || output(c) < output(label));
        answers.push((total.ln() - (output(label) - largest), right));
        for (c, odds) in odds.iter().enumerate() {
            let wanted = f64::from(u8::from(c == label));
            outputs[c * lanes + lane] = ((odds / total - wanted) * share) as f32;
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_outputs_cost_ln_of_the_number_of_classes() {
        let mut outputs = vec![3.0_f32; 4 * 2];
        let answers = cross_entropy(&mut outputs, 2, &[1], 1.0);
        assert_eq!(answers.len(), 1);
        assert!((answers[0].0 - 4_f64.ln()).abs() < 1e-15 && !answers[0].1);
        assert_eq!(outputs, [0.25, 0.0, -0.75, 0.0, 0.25, 0.0, 0.25, 0.0]);
    }

    #[test]
    fn the_gradient_is_the_difference_quotient_of_the_loss() {
        let outputs = [0.3_f32, -1.2, 2.0];
        let loss = |o: [f32; 3]| cross_entropy(&mut o.clone(), 1, &[2], 1.0)[0].0;
        let mut gradient = outputs;
        cross_entropy(&mut gradient, 1, &[2], 1.0);
        for c in 0..3 {
            let (mut up, mut down) = (outputs, outputs);
            up[c] += 0.015_625;
            down[c] -= 0.015_625;
            let quotient = (loss(up) - loss(down)) / 0.031_25;
            // h^2/6 of a third derivative below 1/4
            assert!((quotient - f64::from(gradient[c])).abs() < 2e-5, "{c}");
        }
    }

    #[test]
    fn huge_outputs_are_no_overflow_and_infinite_ones_are_told() {
        let answers = cross_entropy(&mut [3e38, -3e38], 1, &[0], 1.0);
        assert_eq!(answers, [(0.0, true)]);
        assert!(
            cross_entropy(&mut [f32::INFINITY, 0.0], 1, &[1], 1.0)[0]
                .0
                .is_nan()
        );
    }
}
