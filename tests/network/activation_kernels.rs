//! The single-precision kernels of the activations against their double-precision functions, on every instruction set
//! this machine has.

use fearless_simd::Level;
use initscope::net::activation::Activation;

fn levels() -> Vec<Level> {
    let best = Level::new();
    let mut levels = vec![best];
    #[cfg(target_arch = "x86_64")]
    {
        levels.extend(best.as_avx2().map(Level::Avx2));
        levels.extend(best.as_sse4_2().map(Level::Sse4_2));
        levels.extend(best.as_sse2().map(Level::Sse2));
    }
    levels
}

/// The bounds on the error of `phi` and `phi'` in ulp. Measured on 30,000 numbers per octave: at most 7.0 and 6.8.
fn bounds(act: &Activation) -> (f64, f64) {
    match act.name() {
        "identity" | "relu" | "relu6" | "hard_tanh" | "hardshrink" | "threshold" => (0.0, 0.0),
        "leaky_relu" | "prelu" | "rrelu" | "softshrink" | "relu_squared" | "sparse_sigmoid" => {
            (1.0, 1.0)
        }
        "hard_swish" | "hard_sigmoid" | "hard_sigmoid_keras2" | "sparse_plus" => (3.0, 2.0),
        "elu" | "selu" | "celu" | "exponential" | "gaussian" => (3.0, 2.0),
        "sin" => (3.0, 3.0),
        "sigmoid" | "log_sigmoid" | "softplus" | "softsign" => (3.0, 5.0),
        "squareplus" => (3.0, 5.0),
        "tanh" => (3.5, 6.0),
        "tanhshrink" => (6.0, 7.0),
        "erf" => (6.0, 3.0),
        "silu" | "quick_gelu" | "gelu_tanh" | "mish" => (4.5, 6.0),
        "gelu" => (8.0, 6.0),
        other => panic!("no bound is stated for {other}"),
    }
}

/// Where a gated activation has its minimum; within a factor 2 of it the slope's error is measured against the largest
/// slope there, because its relative condition number has no bound.
fn minimum(act: &Activation) -> Option<f64> {
    match act.name() {
        "gelu" => Some(-0.7518),
        "gelu_tanh" => Some(-0.7525),
        "quick_gelu" => Some(-0.7512),
        "silu" => Some(-1.2785),
        "mish" => Some(-1.1925),
        _ => None,
    }
}

/// Every octave of normal numbers, both signs, closer where functions bend; the kinks and their neighbours; 0.
fn grid(act: &Activation) -> Vec<f32> {
    let mut grid = vec![
        0.0,
        -0.0,
        1e-20,
        -1e-20,
        f32::MIN_POSITIVE,
        f32::MAX,
        -f32::MAX,
    ];
    for exponent in 1_u32..=254 {
        let numbers = if (114..=134).contains(&exponent) {
            512
        } else {
            8
        };
        for i in 0_u32..numbers {
            // The golden ratio spreads the significands and leaves no bit of them constant.
            let significand = (i * (1 << 23) / numbers) ^ (i.wrapping_mul(2_654_435_769) >> 20);
            let x = f32::from_bits(exponent << 23 | significand & 0x007f_ffff);
            grid.extend([x, -x]);
        }
    }
    for kink in act.phi().shape().kinks {
        let kink = kink as f32;
        grid.extend([kink, kink.next_up(), kink.next_down()]);
    }
    grid.resize(grid.len().next_multiple_of(16), 1.0);
    grid
}

fn eval(act: &Activation, level: Level, z: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let (mut x, mut dx) = (vec![0.0; z.len()], vec![0.0; z.len()]);
    act.phi().eval(level, z, &mut x, &mut dx);
    (x, dx)
}

/// `|got - want|` in units of the last place of `scale`; below the normal numbers, in units of 2^-149.
fn ulps(got: f32, want: f64, scale: f64) -> f64 {
    if want.abs() >= f64::from(f32::MAX) {
        return if f64::from(got) == f64::from(want as f32) {
            0.0
        } else {
            f64::INFINITY
        };
    }
    let scale = scale.max(f64::from(f32::MIN_POSITIVE));
    let ulp = 2_f64.powf(scale.log2().floor()) * f64::from(f32::EPSILON);
    (f64::from(got) - want).abs() / ulp
}

#[test]
fn kernels_agree_with_double_precision_to_a_few_ulp_on_every_instruction_set() {
    let others = [
        "leaky_relu(0.2)",
        "elu(0.5)",
        "elu(30)",
        "celu(2)",
        "celu(0.3)",
        "squareplus(1)",
        "squareplus(100)",
        "softshrink(0.1)",
        "hardshrink(0.1)",
        "threshold(0.1,20)",
    ];
    for act in Activation::all().chain(others.map(|text| text.parse().unwrap())) {
        let (z, phi) = (grid(&act), act.phi());
        let (value_bound, slope_bound) = bounds(&act);
        // exp alone flushes what is not normal to 0.
        let tiny = if act.name() == "exponential" {
            f64::from(1 << 23)
        } else {
            3.0
        };
        let minimum = minimum(&act);
        let steepest = minimum.map(|x0| {
            let slope = |x: f64| phi.derivative(x).abs();
            slope(0.5 * x0).max(slope(2.0 * x0))
        });
        for level in levels() {
            let (x, dx) = eval(&act, level, &z);
            for ((z, x), dx) in z.iter().zip(&x).zip(&dx) {
                let exact = f64::from(*z);
                let (value, slope) = (phi.value(exact), phi.derivative(exact));
                let near = minimum.is_some_and(|x0| exact < 0.5 * x0 && exact > 2.0 * x0);
                let scale = steepest.filter(|_| near).unwrap_or(slope.abs());
                let subnormal = |y: f64| y != 0.0 && y.abs() < f64::from(f32::MIN_POSITIVE);
                let value_bound = if subnormal(value) { tiny } else { value_bound };
                let slope_bound = if subnormal(slope) { tiny } else { slope_bound };
                let error = ulps(*x, value, value.abs());
                assert!(
                    error <= value_bound,
                    "{act}({z:e}) = {x:e}, not {value:e}: {error} ulp, {level:?}"
                );
                let error = ulps(*dx, slope, scale);
                assert!(
                    error <= slope_bound,
                    "{act}'({z:e}) = {dx:e}, not {slope:e}: {error} ulp, {level:?}"
                );
            }
        }
    }
}

#[test]
fn a_nan_stays_visible() {
    let mut z = [0.5_f32; 16];
    z[5] = f32::NAN;
    for act in Activation::all() {
        for level in levels() {
            let (x, _) = eval(&act, level, &z);
            assert!(x[5].is_nan(), "{act} {level:?}");
            assert_eq!(
                x.iter().filter(|x| x.is_nan()).count(),
                1,
                "{act} {level:?}"
            );
        }
    }
}

#[test]
fn a_lane_depends_neither_on_its_neighbours_nor_on_the_run() {
    // Beyond 1608 the sine takes another path.
    let z: Vec<f32> = (0..64)
        .map(|i| {
            if i % 7 == 0 {
                1e5
            } else {
                (i as f32 - 32.0) / 5.0
            }
        })
        .collect();
    let shifted: Vec<f32> = (0..64).map(|i| z[(i * 5 + 3) % 64]).collect();
    for act in Activation::all() {
        for level in levels() {
            let bits = |x: &[f32]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            let (x, dx) = eval(&act, level, &z);
            let (again, again_slope) = eval(&act, level, &z);
            assert_eq!((bits(&x), bits(&dx)), (bits(&again), bits(&again_slope)));
            let (moved, moved_slope) = eval(&act, level, &shifted);
            for i in 0..64 {
                let from = (i * 5 + 3) % 64;
                assert_eq!(moved[i].to_bits(), x[from].to_bits(), "{act} {level:?}");
                assert_eq!(
                    moved_slope[i].to_bits(),
                    dx[from].to_bits(),
                    "{act} {level:?}"
                );
            }
        }
    }
}

#[test]
#[should_panic(expected = "a multiple of 16")]
fn a_slice_that_does_not_fill_its_vectors_is_a_broken_invariant() {
    let act: Activation = "tanh".parse().unwrap();
    eval(&act, Level::new(), &[0.0; 17]);
}

/// `Phi::values` on the instruction set in use, against the scalar function: for 5 * 2^-30 to 5 * 2^9 and slices of any length.
#[test]
fn sums_over_many_points_see_the_same_function() {
    for row in initscope::net::activation::ACTIVATIONS {
        check_values(&row.name.parse().unwrap());
    }
    for text in [
        "x*sigmoid(1.702*x)",
        "max(x, 0.1*x) + sin(x)/3",
        "x/(1+abs(x))",
    ] {
        check_values(&text.parse().unwrap());
    }
}

fn check_values(activation: &Activation) {
    let phi = activation.phi();
    let points = |count: usize| -> Vec<f64> {
        let at = |i: usize| {
            let size = 5.0 * (i as f64 * 39.0 / count as f64 - 30.0).exp2();
            if i.is_multiple_of(2) { size } else { -size }
        };
        (0..count).map(at).collect()
    };
    for count in [0, 1, 7, 8, 9, 63, 64, 65, 1001] {
        let x = points(count);
        let mut got = x.clone();
        phi.values(&mut got);
        for (x, got) in x.iter().zip(got) {
            let want = phi.value(*x);
            let bound = 16.0 * f64::EPSILON * want.abs().max(x.abs());
            assert!(
                got == want || (got - want).abs() <= bound,
                "{activation} at {x:e}: {got:e}, not {want:e}"
            );
        }
    }
}
