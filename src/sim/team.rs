//! Parts of a layer's units, taken by one thread or by all; what they sum is added in the order of the units.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use fearless_simd::{Simd, f64x8, prelude::*};
use rayon::prelude::*;

use crate::math::simd::{self, dispatch};
pub use crate::math::team::Team;
use crate::sim::forward::Workspace;
use crate::sim::layer_sums::LayerSums;

/// What one part of a layer's units adds to the layer's sums; matrices are `lanes x lanes`, in panel units.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// What is measured forward.
    pub layer_sums: LayerSums,
    /// `XᵀX`, on and above the diagonal.
    pub gram: Vec<f64>,
    /// `NᵀN` of fresh numbers, on and above the diagonal.
    pub fresh: Vec<f64>,
    /// `DᵀD`, on and above the diagonal.
    pub d_gram: Vec<f64>,
    /// `ZᵀD`.
    pub z_dot_d: Vec<f64>,
    /// `XᵀN`.
    pub overlap: Vec<f64>,
    /// `ZᵀZ` as stored, on and above the diagonal, where the effective rank is measured.
    pub between: Vec<f64>,
    /// Sums over units of `Z` as stored, one for each lane.
    pub common: Vec<f64>,
    /// `|dl/dx|^2`.
    pub squares: f64,
    /// Largest `|dl/dz|`.
    pub peak: f32,
    /// Sums of squares of the stream before and after the activation: of lane 0, of the others.
    pub streams: [[f64; 2]; 2],
    /// Sums of squares of the gradient at the stream before and after the activation.
    pub joined: [f64; 2],
}

impl Sums {
    fn matrices(&mut self) -> [&mut Vec<f64>; 7] {
        [
            &mut self.gram,
            &mut self.fresh,
            &mut self.d_gram,
            &mut self.z_dot_d,
            &mut self.overlap,
            &mut self.between,
            &mut self.common,
        ]
    }

    /// Forgets everything; no matrix has entries until it is [`zeroed`]ed.
    pub fn clear(&mut self) {
        self.layer_sums.clear();
        self.squares = 0.0;
        self.peak = 0.0;
        self.streams = Default::default();
        self.joined = Default::default();
        self.matrices().into_iter().for_each(Vec::clear);
    }

    /// Adds what another part found.
    pub fn merge(&mut self, other: &mut Self) {
        self.layer_sums.merge(&other.layer_sums);
        self.squares += other.squares;
        self.peak = self.peak.max(other.peak);
        let ours = self.streams.iter_mut().chain([&mut self.joined]);
        let theirs = other.streams.iter().chain([&other.joined]);
        for (ours, theirs) in ours.flatten().zip(theirs.flatten()) {
            *ours += theirs;
        }
        for (ours, theirs) in self.matrices().into_iter().zip(other.matrices()) {
            if ours.is_empty() {
                ours.extend_from_slice(theirs);
                continue;
            }
            dispatch!(simd::level(), simd => add(simd, theirs, ours));
        }
    }
}

/// `y += x`.
#[inline(always)]
fn add<S: Simd>(simd: S, x: &[f64], y: &mut [f64]) {
    for (x, y) in x.chunks_exact(8).zip(y.chunks_exact_mut(8)) {
        (f64x8::from_slice(simd, x) + f64x8::from_slice(simd, y)).store_slice(y);
    }
}

/// A matrix of sums, `lanes x lanes`, all 0 before the first block.
pub fn zeroed(matrix: &mut Vec<f64>, lanes: usize) -> &mut [f64] {
    matrix.resize(lanes * lanes, 0.0);
    matrix
}

/// Looks for work that finds nothing before a thread gives up: some tenths of a millisecond.
const SPINS: usize = 4000;

/// Does `work` on one thread of the pool, while the others stay awake for the pieces of it that are shared: between many short
/// ones, falling asleep and waking up would take longer than the pieces themselves.
pub fn keep_pool_awake(team: Team, work: impl FnOnce() + Send) {
    if team == Team::Alone || rayon::current_num_threads() == 1 {
        return work();
    }
    let done = AtomicBool::new(false);
    let done = &done;
    rayon::scope(|scope| {
        let leader = rayon::current_thread_index();
        scope.spawn_broadcast(move |_, context| {
            if Some(context.index()) != leader {
                stay_awake(done);
            }
        });
        let _released = Release(done);
        work();
    });
}

/// Says that there is nothing more to attend to, also when the work panics.
struct Release<'a>(&'a AtomicBool);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Takes what the pool has to do until all is done or nothing comes.
fn stay_awake(done: &AtomicBool) {
    let mut idle = 0;
    while idle < SPINS && !done.load(Ordering::Acquire) {
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            idle = 0;
        } else {
            idle += 1;
            std::hint::spin_loop();
        }
    }
}

/// Calls `work` for every task, each of which has its own sums.
pub fn for_each_part<T: Send>(
    team: Team,
    tasks: &mut [T],
    workspaces: &mut [Workspace],
    work: impl Fn(&mut T, &mut Workspace) + Sync,
) {
    match team {
        Team::Alone => tasks
            .iter_mut()
            .for_each(|task| work(task, &mut workspaces[0])),
        Team::Pool => {
            // whoever is free takes the next part: on a busy machine threads are not equally fast
            let idle = Mutex::new(workspaces.iter_mut().collect::<Vec<_>>());
            tasks.par_iter_mut().with_max_len(1).for_each(|task| {
                let workspace = idle.lock().expect("no panic").pop();
                let workspace = workspace.expect("one for each thread");
                work(task, workspace);
                idle.lock().expect("no panic").push(workspace);
            });
        }
    }
}
