//! Colours, and the nearest ones that a terminal has. Module Lwt_term; calls nothing.
#![forbid(unsafe_code)]

use std::ffi::c_int;

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Color {
    /// What the terminal has without being told.
    #[default]
    Default,
    /// One of the palette: 0 to 7, light ones 8 to 15, the cube and the greys above.
    Index(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// How C marks a colour that is no index: `LWT_RGB`.
const RGB: c_int = 1 << 24;

impl Color {
    /// The number of C. None: there is no such colour.
    pub fn of_number(number: c_int) -> Option<Color> {
        match number {
            -1 => Some(Color::Default),
            0..=255 => Some(Color::Index(number as u8)),
            _ if number & !0xff_ffff == RGB => {
                let [_, red, green, blue] = number.to_be_bytes();
                Some(Color::Rgb(red, green, blue))
            }
            _ => None,
        }
    }

    /// The same, the other way.
    pub fn number(self) -> c_int {
        match self {
            Color::Default => -1,
            Color::Index(index) => c_int::from(index),
            Color::Rgb(red, green, blue) => c_int::from_be_bytes([1, red, green, blue]),
        }
    }

    /// The nearest one of a terminal that has so many. None: it has none.
    pub fn within(self, colors: u32) -> Option<Color> {
        match self {
            Color::Default => Some(self),
            _ if colors < 8 => None,
            Color::Index(0..=15) => Some(self),
            Color::Index(_) if colors >= 256 => Some(self),
            Color::Index(index) => Some(basic(of_palette(index))),
            Color::Rgb(..) if colors > 256 => Some(self),
            Color::Rgb(red, green, blue) if colors >= 256 => Some(extended([red, green, blue])),
            Color::Rgb(red, green, blue) => Some(basic([red, green, blue])),
        }
    }

    /// Its code, behind those of others. `background`: else the foreground's.
    pub fn put(self, background: bool, codes: &mut String) {
        use std::fmt::Write;
        let base = if background { 40 } else { 30 };
        // Writing to memory does not fail.
        let _ = match self {
            Color::Default => write!(codes, "{}", base + 9),
            Color::Index(index @ 0..=7) => write!(codes, "{}", base + c_int::from(index)),
            Color::Index(index @ 8..=15) => write!(codes, "{}", base + 52 + c_int::from(index)),
            Color::Index(index) => write!(codes, "{};5;{index}", base + 8),
            Color::Rgb(red, green, blue) => write!(codes, "{};2;{red};{green};{blue}", base + 8),
        };
    }
}

/// How strong the steps of the cube are.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The first sixteen, as xterm shows them.
const BASIC: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// What an index of the palette of 256 looks like.
fn of_palette(index: u8) -> [u8; 3] {
    match index {
        0..=15 => BASIC[usize::from(index)],
        16..=231 => {
            let place = usize::from(index - 16);
            [place / 36, place / 6 % 6, place % 6].map(|step| STEPS[step])
        }
        232..=255 => [8 + 10 * (index - 232); 3],
    }
}

/// How different two colours are.
fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let square = |i: usize| u32::from(a[i].abs_diff(b[i])).pow(2);
    // The eye sees green best and blue least.
    3 * square(0) + 4 * square(1) + 2 * square(2)
}

/// The nearest of the first sixteen.
fn basic(rgb: [u8; 3]) -> Color {
    nearest(rgb, 0..=15)
}

/// The nearest of the cube and the greys, which look the same everywhere.
fn extended(rgb: [u8; 3]) -> Color {
    nearest(rgb, 16..=255)
}

fn nearest(rgb: [u8; 3], among: std::ops::RangeInclusive<u8>) -> Color {
    let near = among.min_by_key(|&index| distance(rgb, of_palette(index)));
    Color::Index(near.unwrap_or(7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_c_are_colours_and_others_are_none() {
        for number in [-1, 0, 7, 15, 16, 255, RGB, RGB + 0xff_ffff, RGB + 0x01_0203] {
            assert_eq!(Color::of_number(number).unwrap().number(), number);
        }
        for number in [
            -2,
            256,
            1000,
            RGB - 1,
            RGB + 0x100_0000,
            c_int::MIN,
            c_int::MAX,
        ] {
            assert_eq!(Color::of_number(number), None);
        }
        assert_eq!(Color::of_number(RGB + 0x01_0203), Some(Color::Rgb(1, 2, 3)));
    }

    #[test]
    fn a_colour_becomes_the_nearest_that_there_is() {
        let red = Color::Rgb(250, 5, 5);
        assert_eq!(red.within(1 << 24), Some(red));
        assert_eq!(red.within(256), Some(Color::Index(196)));
        assert_eq!(red.within(88), Some(Color::Index(9)));
        assert_eq!(red.within(8), Some(Color::Index(9)));
        assert_eq!(red.within(0), None);
        assert_eq!(Color::Index(196).within(256), Some(Color::Index(196)));
        assert_eq!(Color::Index(196).within(16), Some(Color::Index(9)));
        assert_eq!(Color::Index(232).within(16), Some(Color::Index(0)));
        assert_eq!(
            Color::Rgb(128, 128, 128).within(256),
            Some(Color::Index(244))
        );
        assert_eq!(Color::Default.within(0), Some(Color::Default));
    }

    #[test]
    fn each_colour_of_the_cube_is_nearest_to_itself() {
        for index in 16..=231 {
            let [red, green, blue] = of_palette(index);
            let Some(Color::Index(near)) = Color::Rgb(red, green, blue).within(256) else {
                panic!("no colour");
            };
            assert_eq!(of_palette(near), [red, green, blue]);
        }
    }

    #[test]
    fn codes_are_those_of_ecma_48_and_xterm() {
        let code = |color: Color, background| {
            let mut codes = String::new();
            color.put(background, &mut codes);
            codes
        };
        assert_eq!(code(Color::Default, false), "39");
        assert_eq!(code(Color::Index(4), false), "34");
        assert_eq!(code(Color::Index(4), true), "44");
        assert_eq!(code(Color::Index(12), false), "94");
        assert_eq!(code(Color::Index(15), true), "107");
        assert_eq!(code(Color::Index(200), true), "48;5;200");
        assert_eq!(code(Color::Rgb(1, 2, 3), false), "38;2;1;2;3");
    }
}
