//! `lwt_read_line.h`: a running line editor. Module Lwt_read_line, Control.

use super::command::{from_c, lwt_read_line_command};
use super::engine::lwt_read_line_state;
use super::options::{given, lwt_read_line_options};
use super::read;
use super::render::lwt_read_line_render;
use crate::abi::{LWT_OK, lwt_t};
use crate::capi::lwt::array;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{Promise, failed};
use crate::read_line::control::{Control, Options};
use crate::read_line::read::yes_no;
use std::ffi::{c_char, c_int, c_void};
use std::rc::Rc;

/// A running line editor, `Lwt_read_line.Control.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_read_line_control {
    _private: [u8; 0],
}

fn borrowed(control: *const lwt_read_line_control, name: &str) -> Result<Rc<Control>, Exn> {
    // SAFETY: every handle of this kind is made of a `Control`.
    unsafe { object::get(Kind::Control, control.cast(), name) }
}

/// An editor that is started as C has described it, changed by `with`.
///
/// # Safety
/// The options are NULL or as large as they say.
pub(super) unsafe fn started(
    options: *const lwt_read_line_options,
    name: &str,
    with: impl FnOnce(Options) -> Result<Options, Exn>,
) -> Rc<Control> {
    // SAFETY: the caller's promise.
    match unsafe { given(options, name) }.and_then(with) {
        Ok(options) => Control::start(options),
        Err(exn) => Control::failed(exn),
    }
}

fn handle(control: Rc<Control>) -> *mut lwt_read_line_control {
    object::new(Kind::Control, control).cast()
}

/// Begins to read a line, `Control.make` and `Control.read_line` in one: the result is what
/// `map_result` of the options makes of the line. As lwt_read_line_read_line else, whose
/// failures are those of the result.
///
/// Owned by the caller: lwt_read_line_control_release. NULL: memory ran out. Without a
/// terminal the instance can't be controlled: commands do nothing.
///
/// # Safety
/// `options` is NULL or as large as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_control_create(
    options: *const lwt_read_line_options,
) -> *mut lwt_read_line_control {
    // SAFETY: the caller's promise.
    handle(unsafe { started(options, "lwt_read_line_control_create", Ok) })
}

/// `Control.read_password`: as lwt_read_line_read_password, with control. NULL: memory ran
/// out.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_control_read_password(
    options: *const lwt_read_line_options,
    style: c_int,
    text: *const c_char,
) -> *mut lwt_read_line_control {
    const NAME: &str = "lwt_read_line_control_read_password";
    // SAFETY: the caller's promise.
    handle(unsafe { read::password(NAME, options, style, text) })
}

/// `Control.read_keyword`: as lwt_read_line_read_keyword, with control. NULL: memory ran
/// out.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_control_read_keyword(
    options: *const lwt_read_line_options,
    case_sensitive: bool,
    values: *const *const c_char,
    n: usize,
) -> *mut lwt_read_line_control {
    const NAME: &str = "lwt_read_line_control_read_keyword";
    // SAFETY: the caller's promise.
    handle(unsafe { read::keyword(NAME, options, case_sensitive, values, n) })
}

/// `Control.read_yes_no`: as lwt_read_line_read_yes_no, with control. NULL: memory ran out.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_control_read_yes_no(
    options: *const lwt_read_line_options,
) -> *mut lwt_read_line_control {
    const NAME: &str = "lwt_read_line_control_read_yes_no";
    // SAFETY: the caller's promise.
    handle(unsafe { started(options, NAME, |options| Ok(yes_no(options))) })
}

/// One more reference to the same instance, owned by the caller. NULL: it is none of this
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_retain(
    control: *const lwt_read_line_control,
) -> *mut lwt_read_line_control {
    object::retain(Kind::Control, control.cast()).cast()
}

/// Gives up a reference. The line is read on: cancelling the result ends that. Does nothing
/// if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_release(control: *mut lwt_read_line_control) {
    // SAFETY: every handle of this kind is made of a `Control`.
    drop(unsafe { object::release::<Control>(Kind::Control, control.cast(), "") });
}

/// The result, `Control.result`: always the same promise, of which the caller owns one more
/// reference. Fails as lwt_read_line_read_line, and with LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle. Cancelling it ends the instance.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_result(
    control: *const lwt_read_line_control,
) -> *mut lwt_t {
    promised(control, "lwt_read_line_control_result", Control::result)
}

fn promised(
    control: *const lwt_read_line_control,
    name: &str,
    f: impl FnOnce(&Control) -> Promise,
) -> *mut lwt_t {
    let promise = borrowed(control, name).map(|control| f(&control));
    promise.unwrap_or_else(failed).into_raw()
}

fn done(
    control: *const lwt_read_line_control,
    name: &str,
    f: impl FnOnce(&Control) -> Result<(), Exn>,
) -> c_int {
    let done = borrowed(control, name).and_then(|control| f(&control));
    done.map_or_else(|exn| exn.kind(), |()| LWT_OK)
}

/// Has a command done as if a key had given it, `Control.send_command`: after those that
/// were sent before, and through the filter. The text is copied.
///
/// Returns LWT_OK, also if the instance is over or not on a terminal, when nothing happens;
/// LWT_INVALID_ARGUMENT for a bad handle or a command that is none; LWT_WRONG_THREAD.
/// Borrows `control`. On its thread.
///
/// # Safety
/// The text of the command is NULL or as long as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_control_send_command(
    control: *const lwt_read_line_control,
    command: lwt_read_line_command,
) -> c_int {
    const NAME: &str = "lwt_read_line_control_send_command";
    done(control, NAME, |control| {
        // SAFETY: the caller's promise.
        let command = unsafe { from_c(NAME, &command) }?;
        control.send_command(command);
        Ok(())
    })
}

/// Has `len` bytes taken as if they had been typed: characters, and what a terminal sends
/// for other keys. A lone escape at the end is the key. Returns as
/// lwt_read_line_control_send_command, and LWT_INVALID_ARGUMENT if `bytes` is NULL and
/// `len` is not 0.
///
/// # Safety
/// There are `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_control_fake_input(
    control: *const lwt_read_line_control,
    bytes: *const c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lwt_read_line_control_fake_input";
    done(control, NAME, |control| {
        // SAFETY: the caller's promise.
        control.fake_input(unsafe { array(NAME, bytes.cast::<u8>(), len) }?);
        Ok(())
    })
}

/// Ends the input: the line is what has been typed so far, `Control.accept`. The filter is
/// not asked. Returns as lwt_read_line_control_send_command.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_accept(control: *const lwt_read_line_control) -> c_int {
    done(control, "lwt_read_line_control_accept", |control| {
        control.accept();
        Ok(())
    })
}

/// Breaks the input off: the result fails with LWT_INTERRUPT, `Control.interrupt`. Returns as
/// lwt_read_line_control_send_command.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_interrupt(control: *const lwt_read_line_control) -> c_int {
    done(control, "lwt_read_line_control_interrupt", |control| {
        control.interrupt();
        Ok(())
    })
}

/// Takes the line away from the screen, until lwt_read_line_control_show, `Control.hide`.
/// Returns a promise of LWT_UNIT, fulfilled when it is gone, or when the instance is over.
/// What is typed meanwhile counts. Cancelling the promise changes nothing else.
///
/// Fails with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and
/// LWT_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_hide(control: *const lwt_read_line_control) -> *mut lwt_t {
    promised(control, "lwt_read_line_control_hide", Control::hide)
}

/// Draws the line again, `Control.show`. Returns a promise of LWT_UNIT, fulfilled when it is
/// drawn; as lwt_read_line_control_hide.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_show(control: *const lwt_read_line_control) -> *mut lwt_t {
    promised(control, "lwt_read_line_control_show", Control::show)
}

/// The state of the text now, `Control.engine_state`, or at the end. Owned by the caller:
/// lwt_read_line_state_release. NULL: a bad handle, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_engine_state(
    control: *const lwt_read_line_control,
) -> *mut lwt_read_line_state {
    match borrowed(control, "lwt_read_line_control_engine_state") {
        Ok(control) => object::new(Kind::EngineState, control.engine_state()).cast(),
        Err(_) => std::ptr::null_mut(),
    }
}

/// What was drawn last, `Control.render_state`. Owned by the caller:
/// lwt_read_line_render_release. NULL: a bad handle, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_control_render_state(
    control: *const lwt_read_line_control,
) -> *mut lwt_read_line_render {
    match borrowed(control, "lwt_read_line_control_render_state") {
        Ok(control) => object::new(Kind::RenderState, control.render_state()).cast(),
        Err(_) => std::ptr::null_mut(),
    }
}
