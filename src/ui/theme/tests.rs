//! That colours can be read and told apart, by everybody.

use super::palette::PALETTES;
use super::rgb::{luminance, shown, xterm};
use super::*;
use crate::app::look::{Choice, Palette};

/// Against what each theme must be read: black and white for the universal one, else what terminals of its kind ship with.
fn grounds(palette: Palette) -> &'static [u32] {
    match palette {
        Palette::Universal => &[0x000000, 0xffffff],
        Palette::Dark => &[0x000000, 0x16181d, 0x1e1e1e, 0x282c34, 0x002b36],
        Palette::Light => &[0xffffff, 0xfdfdf8, 0xfdf6e3],
    }
}

/// Contrast of two colours, 1 to 21 (WCAG 2.2).
fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn both(hue: Hue) -> [u32; 2] {
    [hue.rgb, xterm(hue.indexed)]
}

fn linear(rgb: u32) -> [f64; 3] {
    [16, 8, 0].map(|shift| {
        let component = rgb >> shift & 0xff;
        // the luminance of a grey is its linear value
        luminance(component * 0x010101)
    })
}

/// Complete protanopia, deuteranopia, tritanopia: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency", 2009, severity 1, on linear RGB.
const DICHROMACIES: [[[f64; 3]; 3]; 3] = [
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];
const NORMAL: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

fn times(matrix: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(v).map(|(m, v)| m * v).sum())
}

/// CIE L*a*b* under D65.
fn lab(linear: [f64; 3]) -> [f64; 3] {
    const XYZ: [[f64; 3]; 3] = [
        [0.412_456_4, 0.357_576_1, 0.180_437_5],
        [0.212_672_9, 0.715_152_2, 0.072_175],
        [0.019_333_9, 0.119_192, 0.950_304_1],
    ];
    let [x, y, z] = times(&XYZ, linear.map(|v| v.clamp(0.0, 1.0)));
    let [x, y, z] = [x / 0.950_47, y, z / 1.088_83].map(|t| {
        if t > 216.0 / 24389.0 {
            f64::cbrt(t)
        } else {
            (24389.0 / 27.0 * t + 16.0) / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The least distance in L*a*b* between two colours over normal vision and the three dichromacies.
fn distance(a: u32, b: u32) -> f64 {
    let seen = |vision: &[[f64; 3]; 3], rgb| lab(times(vision, linear(rgb)));
    DICHROMACIES
        .iter()
        .chain([&NORMAL])
        .map(|vision| {
            let (a, b) = (seen(vision, a), seen(vision, b));
            a.iter()
                .zip(b)
                .map(|(a, b)| (a - b).powi(2))
                .sum::<f64>()
                .sqrt()
        })
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn the_measures_are_the_published_ones() {
    assert!((contrast(0x000000, 0xffffff) - 21.0).abs() < 1e-9);
    // the grey that WebAIM names as the lightest with 4.5 on white
    assert!((contrast(0x767676, 0xffffff) - 4.54).abs() < 0.005);
    // L*a*b* of sRGB red: 53.24, 80.09, 67.20 (B. Lindbloom)
    let red = lab(linear(0xff0000));
    for (found, known) in red.iter().zip([53.24, 80.09, 67.20]) {
        assert!((found - known).abs() < 0.02, "{red:?}");
    }
    assert_eq!([xterm(16), xterm(67), xterm(243)], [0, 0x5f87af, 0x767676]);
}

#[test]
fn the_rows_are_in_the_order_of_the_names() {
    let rows: Vec<Palette> = PALETTES.iter().map(|row| row.palette).collect();
    let names: Vec<Palette> = Palette::NAMES.iter().map(|(_, palette)| *palette).collect();
    assert_eq!(rows, names);
}

#[test]
fn words_have_a_contrast_of_4_and_a_half_and_marks_of_3_on_every_ground() {
    for row in &PALETTES {
        let marks = row
            .bar
            .into_iter()
            .chain(row.alarm)
            .chain(row.categories)
            .chain([row.diverging])
            .map(|hue| (hue, 3.0));
        let words = [row.good, row.bad].map(|hue| (hue, 4.5));
        for (hue, least) in marks.chain(words) {
            for rgb in both(hue) {
                for ground in grounds(row.palette) {
                    let found = contrast(rgb, *ground);
                    assert!(
                        found >= least,
                        "{}: {rgb:06x} on {ground:06x} has {found:.2}, not {least}",
                        row.palette
                    );
                }
            }
        }
    }
}

/// A distance of 2.3 is what the eye just tells apart side by side (M. Mahy and others 1994): ten times that.
#[test]
fn well_and_ill_and_the_categories_are_told_apart_by_every_kind_of_colour_vision() {
    for row in &PALETTES {
        let categories = row.categories.map(both);
        for (n, a) in categories.iter().enumerate() {
            for b in &categories[..n] {
                for ability in 0..2 {
                    let found = distance(a[ability], b[ability]);
                    assert!(
                        found >= 25.0,
                        "{}: {:06x} and {:06x}: {found:.1}",
                        row.palette,
                        a[ability],
                        b[ability]
                    );
                }
            }
        }
        for well in row.bar.into_iter().chain([row.good]) {
            for ill in row.alarm.into_iter().chain([row.bad]) {
                for (well, ill) in both(well).into_iter().zip(both(ill)) {
                    let found = distance(well, ill);
                    assert!(
                        found >= 40.0,
                        "{}: {well:06x} and {ill:06x}: {found:.1}",
                        row.palette
                    );
                }
            }
        }
    }
}

#[test]
fn harm_is_lightest_in_the_middle_and_text_is_read_on_it() {
    for ability in 0..2 {
        let light = |hue: &Hue| luminance(both(*hue)[ability]);
        let (good, bad) = (&HARM[..4], &HARM[3..]);
        assert!(good.windows(2).all(|w| light(&w[0]) < light(&w[1])));
        assert!(bad.windows(2).all(|w| light(&w[0]) > light(&w[1])));
    }
    let looks = [Colour::True, Colour::Indexed].map(|colour| Look {
        colour,
        ..Look::default()
    });
    for theme in looks.map(Theme::new) {
        for tile in (0..=20).map(|n| theme.harm(f64::from(n) / 20.0)) {
            let rgb = |colour: Option<Color>| shown(colour.expect("set")).expect("of its own");
            assert!(contrast(rgb(tile.fg), rgb(tile.bg)) >= 4.5, "{tile:?}");
        }
    }
}

/// A tile that is harmless is nearer to every good word and curve than to any bad one, and the other way round, to every kind of
/// colour vision; of the sixteen colours blue is good and red is bad wherever they stand.
#[test]
fn good_is_blue_and_bad_is_orange_in_words_curves_and_tiles() {
    let (blue, red) = (
        [Color::Blue, Color::LightBlue],
        [Color::Red, Color::LightRed],
    );
    for row in &PALETTES {
        let well: Vec<Hue> = row.bar.into_iter().chain([row.good]).collect();
        let ill: Vec<Hue> = row.alarm.into_iter().chain([row.bad]).collect();
        for (tiles, own, other, sixteen) in [
            (&HARM[..3], &well, &ill, blue),
            (&HARM[4..], &ill, &well, red),
        ] {
            for hue in own.iter().chain(tiles) {
                assert!(sixteen.contains(&hue.sixteen), "{hue:?}");
            }
            for (tile, ability) in tiles.iter().flat_map(|tile| [(tile, 0), (tile, 1)]) {
                let to = |hues: &[Hue]| {
                    let hues = hues.iter().map(|hue| both(*hue)[ability]);
                    hues.map(|hue| hue_apart(both(*tile)[ability], hue))
                        .fold(f64::NEG_INFINITY, f64::max)
                };
                let from = |hues: &[Hue]| {
                    let hues = hues.iter().map(|hue| both(*hue)[ability]);
                    hues.map(|hue| hue_apart(both(*tile)[ability], hue))
                        .fold(f64::INFINITY, f64::min)
                };
                assert!(to(own) < from(other), "{}: {tile:?}", row.palette);
            }
        }
    }
}

/// The largest angle between the hues of two colours over normal vision and the three dichromacies, as far as either has one.
fn hue_apart(a: u32, b: u32) -> f64 {
    let seen = |vision: &[[f64; 3]; 3], rgb| {
        let [_, green_red, blue_yellow] = lab(times(vision, linear(rgb)));
        [green_red, blue_yellow]
    };
    let angle = |vision| {
        let ([a, b], [c, d]) = (seen(vision, a), seen(vision, b));
        (a * d - b * c).atan2(a * c + b * d).abs()
    };
    let all = DICHROMACIES.iter().chain([&NORMAL]).map(angle);
    all.fold(0.0, f64::max)
}

/// Words are left out: where the cube has no neighbour that can be read, they have another hue of the same meaning.
#[test]
fn a_colour_of_the_256_is_near_its_name_in_24_bits() {
    let fills = PALETTES
        .iter()
        .flat_map(|row| row.bar.into_iter().chain(row.alarm));
    let rest = PALETTES
        .iter()
        .flat_map(|row| row.categories.into_iter().chain([row.diverging, row.faint]));
    for hue in fills.chain(rest).chain(HARM) {
        let [rgb, indexed] = both(hue);
        let (a, b) = (lab(linear(rgb)), lab(linear(indexed)));
        let apart = a
            .iter()
            .zip(b)
            .map(|(a, b)| (a - b).powi(2))
            .sum::<f64>()
            .sqrt();
        assert!(apart < 40.0, "{rgb:06x} and {indexed:06x}: {apart:.0}");
    }
}

#[test]
fn a_terminal_is_sent_no_colour_that_it_does_not_have() {
    let allowed = |colour: Colour, sent: Option<Color>| match sent {
        None => true,
        Some(Color::Rgb(..)) => colour == Colour::True,
        Some(Color::Indexed(_)) => colour == Colour::Indexed,
        Some(_) => colour == Colour::Sixteen,
    };
    for (_, colour) in Colour::NAMES {
        for (_, palette) in Palette::NAMES {
            let theme = Theme::new(Look {
                colour: *colour,
                palette: *palette,
                ..Look::default()
            });
            let fixed = [
                theme.text,
                theme.strong,
                theme.faint,
                theme.bar,
                theme.alarm,
                theme.good,
                theme.bad,
                theme.diverging,
                theme.notice,
            ];
            let made = (0..9).flat_map(|n| {
                let share = f64::from(n) / 4.0 - 1.0;
                [
                    theme.fill(n % 2 == 0, n as usize, 9),
                    theme.category(n as usize),
                    theme.harm(share),
                ]
            });
            for style in fixed.into_iter().chain(made) {
                assert!(
                    allowed(*colour, style.fg) && allowed(*colour, style.bg),
                    "{colour:?}: {style:?}"
                );
            }
        }
    }
}
