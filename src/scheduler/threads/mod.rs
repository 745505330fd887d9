//! Other threads' schedulers: what one may ask of them. Our own, beside module
//! Lwt_main. Calls `handle::remote`, the door and the promises.
//!
//! Whatever a thread asks of another one is a function that is posted to it, and
//! runs in a turn of its main loop; the answer comes back in the same way. What
//! the promise here waits for is told in [`visit`].

pub mod visit;

use crate::handle::fork::Origin;
use crate::handle::remote::{Ended, Remote};
use crate::promise::thread::is_ending;

/// Runs `f` in the next turn of that thread's main loop. It is dropped unrun
/// there if the thread ends before, or is the child of a fork in which whoever
/// posted it is not; here, if the thread has ended.
pub fn post(thread: &Remote, f: impl FnOnce() + Send + 'static) -> Result<(), Ended> {
    let origin = Origin::here();
    thread.post(Box::new(move || {
        if origin.is_in_this_process() && !is_ending() {
            f();
        }
    }))
}
