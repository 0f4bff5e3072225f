//! How many draws are dead, and whether by chance.

use crate::engine::snapshot::Share;

/// A layer that kills more of the draws that reach it does so by its law: a unit without bias is off for all inputs in one draw of
/// two at most, and a layer of `n` units in `2^-n`.
const CHANCE: f64 = 0.75;

/// Draws that a layer must be reached by for what it kills to say anything.
const REACHED: usize = 8;

/// Draws that are dead at the last layer, of those dead at each layer or before; and whether that happens to some draws and not to
/// others at every layer, so that more units heal it.
pub(super) fn of(by_layer: &[Share]) -> (Share, bool) {
    let Some(all) = by_layer.last().copied() else {
        return (Share::default(), false);
    };
    let mut before = 0;
    let mut by_chance = all.count > 0 && all.total >= REACHED;
    for share in by_layer {
        let (reached, killed) = (all.total - before, share.count - before);
        if reached >= REACHED {
            by_chance &= killed as f64 <= CHANCE * reached as f64;
        }
        before = share.count;
    }
    (all, by_chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(counts: &[usize], total: usize) -> Vec<Share> {
        counts
            .iter()
            .map(|count| Share {
                count: *count,
                total,
            })
            .collect()
    }

    #[test]
    fn draws_that_die_one_after_the_other_die_by_chance() {
        let halved = [16, 24, 28, 30, 31, 32];
        assert_eq!(
            of(&shares(&halved, 32)),
            (
                Share {
                    count: 32,
                    total: 32
                },
                true
            )
        );
        assert!(of(&shares(&[0, 3, 3], 32)).1);
    }

    #[test]
    fn a_layer_that_no_draw_survives_is_no_chance() {
        assert!(!of(&shares(&[0, 32, 32], 32)).1);
        assert!(!of(&shares(&[32], 32)).1);
        // nor is anything known of few draws, or of none
        assert!(!of(&shares(&[1, 2], 4)).1);
        assert!(!of(&shares(&[0, 0], 32)).1);
        assert!(!of(&[]).1);
    }
}
