//! Module Lwt_read_line, Control: a running line editor. May call all of `read_line`,
//! `term` and what is below.
//!
//! | file | what |
//! |---|---|
//! | `task` | what happens: keys, commands, requests, redraws |
//! | `screen` | the terminal: its modes, and what is drawn on it |
//! | `completing` | the completion that runs, and the box |
//! | `prompt` | what stands before the text |
//! | `ongoing` | a promise that is waited for among others |
//!
//! One at a time has the terminal; the others of the same thread wait for it in turn.

mod completing;
mod ongoing;
mod prompt;
mod screen;
mod task;

use super::clipboard::Clipboard;
use super::command::Command;
use super::complete::Completion;
use super::engine::State;
use super::history::History;
use super::render::Drawing;
use crate::exn::Exn;
use crate::promise::{Promise, Resolver, Source, external, failed, resolved};
use crate::term::mode::{INPUT, OUTPUT, is_terminal};
use crate::term::parse::{Event, Parser, Step};
use crate::value::Value;
pub use prompt::Prompt;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::Waker;

/// When words are completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completing {
    /// As one types; the words are shown in a box.
    RealTime,
    /// When it is asked for; several words are listed.
    Classic,
    /// Never.
    None,
}

/// What a function of the user's has answered, or will.
pub enum Answer<T> {
    /// It is here.
    Now(Result<T, Exn>),
    /// It comes with a promise, and is read from its value.
    Later(Promise, fn(&Value) -> Result<T, Exn>),
}

/// Completes a text, of which it is given what is before and behind the cursor.
pub type Complete = Box<dyn Fn(&str, &str) -> Answer<Completion>>;
/// Puts another command in the place of one.
pub type Filter = Box<dyn Fn(&Rc<State>, &Command) -> Answer<Command>>;
/// What is shown of a text.
pub type MapText = Box<dyn Fn(&str) -> Result<String, Exn>>;
/// What becomes of the line.
pub type MapResult = Box<dyn FnOnce(&str) -> Promise>;

/// What is done where there is no terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// The prompt is written, and a line read.
    ReadLine,
    /// It fails; this says why.
    Refuse(&'static str),
}

/// What an instance is made of.
pub struct Options {
    /// The lines that can be had back.
    pub history: Rc<History>,
    /// How words are completed.
    pub complete: Option<Complete>,
    /// Where killed text goes.
    pub clipboard: Rc<Clipboard>,
    /// When they are.
    pub completing: Completing,
    /// What is shown of the text.
    pub map_text: Option<MapText>,
    /// What replaces commands.
    pub filter: Option<Filter>,
    /// What becomes of the line.
    pub map_result: MapResult,
    /// What stands before the text.
    pub prompt: Prompt,
    /// Are the keys those of vi?
    pub vi: bool,
    /// What is done where there is no terminal.
    pub otherwise: Otherwise,
}

/// What an instance is asked to do.
pub(super) enum Request {
    Event(Event),
    Command(Command),
    Accept,
    Interrupt,
    Hide(Resolver),
    Show(Resolver),
    /// The prompt has changed.
    Prompt,
    /// So has the terminal's size.
    Resized,
    /// The program was stopped and has gone on.
    Resumed,
}

/// A running instance, `Lwt_read_line.Control.t`.
pub struct Control {
    state: RefCell<Rc<State>>,
    drawing: RefCell<Rc<Drawing>>,
    requests: RefCell<VecDeque<Request>>,
    waker: RefCell<Option<Waker>>,
    /// None until it is started, and once it is over.
    result: RefCell<Option<Promise>>,
    /// Can it be controlled: is it on a terminal, and not over?
    open: Cell<bool>,
}

static REQUEST: Source = Source {
    name: "read_line control",
    cancel: Some(|_, _| true),
    describe: None,
};

impl Control {
    /// `Control.make`: begins to read a line.
    pub fn start(options: Options) -> Rc<Control> {
        let state = match options.vi {
            true => State::vi(&options.history),
            false => State::new(&options.history),
        };
        let terminal = is_terminal(INPUT) && is_terminal(OUTPUT) && !is_dumb();
        let control = Rc::new(Control {
            state: RefCell::new(Rc::new(state)),
            drawing: RefCell::default(),
            requests: RefCell::default(),
            waker: RefCell::default(),
            result: RefCell::default(),
            open: Cell::new(terminal),
        });
        let result = match terminal {
            true => task::start(control.clone(), options),
            false => without_terminal(options),
        };
        control.result.replace(Some(result));
        control
    }

    /// One that has failed already, for what was wrong with its options.
    pub fn failed(exn: Exn) -> Rc<Control> {
        Rc::new(Control {
            state: RefCell::new(Rc::new(State::new(&History::new(0, false)))),
            drawing: RefCell::default(),
            requests: RefCell::default(),
            waker: RefCell::default(),
            result: RefCell::new(Some(failed(exn))),
            open: Cell::new(false),
        })
    }

    /// `Control.result`: a share in the promise of the result.
    pub fn result(&self) -> Promise {
        let result = self.result.borrow().clone();
        result.unwrap_or_else(|| failed(Exn::invalid("lwt_read_line: not started")))
    }

    /// `Control.engine_state`
    pub fn engine_state(&self) -> Rc<State> {
        self.state.borrow().clone()
    }

    /// `Control.render_state`
    pub fn render_state(&self) -> Rc<Drawing> {
        self.drawing.borrow().clone()
    }

    fn ask(&self, request: Request) {
        if !self.open.get() {
            return;
        }
        self.requests.borrow_mut().push_back(request);
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// `Control.send_command`: as if a key had given it.
    pub fn send_command(&self, command: Command) {
        self.ask(Request::Command(command));
    }

    /// As if these bytes had been typed.
    pub fn fake_input(&self, mut bytes: &[u8]) {
        let mut parser = Parser::new();
        while !bytes.is_empty() {
            let Step::Took(taken, event) = parser.parse(bytes, true) else {
                break;
            };
            if let Some(event) = event {
                self.ask(Request::Event(event));
            }
            bytes = bytes.get(taken.max(1)..).unwrap_or(&[]);
        }
    }

    /// `Control.accept`: the line is what is there now.
    pub fn accept(&self) {
        self.ask(Request::Accept);
    }

    /// `Control.interrupt`: breaks off.
    pub fn interrupt(&self) {
        self.ask(Request::Interrupt);
    }

    /// `Control.hide`: nothing is drawn when the promise is fulfilled.
    pub fn hide(&self) -> Promise {
        self.answered(Request::Hide)
    }

    /// `Control.show`: it is drawn when the promise is fulfilled.
    pub fn show(&self) -> Promise {
        self.answered(Request::Show)
    }

    fn answered(&self, request: fn(Resolver) -> Request) -> Promise {
        if !self.open.get() {
            return resolved(Value::UNIT);
        }
        let Some((promise, resolver)) = external(&REQUEST, [0, 0]) else {
            return failed(Exn::out_of_memory());
        };
        self.ask(request(resolver));
        promise
    }

    /// It is over: whoever waits for a drawing has it.
    fn close(&self) {
        self.open.set(false);
        self.waker.take();
        let requests = self.requests.take();
        for request in requests {
            if let Request::Hide(resolver) | Request::Show(resolver) = request {
                resolver.resolve_later(Ok(Value::UNIT));
            }
        }
    }
}

/// Can the terminal do no more than a printer?
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty())
}

/// Reads a line as it comes.
fn without_terminal(options: Options) -> Promise {
    use crate::io::{AtEnd, Standard, standard};
    if let Otherwise::Refuse(why) = options.otherwise {
        return failed(Exn::new(crate::abi::LWT_FAILURE, why));
    }
    crate::promise::future::spawn(async move {
        let output = standard(Standard::Output);
        let state = Rc::new(State::new(&options.history));
        let prompt = options.prompt.listen(&state, || {})?.text().plain();
        output.write([prompt.as_bytes(), b""]).await?;
        output.flush().await?;
        let line = standard(Standard::Input).read_line(AtEnd::Fails).await?;
        let text = task::text_of(&line);
        (options.map_result)(&text).await
    })
}
