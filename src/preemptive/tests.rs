//! What becomes of the workers that wait for a main thread that ends, and of
//! environments on the way.

use super::*;
use crate::abi::*;
use crate::handle::remote;
use crate::scheduler::main_loop;
use crate::value::Value;
use std::ffi::c_void;
use std::ptr;
use std::sync::mpsc;
use std::thread;

/// An environment that tells when it is dropped, and by whom.
struct Token {
    dropped: mpsc::Sender<thread::ThreadId>,
    begun: mpsc::Sender<()>,
    answer: mpsc::Sender<Result<usize, i32>>,
}

unsafe extern "C" fn drop_token(token: *mut c_void) {
    // SAFETY: made by `env`, and dropped once.
    let token = unsafe { Box::from_raw(token.cast::<Token>()) };
    let _ = token.dropped.send(thread::current().id());
}

struct Told {
    dropped: mpsc::Receiver<thread::ThreadId>,
    begun: mpsc::Receiver<()>,
    answer: mpsc::Receiver<Result<usize, i32>>,
}

fn env() -> (Env, Told) {
    let (dropped, was_dropped) = mpsc::channel();
    let (begun, has_begun) = mpsc::channel();
    let (answer, was_answer) = mpsc::channel();
    let token = Box::into_raw(Box::new(Token {
        dropped,
        begun,
        answer,
    }));
    let told = Told {
        dropped: was_dropped,
        begun: has_begun,
        answer: was_answer,
    };
    (Value::new(token.cast(), Some(drop_token)), told)
}

unsafe extern "C" fn for_ever(_: *mut c_void) -> *mut lwt_t {
    match promise::external(&DETACHED, [u64::MAX; 2]) {
        Some((promise, resolver)) => {
            drop(resolver);
            promise.into_raw()
        }
        None => ptr::null_mut(),
    }
}

unsafe extern "C" fn seven(_: *mut c_void) -> *mut lwt_t {
    promise::resolved(Value::plain(ptr::without_provenance_mut(7))).into_raw()
}

fn ask(token: *mut c_void, f: lwt_thunk_fn) -> lwt_value {
    // SAFETY: the environment of `env`, alive as long as the computation.
    let token = unsafe { &*token.cast::<Token>() };
    let _ = token.begun.send(());
    let answer = run_in_main(f, ptr::null_mut());
    let _ = token.answer.send(match answer {
        Ok(value) => Ok(value.into_parts().0 as usize),
        Err(exn) => Err(exn.kind()),
    });
    ptr::null_mut()
}

unsafe extern "C" fn ask_for_ever(token: *mut c_void) -> lwt_value {
    ask(token, Some(for_ever))
}

unsafe extern "C" fn ask_for_seven(token: *mut c_void) -> lwt_value {
    ask(token, Some(seven))
}

#[test]
fn a_worker_gets_what_the_main_thread_made_and_the_environment_is_dropped_there() {
    let (env, told) = env();
    let promise = detach(Some(ask_for_seven), env);
    assert!(main_loop::run(promise).is_ok());
    assert_eq!(told.answer.recv(), Ok(Ok(7)));
    assert_eq!(told.dropped.recv(), Ok(thread::current().id()));
}

#[test]
fn a_worker_that_waits_is_answered_when_the_main_thread_ends() {
    let (env, told) = env();
    let env = Across(env);
    let main = thread::spawn(move || {
        drop(detach(Some(ask_for_ever), env.get()));
        told.begun.recv().unwrap();
        // The request is on its way, or here already.
        remote::run_posted();
        told
    });
    let told = main.join().unwrap();
    assert_eq!(told.answer.recv(), Ok(Err(LWT_ABANDONED)));
    assert!(told.dropped.recv().is_ok());
}

#[test]
fn on_the_main_thread_itself_it_would_wait_for_ever_and_is_refused() {
    let main = thread::spawn(|| {
        let me = main_thread::Caller::current();
        main_thread::on_behalf_of(me, || {
            let answer = run_in_main(Some(seven), ptr::null_mut());
            answer.err().map(|exn| exn.kind())
        })
    });
    assert_eq!(main.join().unwrap(), Some(LWT_INVALID_ARGUMENT));
}

#[test]
fn no_function_is_an_error_and_its_environment_is_dropped() {
    let (env, told) = env();
    let promise = detach(None, env);
    assert_eq!(promise.state(), lwt_promise_state::LWT_FAIL);
    assert_eq!(told.dropped.recv(), Ok(thread::current().id()));
}

#[test]
fn absurd_bounds_are_refused() {
    assert!(!set_bounds(3, 2));
    assert!(!set_bounds(0, 0));
    assert!(!set_bounds(0, usize::MAX));
}
