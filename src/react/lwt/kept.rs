//! What is kept for as long as the thread lives, or until somebody who knows its number
//! gives it up.

use crate::handle::local::at_thread_exit;
use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;

/// The number of what is kept.
pub type Key = usize;

struct Kept {
    last: Key,
    all: BTreeMap<Key, Box<dyn Any>>,
}

thread_local! {
    // Not dropped with the thread's variables: emptied when its handles go.
    static KEPT: RefCell<ManuallyDrop<Kept>> = const {
        RefCell::new(ManuallyDrop::new(Kept {
            last: 0,
            all: BTreeMap::new(),
        }))
    };
}

/// Keeps it.
pub fn keep(thing: impl Any) -> Key {
    let thing: Box<dyn Any> = Box::new(thing);
    KEPT.with(|kept| {
        let mut kept = kept.borrow_mut();
        if kept.all.is_empty() {
            at_thread_exit(|| drop(KEPT.with(|kept| std::mem::take(&mut kept.borrow_mut().all))));
        }
        kept.last += 1;
        let key = kept.last;
        kept.all.insert(key, thing);
        key
    })
}

/// Drops it. False: it is not kept.
pub fn give_up(key: Key) -> bool {
    let kept = KEPT.with(|kept| kept.borrow_mut().all.remove(&key));
    kept.is_some()
}
