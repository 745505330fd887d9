//! `lwt_read_line.h`: what a line editor is made of. Module Lwt_read_line.

use super::command::{from_c, lwt_read_line_command, to_c};
use super::complete::{completion_of, lwt_read_line_completion};
use super::engine::lwt_read_line_state;
use super::history::{self, lwt_clipboard, lwt_history};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::lwt_event::event::lwt_signal;
use crate::capi::lwt_event::signal;
use crate::capi::lwt_term::style::{self, lwt_styled};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::options;
use crate::promise::call;
use crate::promise::text::{self, lwt_string};
use crate::react::Signal;
use crate::read_line::clipboard::Clipboard;
use crate::read_line::command::Command;
use crate::read_line::complete::Completion;
use crate::read_line::control::{Answer, Complete, Completing, Filter, MapResult, MapText};
use crate::read_line::control::{Options, Otherwise, Prompt};
use crate::read_line::engine::State;
use crate::read_line::history::History;
use crate::read_line::read;
use crate::term::style::Styled;
use crate::value::{Env, Value};
use std::ffi::{CString, c_char, c_int, c_void};
use std::rc::Rc;

/// Words are completed as one types, and shown in a box: `real_time`, the default.
pub const LWT_READ_LINE_REAL_TIME: c_int = 0;
/// Words are completed when Tab is pressed, and listed: `classic`.
pub const LWT_READ_LINE_CLASSIC: c_int = 1;
/// Words are not completed: `none`.
pub const LWT_READ_LINE_NO_COMPLETION: c_int = 2;

/// From what is before and behind the cursor, borrowed until the function returns, to a
/// promise of a `struct lwt_read_line_completion *`, such as lwt_read_line_complete makes.
pub type lwt_read_line_complete_fn = Option<
    unsafe extern "C" fn(
        before: *const c_char,
        after: *const c_char,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;

/// From a state and the command that is to act on it, both borrowed until the function
/// returns, to a promise of a `struct lwt_read_line_command *`, such as
/// lwt_read_line_command_copy makes: what is to be done in its place.
pub type lwt_read_line_filter_fn = Option<
    unsafe extern "C" fn(
        state: *const lwt_read_line_state,
        command: lwt_read_line_command,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;

/// From `len` bytes of text, which a NUL follows, borrowed, to what is shown of them, which
/// the library then owns: lwt_string_new. NULL: nothing is shown.
pub type lwt_read_line_map_text_fn = Option<
    unsafe extern "C" fn(text: *const c_char, len: usize, env: *mut c_void) -> *mut lwt_string,
>;

/// From the line, `len` bytes which a NUL follows, borrowed until the function returns, to
/// the promise of the result.
pub type lwt_read_line_map_result_fn =
    Option<unsafe extern "C" fn(line: *const c_char, len: usize, env: *mut c_void) -> *mut lwt_t>;

/// From the signal of the editor's states, borrowed (its values are
/// `lwt_read_line_state *`), to a signal of prompts (its values are `lwt_styled *`), which
/// the library then owns.
pub type lwt_read_line_prompt_fn =
    Option<unsafe extern "C" fn(states: *const lwt_signal, env: *mut c_void) -> *mut lwt_signal>;

/// What a line editor is made of. lwt_read_line_options_default makes one; only `size` is
/// not zero in there. Handles are borrowed during the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_read_line_options {
    /// sizeof(struct lwt_read_line_options), so that it can grow.
    pub size: usize,
    /// What stands before the text; NULL: "# ".
    pub prompt: *const lwt_styled,
    /// Or a signal of what stands there, whose values are `lwt_styled *`; NULL: none.
    pub prompt_signal: *const lwt_signal,
    /// Or a function to such a signal; NULL: none. It is called once.
    pub prompt_fn: lwt_read_line_prompt_fn,
    /// What it is called with.
    pub prompt_env: *mut c_void,
    /// What drops that.
    pub drop_prompt_env: lwt_drop_fn,
    /// Lines that can be had back and searched; NULL: none. The new line is not added.
    pub history: *const lwt_history,
    /// Where killed text goes; NULL: the clipboard of the thread.
    pub clipboard: *const lwt_clipboard,
    /// How words are completed; NULL: they are not.
    pub complete: lwt_read_line_complete_fn,
    /// What it is called with.
    pub complete_env: *mut c_void,
    /// What drops that.
    pub drop_complete_env: lwt_drop_fn,
    /// LWT_READ_LINE_REAL_TIME, LWT_READ_LINE_CLASSIC or LWT_READ_LINE_NO_COMPLETION.
    pub mode: c_int,
    /// Not 0: the keys are those of vi, and not of Emacs.
    pub vi: c_int,
    /// What replaces commands; NULL: nothing.
    pub filter: lwt_read_line_filter_fn,
    /// What it is called with.
    pub filter_env: *mut c_void,
    /// What drops that.
    pub drop_filter_env: lwt_drop_fn,
    /// What is shown of the text; NULL: the text. Where it fails nothing is, and the
    /// failure goes to the async exception hook.
    pub map_text: lwt_read_line_map_text_fn,
    /// What it is called with.
    pub map_text_env: *mut c_void,
    /// What drops that.
    pub drop_map_text_env: lwt_drop_fn,
    /// What becomes of the line; NULL: a `struct lwt_string *` with it. Keywords have a
    /// result of their own.
    pub map_result: lwt_read_line_map_result_fn,
    /// What it is called with.
    pub map_result_env: *mut c_void,
    /// What drops that.
    pub drop_map_result_env: lwt_drop_fn,
}

fn text(text: &str) -> CString {
    // Texts of the engine have no NUL byte.
    CString::new(text).unwrap_or_default()
}

fn completing(f: lwt_read_line_complete_fn, env: Env) -> Option<Complete> {
    fn read(value: &Value) -> Result<Completion, Exn> {
        // SAFETY: the callback promises one, as its type says.
        let completion = unsafe { completion_of(value.word().cast::<lwt_read_line_completion>()) };
        completion.ok_or_else(|| Exn::invalid("lwt_read_line: the completion is NULL"))
    }
    let f = f?;
    Some(Box::new(move |before, after| {
        let (before, after) = (text(before), text(after));
        // SAFETY: the function and its environment came together from C.
        let promise = call::promise_of(f as usize, "lwt_read_line_complete_fn", || unsafe {
            f(before.as_ptr(), after.as_ptr(), env.word())
        });
        Answer::Later(promise, read)
    }))
}

fn filtering(f: lwt_read_line_filter_fn, env: Env) -> Option<Filter> {
    const NAME: &str = "lwt_read_line_filter_fn";
    fn read(value: &Value) -> Result<Command, Exn> {
        // SAFETY: the callback promises one, or NULL.
        match unsafe { value.word().cast::<lwt_read_line_command>().as_ref() } {
            // SAFETY: a whole command.
            Some(command) => unsafe { from_c(NAME, command) },
            None => Err(Exn::invalid(
                "lwt_read_line: the command of the filter is NULL",
            )),
        }
    }
    let f = f?;
    Some(Box::new(move |state: &Rc<State>, command: &Command| {
        let state = object::new(Kind::EngineState, state.clone());
        if state.is_null() {
            return Answer::Now(Err(Exn::out_of_memory()));
        }
        let mut key = [0; 4];
        let command = to_c(command, &mut key);
        // SAFETY: the function and its environment came together from C.
        let promise = call::promise_of(f as usize, NAME, || unsafe {
            f(state.cast(), command, env.word())
        });
        object::release_any(state as usize as u64);
        Answer::Later(promise, read)
    }))
}

fn mapping(f: lwt_read_line_map_text_fn, env: Env) -> Option<MapText> {
    let f = f?;
    Some(Box::new(move |shown| {
        let shown = text(shown);
        let len = shown.as_bytes().len();
        // SAFETY: the function and its environment came together from C.
        let (mapped, ran) =
            call::other_of(f as usize, || unsafe { f(shown.as_ptr(), len, env.word()) });
        // SAFETY: a string that is the library's now, or NULL.
        let bytes = unsafe { text::take(mapped) }.unwrap_or_default();
        ran.map(|()| String::from_utf8_lossy(&bytes).into_owned())
    }))
}

fn resulting(f: lwt_read_line_map_result_fn, env: Env) -> MapResult {
    let Some(f) = f else {
        return Box::new(read::line);
    };
    Box::new(move |line| {
        let line = text(line);
        let len = line.as_bytes().len();
        // SAFETY: the function and its environment came together from C.
        call::promise_of(f as usize, "lwt_read_line_map_result_fn", || unsafe {
            f(line.as_ptr(), len, env.word())
        })
    })
}

/// The function of a prompt, called once with the signal of states.
fn prompting(f: lwt_read_line_prompt_fn, env: Env) -> Option<Prompt> {
    const NAME: &str = "lwt_read_line_prompt_fn";
    let f = f?;
    Some(Prompt::Function(Box::new(move |states: Signal| {
        let states = object::new(Kind::Signal, Rc::new(states));
        if states.is_null() {
            return Err(Exn::out_of_memory());
        }
        // SAFETY: the function and its environment came together from C.
        let (made, ran) = call::other_of(f as usize, || unsafe { f(states.cast(), env.word()) });
        object::release_any(states as usize as u64);
        let prompt = signal(made, NAME);
        object::release_any(made as usize as u64);
        ran.and(prompt)
    })))
}

/// What C has described; `whose` is the call at fault.
///
/// # Safety
/// They are NULL or as large as they say.
pub(super) unsafe fn given(
    given: *const lwt_read_line_options,
    whose: &str,
) -> Result<Options, Exn> {
    // SAFETY: the caller's promise.
    let given = unsafe { options::read(given, whose) }?;
    let given = given.unwrap_or_else(|| lwt_read_line_options_default());
    // From here on each environment is dropped whatever happens.
    let env = Env::new;
    let by_function = prompting(
        given.prompt_fn,
        env(given.prompt_env, given.drop_prompt_env),
    );
    let complete = completing(
        given.complete,
        env(given.complete_env, given.drop_complete_env),
    );
    let filter = filtering(given.filter, env(given.filter_env, given.drop_filter_env));
    let map_text = mapping(
        given.map_text,
        env(given.map_text_env, given.drop_map_text_env),
    );
    let map_result = resulting(
        given.map_result,
        env(given.map_result_env, given.drop_map_result_env),
    );
    let prompt = match by_function {
        Some(prompt) => prompt,
        None if !given.prompt_signal.is_null() => {
            Prompt::Signal(signal(given.prompt_signal, whose)?)
        }
        None if !given.prompt.is_null() => {
            Prompt::Text((*style::borrowed(given.prompt, whose)?).clone())
        }
        None => Prompt::Text(Styled::from("# ")),
    };
    let completing = match given.mode {
        LWT_READ_LINE_REAL_TIME => Completing::RealTime,
        LWT_READ_LINE_CLASSIC => Completing::Classic,
        LWT_READ_LINE_NO_COMPLETION => Completing::None,
        mode => return Err(Exn::invalid(&format!("{whose}: there is no mode {mode}"))),
    };
    Ok(Options {
        history: match given.history.is_null() {
            true => History::new(0, false),
            false => history::borrowed(given.history, whose)?,
        },
        clipboard: match given.clipboard.is_null() {
            true => Clipboard::global(),
            false => history::clipboard_or_global(given.clipboard, whose)?,
        },
        complete,
        completing,
        map_text,
        filter,
        map_result,
        prompt,
        vi: given.vi != 0,
        otherwise: Otherwise::ReadLine,
    })
}

/// Options of which only the size is set. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_options_default() -> lwt_read_line_options {
    lwt_read_line_options {
        size: size_of::<lwt_read_line_options>(),
        prompt: std::ptr::null(),
        prompt_signal: std::ptr::null(),
        prompt_fn: None,
        prompt_env: std::ptr::null_mut(),
        drop_prompt_env: None,
        history: std::ptr::null(),
        clipboard: std::ptr::null(),
        complete: None,
        complete_env: std::ptr::null_mut(),
        drop_complete_env: None,
        mode: LWT_READ_LINE_REAL_TIME,
        vi: 0,
        filter: None,
        filter_env: std::ptr::null_mut(),
        drop_filter_env: None,
        map_text: None,
        map_text_env: std::ptr::null_mut(),
        drop_map_text_env: None,
        map_result: None,
        map_result_env: std::ptr::null_mut(),
        drop_map_result_env: None,
    }
}
