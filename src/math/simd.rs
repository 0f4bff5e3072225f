//! Which instruction set the kernels use: chosen once, at run time.

use std::sync::OnceLock;

use fearless_simd::Level;

/// Lanes of one vector: sixteen `f32`, one AVX-512 register, two of AVX2, four of SSE2 or NEON.
pub const LANES: usize = 16;

/// The value of an expression, compiled for every instruction set of [`levels`] and run on that of a `Level`.
///
/// On x86-64 these are three, as [`fearless_simd::dispatch!`] would also compile everything for SSE4.2: a machine with that
/// and without AVX2 runs the baseline.
#[cfg(target_arch = "x86_64")]
macro_rules! dispatch {
    ($level:expr, $simd:pat => $op:expr) => {{
        let level: fearless_simd::Level = $level;
        if let Some(token) = level.as_avx512() {
            $crate::math::simd::dispatch!(@on token, $simd => $op)
        } else if let Some(token) = level.as_avx2() {
            $crate::math::simd::dispatch!(@on token, $simd => $op)
        } else {
            let token = level.as_sse2().expect("SSE2 is part of x86-64");
            $crate::math::simd::dispatch!(@on token, $simd => $op)
        }
    }};
    (@on $token:ident, $simd:pat => $op:expr) => {{
        let $simd = $token;
        fearless_simd::Simd::vectorize($token, #[inline(always)] || $op)
    }};
}

#[cfg(not(target_arch = "x86_64"))]
macro_rules! dispatch {
    ($($tokens:tt)*) => { fearless_simd::dispatch!($($tokens)*) };
}

pub(crate) use dispatch;

/// What the compiler may assume everywhere on this target: SSE2 on x86-64, NEON on aarch64.
const BASELINE: &str = "baseline";

static LEVEL: OnceLock<Level> = OnceLock::new();

/// Why an instruction set cannot be forced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimdError {
    /// No such name, or this processor lacks it.
    #[error("this machine has no instruction set `{asked}`; it has {}", available.join(", "))]
    Unavailable {
        /// What was asked for.
        asked: String,
        /// What this machine has, weakest first.
        available: Vec<&'static str>,
    },
    /// Kernels have already run at another level.
    #[error(
        "the kernels already use `{chosen}`; the instruction set is chosen once, before the first of them runs"
    )]
    Chosen {
        /// The level in use.
        chosen: &'static str,
    },
}

/// The instruction set that every kernel of this process uses: the best the processor has, unless [`force`] said otherwise.
#[must_use]
pub fn level() -> Level {
    *LEVEL.get_or_init(Level::new)
}

/// The name of [`level`], as [`force`] accepts it.
#[must_use]
pub fn name() -> &'static str {
    name_of(level())
}

/// Every instruction set of this machine with its name, weakest first; tests run a kernel at each.
#[must_use]
pub fn levels() -> Vec<(&'static str, Level)> {
    let best = Level::new();
    let mut levels = vec![(BASELINE, Level::baseline())];
    levels.extend(
        better_than_baseline(best)
            .into_iter()
            .map(|level| (name_of(level), level)),
    );
    levels
}

/// Makes [`level`] answer `name`, one of the names of [`levels`].
///
/// # Errors
/// This machine has no such instruction set (the error lists those it has), or the level is already in use.
pub fn force(name: &str) -> Result<(), SimdError> {
    let levels = levels();
    let Some((_, wanted)) = levels.iter().find(|(known, _)| *known == name) else {
        return Err(SimdError::Unavailable {
            asked: name.to_owned(),
            available: levels.into_iter().map(|(name, _)| name).collect(),
        });
    };
    let chosen = name_of(*LEVEL.get_or_init(|| *wanted));
    if chosen == name_of(*wanted) {
        Ok(())
    } else {
        Err(SimdError::Chosen { chosen })
    }
}

#[cfg(target_arch = "x86_64")]
fn better_than_baseline(best: Level) -> Vec<Level> {
    let levels = [
        best.as_avx2().map(Level::Avx2),
        best.as_avx512().map(Level::Avx512),
    ];
    levels.into_iter().flatten().collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn better_than_baseline(_: Level) -> Vec<Level> {
    Vec::new()
}

#[cfg(target_arch = "x86_64")]
fn name_of(level: Level) -> &'static str {
    if level.as_avx512().is_some() {
        "avx512"
    } else if level.as_avx2().is_some() {
        "avx2"
    } else {
        BASELINE
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn name_of(_: Level) -> &'static str {
    BASELINE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_set_nobody_has_is_refused_with_the_list_of_those_here() {
        let error = force("mmx").unwrap_err().to_string();
        assert!(
            error.starts_with("this machine has no instruction set `mmx`; it has baseline"),
            "{error}"
        );
    }

    #[test]
    fn every_level_above_the_baseline_answers_to_its_own_name() {
        for (name, level) in levels().into_iter().skip(1) {
            assert_eq!(name_of(level), name);
        }
    }

    #[test]
    fn forcing_the_level_in_use_is_fine_and_another_one_is_refused() {
        let chosen = name();
        assert_eq!(force(chosen), Ok(()));
        for (other, _) in levels() {
            if other != chosen {
                assert_eq!(force(other), Err(SimdError::Chosen { chosen }));
            }
        }
    }
}
