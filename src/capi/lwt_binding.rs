//! `lwt_binding.h`: what bindings of other runtimes need. Our own, beside Lwt.

use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, LWT_OUT_OF_MEMORY, lwt_drop_fn, lwt_t, lwt_value};
use crate::binding::completed::lwt_binding_completion;
use crate::binding::hooks::lwt_binding_hooks;
use crate::binding::{completed, data, hooks};
use crate::direct::bounds::{self, lwt_binding_stack};
use crate::promise::Promise;
use crate::value::Value;
use std::ffi::{c_int, c_void};
use std::ptr;

/// Watches a promise, which is consumed: once it has resolved, `token` comes out of
/// lwt_binding_drain, with what became of it, and until then the promise is kept.
/// The token is yours: an address, or a number. `key` is an address of yours, of a
/// static variable for instance: several bindings on one thread drain what is
/// theirs. The order is that of callbacks; a
/// promise that has resolved already is there at once. One that nothing can resolve
/// any more comes as failed with LWT_ABANDONED.
///
/// To cancel it keep a reference of your own (lwt_retain, before), and release that
/// when the token has come: the value has been moved out of the promise then.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
/// LWT_OUT_OF_MEMORY: no token comes then. On the promise's thread. What is still
/// watched when the thread ends is forgotten, with its token.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_binding_watch(
    p: *mut lwt_t,
    key: *const c_void,
    token: *mut c_void,
) -> c_int {
    match Promise::from_raw(p, "lwt_binding_watch") {
        Ok(promise) => completed::watch(key as usize, promise, token),
        Err(exn) => exn.kind(),
    }
}

/// Takes what has become of up to `max` promises that were watched under this key
/// and have resolved since, the first first, into the array at `completions`.
///
/// Returns how many: where it is `max` there may be more. All that is stored is
/// yours: values (by their drop functions, or as you know them) and exceptions
/// (lwt_exn_release). Calls none of your functions. 0 if `completions` is NULL.
///
/// When something has come since, lwt_main_iter does not wait, and what comes
/// outside of it makes lwt_main_fd readable. So whoever drives the main loop drains,
/// until nothing is left, after each lwt_main_iter, and needs nothing else; within
/// lwt_main_run it is done in a hook (lwt_main_leave_iter_hooks_add_last).
///
/// Where several bindings share a thread, each drains in every turn, whoever drives
/// it: in such a hook. What came for a binding is told to the loop once more when
/// another one has drained its own; that may not be the loop of the binding that it
/// came for, and the descriptor does not stay readable for one that never drains. Of
/// this thread.
///
/// # Safety
/// `completions` is NULL or leads to room for `max` of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_binding_drain(
    key: *const c_void,
    completions: *mut lwt_binding_completion,
    max: usize,
) -> usize {
    let max = if completions.is_null() { 0 } else { max };
    let mut count = 0;
    while count < max
        && let Some(completion) = completed::next(key as usize)
    {
        // SAFETY: the caller's promise.
        unsafe { completions.add(count).write(completion) };
        count += 1;
    }
    count
}

/// Has these functions called on this thread from now on, instead of those before;
/// NULL: none. The table is copied; what it points to has to last. Its size may be
/// that of an older or a newer version: functions that this one does not know are
/// not called.
///
/// Callbacks that run when it is called are not left by functions that have not
/// seen them enter. What a hook itself calls is told to none; what it raises
/// (lwt_raise) goes to the async exception hook.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT if the table's size is too small, or
/// LWT_OUT_OF_MEMORY, and those before stay. On any thread, for that thread.
///
/// # Safety
/// `hooks` is NULL or leads to as many bytes as its size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_binding_install(hooks: *const lwt_binding_hooks) -> c_int {
    let table = match hooks.is_null() {
        true => None,
        // SAFETY: the caller's promise.
        false => match unsafe { lwt_binding_hooks::copy(hooks) } {
            Some(table) => Some(table),
            None => return LWT_INVALID_ARGUMENT,
        },
    };
    match hooks::install(table) {
        true => LWT_OK,
        false => LWT_OUT_OF_MEMORY,
    }
}

/// Tells where the stacks of the calling thread are: into the array at `stacks`,
/// for up to `max` of them, the thread's own first, then those of its fibers that
/// have not ended. For collectors that look for their references on stacks: those
/// between `low` and `high`, `low` included. A fiber's stack holds the environment
/// of its function, too.
///
/// Returns how many there are; call it with 0 to know how much room to make. It
/// allocates nothing, but for the first call of a thread. On any thread, for that
/// thread. Registers of the caller are the caller's to look at.
///
/// # Safety
/// `stacks` leads to room for `max` of them; it may be NULL if that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_binding_stacks(stacks: *mut lwt_binding_stack, max: usize) -> usize {
    let max = if stacks.is_null() { 0 } else { max };
    let mut count = 0;
    bounds::each(bounds::here(), |stack| {
        if count < max {
            // SAFETY: the caller's promise.
            unsafe { stacks.add(count).write(stack) };
        }
        count += 1;
    });
    count
}

/// Tells the stack of the fiber that runs, in `*stack`. False, and nothing is
/// written: the caller is not on a fiber. On any thread.
///
/// # Safety
/// `stack` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_binding_current_stack(stack: *mut lwt_binding_stack) -> bool {
    let current = bounds::current(bounds::here());
    if let (Some(current), false) = (current, stack.is_null()) {
        // SAFETY: the caller's promise.
        unsafe { stack.write(current) };
    }
    current.is_some()
}

/// Keeps `data` with this thread under a key, which is an address of yours, of a
/// static variable for instance. What was there is dropped by its `drop_data`; NULL
/// without `drop_data` is nothing. When the thread ends, after its exit hooks and
/// while its handles are still good, all `drop_data` are called on it, the last key
/// first.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT if `key` is NULL, or LWT_OUT_OF_MEMORY, and
/// `data` is dropped. On any thread, for that thread.
///
/// # Safety
/// `drop_data` may be called with `data`, on this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_binding_set_data(
    key: *const c_void,
    data: *mut c_void,
    drop_data: lwt_drop_fn,
) -> c_int {
    let data = Value::new(data, drop_data);
    if key.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    match data::set(key as usize, data) {
        true => LWT_OK,
        false => LWT_OUT_OF_MEMORY,
    }
}

/// What lwt_binding_set_data has put under this key on this thread, borrowed; NULL
/// if there is nothing. On any thread, for that thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_binding_data(key: *const c_void) -> lwt_value {
    match key.is_null() {
        true => ptr::null_mut(),
        false => data::get(key as usize),
    }
}
