//! What may own a long chain of its like: streams made of streams made of
//! streams. Module Lwt_stream; calls the values below.

use crate::value::Value;
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

/// A box that is dropped as a value is: without a frame for each link of the
/// chain that hangs on it.
pub struct Deep<T: 'static>(ManuallyDrop<Box<T>>);

impl<T> Deep<T> {
    pub fn new(thing: T) -> Deep<T> {
        Deep(ManuallyDrop::new(Box::new(thing)))
    }
}

impl<T> Deref for Deep<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Deep<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> Drop for Deep<T> {
    fn drop(&mut self) {
        // SAFETY: it is not used any more.
        let thing = Box::into_raw(unsafe { ManuallyDrop::take(&mut self.0) });
        drop(Value::new(thing.cast(), Some(drop_boxed::<T>)));
    }
}

unsafe extern "C" fn drop_boxed<T>(thing: *mut c_void) {
    // SAFETY: the drop function of the value made above, which runs once.
    drop(unsafe { Box::from_raw(thing.cast::<T>()) });
}
