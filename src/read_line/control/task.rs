//! What happens in a running instance, one thing after the other. Module Lwt_read_line,
//! Control; calls the engine, the keys, the screen.
//!
//! It waits for the first of: a request of the program's, an answer of the completion,
//! the next picture of its animation, an event of the terminal's. It draws when nothing
//! of that is there and something has changed since the last drawing.

use super::super::clipboard::Clipboard;
use super::super::command::Command;
use super::super::complete::Completion;
use super::super::engine::{State, update};
use super::super::keymap;
use super::super::render::Input as Look;
use super::completing::{Act, Completer};
use super::ongoing::{self, Ongoing};
use super::prompt::Listening;
use super::screen::{Screen, present_size};
use super::{Answer, Control, Filter, MapText, Options, Request};
use crate::abi::{LWT_END_OF_FILE, LWT_INTERRUPT};
use crate::exn::{Exn, unhandled};
use crate::io::{Standard, standard};
use crate::promise::future::spawn;
use crate::promise::{Promise, text};
use crate::sync::mutex::Mutex;
use crate::term::input::{self, Input};
use crate::term::key::Key;
use crate::term::mode::{Resume, is_terminal, on_resume, suspend};
use crate::term::parse::Event;
use crate::term::size::{Resize, on_resize};
use crate::unix::sleep::sleep;
use crate::value::Value;
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

/// So many seconds it waits for an event that seemed to be there, before it draws.
const LATE: f64 = 0.02;
/// So many it waits after a stop to be told that it is over.
const RESUMES: f64 = 0.05;

thread_local! {
    /// Who has it may read from the terminal.
    static TURN: Rc<Mutex> = Mutex::new();
}

/// The turn of whoever has it.
struct Turn(Rc<Mutex>);

impl Turn {
    async fn wait() -> Result<Turn, Exn> {
        let mutex = TURN.try_with(Rc::clone).map_err(|_| Exn::out_of_memory())?;
        let mut waiting = Ongoing::new(mutex.lock());
        poll_fn(|context| waiting.poll(context)).await?;
        Ok(Turn(mutex))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.unlock();
    }
}

/// The text of a value.
pub fn text_of(value: &Value) -> String {
    // SAFETY: a channel has read it.
    let bytes = unsafe { text::bytes(value) };
    String::from_utf8_lossy(bytes).into_owned()
}

/// Begins to read a line.
pub fn start(control: Rc<Control>, options: Options) -> Promise {
    spawn(async move {
        let closing = Closing(control);
        let turn = Turn::wait().await?;
        write_what_was_printed().await;
        let map_result = options.map_result;
        let mut editor = Editor::begin(
            closing.0.clone(),
            Parts {
                completer: Completer::new(options.complete, options.completing),
                clipboard: options.clipboard,
                filter: options.filter,
                map_text: options.map_text,
            },
            options.prompt,
        )?;
        let ended = editor.run().await;
        let text = editor.state.text();
        // The terminal is as it was before what follows.
        drop(editor);
        drop(closing);
        drop(turn);
        ended?;
        map_result(&text).await
    })
}

/// What the program has printed so far stands before the prompt; with lines typed ahead
/// the next one would be there before the channels have sent it. Who holds a channel may
/// be the one who waits for the line, and is not waited for.
async fn write_what_was_printed() {
    for (which, fd) in [(Standard::Output, 1), (Standard::Error, 2)] {
        if !is_terminal(fd) {
            continue;
        }
        let channel = standard(which);
        if channel.is_free() {
            let mut flush = Ongoing::new(channel.flush());
            // What could not be written is told by the next who writes.
            let _ = poll_fn(|context| flush.poll(context)).await;
        }
    }
}

/// Whatever happens, the instance is over then.
struct Closing(Rc<Control>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// What an editor has of its options.
struct Parts {
    completer: Completer,
    clipboard: Rc<Clipboard>,
    filter: Option<Filter>,
    map_text: Option<MapText>,
}

/// A running editor.
struct Editor {
    control: Rc<Control>,
    state: Rc<State>,
    parts: Parts,
    prompt: Listening,
    screen: Screen,
    input: Rc<Input>,
    /// The event that is waited for.
    coming: Option<Coming>,
    /// Something is to be seen that is not drawn yet.
    dirty: bool,
    late: Option<Ongoing>,
    /// After a stop by ^Z: how long it is waited to be told that the program goes on.
    stopped: Option<Ongoing>,
    _listening: (Resize, Resume),
}

/// An event that is on its way. Given up, it stays where it is.
struct Coming {
    ongoing: Ongoing,
    event: Rc<Cell<Option<Event>>>,
}

/// What has happened.
enum Happening {
    Request(Request),
    /// The completion has answered.
    Answer(Result<Completion, Exn>),
    /// The animation goes on.
    Tick,
    /// None: the input has ended.
    Event(Option<Event>),
    Failed(Exn),
    /// Nothing, and there is something to draw.
    Idle,
}

/// How it goes on after a command.
enum Next {
    GoOn,
    /// The line is there.
    Accept,
}

impl Editor {
    fn begin(control: Rc<Control>, parts: Parts, prompt: super::Prompt) -> Result<Editor, Exn> {
        let screen = Screen::enter()?;
        let tell = |request: fn() -> Request| {
            let control: Weak<Control> = Rc::downgrade(&control);
            move || {
                if let Some(control) = control.upgrade() {
                    control.ask(request());
                }
            }
        };
        let resized = tell(|| Request::Resized);
        let resize = on_resize(move |_| resized())?;
        let resume = on_resume(tell(|| Request::Resumed))?;
        let state = control.engine_state();
        let prompt = prompt.listen(&state, tell(|| Request::Prompt))?;
        let mut editor = Editor {
            state,
            parts,
            prompt,
            screen,
            input: input::standard(),
            coming: None,
            dirty: true,
            late: None,
            stopped: None,
            _listening: (resize, resume),
            control,
        };
        editor.parts.completer.text_changed(&editor.state);
        Ok(editor)
    }

    async fn run(&mut self) -> Result<(), Exn> {
        loop {
            let happening = poll_fn(|context| self.poll(context)).await;
            let next = match happening {
                Happening::Idle => {
                    self.draw();
                    Next::GoOn
                }
                Happening::Tick => {
                    self.dirty = true;
                    Next::GoOn
                }
                Happening::Answer(answer) => {
                    let columns = present_size().columns;
                    let act = self.parts.completer.answered(&self.state, answer, columns);
                    self.dirty = true;
                    self.complete_with(act);
                    Next::GoOn
                }
                Happening::Request(request) => self.request(request).await?,
                Happening::Event(Some(event)) => self.event(event).await?,
                Happening::Event(None) => return Err(end_of_file()),
                Happening::Failed(exn) => return Err(exn),
            };
            if let Next::Accept = next {
                let state = self.state.reset();
                self.set_state(state);
                return Ok(());
            }
        }
    }

    /// The first thing that has happened.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Happening> {
        self.control.waker.replace(Some(context.waker().clone()));
        let request = self.control.requests.borrow_mut().pop_front();
        if let Some(request) = request {
            return Poll::Ready(Happening::Request(request));
        }
        if ongoing::poll(&mut self.stopped, context).is_ready() {
            return Poll::Ready(Happening::Request(Request::Resumed));
        }
        if let Poll::Ready(answer) = self.parts.completer.poll(context) {
            return Poll::Ready(Happening::Answer(answer));
        }
        if let Poll::Ready(()) = self.parts.completer.poll_tick(context) {
            return Poll::Ready(Happening::Tick);
        }
        if let Poll::Ready(event) = self.poll_event(context) {
            return Poll::Ready(match event {
                Ok(event) => Happening::Event(event),
                Err(exn) => Happening::Failed(exn),
            });
        }
        if !self.dirty || self.stopped.is_some() {
            return Poll::Pending;
        }
        if !self.input.is_available() {
            return Poll::Ready(Happening::Idle);
        }
        // Something is there that may be no event yet.
        let late = self.late.get_or_insert_with(|| Ongoing::new(sleep(LATE)));
        late.poll(context).map(|_| Happening::Idle)
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Event>, Exn>> {
        let coming = self.coming.get_or_insert_with(|| {
            let event = Rc::new(Cell::new(None));
            let (told, input) = (event.clone(), self.input.clone());
            let promise = spawn(async move {
                told.set(input.next().await?);
                Ok(Value::UNIT)
            });
            let ongoing = Ongoing::new(promise);
            Coming { ongoing, event }
        });
        let outcome = coming.ongoing.poll(context);
        outcome.map(|outcome| {
            let event = self.coming.take().and_then(|coming| coming.event.take());
            outcome.map(|_| event)
        })
    }

    async fn request(&mut self, request: Request) -> Result<Next, Exn> {
        match request {
            Request::Event(event) => return self.event(event).await,
            Request::Command(command) => return self.command(command).await,
            Request::Accept => return Ok(Next::Accept),
            Request::Interrupt => return Err(interrupt()),
            Request::Hide(resolver) => {
                self.screen.hide();
                resolver.resolve_later(Ok(Value::UNIT));
            }
            Request::Show(resolver) => {
                self.screen.show();
                self.draw();
                resolver.resolve_later(Ok(Value::UNIT));
            }
            Request::Prompt | Request::Resized => self.dirty = true,
            Request::Resumed => {
                self.stopped = None;
                self.screen.resume();
                self.dirty = true;
            }
        }
        Ok(Next::GoOn)
    }

    async fn event(&mut self, event: Event) -> Result<Next, Exn> {
        match event {
            Event::Key(key) => {
                let command = keymap::command(&key, &self.state);
                if command == Command::Nop && key == Key::control(b'z') {
                    self.suspend();
                    return Ok(Next::GoOn);
                }
                self.command(command).await
            }
            Event::Paste { text, .. } => self.command(Command::char(&text)).await,
            Event::Mouse(_) | Event::Focus(_) => Ok(Next::GoOn),
        }
    }

    /// ^Z: raw mode has made a key of it. Where that stops nothing (the signal is ignored,
    /// say) nobody tells that the program goes on.
    fn suspend(&mut self) {
        self.look(|screen, look| screen.pause(look));
        if let Err(exn) = suspend() {
            unhandled(exn);
        }
        self.stopped = Some(Ongoing::new(sleep(RESUMES)));
    }

    async fn command(&mut self, command: Command) -> Result<Next, Exn> {
        let command = match &self.parts.filter {
            None => command,
            Some(filter) => match filter(&self.state, &command) {
                Answer::Now(command) => command?,
                Answer::Later(promise, read) => {
                    let mut ongoing = Ongoing::new(promise);
                    read(&poll_fn(|context| ongoing.poll(context)).await?)?
                }
            },
        };
        let edition = self.state.edition();
        let command = match command {
            Command::Nop => return Ok(Next::GoOn),
            Command::DeleteCharOrList if edition.text.is_empty() => Command::Break,
            Command::DeleteCharOrList if edition.cursor == edition.text.len() => Command::Complete,
            other => other,
        };
        self.dirty = true;
        let completer = &mut self.parts.completer;
        let stays = command == Command::Complete && completer.is_real_time();
        let cancelled = !stays && completer.cancel();
        match &command {
            Command::AcceptLine => return Ok(Next::Accept),
            Command::Break => return Err(interrupt()),
            Command::ClearScreen => self.screen.clear(),
            Command::Refresh => self.look(|screen, look| screen.refresh(look)),
            _ => {}
        }
        let next = update(&self.state, &command, &self.parts.clipboard);
        self.set_state(next);
        let (completer, state) = (&mut self.parts.completer, &self.state);
        let act = match command {
            Command::Complete => completer.complete(state),
            _ => completer.act(state, &command, present_size().columns),
        };
        let changed = self.complete_with(act);
        let now = self.state.edition();
        let differs = now.text != edition.text || now.cursor != edition.cursor;
        if !changed && (cancelled || differs) {
            self.parts.completer.text_changed(&self.state);
        }
        Ok(Next::GoOn)
    }

    /// Does what completion has come to. True: the text has changed.
    fn complete_with(&mut self, act: Act) -> bool {
        match act {
            Act::Other | Act::Done => false,
            Act::List(words) => {
                self.list(&words);
                false
            }
            Act::Text(before, after) => {
                self.set_state(self.state.with_text(&before, &after));
                self.parts.completer.text_changed(&self.state);
                true
            }
        }
    }

    /// Shows words above the text, as a shell does.
    fn list(&mut self, words: &str) {
        if !self.screen.is_hidden() {
            self.screen.print(words);
        }
    }

    fn set_state(&mut self, state: State) {
        self.state = Rc::new(state);
        self.control.state.replace(self.state.clone());
        self.prompt.set_state(&self.state);
    }

    fn draw(&mut self) {
        self.late = None;
        self.dirty = false;
        self.look(|screen, look| screen.draw(look));
        let drawing = Rc::new(self.screen.drawing().clone());
        self.control.drawing.replace(drawing);
    }

    /// Does something with what is to be seen.
    fn look(&mut self, f: impl FnOnce(&mut Screen, &Look<'_>)) {
        let prompt = self.prompt.text();
        let map_text = self.parts.map_text.as_ref();
        let map = map_text.map(|map| {
            move |text: &str| {
                map(text).unwrap_or_else(|exn| {
                    // Rather nothing than what was to be hidden.
                    unhandled(exn);
                    String::new()
                })
            }
        });
        let look = Look {
            prompt: &prompt,
            state: &self.state,
            map_text: map.as_ref().map(|map| map as &dyn Fn(&str) -> String),
            bottom: self.parts.completer.bottom(),
        };
        f(&mut self.screen, &look);
    }
}

impl Drop for Editor {
    /// However it ends, the text stays, and the cursor is below it.
    fn drop(&mut self) {
        self.parts.completer.cancel();
        self.look(|screen, look| screen.leave(look));
    }
}

fn interrupt() -> Exn {
    Exn::new(
        LWT_INTERRUPT,
        "Lwt_read_line.Interrupt: the input was broken off",
    )
}

fn end_of_file() -> Exn {
    Exn::new(LWT_END_OF_FILE, "the terminal has come to its end")
}
