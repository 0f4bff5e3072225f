//! What may be known of the work that is asked for.

use std::sync::{Arc, LazyLock};

use super::{Random, lines};
use crate::synthetic::settled;
use initscope::app::{Model, Msg};
use initscope::engine::atlas::{Atlas, AtlasRequest, AtlasSnapshot};
use initscope::engine::factors::{Experiment, Extent, FactorsNews, FactorsRequest};
use initscope::engine::phase_map::PhaseMap;
use initscope::engine::request::{Answer, Request};
use initscope::engine::training::{Session, TrainingNews, TrainingRequest};
use initscope::net::recipe::{Rate, Recipe};
use initscope::net::spec::Spec;

/// What may be known of the pins, of those that are there and of none.
pub(super) fn pins(model: &Model, random: &mut Random) -> Msg {
    let known = model.pins().filter(|(_, pin)| pin.spec.depth() <= 300);
    let specs: Vec<_> = known.map(|(_, pin)| Arc::clone(&pin.spec)).collect();
    let snapshots = specs
        .iter()
        .map(|spec| Arc::new(settled(spec, lines(random))));
    Msg::News(model.news(Ok(Answer::Pins(Arc::new(snapshots.collect())))))
}

fn told(model: &Model, answer: Answer) -> Msg {
    Msg::News(model.news(Ok(answer)))
}

/// An atlas of which nothing is known, or everything, as the answer to what is asked for.
pub(super) fn atlas(model: &Model, random: &mut Random) -> Option<Msg> {
    static KNOWN: LazyLock<AtlasSnapshot> = LazyLock::new(|| {
        let spec: Spec = "relu/default 4x2 batch=2".parse().expect("valid");
        Atlas::new(AtlasRequest::around(&spec), None).run()
    });
    let wishes = model.wishes();
    let request = wishes.into_iter().find_map(|wish| match wish.request {
        Request::Atlas(request) => Some(request),
        _ => None,
    })?;
    let known = if random.below(4) == 0 {
        Atlas::new(request, None).snapshot()
    } else {
        let mut known = KNOWN.clone();
        known.request = request;
        known
    };
    Some(told(model, Answer::Atlas(Arc::new(known))))
}

/// The first of a map of the plane that is shown, when it is small.
pub(super) fn phase_map(model: &Model) -> Option<Msg> {
    let wishes = model.wishes();
    let request = wishes.into_iter().find_map(|wish| match wish.request {
        Request::PhaseMap(request) if request.plane.columns * request.plane.rows < 400 => {
            Some(request)
        }
        _ => None,
    })?;
    let map = PhaseMap::new(request, None);
    Some(told(model, Answer::PhaseMap(Arc::new(map.snapshot()))))
}

/// What is known of some experiment, as the answer to the one that is asked for.
pub(super) fn factors(model: &Model, random: &mut Random) -> Option<Msg> {
    static KNOWN: LazyLock<Vec<FactorsNews>> = LazyLock::new(|| {
        let request = FactorsRequest {
            base: Arc::new("tanh/default 4x2".parse().expect("valid")),
            recipe: Recipe {
                steps: 3,
                runs: 2,
                ..Recipe::default()
            },
            extent: Extent::Training,
        };
        let mut experiment = Experiment::new(request, None);
        (0..3).map(|runs| experiment.advance_to(runs)).collect()
    });
    let request = model
        .wishes()
        .into_iter()
        .find_map(|wish| match wish.request {
            Request::Factors(request) => Some(request),
            _ => None,
        })?;
    let news = FactorsNews {
        request,
        ..KNOWN[random.below(KNOWN.len())].clone()
    };
    Some(told(model, Answer::Factors(Arc::new(news))))
}

/// What is known of some trainings, as the answer to those that are asked for; some diverged, some cannot be.
pub(super) fn training(model: &Model, random: &mut Random) -> Option<Msg> {
    static KNOWN: LazyLock<Vec<TrainingNews>> = LazyLock::new(|| {
        let specs = [
            "tanh/default 4x2",
            "relu/he_normal 8x3",
            "gelu/ones 9x1",
            "elu/default 2048x1",
        ];
        let request = TrainingRequest {
            specs: specs
                .map(|text| Arc::new(text.parse().expect("valid")))
                .into(),
            recipe: Recipe {
                steps: 20,
                rate: Rate::Fixed(10.0),
                ..Recipe::default()
            },
            train: true,
        };
        let mut session = Session::new(request, None);
        [0, 7, 20].map(|steps| session.advance_to(steps)).into()
    });
    let request = model
        .wishes()
        .into_iter()
        .find_map(|wish| match wish.request {
            Request::Training(request) => Some(request),
            _ => None,
        })?;
    let mut news = KNOWN[random.below(KNOWN.len())].clone();
    let some = random.below(news.networks.len());
    news.networks.rotate_left(some);
    news.networks.truncate(request.specs.len());
    let news = TrainingNews { request, ..news };
    Some(told(model, Answer::Training(Arc::new(news))))
}
