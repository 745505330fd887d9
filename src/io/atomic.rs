//! Atomic blocks: a function that has a channel for itself. Module Lwt_io; calls
//! channels and promises.

use super::Channel;
use crate::promise::Promise;
use crate::promise::future::spawn;
use std::rc::Rc;

impl Channel {
    /// `Lwt_io.atomic`: runs `f` with a handle of its own when its turn comes; all
    /// others wait until the promise of `f` has resolved. What is left undone on
    /// that handle fails then, and so does whatever is tried on it later.
    pub fn atomic(self: &Rc<Self>, f: impl FnOnce(Rc<Channel>) -> Promise + 'static) -> Promise {
        let channel = self.clone();
        spawn(async move {
            let turn = channel.lock().await?;
            let block = Block(channel.lend());
            let outcome = f(block.0.clone()).await;
            drop(block);
            drop(turn);
            outcome
        })
    }
}

/// The handle of a block, good as long as this is there.
struct Block(Rc<Channel>);

impl Drop for Block {
    fn drop(&mut self) {
        self.0.expire();
    }
}
