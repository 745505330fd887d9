//! Module Lwt_read_line: the clipboard, to which killed and copied text goes.

#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::rc::Rc;

/// A clipboard; line editors may share one.
pub struct Clipboard {
    contents: RefCell<Rc<str>>,
}

impl Clipboard {
    /// An empty one.
    pub fn new() -> Rc<Clipboard> {
        Rc::new(Clipboard {
            contents: RefCell::new("".into()),
        })
    }

    /// The one of this thread, which line editors use if they are given none.
    pub fn global() -> Rc<Clipboard> {
        thread_local!(static GLOBAL: Rc<Clipboard> = Clipboard::new());
        GLOBAL
            .try_with(Rc::clone)
            .unwrap_or_else(|_| Clipboard::new())
    }

    /// Puts a text in the place of the one that is there.
    pub fn set(&self, text: &str) {
        self.contents.replace(text.into());
    }

    /// The text.
    pub fn contents(&self) -> Rc<str> {
        self.contents.borrow().clone()
    }
}
