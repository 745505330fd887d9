//! Failures of promises that are to become occurrences. There is nothing to occur, and
//! nobody to fail; React loses them, and so does this, unless the thread has a hook.

use crate::exn::Exn;
use crate::handle::local::at_thread_exit;
use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

/// What is told of a failure.
pub type Hook = dyn Fn(&Exn);

thread_local! {
    // Not dropped with the thread's variables: emptied when its handles go.
    static HOOK: RefCell<ManuallyDrop<Option<Rc<Hook>>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

fn replace(hook: Option<Rc<Hook>>) -> Option<Rc<Hook>> {
    HOOK.with(|place| std::mem::replace(&mut **place.borrow_mut(), hook))
}

/// Sets the hook of this thread.
pub fn set_hook(hook: Option<Rc<Hook>>) {
    let before = replace(hook);
    if before.is_none() {
        at_thread_exit(|| drop(replace(None)));
    }
    drop(before);
}

/// A failure that comes to nothing.
pub fn lose(exn: Exn) {
    let hook = HOOK.with(|place| (**place.borrow()).clone());
    if let Some(hook) = hook {
        hook(&exn);
    }
}
