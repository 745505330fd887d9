//! The pool on which names are looked up. It is one of its own, so that a name
//! server which does not answer holds up nothing but other names. Calls the
//! pools and the jobs.

use crate::promise::{Outcome, Promise, Source};
use crate::scheduler::job::closure;
use crate::scheduler::job::method::{self, Method};
use crate::scheduler::job::pool::Manner;
use crate::scheduler::job::pools::Shared;
use crate::scheduler::job::run::{self, Place};

/// The threads that there may be until that is set. They mostly wait, each for
/// one name.
const DEFAULT_SIZE: usize = 16;

/// The pool, which all threads share.
pub static POOL: Shared = Shared::new("resolver", Manner::Eager, 0, DEFAULT_SIZE);

static LOOK_UP: Source = Source {
    name: "look-up of a name",
    cancel: Some(|_, data| run::cancel(data)),
    describe: Some(run::describe),
};

/// Runs `work` on the pool and `result` here: a job like others, where the
/// current async method is NONE within the call. Cancelled before a thread has
/// begun it, it never runs; later, its result is dropped.
pub fn run<T, W, R>(function: &str, work: W, result: R) -> Promise
where
    W: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
    R: FnOnce(T) -> Outcome + Send + 'static,
{
    let place = match method::current() {
        Method::None => Place::Here,
        Method::Detach | Method::Switch => Place::Pool(POOL.get()),
    };
    closure::run(place, &LOOK_UP, false, function, work, result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_pool_of_its_own_whose_size_has_bounds() {
        assert_eq!(POOL.size(), DEFAULT_SIZE);
        assert!(!POOL.set_size(0, 0));
        assert!(POOL.set_size(0, 3));
        assert_eq!(POOL.size(), 3);
        assert!(POOL.set_size(0, DEFAULT_SIZE));
        assert_eq!(POOL.get().name(), "resolver");
    }
}
