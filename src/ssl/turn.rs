//! The turn of who reads, writes or shakes hands: a mutex that is unlocked by
//! whatever ends, and that nobody keeps who was cancelled while it was handed over.
//! Module Lwt_ssl; calls mutexes.

#![forbid(unsafe_code)]

use crate::abi::lwt_promise_state::LWT_RETURN;
use crate::exn::Exn;
use crate::promise::Promise;
use crate::sync::mutex::Mutex;
use std::rc::Rc;

/// The turn, given up when it is dropped.
pub struct Turn(Rc<Mutex>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.unlock();
    }
}

/// Takes the turn if nobody has it.
pub fn try_take(mutex: &Rc<Mutex>) -> Option<Turn> {
    mutex.try_lock().then(|| Turn(mutex.clone()))
}

/// Waits for the turn.
pub async fn take(mutex: &Rc<Mutex>) -> Result<Turn, Exn> {
    let promise = mutex.lock();
    let mut asked = Asked {
        mutex,
        promise: Some(promise.clone()),
    };
    let resolved = promise.until_resolved().await;
    asked.promise = None;
    match resolved.exn() {
        None => Ok(Turn(mutex.clone())),
        Some(exn) => Err(exn),
    }
}

/// Somebody who has asked for the turn. Dropped, he does not want it any more.
struct Asked<'a> {
    mutex: &'a Rc<Mutex>,
    promise: Option<Promise>,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let Some(promise) = self.promise.take() else {
            return;
        };
        if promise.is_pending() {
            promise.cancel();
        } else if promise.state() == LWT_RETURN {
            self.mutex.unlock();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promise::future::spawn;
    use crate::value::Value;

    #[test]
    fn who_waits_and_is_cancelled_has_no_turn() {
        let mutex = Mutex::new();
        let first = try_take(&mutex).unwrap();
        let asking = |mutex: &Rc<Mutex>| {
            let mutex = mutex.clone();
            spawn(async move {
                let _turn = take(&mutex).await?;
                Ok(Value::UNIT)
            })
        };
        let (second, third) = (asking(&mutex), asking(&mutex));
        second.cancel();
        assert!(second.exn().unwrap().is_canceled() && third.is_pending());
        drop(first);
        assert!(!third.is_pending() && !mutex.is_locked());
    }
}
