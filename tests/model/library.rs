//! The world that is tested: the functions of `lwt.h`, called as C calls them.

use crate::machine::*;
use crate::program::*;
use lwt as _; // links it
use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

type P = *mut c_void;
type Drop = Option<unsafe extern "C" fn(P)>;
type OnValue = unsafe extern "C" fn(P, P) -> P;
type Unit = unsafe extern "C" fn(P);
type Unit2 = unsafe extern "C" fn(P, P);
type Thunk = unsafe extern "C" fn(P) -> P;

#[repr(C)]
struct Values {
    len: usize,
    data: *mut P,
}

unsafe extern "C" {
    fn lwt_return(value: P) -> P;
    fn lwt_return_owned(value: P, drop: Drop) -> P;
    fn lwt_fail(e: P) -> P;
    fn lwt_exn_new_owned(kind: c_int, message: *const c_char, payload: P, drop: Drop) -> P;
    fn lwt_exn_kind(e: P) -> c_int;
    fn lwt_exn_payload(e: P) -> P;
    fn lwt_raise(e: P) -> P;
    fn lwt_owned(value: P, drop: Drop) -> P;
    fn lwt_wait(u: *mut P) -> P;
    fn lwt_task(u: *mut P) -> P;
    fn lwt_pause() -> P;
    fn lwt_wakeup(u: P, value: P) -> c_int;
    fn lwt_wakeup_owned(u: P, value: P, drop: Drop) -> c_int;
    fn lwt_wakeup_exn(u: P, e: P) -> c_int;
    fn lwt_wakeup_later(u: P, value: P) -> c_int;
    fn lwt_wakeup_later_owned(u: P, value: P, drop: Drop) -> c_int;
    fn lwt_wakeup_later_exn(u: P, e: P) -> c_int;
    fn lwt_wakener_release(u: P);
    fn lwt_wakener_forget(u: P);
    fn lwt_state(p: P) -> c_int;
    fn lwt_value_of(p: P) -> P;
    fn lwt_exn_of(p: P) -> P;
    fn lwt_take(p: P) -> P;
    fn lwt_retain(p: P) -> P;
    fn lwt_release(p: P);
    fn lwt_bind(p: P, f: OnValue, env: P, drop: Drop) -> P;
    fn lwt_bind_owned(p: P, f: OnValue, env: P, drop: Drop) -> P;
    fn lwt_map(p: P, f: OnValue, env: P, drop: Drop) -> P;
    fn lwt_catch(p: P, f: OnValue, env: P, drop: Drop) -> P;
    fn lwt_try_bind(p: P, f: OnValue, g: OnValue, env: P, drop: Drop) -> P;
    fn lwt_finalize(p: P, f: Thunk, env: P, drop: Drop) -> P;
    fn lwt_on_success(p: P, f: Unit2, env: P, drop: Drop) -> c_int;
    fn lwt_on_failure(p: P, f: Unit2, env: P, drop: Drop) -> c_int;
    fn lwt_on_termination(p: P, f: Unit, env: P, drop: Drop) -> c_int;
    fn lwt_on_any(p: P, f: Unit2, g: Unit2, env: P, drop: Drop) -> c_int;
    fn lwt_on_cancel(p: P, f: Unit, env: P, drop: Drop) -> c_int;
    fn lwt_join(ps: *const P, n: usize) -> P;
    fn lwt_all(ps: *const P, n: usize) -> P;
    fn lwt_choose(ps: *const P, n: usize) -> P;
    fn lwt_pick(ps: *const P, n: usize) -> P;
    fn lwt_nchoose(ps: *const P, n: usize) -> P;
    fn lwt_npick(ps: *const P, n: usize) -> P;
    fn lwt_values_release(values: P);
    fn lwt_protected(p: P) -> P;
    fn lwt_no_cancel(p: P) -> P;
    fn lwt_wrap_in_cancelable(p: P) -> P;
    fn lwt_cancel(p: P);
    fn lwt_wakeup_paused();
    fn lwt_abandon_paused();
    fn lwt_paused_count() -> usize;
    fn lwt_new_key() -> P;
    fn lwt_get(key: P, value: *mut P) -> bool;
    fn lwt_with_value(key: P, value: *const P, drop: Drop, f: Thunk, env: P, drop_env: Drop) -> P;
    fn lwt_async(f: Thunk, env: P, drop: Drop);
    fn lwt_dont_wait(f: Thunk, on_exn: Unit2, env: P, drop: Drop);
    fn lwt_set_async_exception_hook(f: Option<Unit2>, env: P, drop: Drop);
}

thread_local! {
    /// Whose program this thread runs.
    static RUNNING: Cell<*const Machine> = const { Cell::new(ptr::null()) };
    /// The counters of this thread's programs: their addresses are the values.
    static COUNTERS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    /// Where the machine's own begin.
    static FIRST: Cell<usize> = const { Cell::new(0) };
}

/// Environments that the library may drop as late as at the end of the thread.
#[derive(Default)]
pub struct Arena(RefCell<Vec<Rc<Env>>>);

// SAFETY: filled by one thread, and emptied when that has ended.
unsafe impl Send for Arena {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

pub struct Library {
    arena: *const Arena,
    keys: [P; 2],
}

/// The keys of storage, which are the process's: handles as numbers.
static KEYS: OnceLock<[usize; 2]> = OnceLock::new();

impl Library {
    /// For this thread, whose programs have these counters. Both outlive it.
    pub fn new(arena: &Arena, counters: &[AtomicU8]) -> Library {
        let range = counters.as_ptr_range();
        COUNTERS.set((range.start as usize, range.end as usize));
        let keys = KEYS.get_or_init(|| {
            // SAFETY: the hook is a function of this file.
            unsafe {
                lwt_set_async_exception_hook(Some(hook), ptr::null_mut(), None);
                [lwt_new_key() as usize, lwt_new_key() as usize]
            }
        });
        Library {
            arena,
            keys: keys.map(|key| key as P),
        }
    }

    fn keep(&self, env: Rc<Env>) -> P {
        let pointer = Rc::as_ptr(&env) as P;
        // SAFETY: it outlives this, and this thread alone uses it.
        unsafe { &*self.arena }.0.borrow_mut().push(env);
        pointer
    }
}

/// This machine runs from now on.
pub fn enter(machine: &Machine) -> Running<'_> {
    RUNNING.set(machine);
    FIRST.set(machine.counter(0) as usize);
    Running(machine)
}

/// As long as it lives that machine runs. What is dropped later is counted, and
/// no more.
pub struct Running<'a>(#[allow(dead_code)] &'a Machine);

impl std::ops::Drop for Running<'_> {
    fn drop(&mut self) {
        RUNNING.set(ptr::null());
    }
}

fn machine<'a>() -> &'a Machine {
    // SAFETY: `enter` was called, and that machine still runs.
    unsafe { &*RUNNING.get() }
}

fn counter(thing: Thing) -> P {
    machine().counter(thing) as P
}

unsafe extern "C" fn drop_thing(counter: P) {
    // SAFETY: all that is given this function is a counter that lives.
    unsafe { &*counter.cast::<AtomicU8>() }.fetch_add(1, Relaxed);
    // SAFETY: NULL, or that machine still runs.
    if let Some(machine) = unsafe { RUNNING.get().as_ref() } {
        machine.has_dropped(thing(counter));
    }
}

unsafe extern "C" fn drop_env(env: P) {
    // SAFETY: the arena keeps it, and the counters outlive it.
    unsafe { drop_thing((*env.cast::<Env>()).drops as P) }
}

fn is_counter(word: P) -> bool {
    let (start, end) = COUNTERS.get();
    (start..end).contains(&(word as usize))
}

fn thing(word: P) -> Thing {
    (word as usize).wrapping_sub(FIRST.get())
}

/// What a word that a promise shows stands for.
fn seen(word: P) -> Seen {
    seen_within(word, ARRAYS)
}

/// Arrays are looked into as deep as that.
fn seen_within(word: P, depth: usize) -> Seen {
    if (word as usize) < 4096 {
        return Seen::Plain(word as u64);
    }
    if is_counter(word) {
        return Seen::Owned(thing(word));
    }
    // SAFETY: programs make no other values than arrays.
    let words = unsafe {
        let array = &*word.cast::<Values>();
        match array.len {
            0 => &[],
            len => std::slice::from_raw_parts(array.data, len),
        }
    };
    match depth.checked_sub(1) {
        None => Seen::Deep(words.len()),
        Some(depth) => {
            let inside = |&word: &P| seen_within(word, depth);
            Seen::Array(words.iter().map(inside).collect())
        }
    }
}

/// Does what the owner of a value does in the end.
fn dispose(word: P) {
    // SAFETY: the value was moved to us.
    unsafe {
        if is_counter(word) {
            drop_thing(word);
        } else if word as usize >= 4096 {
            lwt_values_release(word);
        }
    }
}

fn why(e: P) -> Why {
    // SAFETY: the library lent it.
    let (kind, payload) = unsafe { (lwt_exn_kind(e), lwt_exn_payload(e)) };
    Why {
        kind,
        payload: (!payload.is_null()).then(|| thing(payload)),
    }
}

fn exn(kind: Kind, payload: Thing) -> P {
    // SAFETY: a counter, and what counts in it.
    unsafe { lwt_exn_new_owned(kind, ptr::null(), counter(payload), Some(drop_thing)) }
}

/// Runs a callback's script, and tells the library what it raised.
fn run(env: P, second: bool, arg: Arg, shape: Shape) -> Said {
    // SAFETY: the arena keeps it.
    let env = unsafe { &*env.cast::<Env>() };
    // SAFETY: as `machine`.
    let said = unsafe { &*env.machine }.call(env, second, arg, shape);
    if let Some((kind, payload)) = said.raised {
        // SAFETY: a new exception.
        unsafe { lwt_raise(exn(kind, payload)) };
    }
    said
}

fn promise(env: P, second: bool, arg: Arg) -> P {
    run(env, second, arg, Shape::Promise).promise as P
}

unsafe extern "C" fn on_value(value: P, env: P) -> P {
    promise(env, false, Arg::Value(seen(value)))
}
unsafe extern "C" fn on_owned(value: P, env: P) -> P {
    let arg = Arg::Value(seen(value));
    dispose(value);
    promise(env, false, arg)
}
unsafe extern "C" fn on_exn(e: P, env: P) -> P {
    promise(env, false, Arg::Exn(why(e)))
}
unsafe extern "C" fn on_exn_second(e: P, env: P) -> P {
    promise(env, true, Arg::Exn(why(e)))
}
unsafe extern "C" fn thunk(env: P) -> P {
    promise(env, false, Arg::None)
}
unsafe extern "C" fn map(value: P, env: P) -> P {
    match run(env, false, Arg::Value(seen(value)), Shape::Value).value {
        Give::Plain(n) => n as P,
        // SAFETY: a counter, and what counts in it.
        Give::Owned(thing) => unsafe { lwt_owned(counter(thing), Some(drop_thing)) },
        Give::Fail(..) => ptr::null_mut(),
    }
}
unsafe extern "C" fn watch_value(value: P, env: P) {
    run(env, false, Arg::Value(seen(value)), Shape::Nothing);
}
unsafe extern "C" fn watch_exn(e: P, env: P) {
    run(env, false, Arg::Exn(why(e)), Shape::Nothing);
}
unsafe extern "C" fn watch_exn_second(e: P, env: P) {
    run(env, true, Arg::Exn(why(e)), Shape::Nothing);
}
unsafe extern "C" fn watch(env: P) {
    run(env, false, Arg::None, Shape::Nothing);
}
unsafe extern "C" fn hook(e: P, _: P) {
    machine().write(Event::Hook(why(e)));
}

// SAFETY for all calls below: handles and words come from the library or are
// wrong on purpose, which it must bear; functions have the types it asks for,
// environments live in the arena.
#[allow(clippy::undocumented_unsafe_blocks)]
impl World for Library {
    fn make(&self, give: Give) -> Handle {
        unsafe {
            match give {
                Give::Plain(n) => lwt_return(n as P) as Handle,
                Give::Owned(thing) => lwt_return_owned(counter(thing), Some(drop_thing)) as Handle,
                Give::Fail(kind, thing) => lwt_fail(exn(kind, thing)) as Handle,
            }
        }
    }

    fn wait(&self, cancelable: bool) -> (Handle, u64) {
        let mut u = ptr::null_mut();
        let p = unsafe {
            match cancelable {
                true => lwt_task(&mut u),
                false => lwt_wait(&mut u),
            }
        };
        (p as Handle, u as u64)
    }

    fn pause(&self) -> Handle {
        unsafe { lwt_pause() as Handle }
    }

    fn wakeup(&self, _: &Machine, u: u64, give: Give, later: bool) -> i64 {
        let u = u as P;
        let code = unsafe {
            match (give, later) {
                (Give::Plain(n), false) => lwt_wakeup(u, n as P),
                (Give::Plain(n), true) => lwt_wakeup_later(u, n as P),
                (Give::Owned(t), false) => lwt_wakeup_owned(u, counter(t), Some(drop_thing)),
                (Give::Owned(t), true) => lwt_wakeup_later_owned(u, counter(t), Some(drop_thing)),
                (Give::Fail(kind, t), false) => lwt_wakeup_exn(u, exn(kind, t)),
                (Give::Fail(kind, t), true) => lwt_wakeup_later_exn(u, exn(kind, t)),
            }
        };
        i64::from(code)
    }

    fn release_wakener(&self, _: &Machine, u: u64) {
        unsafe { lwt_wakener_release(u as P) }
    }

    fn forget_wakener(&self, u: u64) {
        unsafe { lwt_wakener_forget(u as P) }
    }

    fn sequential(&self, _: &Machine, how: Sequential, p: Handle, env: Rc<Env>) -> Handle {
        let (p, env, drop) = (p as P, self.keep(env), Some(drop_env as Unit));
        let result = unsafe {
            match how {
                Sequential::Bind => lwt_bind(p, on_value, env, drop),
                Sequential::BindOwned => lwt_bind_owned(p, on_owned, env, drop),
                Sequential::Map => lwt_map(p, map, env, drop),
                Sequential::Catch => lwt_catch(p, on_exn, env, drop),
                Sequential::TryBind => lwt_try_bind(p, on_value, on_exn_second, env, drop),
                Sequential::Finalize => lwt_finalize(p, thunk, env, drop),
            }
        };
        result as Handle
    }

    fn watch(&self, _: &Machine, how: Watch, p: Handle, env: Rc<Env>) -> i64 {
        let (p, env, drop) = (p as P, self.keep(env), Some(drop_env as Unit));
        let code = unsafe {
            match how {
                Watch::Success => lwt_on_success(p, watch_value, env, drop),
                Watch::Failure => lwt_on_failure(p, watch_exn, env, drop),
                Watch::Termination => lwt_on_termination(p, watch, env, drop),
                Watch::Any => lwt_on_any(p, watch_value, watch_exn_second, env, drop),
                Watch::Cancel => lwt_on_cancel(p, watch, env, drop),
            }
        };
        i64::from(code)
    }

    fn concurrent(&self, m: &Machine, how: Concurrent, ps: &[Handle], call: usize) -> Handle {
        let (array, n) = (ps.as_ptr().cast(), ps.len());
        let result = unsafe {
            match how {
                Concurrent::Join => lwt_join(array, n),
                Concurrent::All => lwt_all(array, n),
                Concurrent::Choose => lwt_choose(array, n),
                Concurrent::Pick => lwt_pick(array, n),
                Concurrent::Nchoose => lwt_nchoose(array, n),
                Concurrent::Npick => lwt_npick(array, n),
            }
        };
        if let Some(at) = ps.iter().position(|&p| p == result as Handle) {
            m.choices.borrow_mut().insert(call, at);
        }
        result as Handle
    }

    fn follow(&self, how: Follow, p: Handle) -> Handle {
        let p = p as P;
        let result = unsafe {
            match how {
                Follow::Protected => lwt_protected(p),
                Follow::NoCancel => lwt_no_cancel(p),
                Follow::Wrap => lwt_wrap_in_cancelable(p),
            }
        };
        result as Handle
    }

    fn cancel(&self, _: &Machine, p: Handle) {
        unsafe { lwt_cancel(p as P) }
    }

    fn release(&self, p: Handle) {
        unsafe { lwt_release(p as P) }
    }

    fn retain(&self, p: Handle) -> Handle {
        unsafe { lwt_retain(p as P) as Handle }
    }

    fn take(&self, p: Handle) -> Seen {
        // The words are looked at before they are moved.
        let seen = match self.look(p) {
            Look::Value(seen) => seen,
            _ => Seen::Plain(0),
        };
        dispose(unsafe { lwt_take(p as P) });
        seen
    }

    fn wakeup_paused(&self, _: &Machine) {
        unsafe { lwt_wakeup_paused() }
    }

    fn abandon_paused(&self) {
        unsafe { lwt_abandon_paused() }
    }

    fn paused_count(&self) -> usize {
        unsafe { lwt_paused_count() }
    }

    fn with_value(&self, _: &Machine, key: u8, value: Option<Thing>, env: Rc<Env>) -> Handle {
        let (key, env) = (self.keys[usize::from(key)], self.keep(env));
        let word = value.map_or(ptr::null_mut(), counter);
        let given = value.map_or(ptr::null(), |_| &raw const word);
        let result =
            unsafe { lwt_with_value(key, given, Some(drop_thing), thunk, env, Some(drop_env)) };
        result as Handle
    }

    fn run_async(&self, _: &Machine, env: Rc<Env>) {
        unsafe { lwt_async(thunk, self.keep(env), Some(drop_env)) }
    }

    fn dont_wait(&self, _: &Machine, env: Rc<Env>) {
        unsafe { lwt_dont_wait(thunk, watch_exn_second, self.keep(env), Some(drop_env)) }
    }

    fn get(&self, key: u8) -> Option<Seen> {
        let mut word = ptr::null_mut();
        unsafe { lwt_get(self.keys[usize::from(key)], &mut word) }.then(|| seen(word))
    }

    fn look(&self, p: Handle) -> Look {
        let p = p as P;
        unsafe {
            match lwt_state(p) {
                1 => Look::Value(seen(lwt_value_of(p))),
                2 => Look::Failed(why(lwt_exn_of(p))),
                _ => Look::Pending,
            }
        }
    }
}
