//! Every composition, with every fate of what it waits on and of what its
//! callback returns: nothing is left behind, and what was owned is dropped
//! once.

use super::*;
use crate::abi::lwt_exn;
use crate::promise::{cancel, group, on_resolved, pause, seq, state_of, storage};
use std::cell::RefCell;

/// What becomes of a promise.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It was resolved before.
    Was,
    WasPlain,
    HadFailed,
    Resolves,
    ResolvesPlain,
    ResolvesLater,
    Fails,
    IsForgotten,
    IsAbandoned,
    /// The result is cancelled, then this one forgotten.
    ResultCancelled,
    IsCancelled,
}
use Fate::*;

const FATES: [Fate; 11] = [
    Was,
    WasPlain,
    HadFailed,
    Resolves,
    ResolvesPlain,
    ResolvesLater,
    Fails,
    IsForgotten,
    IsAbandoned,
    ResultCancelled,
    IsCancelled,
];

/// A promise, and what it takes to have its fate come.
struct Input {
    p: u64,
    u: u64,
    fate: Fate,
}

impl Input {
    /// The promise is the caller's to consume; `Input` keeps a reference to
    /// cancel it by, if that is its fate.
    fn new(op: u8, fate: Fate) -> (u64, Input) {
        let (p, u) = match fate {
            Was => (done(Settled::value(counted())), 0),
            WasPlain => (done(plain(16)), 0),
            HadFailed => (done(failure()), 0),
            _ => pair(op),
        };
        if fate == IsCancelled {
            super::super::retain(p);
        }
        (p, Input { p, u, fate })
    }

    fn come(self, result: u64) {
        let Input { p, u, fate } = self;
        match fate {
            Was | WasPlain | HadFailed => return,
            Resolves => drop(wakener::wakeup(u, Settled::value(counted()))),
            ResolvesPlain => drop(wakener::wakeup(u, plain(8))),
            ResolvesLater => drop(wakener::wakeup_later(u, Settled::value(counted()))),
            Fails => drop(wakener::wakeup(u, failure())),
            IsForgotten => {}
            IsAbandoned => wakener::release(u),
            ResultCancelled => cancel::cancel(result),
            IsCancelled => {
                cancel::cancel(p);
                release(p);
            }
        }
        wakener::forget(u);
    }
}

/// What a callback returns.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Null,
    /// A promise with this fate, which comes after that of what was waited on.
    Promise(Fate),
    /// The same, and the callback raises.
    Raises(Fate),
}

thread_local! {
    static ANSWER: Cell<Answer> = const { Cell::new(Answer::Null) };
    static INPUTS: RefCell<Vec<Input>> = const { RefCell::new(Vec::new()) };
}

fn answer() -> u64 {
    let fate = match ANSWER.get() {
        Answer::Null => return 0,
        Answer::Promise(fate) => fate,
        Answer::Raises(fate) => {
            crate::promise::call::raise(Exn::new(crate::abi::LWT_FAILURE, "raised"));
            fate
        }
    };
    let (p, input) = Input::new(TASK, fate);
    INPUTS.with_borrow_mut(|inputs| inputs.push(input));
    p
}

unsafe extern "C" fn on_value(_: *mut c_void, _: *mut c_void) -> *mut crate::abi::lwt_t {
    answer() as usize as *mut _
}
unsafe extern "C" fn on_own(value: *mut c_void, _: *mut c_void) -> *mut crate::abi::lwt_t {
    // Plain words are small here, counted ones come after them.
    drop(Value::new(value, (value.addr() > 16).then_some(count_drop)));
    answer() as usize as *mut _
}
unsafe extern "C" fn on_exn(_: *const lwt_exn, _: *mut c_void) -> *mut crate::abi::lwt_t {
    answer() as usize as *mut _
}
unsafe extern "C" fn on_end(_: *mut c_void) -> *mut crate::abi::lwt_t {
    answer() as usize as *mut _
}
unsafe extern "C" fn to_value(_: *mut c_void, _: *mut c_void) -> *mut c_void {
    match ANSWER.get() {
        Answer::Raises(_) => {
            crate::promise::call::raise(Exn::new(crate::abi::LWT_FAILURE, "raised"))
        }
        _ => crate::promise::call::own(counted()),
    }
}

const SEQUENCES: [u8; 6] = [BIND, BIND_OWNED, MAP, CATCH, TRY_BIND, FINALIZE];

fn sequence(op: u8, p: u64) -> u64 {
    let f = match op {
        BIND => on_value as *const () as u64,
        BIND_OWNED => on_own as *const () as u64,
        MAP => to_value as *const () as u64,
        CATCH => on_exn as *const () as u64,
        TRY_BIND => on_value as *const () as u64,
        _ => on_end as *const () as u64,
    };
    let g = if op == TRY_BIND {
        on_exn as *const () as u64
    } else {
        0
    };
    seq::compose(op, "test", p, f, g, counted())
}

const GROUPS: [u8; 11] = [
    JOIN, ALL, CHOOSE, PICK, NCHOOSE, NPICK, SPLIT, FULFILLED, PROTECTED, NO_CANCEL, WRAP,
];

fn grouped(op: u8, members: &[u64]) -> u64 {
    let handles: Vec<_> = members.iter().map(|&p| p as usize as *mut _).collect();
    match op {
        JOIN => group::join(&handles),
        ALL => group::all("test", &handles),
        CHOOSE => group::choose(&handles),
        PICK => group::pick(&handles),
        NCHOOSE => group::nchoose(&handles),
        NPICK => group::npick(&handles),
        SPLIT => group::nchoose_split(&handles),
        FULFILLED => group::any(&handles),
        _ => group::follow(op, "test", members[0]),
    }
}

/// Lets come what the callbacks have started meanwhile.
fn answers_come(result: u64) {
    loop {
        let next = INPUTS.with_borrow_mut(|inputs| inputs.pop());
        match next {
            Some(input) => input.come(result),
            None => break,
        }
    }
}

/// Runs `f`, and says what it left behind.
fn leaves_nothing(what: &dyn std::fmt::Debug, f: impl FnOnce()) {
    let (slots_before, alive_before) = (slots(), counted_alive());
    f();
    let left = (slots() - slots_before, counted_alive() - alive_before);
    assert_eq!(left, (0, 0), "slots and owned things left by {what:?}");
}

fn each_answer(mut f: impl FnMut(Answer)) {
    f(Answer::Null);
    FATES.iter().for_each(|&fate| f(Answer::Promise(fate)));
    f(Answer::Raises(Was));
    f(Answer::Raises(IsForgotten));
}

/// How the test treats the result.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hold {
    /// Released before the fate comes.
    Not,
    /// Kept until the end.
    Kept,
    /// Something is composed on it as well.
    Chained,
    /// A callback of each kind is attached.
    Watched,
}
const HOLDS: [Hold; 4] = [Hold::Not, Hold::Kept, Hold::Chained, Hold::Watched];

unsafe extern "C" fn nothing(_: *mut c_void) {}
unsafe extern "C" fn nothing_2(_: *mut c_void, _: *mut c_void) {}

fn hold(how: Hold, result: u64) -> u64 {
    use crate::promise::node;
    match how {
        Hold::Not => {
            release(result);
            0
        }
        Hold::Kept => result,
        Hold::Chained => {
            let chained = sequence(BIND, sequence(FINALIZE, sequence(TRY_BIND, result)));
            grouped(
                JOIN,
                &[chained, grouped(PROTECTED, &[sequence_of(chained)])],
            )
        }
        Hold::Watched => {
            let unit = nothing as *const () as u64;
            let two = nothing_2 as *const () as u64;
            for (kind, f) in [
                (node::CANCEL, unit),
                (node::TERMINATION, unit),
                (node::SUCCESS, two),
                (node::FAILURE, two),
                (node::ANY, two),
                (node::FATE, 0),
            ] {
                node::on(kind, result, Some(f), Some(two), counted());
            }
            // SAFETY: `result` is a reference of this test's.
            let promise = unsafe { crate::promise::Promise::from_bits(result) };
            let _ = on_resolved(&promise, |_| {}, 0);
            promise.into_bits()
        }
    }
}

/// The same promise once more.
fn sequence_of(p: u64) -> u64 {
    super::super::retain(p)
}

#[test]
fn sequences_leave_nothing_behind_whatever_happens() {
    drop(counted()); // what comes after is not a plain word
    drop(counted());
    for op in SEQUENCES {
        for source in [WAIT, TASK] {
            for fate in FATES {
                for how in HOLDS {
                    each_answer(|answer| {
                        leaves_nothing(&(op, source, fate, how, answer), || {
                            ANSWER.set(answer);
                            let (p, input) = Input::new(source, fate);
                            let result = hold(how, sequence(op, p));
                            input.come(result);
                            answers_come(result);
                            release(result);
                        });
                    });
                }
            }
        }
    }
}

#[test]
fn groups_leave_nothing_behind_whatever_happens() {
    ANSWER.set(Answer::Promise(Was));
    for op in GROUPS {
        for first in FATES {
            for second in FATES {
                for third in [Was, Resolves, Fails, IsForgotten] {
                    for how in HOLDS {
                        leaves_nothing(&(op, first, second, third, how), || {
                            let mut members = Vec::new();
                            let mut inputs = Vec::new();
                            for (op, fate) in [(TASK, first), (WAIT, second), (TASK, third)] {
                                let (p, input) = Input::new(op, fate);
                                members.push(p);
                                inputs.push(input);
                            }
                            if matches!(op, PROTECTED | NO_CANCEL | WRAP) {
                                members.drain(1..).for_each(release);
                            }
                            let result = hold(how, grouped(op, &members));
                            inputs.into_iter().for_each(|input| input.come(result));
                            answers_come(result);
                            release(result);
                        });
                    }
                }
            }
        }
    }
}

/// Members that are no wait or task have no room for a membership of their own;
/// and a promise may be a member twice.
#[test]
fn groups_of_binds_leave_nothing_behind() {
    for op in GROUPS {
        for first in FATES {
            for second in FATES {
                for how in HOLDS {
                    leaves_nothing(&(op, first, second, how), || {
                        ANSWER.set(Answer::Promise(WasPlain));
                        let (p, one) = Input::new(TASK, first);
                        let (q, two) = Input::new(WAIT, second);
                        let mut members = vec![sequence(BIND, p), sequence(MAP, q)];
                        members.push(sequence_of(members[0]));
                        if matches!(op, PROTECTED | NO_CANCEL | WRAP) {
                            members.drain(1..).for_each(release);
                        }
                        let result = hold(how, grouped(op, &members));
                        one.come(result);
                        two.come(result);
                        answers_come(result);
                        release(result);
                    });
                }
            }
        }
    }
}

/// The result of a group becomes that of a bind: its memberships now resolve a
/// part of another promise.
#[test]
fn groups_that_a_callback_returns_leave_nothing_behind() {
    thread_local! {
        static GROUP: Cell<u64> = const { Cell::new(0) };
    }
    unsafe extern "C" fn give(_: *mut c_void, _: *mut c_void) -> *mut crate::abi::lwt_t {
        GROUP.replace(0) as usize as *mut _
    }
    for op in GROUPS {
        for first in FATES {
            for second in FATES {
                for how in HOLDS {
                    for kept in [false, true] {
                        leaves_nothing(&(op, first, second, how, kept), || {
                            ANSWER.set(Answer::Promise(WasPlain));
                            let (p, one) = Input::new(TASK, first);
                            let (q, two) = Input::new(TASK, second);
                            if matches!(op, PROTECTED | NO_CANCEL | WRAP) {
                                release(q);
                            }
                            let group = grouped(op, &[p, q]);
                            if kept {
                                sequence_of(group);
                            }
                            GROUP.set(group);
                            let (source, u) = pair(WAIT);
                            let f = give as *const () as u64;
                            let result = seq::compose(BIND, "test", source, f, 0, counted());
                            let result = hold(how, result);
                            wakener::wakeup(u, Settled::UNIT);
                            one.come(result);
                            two.come(result);
                            answers_come(result);
                            release(result);
                            if kept {
                                release(group);
                            }
                        });
                    }
                }
            }
        }
    }
}

#[test]
fn storage_goes_with_the_last_callback_that_could_see_it() {
    unsafe extern "C" fn inside(source: *mut c_void) -> *mut crate::abi::lwt_t {
        let p = sequence(BIND, source.addr() as u64);
        node_on_all(p);
        sequence(FINALIZE, p) as usize as *mut _
    }
    fn node_on_all(p: u64) {
        let p = hold(Hold::Watched, p);
        debug_assert_ne!(p, 0);
    }
    let key = storage::new_key();
    for fate in FATES {
        each_answer(|answer| {
            leaves_nothing(&(fate, answer), || {
                ANSWER.set(answer);
                let (p, input) = Input::new(TASK, fate);
                let env = Value::plain(ptr::without_provenance_mut(p as usize));
                let result = storage::with_value(key, Some(counted()), Some(inside), env);
                assert_eq!(storage::get(key), None);
                input.come(result);
                answers_come(result);
                release(result);
            });
        });
    }
}

#[test]
fn paused_promises_are_given_back() {
    leaves_nothing(&"pause", || {
        let (woken, left) = (pause::pause(), pause::pause());
        cancel::cancel(left);
        pause::wakeup_paused();
        assert_eq!(state_of(woken), crate::abi::lwt_promise_state::LWT_RETURN);
        let abandoned = pause::pause();
        pause::abandon_paused();
        [woken, left, abandoned].into_iter().for_each(give_up);
    });
}
