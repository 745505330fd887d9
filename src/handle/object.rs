//! Handles to things other than promises (an engine's event, a pool, a
//! stream): a kind, a shared Rust value, checked like a promise's handle.

use super::local::{Local, local};
use super::misuse;
use super::slot::{GENERATION_MASK, Id, Slot, TAG_OTHER, USER};
use crate::exn::Exn;
use crate::promise::state::OBJECT;
use crate::value::Value;
use std::ffi::c_void;
use std::rc::Rc;

/// The kinds. One a public handle type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// `lwt_engine_event *`
    EngineEvent = 1,
    /// `lwt_engine *`
    Engine = 2,
    /// `lwt_unix_pool *`
    Pool = 3,
    /// `lwt_main_hook *`
    Hook = 4,
    /// `lwt_mutex *`
    Mutex = 5,
    /// `lwt_condition *`
    Condition = 6,
    /// `lwt_mvar *`
    Mvar = 7,
    /// `lwt_pool *`
    Resources = 8,
    /// `lwt_switch *`
    Switch = 9,
    /// `lwt_stream *`
    Stream = 10,
    /// `lwt_stream_push *`
    Push = 11,
    /// `lwt_stream_bounded_push *`
    BoundedPush = 12,
    /// `lwt_seq *`
    Seq = 13,
    /// `lwt_sequence *`
    Sequence = 14,
    /// `lwt_sequence_node *`
    SequenceNode = 15,
    /// `lwt_pqueue *`
    Pqueue = 16,
    /// `lwt_storage *`
    Storage = 17,
    /// `lwt_seq_node *`
    SeqNode = 18,
    /// `lwt_retry_attempt *`
    Attempt = 19,
    /// `lwt_unix_fd *`
    Fd = 20,
    /// `lwt_unix_dir *`
    Dir = 21,
    /// `lwt_unix_vectors *`
    Vectors = 22,
    /// `lwt_unix_signal_handler *`
    SignalHandler = 23,
    /// `lwt_io_channel *`
    Channel = 24,
    /// `lwt_io_server *`
    Server = 25,
    /// `lwt_process *`
    Process = 26,
    /// `lwt_bytes *`
    Bytes = 27,
    /// `lwt_timeout *`
    Timeout = 28,
    /// `lwt_throttle *`
    Throttle = 29,
    /// `lwt_fmt *`
    Formatter = 30,
    /// `lwt_unix_auto_pauser *`
    AutoPause = 31,
    /// `lwt_event *`
    Event = 32,
    /// `lwt_event_sender *`
    EventSender = 33,
    /// `lwt_signal *`
    Signal = 34,
    /// `lwt_signal_setter *`
    SignalSetter = 35,
    /// `lwt_react_step *`
    Step = 36,
    /// `lwt_react_notifier *`
    Notifier = 37,
    /// `lwt_text_channel *`
    TextChannel = 38,
    /// `lwt_styled *`
    Styled = 39,
    /// `lwt_term_zone *`
    Zone = 40,
    /// `lwt_history *`
    History = 41,
    /// `lwt_clipboard *`
    Clipboard = 42,
    /// `lwt_read_line_state *`
    EngineState = 43,
    /// `lwt_read_line_render *`
    RenderState = 44,
    /// `lwt_read_line_control *`
    Control = 45,
    /// `lwt_ssl_context *`
    SslContext = 46,
    /// `lwt_ssl_socket *`
    SslSocket = 47,
    /// `lwt_ssl_session *`
    SslSession = 48,
}

/// What reports call the objects of a kind, in the order of [`Kind`].
const NAMES: [&str; 48] = [
    "engine_event",
    "engine",
    "unix_pool",
    "main_hook",
    "mutex",
    "condition",
    "mvar",
    "pool",
    "switch",
    "stream",
    "stream_push",
    "stream_bounded_push",
    "seq",
    "sequence",
    "sequence_node",
    "pqueue",
    "storage",
    "seq_node",
    "retry_attempt",
    "unix_fd",
    "unix_dir",
    "unix_vectors",
    "unix_signal_handler",
    "io_channel",
    "io_server",
    "process",
    "bytes",
    "timeout",
    "throttle",
    "fmt",
    "unix_auto_pauser",
    "event",
    "event_sender",
    "signal",
    "signal_setter",
    "react_step",
    "react_notifier",
    "text_channel",
    "styled",
    "term_zone",
    "history",
    "clipboard",
    "read_line_state",
    "read_line_render",
    "read_line_control",
    "ssl_context",
    "ssl_socket",
    "ssl_session",
];
const _: () = assert!(NAMES.len() == Kind::SslSession as usize);

/// The name of a kind.
pub fn name(kind: u8) -> &'static str {
    let place = usize::from(kind).wrapping_sub(1);
    NAMES.get(place).copied().unwrap_or("object")
}

fn drop_rc<T>(raw: u64) {
    // SAFETY: the slot's own reference, made by `Rc::into_raw` in `new`.
    drop(unsafe { Rc::from_raw(raw as usize as *const T) })
}

/// A new handle of this thread, with one reference. NULL: out of memory, and
/// the value is dropped.
pub fn new<T: 'static>(kind: Kind, value: Rc<T>) -> *mut c_void {
    let local = local();
    let Some((id, slot)) = local.take_slot() else {
        return std::ptr::null_mut();
    };
    let me = slot.me() & GENERATION_MASK | TAG_OTHER | u64::from(id);
    slot.set_me(me);
    slot.refs.set(USER);
    slot.set_tag(local.tag(OBJECT, kind as u8));
    slot.a.set(Rc::into_raw(value) as usize as u64);
    slot.b.set(drop_rc::<T> as *const () as usize as u64);
    slot.f.set(0);
    me as usize as *mut c_void
}

/// The same, for what lives as long as the thread: no report tells that it was left
/// behind.
pub fn lasting<T: 'static>(kind: Kind, value: Rc<T>) -> *mut c_void {
    let handle = new(kind, value);
    if !handle.is_null() {
        crate::debug::disown(local(), handle as usize as Id);
    }
    handle
}

/// A new handle as the value of a promise, which owns it. The error: out of memory,
/// and the value is dropped.
pub fn into_value<T: 'static>(kind: Kind, value: Rc<T>) -> Result<Value, Exn> {
    unsafe extern "C" fn release(handle: *mut c_void) {
        release_any(handle as usize as u64);
    }
    match new(kind, value) {
        handle if handle.is_null() => Err(Exn::out_of_memory()),
        handle => Ok(Value::new(handle, Some(release))),
    }
}

fn find(
    local: &Local,
    kind: Kind,
    handle: *const c_void,
    function: &str,
) -> Result<(Id, &'static Slot), Exn> {
    let handle = handle as usize as u64;
    match local.check_any(handle) {
        Some(slot) if slot.state() == OBJECT && slot.op() == kind as u8 => Ok((handle as Id, slot)),
        _ => Err(misuse(handle, function)),
    }
}

/// The value behind a handle. The error says what the handle is; `function`
/// is the call at fault.
///
/// # Safety
/// Every handle of this kind was made with this `T`.
pub unsafe fn get<T: 'static>(
    kind: Kind,
    handle: *const c_void,
    function: &str,
) -> Result<Rc<T>, Exn> {
    let (_, slot) = find(local(), kind, handle, function)?;
    let raw = slot.a.get() as usize as *const T;
    // SAFETY: the slot holds a reference, made from an `Rc<T>` by `new`.
    unsafe {
        Rc::increment_strong_count(raw);
        Ok(Rc::from_raw(raw))
    }
}

/// One more reference to the same handle. NULL: it is none of this kind.
pub fn retain(kind: Kind, handle: *const c_void) -> *mut c_void {
    match find(local(), kind, handle, "") {
        Ok((_, slot)) => {
            slot.refs.set(slot.refs.get().saturating_add(USER));
            handle.cast_mut()
        }
        Err(_) => std::ptr::null_mut(),
    }
}

/// One more reference to an object of whatever kind; nothing if it is none.
pub fn retain_any(handle: *const c_void) {
    if let Some(slot) = local().check_any(handle as usize as u64)
        && slot.state() == OBJECT
    {
        slot.refs.set(slot.refs.get().saturating_add(USER));
    }
}

/// Takes one reference from the slot; true: it was the last, and the handle is
/// stale.
fn unuse(local: &Local, id: Id, slot: &'static Slot) -> bool {
    let refs = slot.refs.get() - USER;
    slot.refs.set(refs);
    if refs == 0 && slot.f.get() != 0 {
        hand_over(slot);
        return false;
    }
    if refs == 0 {
        local.give_slot(id, slot);
    }
    refs == 0
}

/// What is called in place of the end of a handle, with the handle, of which it
/// has a reference. It calls no code of the user's.
pub type Finaliser = Box<dyn FnOnce(*mut c_void)>;
type Finalisers = Vec<Finaliser>;

/// Has `f` called when the last reference to the handle is given up.
pub fn finalise(handle: *const c_void, function: &str, f: Finaliser) -> Result<(), Exn> {
    let bits = handle as usize as u64;
    let slot = local().check_any(bits);
    let Some(slot) = slot.filter(|slot| slot.state() == OBJECT) else {
        return Err(misuse(bits, function));
    };
    let mut all = take_finalisers(slot);
    all.push(f);
    slot.f.set(Box::into_raw(Box::new(all)) as usize as u64);
    Ok(())
}

/// Those of a slot, which has none any more.
fn take_finalisers(slot: &Slot) -> Finalisers {
    let raw = slot.f.replace(0) as usize as *mut Finalisers;
    match raw.is_null() {
        true => Vec::new(),
        // SAFETY: `finalise` put it there, and it was just taken out.
        false => *unsafe { Box::from_raw(raw) },
    }
}

/// The last reference is gone: each finaliser gets one.
#[cold]
fn hand_over(slot: &'static Slot) {
    let handle = slot.me() as usize as *mut c_void;
    let all = take_finalisers(slot);
    slot.refs.set(USER * all.len() as u64);
    for f in all {
        f(handle);
    }
}

/// Gives up a reference; with the last one the handle is stale. Returns the
/// value.
///
/// # Safety
/// As [`get`].
pub unsafe fn release<T: 'static>(
    kind: Kind,
    handle: *mut c_void,
    function: &str,
) -> Result<Rc<T>, Exn> {
    let local = local();
    let (id, slot) = find(local, kind, handle, function)?;
    let raw = slot.a.get() as usize as *const T;
    if !unuse(local, id, slot) {
        // SAFETY: the slot still holds its own reference.
        unsafe { Rc::increment_strong_count(raw) }
    }
    // SAFETY: the slot's own reference, which it has just given up, or the one
    // just counted.
    Ok(unsafe { Rc::from_raw(raw) })
}

/// Gives up a reference to an object of whatever kind; false if it is none.
pub fn release_any(handle: u64) -> bool {
    let local = local();
    match local.check_any(handle) {
        Some(slot) if slot.state() == OBJECT => {
            let (raw, drop) = (slot.a.get(), slot.b.get());
            if unuse(local, handle as Id, slot) {
                drop_raw(raw, drop);
            }
            true
        }
        _ => false,
    }
}

/// The thread ends: drops what a slot in the state `OBJECT` holds.
pub fn drop_contents(slot: &'static Slot) {
    drop(take_finalisers(slot));
    drop_raw(slot.a.get(), slot.b.get());
}

/// Drops what `a` and `b` of an object hold.
fn drop_raw(raw: u64, drop: u64) {
    // SAFETY: `b` of an object is the `drop_rc` of the type behind `a`.
    let drop = unsafe { std::mem::transmute::<usize, fn(u64)>(drop as usize) };
    drop(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD};
    use crate::promise::{release, resolved, retain};
    use crate::value::Value;

    /// A handle whose value is looked at from outside.
    fn hook() -> (Rc<u32>, *mut c_void) {
        let value = Rc::new(7);
        let handle = new(Kind::Hook, value.clone());
        assert_eq!(Rc::strong_count(&value), 2);
        (value, handle)
    }

    fn get_as(kind: Kind, handle: *const c_void) -> Result<Rc<u32>, i32> {
        // SAFETY: all handles of these tests have this type.
        unsafe { get::<u32>(kind, handle, "test") }.map_err(|exn| exn.kind())
    }

    fn release_as(kind: Kind, handle: *mut c_void) -> Result<Rc<u32>, i32> {
        // SAFETY: as above.
        unsafe { super::release::<u32>(kind, handle, "test") }.map_err(|exn| exn.kind())
    }

    #[test]
    fn the_value_lives_until_the_handle_is_released_and_the_last_use_is_over() {
        let before = local().slots_in_use();
        let (value, handle) = hook();
        let used = get_as(Kind::Hook, handle).unwrap();
        assert_eq!((*used, Rc::strong_count(&value)), (7, 3));
        drop(release_as(Kind::Hook, handle).unwrap());
        assert_eq!(Rc::strong_count(&value), 2);
        drop(used);
        assert_eq!(Rc::strong_count(&value), 1);
        assert_eq!(local().slots_in_use(), before);
    }

    #[test]
    fn a_retained_handle_is_good_until_as_many_releases() {
        let (value, handle) = hook();
        assert_eq!(super::retain(Kind::Hook, handle), handle);
        assert!(super::retain(Kind::Pool, handle).is_null());
        drop(release_as(Kind::Hook, handle));
        assert_eq!(*get_as(Kind::Hook, handle).unwrap(), 7);
        assert_eq!(super::retain(Kind::Hook, handle), handle);
        assert!(release_any(handle as usize as u64));
        assert_eq!(Rc::strong_count(&value), 2);
        drop(release_as(Kind::Hook, handle));
        assert_eq!(Rc::strong_count(&value), 1);
        assert!(super::retain(Kind::Hook, handle).is_null());
    }

    #[test]
    fn a_handle_that_was_released_or_is_of_another_kind_is_invalid() {
        let (value, handle) = hook();
        assert_eq!(get_as(Kind::Pool, handle), Err(LWT_INVALID_ARGUMENT));
        assert_eq!(release_as(Kind::Engine, handle), Err(LWT_INVALID_ARGUMENT));
        assert_eq!(Rc::strong_count(&value), 2);
        drop(release_as(Kind::Hook, handle));
        let (other, next) = hook();
        assert_eq!(next as usize as u32, handle as usize as u32);
        assert_eq!(get_as(Kind::Hook, handle), Err(LWT_INVALID_ARGUMENT));
        assert_eq!(release_as(Kind::Hook, handle), Err(LWT_INVALID_ARGUMENT));
        assert_eq!(Rc::strong_count(&other), 2);
        drop(release_as(Kind::Hook, next));
        assert_eq!(
            get_as(Kind::Hook, std::ptr::null()),
            Err(LWT_INVALID_ARGUMENT)
        );
    }

    #[test]
    fn promises_and_objects_are_not_taken_for_each_other() {
        let (value, handle) = hook();
        let bits = handle as usize as u64;
        let promise = resolved(Value::UNIT).into_bits();
        let as_object = promise as usize as *mut c_void;
        assert_eq!(get_as(Kind::Hook, as_object), Err(LWT_INVALID_ARGUMENT));
        assert!(!release_any(promise));
        release(bits);
        let failed = retain(bits);
        assert_ne!(failed, bits);
        release(failed);
        assert_eq!(Rc::strong_count(&value), 2);
        release(promise);
        assert!(release_any(bits));
        assert_eq!(Rc::strong_count(&value), 1);
        assert!(!release_any(bits));
    }

    #[test]
    fn a_handle_of_another_thread_is_told_as_such() {
        let (value, handle) = hook();
        let bits = handle as usize;
        let told = std::thread::spawn(move || {
            get_as(Kind::Hook, bits as *const c_void).map(|value| *value)
        });
        assert_eq!(told.join().unwrap(), Err(LWT_WRONG_THREAD));
        drop((release_as(Kind::Hook, handle), value));
    }

    #[test]
    fn values_nobody_released_go_with_their_thread() {
        struct Tells(std::sync::mpsc::Sender<()>);
        impl Drop for Tells {
            fn drop(&mut self) {
                self.0.send(()).unwrap();
            }
        }
        let (send, receive) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || new(Kind::Pool, Rc::new(Tells(send))) as usize);
        thread.join().unwrap();
        assert_eq!(receive.try_iter().count(), 1);
    }
}
