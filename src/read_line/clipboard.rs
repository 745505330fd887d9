//! Module Lwt_read_line: the clipboard, to which killed and copied text goes. It calls
//! react: the contents are a signal, too.

use crate::exn::Exn;
use crate::handle::thread::at_thread_exit;
use crate::promise::shared::Shared;
use crate::promise::text;
use crate::react::{Eq, Setter, Signal};
use crate::value::Value;
use std::cell::RefCell;
use std::rc::Rc;

/// A clipboard; line editors may share one.
pub struct Clipboard {
    contents: RefCell<Rc<str>>,
    /// What tells the signal, once somebody has asked for that.
    setter: RefCell<Option<Setter>>,
}

thread_local! {
    static GLOBAL: RefCell<Option<Rc<Clipboard>>> = const { RefCell::new(None) };
}

impl Clipboard {
    /// An empty one.
    pub fn new() -> Rc<Clipboard> {
        Rc::new(Clipboard {
            contents: RefCell::new("".into()),
            setter: RefCell::new(None),
        })
    }

    /// The one of this thread, which line editors use if they are given none.
    pub fn global() -> Rc<Clipboard> {
        let made = || {
            at_thread_exit(|| drop(GLOBAL.try_with(RefCell::take)));
            Clipboard::new()
        };
        let global = GLOBAL.try_with(|global| global.borrow_mut().get_or_insert_with(made).clone());
        global.unwrap_or_else(|_| Clipboard::new())
    }

    /// Puts a text in the place of the one that is there. Who listens to the signal
    /// learns of it at once.
    pub fn set(&self, text: &str) {
        if **self.contents.borrow() == *text {
            return;
        }
        self.contents.replace(text.into());
        let setter = self.setter.borrow().clone();
        if let Some(setter) = setter {
            setter.set(shared(text));
        }
    }

    /// The text.
    pub fn contents(&self) -> Rc<str> {
        self.contents.borrow().clone()
    }

    /// The text as a signal: a `struct lwt_string *`, which belongs to it. The error: out
    /// of memory.
    pub fn signal(&self) -> Result<Signal, Exn> {
        if let Some(setter) = &*self.setter.borrow() {
            return Ok(setter.signal());
        }
        let (signal, setter) = Signal::create(shared(&self.contents()))?;
        self.setter.replace(Some(setter));
        // Each text is another word, and comes only where it is another text.
        Ok(signal.with_eq(Eq::Never))
    }
}

/// A copy of the text as a value. LWT_UNIT: out of memory.
fn shared(text: &str) -> Shared {
    // SAFETY: as many bytes as it says.
    let copy = unsafe { text::copy(text.as_ptr().cast(), text.len()) };
    let value: Value = text::into_value(copy);
    Shared::new(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of a signal.
    fn shown(signal: &Signal) -> String {
        let word = signal.value().unwrap().word();
        let value = Value::plain(word);
        // SAFETY: the value of the clipboard's signal is text.
        let bytes = unsafe { text::bytes(&value) };
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn the_signal_follows_the_contents() {
        let clipboard = Clipboard::new();
        clipboard.set("before");
        let signal = clipboard.signal().unwrap();
        assert_eq!(shown(&signal), "before");
        let told = Rc::new(RefCell::new(0));
        let count = told.clone();
        let kept = signal.each(move |_| {
            *count.borrow_mut() += 1;
            Ok(())
        });
        clipboard.set("after");
        clipboard.set("after");
        assert_eq!(shown(&clipboard.signal().unwrap()), "after");
        assert_eq!(*told.borrow(), 2);
        drop(kept);
        clipboard.set("alone");
        assert_eq!((shown(&signal).as_str(), *told.borrow()), ("alone", 2));
    }

    #[test]
    fn each_thread_has_one_clipboard_that_ends_with_it() {
        Clipboard::global().set("here");
        let there = std::thread::spawn(|| {
            let global = Clipboard::global();
            let before = global.contents().to_string();
            global.set("there");
            assert_eq!(shown(&global.signal().unwrap()), "there");
            before
        });
        assert_eq!(there.join().unwrap(), "");
        assert_eq!(&*Clipboard::global().contents(), "here");
    }
}
