//! Styled text: text with instructions how it looks from there on. Module Lwt_term;
//! calls `style_color`, `style_ability`.
//!
//! ```
//! use lwt::term::style::{Ability, Color, Instruction, Styled};
//! let text = Instruction::text("foo");
//! let foo = Styled::new(vec![Instruction::Fg(Color::Index(4)), Instruction::Bold, text]);
//! let ability = Ability { styles: true, colors: 16 };
//! assert_eq!(foo.render(ability), "\x1b[1;34mfoo");
//! assert_eq!(foo.plain(), "foo");
//! ```
#![forbid(unsafe_code)]

pub use super::style_ability::{Ability, TRUE_COLOR, ability, set_colors};
pub use super::style_color::Color;
use std::rc::Rc;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// One element of a styled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Text.
    Text(Box<str>),
    /// Nothing special from here on.
    Reset,
    /// Bold from here on.
    Bold,
    /// Underlined from here on.
    Underlined,
    /// Blinking from here on.
    Blink,
    /// Foreground and background change places.
    Inverse,
    /// Not to be seen from here on.
    Hidden,
    /// The foreground's colour.
    Fg(Color),
    /// The background's colour.
    Bg(Color),
}

impl Instruction {
    /// Text.
    pub fn text(text: impl Into<Box<str>>) -> Instruction {
        Instruction::Text(text.into())
    }
}

/// How a character looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Underlined.
    pub underlined: bool,
    /// Blinking.
    pub blink: bool,
    /// Foreground and background have changed places.
    pub inverse: bool,
    /// Not to be seen.
    pub hidden: bool,
    /// The foreground's colour.
    pub foreground: Color,
    /// The background's colour.
    pub background: Color,
}

impl Style {
    /// How it looks after an instruction.
    pub fn apply(&mut self, instruction: &Instruction) {
        match *instruction {
            Instruction::Text(_) => {}
            Instruction::Reset => *self = Style::default(),
            Instruction::Bold => self.bold = true,
            Instruction::Underlined => self.underlined = true,
            Instruction::Blink => self.blink = true,
            Instruction::Inverse => self.inverse = true,
            Instruction::Hidden => self.hidden = true,
            Instruction::Fg(color) => self.foreground = color,
            Instruction::Bg(color) => self.background = color,
        }
    }

    /// The escape sequence that brings a terminal which shows `before` to show this;
    /// nothing if that is the same to it.
    pub fn after(&self, before: &Style, ability: Ability, to: &mut String) {
        if self == before || !ability.styles {
            return;
        }
        let flags = |style: &Style| {
            let Style {
                bold,
                underlined,
                blink,
                inverse,
                hidden,
                ..
            } = *style;
            [bold, underlined, blink, inverse, hidden]
        };
        let (old, new) = (flags(before), flags(self));
        // What is set can only be taken back as a whole everywhere.
        let reset = old.iter().zip(new).any(|(&old, new)| old && !new);
        let mut codes = Codes {
            reset,
            ..Codes::default()
        };
        for ((flag, old), new) in codes.flags.iter_mut().zip(old).zip(new) {
            *flag = new && (codes.reset || !old);
        }
        let from = match codes.reset {
            true => Style::default(),
            false => *before,
        };
        codes.foreground = (self.foreground != from.foreground).then_some(self.foreground);
        codes.background = (self.background != from.background).then_some(self.background);
        codes.put(ability, to);
    }
}

/// Codes that are to become one escape sequence.
#[derive(Default)]
struct Codes {
    reset: bool,
    /// Bold, underlined, blink, inverse, hidden.
    flags: [bool; 5],
    foreground: Option<Color>,
    background: Option<Color>,
}

impl Codes {
    fn add(&mut self, instruction: &Instruction) {
        match *instruction {
            Instruction::Text(_) => {}
            Instruction::Reset => {
                *self = Codes {
                    reset: true,
                    ..Codes::default()
                }
            }
            Instruction::Bold => self.flags[0] = true,
            Instruction::Underlined => self.flags[1] = true,
            Instruction::Blink => self.flags[2] = true,
            Instruction::Inverse => self.flags[3] = true,
            Instruction::Hidden => self.flags[4] = true,
            Instruction::Fg(color) => self.foreground = Some(color),
            Instruction::Bg(color) => self.background = Some(color),
        }
    }

    /// The sequence, if there is a code.
    fn put(self, ability: Ability, to: &mut String) {
        let mut codes = String::new();
        let next = |codes: &mut String| {
            if !codes.is_empty() {
                codes.push(';');
            }
        };
        if self.reset {
            codes.push('0');
        }
        for (flag, code) in self.flags.into_iter().zip(['1', '4', '5', '7', '8']) {
            if flag {
                next(&mut codes);
                codes.push(code);
            }
        }
        for (color, background) in [(self.foreground, false), (self.background, true)] {
            if let Some(color) = color.and_then(|color| color.within(ability.colors))
                && (ability.colors >= 8 || color != Color::Default)
            {
                next(&mut codes);
                color.put(background, &mut codes);
            }
        }
        if !codes.is_empty() {
            to.push_str("\x1b[");
            to.push_str(&codes);
            to.push('m');
        }
    }
}

/// Styled text, which never changes. Cloning it costs nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Styled(Rc<[Instruction]>);

impl From<&str> for Styled {
    fn from(text: &str) -> Styled {
        Styled::new(vec![Instruction::text(text)])
    }
}

impl Styled {
    /// Of these instructions.
    pub fn new(instructions: Vec<Instruction>) -> Styled {
        Styled(instructions.into())
    }

    /// What it is made of.
    pub fn instructions(&self) -> &[Instruction] {
        &self.0
    }

    /// Its texts.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|instruction| match instruction {
            Instruction::Text(text) => Some(&**text),
            _ => None,
        })
    }

    /// `Lwt_term.strip_styles`: its text alone.
    pub fn plain(&self) -> String {
        self.texts().collect()
    }

    /// `Lwt_term.styled_length`: how many characters it has.
    pub fn length(&self) -> usize {
        self.texts().map(|text| text.chars().count()).sum()
    }

    /// How many columns it takes on one line of a terminal.
    pub fn width(&self) -> usize {
        width(&self.plain())
    }

    /// As a terminal is sent it: codes become one sequence before the next text, or at the
    /// end.
    pub fn render(&self, ability: Ability) -> String {
        let mut text = String::new();
        self.render_to(ability, &mut text);
        text
    }

    /// The same, behind something else.
    pub fn render_to(&self, ability: Ability, to: &mut String) {
        let mut codes = Codes::default();
        for instruction in self.0.iter() {
            match instruction {
                Instruction::Text(text) if text.is_empty() => {}
                Instruction::Text(text) => {
                    std::mem::take(&mut codes).put_if(ability, to);
                    to.push_str(text);
                }
                _ => codes.add(instruction),
            }
        }
        codes.put_if(ability, to);
    }
}

impl Codes {
    fn put_if(self, ability: Ability, to: &mut String) {
        if ability.styles {
            self.put(ability, to);
        }
    }
}

/// How many columns a text takes, cluster by cluster as a terminal shows it.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(cluster_width).sum()
}

/// How many columns a grapheme cluster takes: 0, 1 or 2. Control characters take none.
pub fn cluster_width(cluster: &str) -> usize {
    match cluster.as_bytes() {
        [0..=31 | 127] | [13, 10] => 0,
        _ => cluster.width().min(2),
    }
}

#[cfg(test)]
mod tests {
    use super::Instruction::*;
    use super::*;

    const BASIC: Ability = Ability {
        styles: true,
        colors: 16,
    };

    fn text(text: &str) -> Instruction {
        Instruction::text(text)
    }

    fn render(instructions: &[Instruction]) -> String {
        Styled::new(instructions.to_vec()).render(BASIC)
    }

    #[test]
    fn codes_are_merged_into_one_sequence_before_the_next_text() {
        let blue = Fg(Color::Index(4));
        assert_eq!(render(&[blue.clone(), Bold, text("foo")]), "\x1b[1;34mfoo");
        assert_eq!(
            render(&[Bold, text(""), Underlined, text("a")]),
            "\x1b[1;4ma"
        );
        assert_eq!(render(&[text("a"), Reset, text("b")]), "a\x1b[0mb");
        assert_eq!(
            render(&[Bold, blue, Reset, Inverse, text("b")]),
            "\x1b[0;7mb"
        );
        assert_eq!(render(&[text("a"), Reset]), "a\x1b[0m");
        let (fg, bg) = (Fg(Color::Index(9)), Bg(Color::Default));
        assert_eq!(render(&[fg, bg, text("x")]), "\x1b[91;49mx");
        assert_eq!(render(&[]), "");
    }

    #[test]
    fn colours_are_those_that_the_terminal_has() {
        let pink = Fg(Color::Rgb(255, 135, 175));
        let of = |colors| {
            let styled = Styled::new(vec![pink.clone(), Bold, text("x")]);
            styled.render(Ability {
                styles: true,
                colors,
            })
        };
        assert_eq!(of(TRUE_COLOR), "\x1b[1;38;2;255;135;175mx");
        assert_eq!(of(256), "\x1b[1;38;5;211mx");
        assert_eq!(of(16), "\x1b[1;37mx");
        assert_eq!(of(0), "\x1b[1mx");
        let none = Ability {
            styles: false,
            colors: 0,
        };
        assert_eq!(Styled::new(vec![pink, Bold, text("x")]).render(none), "x");
    }

    #[test]
    fn length_counts_characters_and_width_counts_columns() {
        let styled = Styled::new(vec![Bold, text("aé"), Reset, text("日e\u{301}")]);
        assert_eq!(
            (styled.plain().as_str(), styled.length(), styled.width()),
            ("aé日e\u{301}", 5, 5)
        );
        assert_eq!(width("a\tb\n"), 2);
        assert_eq!(width("\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}"), 2);
        assert_eq!(width("\u{301}"), 0);
    }

    #[test]
    fn from_any_style_to_any_other_a_terminal_shows_the_right_one() {
        let styles: Vec<Style> = (0..256)
            .map(|n| Style {
                bold: n & 1 != 0,
                underlined: n & 2 != 0,
                blink: n & 4 != 0,
                inverse: n & 8 != 0,
                hidden: n & 16 != 0,
                foreground: [Color::Default, Color::Index(1)][n >> 5 & 1],
                background: [Color::Default, Color::Index(2)][n >> 6 & 1],
            })
            .collect();
        for before in &styles {
            for after in &styles {
                let mut codes = String::new();
                after.after(before, BASIC, &mut codes);
                assert_eq!(shown(*before, &codes), *after);
            }
        }
    }

    /// What a terminal shows after one sequence.
    fn shown(mut style: Style, codes: &str) -> Style {
        let codes = codes
            .strip_prefix("\x1b[")
            .and_then(|codes| codes.strip_suffix('m'));
        for code in codes.into_iter().flat_map(|codes| codes.split(';')) {
            style.apply(&match code {
                "0" => Reset,
                "1" => Bold,
                "4" => Underlined,
                "5" => Blink,
                "7" => Inverse,
                "8" => Hidden,
                "31" => Fg(Color::Index(1)),
                "39" => Fg(Color::Default),
                "42" => Bg(Color::Index(2)),
                "49" => Bg(Color::Default),
                other => panic!("{other}"),
            });
        }
        style
    }
}
