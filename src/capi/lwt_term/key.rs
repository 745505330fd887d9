//! `lwt_term.h`: keys.

use crate::abi::*;
use crate::capi::lwt::array;
use crate::capi::lwt_io;
use crate::capi::lwt_io::channel::lwt_io_channel;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::{borrowed, given};
use crate::data::stream::Stream;
use crate::exn::Exn;
use crate::io::{self, Standard};
use crate::promise::failed;
use crate::promise::text::{self, lwt_string};
use crate::term::input::{self, Input};
use crate::term::key::{Code, Key, MOST_TEXT, Modifiers, Text, decode, stream, table};
use crate::term::mouse::{Action, Mouse};
use crate::term::parse::{Event, Parser, Step};
use crate::value::DropFn;
use std::ffi::{CStr, c_char, c_int};
use std::ptr;
use std::sync::OnceLock;

/// A character, or a sequence that is not known, in `text`: `Key`.
pub const LWT_TERM_TEXT: c_int = 0;
/// `Key_up`
pub const LWT_TERM_UP: c_int = 1;
/// `Key_down`
pub const LWT_TERM_DOWN: c_int = 2;
/// `Key_left`
pub const LWT_TERM_LEFT: c_int = 3;
/// `Key_right`
pub const LWT_TERM_RIGHT: c_int = 4;
/// `Key_f`, of which `number` is told.
pub const LWT_TERM_F: c_int = 5;
/// `Key_next_page`
pub const LWT_TERM_NEXT_PAGE: c_int = 6;
/// `Key_previous_page`
pub const LWT_TERM_PREVIOUS_PAGE: c_int = 7;
/// `Key_home`
pub const LWT_TERM_HOME: c_int = 8;
/// `Key_end`
pub const LWT_TERM_END: c_int = 9;
/// `Key_insert`
pub const LWT_TERM_INSERT: c_int = 10;
/// `Key_delete`
pub const LWT_TERM_DELETE: c_int = 11;
/// `Key_control`, with the character `number`: 'a' for ^A.
pub const LWT_TERM_CONTROL: c_int = 12;

/// Shift was held down, where the character does not show it.
pub const LWT_TERM_SHIFT: c_int = 1;
/// Meta (Alt) was held down, or ESC came before the key.
pub const LWT_TERM_META: c_int = 2;
/// Control was held down, where the key is not LWT_TERM_CONTROL.
pub const LWT_TERM_CTRL: c_int = 4;

/// How large `text` of a key is, with its NUL byte.
pub const LWT_TERM_KEY_TEXT: usize = 32;

/// A key, `Lwt_term.key`: a value that is copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_term_key {
    /// Which: LWT_TERM_UP and so on.
    pub kind: c_int,
    /// With what: LWT_TERM_SHIFT, LWT_TERM_META and LWT_TERM_CTRL, or'ed.
    pub modifiers: c_int,
    /// Of LWT_TERM_F from 1 to 24; of LWT_TERM_CONTROL the character; of LWT_TERM_TEXT
    /// that is one character its code point; else 0.
    pub number: c_int,
    /// Of LWT_TERM_TEXT: UTF-8 and a NUL byte. Empty otherwise.
    pub text: [c_char; 32],
}
const _: () = assert!(LWT_TERM_KEY_TEXT == 32 && MOST_TEXT < LWT_TERM_KEY_TEXT);

/// One entry of the table of control codes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_term_control {
    /// What is sent: 0 to 31, or 127.
    pub code: c_char,
    /// What it is Control with.
    pub letter: c_char,
}

/// One entry of the table of sequences.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_term_sequence {
    /// What is sent, with the ESC at its beginning.
    pub sequence: *const c_char,
    /// The key.
    pub key: lwt_term_key,
}

/// A button of the mouse went down.
pub const LWT_TERM_MOUSE_PRESS: c_int = 0;
/// It came up.
pub const LWT_TERM_MOUSE_RELEASE: c_int = 1;
/// The mouse moved.
pub const LWT_TERM_MOUSE_MOVE: c_int = 2;
/// The wheel was turned.
pub const LWT_TERM_MOUSE_WHEEL: c_int = 3;

/// What was done with the mouse.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_term_mouse {
    /// LWT_TERM_MOUSE_PRESS and so on.
    pub action: c_int,
    /// Left 1, middle 2, right 3, others from 8 on; of the wheel up 4, down 5, left 6,
    /// right 7. 0: none, or it is not told.
    pub button: c_int,
    /// From 0 on the left.
    pub column: c_int,
    /// From 0 at the top.
    pub row: c_int,
    /// As those of a key.
    pub modifiers: c_int,
}

/// A key was pressed: `key`.
pub const LWT_TERM_EVENT_KEY: c_int = 0;
/// A text was pasted: `text` and `length`.
pub const LWT_TERM_EVENT_PASTE: c_int = 1;
/// Something was done with the mouse: `mouse`.
pub const LWT_TERM_EVENT_MOUSE: c_int = 2;
/// The terminal's window got the keyboard (`flag`), or lost it.
pub const LWT_TERM_EVENT_FOCUS: c_int = 3;

/// What a terminal has sent. One block, freed by `free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_term_event {
    /// LWT_TERM_EVENT_KEY and so on.
    pub kind: c_int,
    /// Of a paste: another piece of it follows. Of the focus: it is here.
    pub flag: bool,
    /// Of LWT_TERM_EVENT_KEY.
    pub key: lwt_term_key,
    /// Of LWT_TERM_EVENT_MOUSE.
    pub mouse: lwt_term_mouse,
    /// Of LWT_TERM_EVENT_PASTE: UTF-8, and a NUL byte behind it. Empty otherwise.
    pub text: *const c_char,
    /// How many bytes the text has.
    pub length: usize,
}

/// A key as C has it.
pub(in crate::capi) fn to_c(key: &Key) -> lwt_term_key {
    let mut made = lwt_term_key {
        kind: LWT_TERM_TEXT,
        modifiers: c_int::from(key.modifiers.0),
        number: 0,
        text: [0; 32],
    };
    made.kind = match &key.code {
        Code::Text(text) => {
            let text = text.as_str();
            for (place, byte) in made.text.iter_mut().zip(text.bytes()) {
                *place = byte as c_char;
            }
            let mut all = text.chars();
            if let (Some(only), None) = (all.next(), all.next()) {
                made.number = u32::from(only) as c_int;
            }
            LWT_TERM_TEXT
        }
        Code::F(number) => {
            made.number = c_int::from(*number);
            LWT_TERM_F
        }
        Code::Control(letter) => {
            made.number = c_int::from(*letter);
            LWT_TERM_CONTROL
        }
        Code::Up => LWT_TERM_UP,
        Code::Down => LWT_TERM_DOWN,
        Code::Left => LWT_TERM_LEFT,
        Code::Right => LWT_TERM_RIGHT,
        Code::NextPage => LWT_TERM_NEXT_PAGE,
        Code::PreviousPage => LWT_TERM_PREVIOUS_PAGE,
        Code::Home => LWT_TERM_HOME,
        Code::End => LWT_TERM_END,
        Code::Insert => LWT_TERM_INSERT,
        Code::Delete => LWT_TERM_DELETE,
    };
    made
}

/// A key from C. None: there is no such key.
pub(in crate::capi) fn of_c(key: &lwt_term_key) -> Option<Key> {
    let code = match key.kind {
        LWT_TERM_TEXT => {
            let bytes: Vec<u8> = key
                .text
                .iter()
                .map(|&byte| byte as u8)
                .take_while(|&byte| byte != 0)
                .collect();
            Code::Text(Text::new(str::from_utf8(&bytes).ok()?))
        }
        LWT_TERM_F => Code::F(
            u8::try_from(key.number)
                .ok()
                .filter(|n| (1..=24).contains(n))?,
        ),
        LWT_TERM_CONTROL => {
            let letter = u8::try_from(key.number).ok()?;
            let known = table::CONTROLS.iter().any(|&(_, known)| known == letter);
            Code::Control(known.then_some(letter)?)
        }
        LWT_TERM_UP => Code::Up,
        LWT_TERM_DOWN => Code::Down,
        LWT_TERM_LEFT => Code::Left,
        LWT_TERM_RIGHT => Code::Right,
        LWT_TERM_NEXT_PAGE => Code::NextPage,
        LWT_TERM_PREVIOUS_PAGE => Code::PreviousPage,
        LWT_TERM_HOME => Code::Home,
        LWT_TERM_END => Code::End,
        LWT_TERM_INSERT => Code::Insert,
        LWT_TERM_DELETE => Code::Delete,
        _ => return None,
    };
    let modifiers = u8::try_from(key.modifiers).ok().filter(|&bits| bits < 8)?;
    Some(Key {
        code,
        modifiers: Modifiers(modifiers),
    })
}

fn mouse_to_c(mouse: Option<Mouse>) -> lwt_term_mouse {
    let Some(mouse) = mouse else {
        return lwt_term_mouse {
            action: LWT_TERM_MOUSE_PRESS,
            button: 0,
            column: 0,
            row: 0,
            modifiers: 0,
        };
    };
    lwt_term_mouse {
        action: match mouse.action {
            Action::Press => LWT_TERM_MOUSE_PRESS,
            Action::Release => LWT_TERM_MOUSE_RELEASE,
            Action::Move => LWT_TERM_MOUSE_MOVE,
            Action::Wheel => LWT_TERM_MOUSE_WHEEL,
        },
        button: c_int::from(mouse.button),
        column: c_int::try_from(mouse.column).unwrap_or(c_int::MAX),
        row: c_int::try_from(mouse.row).unwrap_or(c_int::MAX),
        modifiers: c_int::from(mouse.modifiers.0),
    }
}

/// A structure of plain words as a value, with text behind it whose place `write` is
/// told.
fn block<T: Copy>(text: &[u8], write: impl FnOnce(*const c_char) -> T) -> crate::promise::Outcome {
    let size = size_of::<T>() + text.len() + 1;
    // SAFETY: the block has room for the structure, the text and the NUL byte, and is
    // aligned for whatever there is.
    unsafe {
        let block = libc::malloc(size).cast::<u8>();
        if block.is_null() {
            return Err(Exn::out_of_memory());
        }
        let place = block.add(size_of::<T>());
        ptr::copy_nonoverlapping(text.as_ptr(), place, text.len());
        *place.add(text.len()) = 0;
        block.cast::<T>().write(write(place.cast()));
        Ok(crate::value::Value::new(
            block.cast(),
            Some(libc::free as DropFn),
        ))
    }
}

fn event_value(event: &Event) -> crate::promise::Outcome {
    let (kind, flag, key, mouse, pasted) = match event {
        Event::Key(key) => (LWT_TERM_EVENT_KEY, false, *key, None, ""),
        Event::Paste { text, more } => (
            LWT_TERM_EVENT_PASTE,
            *more,
            Key::text(""),
            None,
            text.as_str(),
        ),
        Event::Mouse(mouse) => (LWT_TERM_EVENT_MOUSE, false, Key::text(""), Some(*mouse), ""),
        Event::Focus(here) => (LWT_TERM_EVENT_FOCUS, *here, Key::text(""), None, ""),
    };
    block(pasted.as_bytes(), |text| lwt_term_event {
        kind,
        flag,
        key: to_c(&key),
        mouse: mouse_to_c(mouse),
        text,
        length: pasted.len(),
    })
}

/// The table of control codes, `Lwt_term.control_mapping`: the codes 0 to 31 and 127.
/// `*count` is set to how many entries there are, unless `count` is NULL.
///
/// It is the library's, and never changes. On any thread. Never NULL.
///
/// # Safety
/// `count` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_control_mapping(count: *mut usize) -> *const lwt_term_control {
    static TABLE: OnceLock<Vec<lwt_term_control>> = OnceLock::new();
    let all = TABLE.get_or_init(|| {
        let entry = |&(code, letter): &(u8, u8)| lwt_term_control {
            code: code as c_char,
            letter: letter as c_char,
        };
        table::CONTROLS.iter().map(entry).collect()
    });
    if !count.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *count = all.len() };
    }
    all.as_ptr()
}

/// The table of sequences, `Lwt_term.sequence_mapping`: what the terminals xterm, vt100,
/// vt220, rxvt, linux, screen, tmux and PuTTY send for keys. Besides these sequences,
/// those are known that say modifiers as xterm does (`ESC [ 1 ; 5 C`), and ESC before any
/// key is Meta. `*count` is set to how many entries there are, unless `count` is NULL.
///
/// It is the library's, and never changes. On any thread. Never NULL.
///
/// # Safety
/// `count` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_sequence_mapping(count: *mut usize) -> *const lwt_term_sequence {
    struct Table(Vec<lwt_term_sequence>);
    // SAFETY: nobody writes to what is behind its pointers, which lives for ever.
    unsafe impl Sync for Table {}
    // SAFETY: as above.
    unsafe impl Send for Table {}
    static TABLE: OnceLock<Table> = OnceLock::new();
    let all = TABLE.get_or_init(|| {
        let entry = |(sequence, key): &(&'static CStr, Key)| lwt_term_sequence {
            sequence: sequence.as_ptr(),
            key: to_c(key),
        };
        Table(table::SEQUENCES.iter().map(entry).collect())
    });
    if !count.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *count = all.0.len() };
    }
    all.0.as_ptr()
}

/// Which key a text is, `Lwt_term.decode_key`: a control code, a sequence that is known, or
/// the text itself (LWT_TERM_TEXT), such as a character.
///
/// Sets `*key` and returns LWT_OK. LWT_INVALID_ARGUMENT, and `*key` stays as it was: the
/// text is empty, has more than LWT_TERM_KEY_TEXT - 1 bytes or a NUL byte among others, is
/// not UTF-8, or a pointer is NULL. On any thread.
///
/// # Safety
/// `text` is NULL or the start of `len` bytes; `key` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_decode_key(
    text: *const c_char,
    len: usize,
    key: *mut lwt_term_key,
) -> c_int {
    // SAFETY: the caller's promise.
    let bytes = unsafe { array("lwt_term_decode_key", text.cast::<u8>(), len) };
    let bytes = bytes.unwrap_or(&[]);
    let text = str::from_utf8(bytes).unwrap_or("");
    let found = match text.len() > 1 && bytes.contains(&0) {
        true => None,
        false => decode::decode(text),
    };
    let (Some(found), false) = (found, key.is_null()) else {
        return LWT_INVALID_ARGUMENT;
    };
    // SAFETY: the caller's promise.
    unsafe { *key = to_c(&found) };
    LWT_OK
}

/// Takes one key from the beginning of the `len` bytes at `bytes`, whatever they are:
/// sets `*key` and returns how many bytes it is. 0, and `*key` stays as it was: they are
/// the beginning of something, and more have to come; not if `all` is true, which says
/// that no more will come soon: then a lone ESC is the escape key. 0 too if there are no
/// bytes, or a pointer is NULL.
///
/// What is no key (a report of the mouse, the beginning of a paste) is the text of its
/// sequence. A byte that is in no character is taken for one of Latin-1. For those who
/// have the bytes of a terminal from somewhere else; see lwt_term_events. On any thread.
///
/// # Safety
/// `bytes` is NULL or the start of `len` bytes; `key` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_parse(
    bytes: *const c_char,
    len: usize,
    all: bool,
    key: *mut lwt_term_key,
) -> usize {
    // SAFETY: the caller's promise.
    let bytes = unsafe { array("lwt_term_parse", bytes.cast::<u8>(), len) }.unwrap_or(&[]);
    let Step::Took(used, event) = Parser::new().parse(bytes, all) else {
        return 0;
    };
    if key.is_null() {
        return 0;
    }
    let found = match event {
        Some(Event::Key(key)) => key,
        _ => {
            let text = String::from_utf8_lossy(bytes.get(..used).unwrap_or(bytes));
            Key::text(&text)
        }
    };
    // SAFETY: the caller's promise.
    unsafe { *key = to_c(&found) };
    used
}

/// Reads one key from a stream of characters, `Lwt_term.parse_key_raw`: waits for a
/// character, and takes those that the sequence which it begins needs, if they are to
/// be had without waiting. A lone ESC is the escape key. What was read and is not part of
/// the key stays in the stream.
///
/// The elements are `struct lwt_string *`, each a character, as those of
/// lwt_term_standard_input and lwt_text_read_chars. Borrows `st`. Returns a promise of a
/// `struct lwt_string *`, for lwt_term_decode_key, which it owns. It fails with
/// LWT_END_OF_FILE at the end, with what the stream fails with, LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses
/// nothing. On the stream's thread.
///
/// # Safety
/// The elements are what is said above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_parse_key_raw(st: *const lwt_stream) -> *mut lwt_t {
    match borrowed(st, "lwt_term_parse_key_raw") {
        // SAFETY: the caller's promise.
        Ok(stream) => unsafe { stream::parse_raw(stream) },
        Err(exn) => failed(exn),
    }
    .into_raw()
}

/// The characters of standard input, `Lwt_term.standard_input`: a stream of
/// `struct lwt_string *`, which it owns, each one character of UTF-8. A byte that is in no
/// character is taken for one of Latin-1.
///
/// It reads lwt_io_stdin() and takes from there no more than is asked for, so that any
/// number of such streams, and other readers of that channel, may take turns. Returns a
/// stream, owned by the caller: lwt_stream_release. NULL: memory ran out. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_standard_input() -> *mut lwt_stream {
    given(stream::characters(io::standard(Standard::Input)))
}

/// What a terminal sends, as a stream of `struct lwt_term_event *`, which it owns: keys,
/// pastes, reports of the mouse and of the focus. `channel` is one for reading; NULL is
/// lwt_io_stdin(). The stream ends with the channel, and fails as it does.
///
/// Bytes stay in the channel until they are an event: streams, lwt_term_read_key and other
/// readers of the channel may take turns, and releasing the stream loses nothing. Raw mode
/// is not entered: see lwt_term_with_raw_mode. What follows an escape is waited for as
/// lwt_term_set_escape_timeout says. A paste of more than a megabyte comes in pieces. A
/// sequence that is longer than any is one unknown key.
///
/// Borrows `channel`, of which the stream has a reference of its own. Returns a stream,
/// owned by the caller: lwt_stream_release. NULL: `channel` is no channel for reading of
/// this thread, or memory ran out. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_events(channel: *const lwt_io_channel) -> *mut lwt_stream {
    let input = match channel.is_null() {
        true => input::standard(),
        false => match lwt_io::input(channel, "lwt_term_events") {
            Ok(channel) => Input::of(channel),
            Err(_) => return ptr::null_mut(),
        },
    };
    let asked = stream::Asked::default();
    given(Stream::from(move || {
        asked.note(input.next_as(|event| event_value(&event)))
    }))
}

/// Reads one key from lwt_io_stdin(), in raw mode for that time, `Lwt_term.read_key`. Keys
/// alone: reports of the mouse and of the focus are passed over, and a paste is one key
/// after the other.
///
/// Returns a promise of a `struct lwt_term_key *`, which it owns; moved out by lwt_take it
/// is the caller's to `free`. It fails with LWT_FAILURE if standard input is no terminal,
/// LWT_END_OF_FILE at its end, LWT_UNIX_ERROR when it has gone away ("tcsetattr", "read"),
/// as reads of the channel do, LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing.
/// On any thread whose main loop runs.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_read_key() -> *mut lwt_t {
    input::read_key(|key| block(b"", |_| to_c(&key))).into_raw()
}

/// How long a key that begins as a longer one does (ESC) waits for its rest, in seconds:
/// 0.05 at first. With 0 only what is already there counts. This thread's.
///
/// LWT_INVALID_ARGUMENT: it is negative or not a number.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_set_escape_timeout(seconds: f64) -> c_int {
    match input::set_escape_timeout(seconds) {
        true => LWT_OK,
        false => LWT_INVALID_ARGUMENT,
    }
}

/// What lwt_term_set_escape_timeout has set. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_escape_timeout() -> f64 {
    input::escape_timeout()
}

/// A key for a person to read, `Lwt_term.string_of_key`: `Key "a"`, `Key_f 5`,
/// `Control-Key_right`, `Meta-Key_control 'j'`.
///
/// Returns text, owned by the caller: lwt_string_release. NULL: `key` is NULL or no key, or
/// memory ran out. On any thread.
///
/// # Safety
/// `key` is NULL or may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_string_of_key(key: *const lwt_term_key) -> *mut lwt_string {
    // SAFETY: the caller's promise.
    let key = unsafe { key.as_ref() }.and_then(of_c);
    let Some(key) = key else {
        return ptr::null_mut();
    };
    let name = key.to_string();
    // SAFETY: the bytes are there.
    unsafe { text::copy(name.as_ptr().cast(), name.len()) }
}

/// Are these the same key? False if one is NULL or no key. On any thread.
///
/// # Safety
/// Each is NULL or may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_key_equal(
    a: *const lwt_term_key,
    b: *const lwt_term_key,
) -> bool {
    // SAFETY: the caller's promise.
    let (a, b) = unsafe { (a.as_ref(), b.as_ref()) };
    match (a.and_then(of_c), b.and_then(of_c)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}
