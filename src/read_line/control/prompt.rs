//! What stands before the text: a text, a signal of texts, or a function from the signal
//! of the editor's states to one. Module Lwt_read_line, Control; calls `react`.

use super::super::engine::State;
use crate::exn::{Exn, unhandled};
use crate::handle::object::{self, Kind};
use crate::promise::shared::Shared;
use crate::react::{Eq, Setter, Signal};
use crate::term::style::Styled;
use std::cell::RefCell;
use std::rc::Rc;

/// From the signal of the editor's states to that of prompts.
pub type PromptOf = Box<dyn FnOnce(Signal) -> Result<Signal, Exn>>;

/// What stands before the text.
pub enum Prompt {
    /// A text.
    Text(Styled),
    /// A signal, whose values are handles of styled texts.
    Signal(Signal),
    /// A function from the signal of states, whose values are handles of them.
    Function(PromptOf),
}

/// A prompt that is looked at. Dropped, nobody is called any more.
pub struct Listening {
    prompt: Option<Signal>,
    /// The text of it that was seen last.
    last: RefCell<Styled>,
    states: Option<Setter>,
    _each: Option<Signal>,
}

impl Prompt {
    /// From now on `changed` is called when it is another.
    pub fn listen(self, state: &Rc<State>, changed: impl Fn() + 'static) -> Result<Listening, Exn> {
        let (prompt, states) = match self {
            Prompt::Text(text) => {
                return Ok(Listening {
                    prompt: None,
                    last: RefCell::new(text),
                    states: None,
                    _each: None,
                });
            }
            Prompt::Signal(signal) => (signal, None),
            Prompt::Function(f) => {
                let (signal, setter) = Signal::create(shown(state)?)?;
                (f(signal.with_eq(Eq::Never))?, Some(setter))
            }
        };
        let each = prompt.each(move |_| {
            changed();
            Ok(())
        })?;
        Ok(Listening {
            prompt: Some(prompt),
            last: RefCell::default(),
            states,
            _each: Some(each),
        })
    }
}

impl Listening {
    /// What it is now.
    pub fn text(&self) -> Styled {
        let value = self.prompt.as_ref().and_then(Signal::value);
        if let Some(value) = value {
            // SAFETY: every handle of this kind is made of a `Styled`.
            let text = unsafe {
                object::get::<Styled>(Kind::Styled, value.word(), "the prompt of lwt_read_line")
            };
            match text {
                Ok(text) => drop(self.last.replace((*text).clone())),
                Err(exn) => unhandled(exn),
            }
        }
        self.last.borrow().clone()
    }

    /// The editor has another state.
    pub fn set_state(&self, state: &Rc<State>) {
        if let Some(states) = &self.states {
            match shown(state) {
                Ok(state) => states.set(state),
                Err(exn) => unhandled(exn),
            }
        }
    }
}

/// A state as the value of a signal.
fn shown(state: &Rc<State>) -> Result<Shared, Exn> {
    object::into_value(Kind::EngineState, state.clone()).map(Shared::new)
}
