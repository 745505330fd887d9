//! Zones: rectangles of a matrix of points, which is drawn in memory and then shown. Module
//! Lwt_term; calls `style`.
//!
//! A character that takes two columns has two points: its own, and an empty one behind it. One
//! half is never left without the other: whoever overwrites one blanks the other.
#![forbid(unsafe_code)]

use super::style::{Color, Instruction, Style, Styled, cluster_width};
use crate::exn::Exn;
use std::cell::Cell;
use std::ffi::{c_char, c_int};
use std::rc::Rc;
use unicode_segmentation::UnicodeSegmentation;

/// So many bytes of a character fit into a point, and a NUL byte behind them.
const ROOM: usize = 40;

/// How a point looks, `Lwt_term.style`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct lwt_term_style {
    /// Bold.
    pub bold: bool,
    /// Underlined.
    pub underlined: bool,
    /// Blinking.
    pub blink: bool,
    /// Foreground and background change places.
    pub inverse: bool,
    /// Not to be seen.
    pub hidden: bool,
    /// The colour of the foreground: LWT_BLUE, LWT_RGB(...), -1 for the default.
    pub foreground: c_int,
    /// The colour of the background.
    pub background: c_int,
}

/// A point: a character and how it looks, `Lwt_term.point`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct lwt_term_point {
    /// In UTF-8, with its combining characters, and a NUL byte behind it. Empty: what is
    /// before it takes this column too.
    pub character: [c_char; 40],
    /// How it looks.
    pub style: lwt_term_style,
}

/// A point as Rust sees it.
pub type Point = lwt_term_point;

impl lwt_term_style {
    /// What C says; a colour that is none is the default.
    pub fn style(&self) -> Style {
        Style {
            bold: self.bold,
            underlined: self.underlined,
            blink: self.blink,
            inverse: self.inverse,
            hidden: self.hidden,
            foreground: Color::of_number(self.foreground).unwrap_or_default(),
            background: Color::of_number(self.background).unwrap_or_default(),
        }
    }

    fn of(style: Style) -> lwt_term_style {
        lwt_term_style {
            bold: style.bold,
            underlined: style.underlined,
            blink: style.blink,
            inverse: style.inverse,
            hidden: style.hidden,
            foreground: style.foreground.number(),
            background: style.background.number(),
        }
    }
}

impl lwt_term_point {
    /// `Lwt_term.blank`: a space that looks like nothing special.
    pub const BLANK: Point = {
        let mut character = [0; ROOM];
        character[0] = b' ' as c_char;
        Point {
            character,
            style: lwt_term_style {
                bold: false,
                underlined: false,
                blink: false,
                inverse: false,
                hidden: false,
                foreground: -1,
                background: -1,
            },
        }
    };

    /// A character; of one that is too long as many code points as fit.
    fn new(text: &str, style: Style) -> Point {
        let mut point = Point {
            character: [0; ROOM],
            style: lwt_term_style::of(style),
        };
        let mut end = text.len().min(ROOM - 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for (to, &byte) in point.character.iter_mut().zip(&text.as_bytes()[..end]) {
            *to = byte as c_char;
        }
        point
    }

    /// The character's bytes, which C may have written.
    pub fn bytes(&self) -> ([u8; ROOM], usize) {
        let bytes = self.character.map(|byte| byte as u8);
        let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(ROOM);
        (bytes, len)
    }

    /// Is it the second half of the point before it?
    fn is_second_half(&self) -> bool {
        self.character[0] == 0
    }

    /// How many columns its character takes, as it will be shown: 1 or 2.
    pub fn width(&self) -> usize {
        let (bytes, len) = self.bytes();
        std::str::from_utf8(&bytes[..len]).map_or(1, |text| cluster_width(text).max(1))
    }

    /// The same look, and a space.
    fn blanked(&self) -> Point {
        Point {
            style: self.style,
            ..Point::BLANK
        }
    }
}

/// The points of which zones are parts.
#[derive(Clone)]
pub struct Matrix {
    points: Rc<Vec<Cell<Point>>>,
    columns: usize,
    lines: usize,
}

impl Matrix {
    fn at(&self, x: usize, y: usize) -> &Cell<Point> {
        &self.points[y * self.columns + x]
    }

    /// How many columns and lines.
    pub fn size(&self) -> (usize, usize) {
        (self.columns, self.lines)
    }

    /// A line of it.
    pub fn line(&self, y: usize) -> &[Cell<Point>] {
        &self.points[y * self.columns..(y + 1) * self.columns]
    }

    /// Puts a point there, and blanks what would be left of a wide character.
    fn put(&self, x: usize, y: usize, point: Point) {
        let before = self.at(x, y).get();
        if before.is_second_half() && x > 0 {
            let first = self.at(x - 1, y);
            first.set(first.get().blanked());
        }
        let behind = (x + 1 < self.columns).then(|| self.at(x + 1, y));
        if let Some(behind) = behind
            && behind.get().is_second_half()
        {
            behind.set(behind.get().blanked());
        }
        self.at(x, y).set(point);
    }
}

/// A rectangle of a matrix, `Lwt_term.zone`.
pub struct Zone {
    matrix: Matrix,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

/// A matrix of more points is refused.
const MOST: usize = 1 << 26;

impl Zone {
    /// `Zone.make`: all of a new matrix, blank.
    pub fn new(width: c_int, height: c_int) -> Result<Zone, Exn> {
        let size = |number| usize::try_from(number).ok();
        let (Some(width), Some(height)) = (size(width), size(height)) else {
            return Err(Exn::invalid("lwt_term_zone_make: a size is negative"));
        };
        let count = width.checked_mul(height).filter(|&count| count <= MOST);
        let count = count.ok_or_else(|| Exn::invalid("lwt_term_zone_make: it is too large"))?;
        let mut points = Vec::new();
        points
            .try_reserve_exact(count)
            .map_err(|_| Exn::out_of_memory())?;
        points.resize(count, Cell::new(Point::BLANK));
        Ok(Zone {
            matrix: Matrix {
                points: Rc::new(points),
                columns: width,
                lines: height,
            },
            x: 0,
            y: 0,
            width,
            height,
        })
    }

    /// `Zone.sub`: a part, in the zone's own coordinates, of the same matrix.
    pub fn sub(&self, x: c_int, y: c_int, width: c_int, height: c_int) -> Result<Zone, Exn> {
        let inside = |start: c_int, len: c_int, room: usize| {
            let (start, len) = (usize::try_from(start).ok()?, usize::try_from(len).ok()?);
            (start + len <= room).then_some((start, len))
        };
        match (inside(x, width, self.width), inside(y, height, self.height)) {
            (Some((x, width)), Some((y, height))) => Ok(self.part(x, y, width, height)),
            _ => Err(Exn::invalid("lwt_term_zone_sub: it is not inside the zone")),
        }
    }

    /// `Zone.inner`: without the border of one point; of nothing, nothing is left.
    pub fn inner(&self) -> Zone {
        let (x, y) = (self.width.min(1), self.height.min(1));
        let (width, height) = (self.width.saturating_sub(2), self.height.saturating_sub(2));
        self.part(x, y, width, height)
    }

    fn part(&self, x: usize, y: usize, width: usize, height: usize) -> Zone {
        Zone {
            matrix: self.matrix.clone(),
            x: self.x + x,
            y: self.y + y,
            width,
            height,
        }
    }

    /// `Zone.points`: the matrix, which other zones may share.
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// Where its matrix is in memory, line by line.
    pub fn data(&self) -> *mut Point {
        self.matrix.points.as_ptr().cast::<Point>().cast_mut()
    }

    /// `Zone.x`, `y`, `width`, `height`
    pub fn rectangle(&self) -> [usize; 4] {
        [self.x, self.y, self.width, self.height]
    }

    /// The place in the matrix; None: it is outside of the zone.
    fn place(&self, x: c_int, y: c_int) -> Option<(usize, usize)> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        (x < self.width && y < self.height).then_some((self.x + x, self.y + y))
    }

    /// `Draw.get`. None: it is outside.
    pub fn get(&self, x: c_int, y: c_int) -> Option<Point> {
        let (x, y) = self.place(x, y)?;
        Some(self.matrix.at(x, y).get())
    }

    /// `Draw.set`; outside, nothing happens. A wide character takes the next point too; where
    /// that is outside it is a space.
    pub fn set(&self, x: c_int, y: c_int, point: Point) {
        let Some((at, line)) = self.place(x, y) else {
            return;
        };
        if point.width() < 2 {
            return self.matrix.put(at, line, point);
        }
        if self.place(x.saturating_add(1), y).is_none() {
            return self.matrix.put(at, line, point.blanked());
        }
        let second = Point {
            character: [0; ROOM],
            style: point.style,
        };
        self.matrix.put(at, line, point);
        self.matrix.put(at + 1, line, second);
    }

    /// `Draw.text`: from there to the right, nothing special; what is outside is ignored.
    pub fn text(&self, x: c_int, y: c_int, text: &str) {
        self.styled_text(x, y, Style::default(), text);
    }

    /// `Draw.textc`: the same of a styled text.
    pub fn styled(&self, mut x: c_int, y: c_int, styled: &Styled) {
        let mut style = Style::default();
        for instruction in styled.instructions() {
            match instruction {
                Instruction::Text(text) => x = self.styled_text(x, y, style, text),
                other => style.apply(other),
            }
        }
    }

    /// Where the text ends is returned.
    fn styled_text(&self, mut x: c_int, y: c_int, style: Style, text: &str) -> c_int {
        for cluster in text.graphemes(true) {
            let control = cluster.chars().all(char::is_control);
            match cluster_width(cluster) {
                // Nothing can be seen of it.
                0 if control => {}
                0 => self.combine(x, y, cluster),
                2 if x == -1 => {
                    // Its second half alone is inside.
                    self.set(0, y, Point::new(" ", style));
                    x = 1;
                }
                width => {
                    self.set(x, y, Point::new(cluster, style));
                    x = x.saturating_add(width as c_int);
                }
            }
        }
        x
    }

    /// What takes no column joins the character before it.
    fn combine(&self, x: c_int, y: c_int, mark: &str) {
        let before = |back: c_int| self.place(x.checked_sub(back)?, y);
        let Some(mut place) = before(1) else { return };
        if self.matrix.at(place.0, place.1).get().is_second_half() {
            match before(2) {
                Some(first) => place = first,
                None => return,
            }
        }
        let cell = self.matrix.at(place.0, place.1);
        let mut point = cell.get();
        let (_, len) = point.bytes();
        if len + mark.len() < ROOM {
            for (to, &byte) in point.character[len..].iter_mut().zip(mark.as_bytes()) {
                *to = byte as c_char;
            }
            cell.set(point);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of a zone's matrix, with "<" for second halves.
    fn line(zone: &Zone, y: usize) -> String {
        let show = |point: &Cell<Point>| {
            let (bytes, len) = point.get().bytes();
            match len {
                0 => "<".to_owned(),
                _ => String::from_utf8(bytes[..len].to_vec()).unwrap(),
            }
        };
        zone.matrix().line(y).iter().map(show).collect()
    }

    fn zone(width: c_int, height: c_int) -> Zone {
        Zone::new(width, height).unwrap_or_else(|_| panic!("no zone"))
    }

    #[test]
    fn text_outside_of_a_zone_is_ignored() {
        let all = zone(6, 3);
        let part = all.sub(1, 1, 4, 1).unwrap_or_else(|_| panic!("no part"));
        part.text(-2, 0, "abcdefghij");
        part.text(0, 1, "x");
        part.text(0, -1, "x");
        part.text(c_int::MAX, 0, "xyz");
        assert_eq!(
            [line(&all, 0), line(&all, 1), line(&all, 2)],
            ["      ", " cdef ", "      "]
        );
        assert_eq!(part.rectangle(), [1, 1, 4, 1]);
    }

    #[test]
    fn wide_characters_take_two_points_or_none() {
        let all = zone(6, 1);
        all.text(0, 0, "a日本b");
        assert_eq!(line(&all, 0), "a日<本<b");
        all.text(2, 0, "x");
        assert_eq!(line(&all, 0), "a x本<b");
        all.text(3, 0, "y");
        assert_eq!(line(&all, 0), "a xy b");
        all.text(5, 0, "日");
        assert_eq!(line(&all, 0), "a xy  ");
        all.text(-1, 0, "日z");
        assert_eq!(line(&all, 0), " zxy  ");
        all.text(0, 0, "日本語");
        all.text(1, 0, "日");
        assert_eq!(line(&all, 0), " 日< 語<");
    }

    #[test]
    fn combining_characters_join_the_one_before() {
        let all = zone(4, 1);
        all.text(0, 0, "e\u{301}x");
        assert_eq!(line(&all, 0), "e\u{301}x  ");
        all.text(2, 0, "\u{308}y");
        assert_eq!(line(&all, 0), "e\u{301}x\u{308}y ");
        all.text(0, 0, "\u{308}日");
        all.text(2, 0, "\u{308}");
        assert_eq!(line(&all, 0), "日\u{308}<y ");
        let many = "a".to_owned() + &"\u{301}".repeat(100);
        all.text(0, 0, &many);
        let (bytes, len) = all.get(0, 0).unwrap().bytes();
        assert!(std::str::from_utf8(&bytes[..len]).is_ok() && len > 30);
    }

    #[test]
    fn what_can_not_be_seen_is_not_drawn() {
        let all = zone(4, 1);
        all.text(0, 0, "a\x1b\tb\n");
        assert_eq!(line(&all, 0), "ab  ");
    }

    #[test]
    fn a_part_that_is_not_inside_is_refused_and_an_inner_one_always_is() {
        let all = zone(5, 4);
        for (x, y, width, height) in [
            (-1, 0, 1, 1),
            (0, 0, 6, 1),
            (5, 0, 1, 1),
            (0, 0, 1, -1),
            (c_int::MAX, 0, c_int::MAX, 1),
        ] {
            assert!(all.sub(x, y, width, height).is_err());
        }
        assert!(all.sub(5, 4, 0, 0).is_ok());
        assert_eq!(all.inner().rectangle(), [1, 1, 3, 2]);
        assert_eq!(all.inner().inner().rectangle(), [2, 2, 1, 0]);
        assert_eq!(zone(0, 1).inner().rectangle(), [0, 1, 0, 0]);
        assert!(Zone::new(-1, 1).is_err() && Zone::new(1, -1).is_err());
        assert!(Zone::new(c_int::MAX, c_int::MAX).is_err());
    }
}
