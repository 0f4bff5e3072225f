//! Whether the draws lie where theory expects them: bad luck and a bad initializer look different.

use crate::engine::snapshot::{Band, Snapshot};
use crate::engine::verdict::Channel;
use crate::net::written::decades;

/// Decades beyond the band that are not worth a word: theory's own bands are known to a few hundredths, and a tenth of a
/// decade is not seen on any scale of whole decades.
pub const SLACK: f64 = 0.1;

/// How the medians over draws compare with the band of 8 in 10 draws that theory expects at this width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Agreement {
    /// Every channel stays in its band at every layer.
    Inside,
    /// Some channel leaves its band.
    Outside(Departure),
}

/// The farthest departure from a band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Departure {
    /// The channel that is farthest from its band.
    pub channel: Channel,
    /// First layer outside the band on the channel's way (the gradient comes from the last layer).
    pub layer: usize,
    /// Decades between the median and the nearer edge of the band at its farthest, positive above it; infinite for an exact zero
    /// or an overflow where theory expects a number.
    pub excess: f64,
    /// Complete draws behind the medians.
    pub draws: usize,
}

impl Agreement {
    /// Compares a snapshot with its own prediction where its band is known; `None` while there is no complete draw, and where no
    /// known band is left but others are not known.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Option<Self> {
        let theory = snapshot.prediction.as_deref()?;
        if snapshot.draws == 0 {
            return None;
        }
        let way = |channel: Channel| {
            let layers = snapshot.layers.iter();
            let medians: Vec<_> = layers.map(|l| channel.of(l).map(|s| s.log10_p50)).collect();
            departure(channel, &medians, theory.channel(channel))
        };
        let farthest = Channel::ALL
            .into_iter()
            .filter_map(way)
            .max_by(|a, b| a.excess.abs().total_cmp(&b.excess.abs()));
        let Some(found) = farthest else {
            return theory.typical_is_known().then_some(Self::Inside);
        };
        Some(Self::Outside(Departure {
            draws: snapshot.draws,
            ..found
        }))
    }

    /// In words, without full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Inside => "inside the expected band".into(),
            Self::Outside(departure) => departure.sentence(),
        }
    }
}

impl Departure {
    fn sentence(&self) -> String {
        let subject = self.channel.name();
        let side = if self.excess > 0.0 { "above" } else { "below" };
        let far = match self.excess {
            f64::INFINITY => "overflows outside".into(),
            f64::NEG_INFINITY => "exactly 0, outside".into(),
            excess => format!("{} decades {side}", decades(excess.abs(), 1)),
        };
        let place = match self.channel {
            Channel::Gradient => format!("from layer {} back", self.layer),
            _ => format!("from layer {}", self.layer),
        };
        let luck = if self.draws == 1 {
            "; one draw may be luck"
        } else {
            ""
        };
        format!("{subject} {far} the expected band {place}{luck}")
    }
}

/// The first layer outside and the largest excess along a channel's way, without the number of draws.
fn departure(channel: Channel, medians: &[Option<f64>], bands: &[Band]) -> Option<Departure> {
    let mut found: Option<Departure> = None;
    let layers = medians.len().min(bands.len());
    for step in 0..layers {
        let index = match channel {
            Channel::Gradient => layers - 1 - step,
            Channel::Signal | Channel::Distinguishability => step,
        };
        let excess = medians[index].map_or(0.0, |median| excess(median, bands[index]));
        if excess.abs() > found.map_or(SLACK, |d| d.excess.abs()) {
            found = Some(Departure {
                channel,
                layer: found.map_or(index + 1, |d| d.layer),
                excess,
                draws: 0,
            });
        }
    }
    found
}

/// Decades beyond the band; 0 inside it, where either has no number, where both are the same infinity, and where the band is not known.
fn excess(median: f64, band: Band) -> f64 {
    if !band.is_known() {
        return 0.0;
    }
    let (low, high) = if band.low.is_finite() && band.high.is_finite() {
        (band.low, band.high)
    } else {
        (band.mid, band.mid)
    };
    let above = median - high;
    let below = low - median;
    if above > 0.0 {
        above
    } else if below > 0.0 {
        -below
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAND: Band = Band {
        low: -1.0,
        mid: 0.0,
        high: 0.5,
    };

    #[test]
    fn what_is_beyond_the_nearer_edge_counts() {
        let infinite = Band {
            low: f64::INFINITY,
            mid: f64::INFINITY,
            high: f64::INFINITY,
        };
        let table = [
            (0.2, BAND, 0.0),
            (1.0, BAND, 0.5),
            (-3.0, BAND, -2.0),
            (f64::NAN, BAND, 0.0),
            (f64::NEG_INFINITY, BAND, f64::NEG_INFINITY),
            (f64::INFINITY, infinite, 0.0),
            (7.0, infinite, f64::NEG_INFINITY),
            (7.0, Band::unknown(0.0), 0.0),
        ];
        for (median, band, expected) in table {
            assert_eq!(excess(median, band), expected, "{median} {band:?}");
        }
    }

    #[test]
    fn a_way_is_told_by_its_first_layer_outside_and_its_farthest_excess() {
        let medians = [0.0, 0.58, 0.7, 2.5, 1.0].map(Some);
        let found = departure(Channel::Signal, &medians, &[BAND; 5]).expect("outside");
        assert_eq!((found.layer, found.excess), (3, 2.0));
        let back = departure(Channel::Gradient, &medians, &[BAND; 5]).expect("outside");
        assert_eq!((back.layer, back.excess), (5, 2.0));
        let inside = [Some(0.0), Some(-0.9), None];
        assert_eq!(departure(Channel::Signal, &inside, &[BAND; 3]), None);
    }

    #[test]
    fn luck_is_not_told_as_a_law() {
        let departure = Departure {
            channel: Channel::Gradient,
            layer: 12,
            excess: -1.94,
            draws: 32,
        };
        assert_eq!(
            Agreement::Outside(departure).sentence(),
            "gradient 1.9 decades below the expected band from layer 12 back"
        );
        let single = Departure {
            draws: 1,
            channel: Channel::Signal,
            ..departure
        };
        assert_eq!(
            Agreement::Outside(single).sentence(),
            "signal 1.9 decades below the expected band from layer 12; one draw may be luck"
        );
        let dead = Departure {
            excess: f64::NEG_INFINITY,
            channel: Channel::Signal,
            ..departure
        };
        assert_eq!(
            Agreement::Outside(dead).sentence(),
            "signal exactly 0, outside the expected band from layer 12"
        );
    }
}
