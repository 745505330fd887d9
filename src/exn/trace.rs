//! The way of an exception: where it was raised, and what it passed. Empty
//! unless debugging is on.

use crate::debug::site::Site;
use std::ffi::CString;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is kept of a long way.
const MOST: usize = 64;

/// A point on the way.
struct Note {
    how: &'static str,
    site: Site,
}

#[derive(Default)]
struct Way {
    notes: Vec<Note>,
    left_out: usize,
    /// Each text that was given out, which C may read until the exception
    /// ends. The last one is of the way as it is if `fresh`.
    texts: Vec<CString>,
    fresh: bool,
}

/// The way of one exception. Any thread may add to it.
#[derive(Default)]
pub struct Trace(Mutex<Option<Box<Way>>>);

impl Trace {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Way>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a point, unless it is the last one once more: where it is in the
    /// list. None: there are too many.
    pub fn note(&self, how: &'static str, site: Site) -> Option<usize> {
        let mut way = self.lock();
        let way = way.get_or_insert_default();
        if let Some(last) = way.notes.last()
            && last.how == how
            && last.site == site
        {
            return Some(way.notes.len() - 1);
        }
        way.fresh = false;
        if way.notes.len() == MOST {
            way.left_out += 1;
            return None;
        }
        way.notes.push(Note { how, site });
        Some(way.notes.len() - 1)
    }

    /// The point is known better.
    pub fn move_note(&self, at: usize, site: Site) {
        if let Some(way) = &mut *self.lock()
            && let Some(note) = way.notes.get_mut(at)
        {
            note.site = site;
            way.fresh = false;
        }
    }

    /// The last point has another name.
    pub fn rename(&self, how: &'static str) {
        if let Some(way) = &mut *self.lock()
            && let Some(note) = way.notes.last_mut()
        {
            note.how = how;
            way.fresh = false;
        }
    }

    /// What was only made so far was raised there.
    pub fn raised_where_made(&self) {
        if let Some(way) = &mut *self.lock()
            && let Some(note) = way.notes.last_mut()
            && note.how == "made"
        {
            note.how = "raised";
            way.fresh = false;
        }
    }

    /// The first point.
    pub fn origin(&self) -> Option<Site> {
        let way = self.lock();
        Some(way.as_ref()?.notes.first()?.site)
    }

    /// Is nothing known?
    pub fn is_empty(&self) -> bool {
        self.lock().is_none()
    }

    /// A line for each point, `raised at file:line (function)`, as text that
    /// lives as long as the trace. NULL: nothing is known.
    pub fn text(&self) -> *const std::ffi::c_char {
        let places: Vec<_> = match &*self.lock() {
            None => return std::ptr::null(),
            Some(way) => way.notes.iter().map(|note| note.site).collect(),
        };
        // Not locked while files are read.
        places.into_iter().for_each(|site| drop(site.text()));
        match &mut *self.lock() {
            Some(way) => way.text(),
            None => std::ptr::null(),
        }
    }
}

impl Way {
    fn text(&mut self) -> *const std::ffi::c_char {
        if !self.fresh {
            let text = self.lines().into_bytes();
            self.texts.push(CString::new(text).unwrap_or_default());
            self.fresh = true;
        }
        self.texts
            .last()
            .map_or(std::ptr::null(), |text| text.as_ptr())
    }

    /// What is made and raised at one place is raised there; what passes the
    /// same point several times is told once.
    fn lines(&self) -> String {
        let mut lines: Vec<(&str, std::sync::Arc<str>)> = Vec::new();
        for note in &self.notes {
            let place = note.site.text();
            if let Some((how, before)) = lines.last_mut()
                && *before == place
                && (*how == note.how || *how == "made" && note.how == "raised")
            {
                *how = note.how;
                continue;
            }
            lines.push((note.how, place));
        }
        let mut text = String::new();
        for (how, place) in lines {
            text += &format!("{how} at {}\n", place.replace('\0', "?"));
        }
        if self.left_out > 0 {
            text += &format!("and {} more\n", self.left_out);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debug::site;

    fn text(trace: &Trace) -> String {
        let text = trace.text();
        assert!(!text.is_null());
        // SAFETY: the trace keeps it.
        let text = unsafe { std::ffi::CStr::from_ptr(text) };
        text.to_string_lossy().into_owned()
    }

    fn told(line: i32) -> Site {
        // SAFETY: both end with a NUL byte.
        unsafe { site::told(c"a.c".as_ptr(), line, c"f".as_ptr()) }.unwrap()
    }

    #[test]
    fn what_was_made_and_raised_at_one_place_was_raised_there() {
        let trace = Trace::default();
        assert!(trace.is_empty() && trace.text().is_null());
        trace.note("raised", told(1));
        trace.rename("made");
        assert_eq!(text(&trace), "made at a.c:1 (f)\n");
        trace.note("raised", told(1));
        trace.note("bind", told(1));
        trace.note("bind", told(1));
        trace.note("bind", told(2));
        assert_eq!(
            text(&trace),
            "raised at a.c:1 (f)\nbind at a.c:1 (f)\nbind at a.c:2 (f)\n"
        );
        assert_eq!(trace.origin(), Some(told(1)));
    }

    #[test]
    fn a_point_that_is_known_better_moves() {
        let trace = Trace::default();
        let at = trace.note("bind", told(1)).unwrap();
        let before = trace.text();
        trace.move_note(at, told(5));
        trace.move_note(7, told(6));
        assert_eq!(text(&trace), "bind at a.c:5 (f)\n");
        // What was given out is as it was.
        // SAFETY: the trace keeps it.
        let before = unsafe { std::ffi::CStr::from_ptr(before) };
        assert_eq!(before.to_str(), Ok("bind at a.c:1 (f)\n"));
    }

    #[test]
    fn of_a_long_way_the_rest_is_counted() {
        let trace = Trace::default();
        for line in 0..100 {
            trace.note("bind", told(line));
        }
        let text = text(&trace);
        assert_eq!(text.lines().count(), MOST + 1);
        assert!(text.ends_with("and 36 more\n"), "{text}");
    }

    #[test]
    fn a_place_in_a_header_of_ours_is_none() {
        for file in [c"/usr/include/lwt.h", c"lwt_unix.h", c"x/lwt/promise.hpp"] {
            // SAFETY: both end with a NUL byte.
            assert!(unsafe { site::told(file.as_ptr(), 1, c"f".as_ptr()) }.is_none());
        }
        assert_eq!(&*told(3).text(), "a.c:3 (f)");
        // SAFETY: NULL is allowed.
        let nothing = unsafe { site::told(std::ptr::null(), 1, std::ptr::null()) };
        assert_eq!(&*nothing.unwrap().text(), "?:1 (?)");
    }
}
