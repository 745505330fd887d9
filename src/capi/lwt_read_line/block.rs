//! Structures with texts that C owns: one block of the C library's memory, which one
//! `free` gives back.

use std::ffi::c_char;
use std::ptr;

/// A block that is being put together: room for the structure, then for texts, and for
/// arrays of pointers between the two.
pub struct Block {
    head: usize,
    pointers: usize,
    texts: Vec<u8>,
}

/// A text of a block, by its place.
#[derive(Clone, Copy)]
pub struct Place(usize);

impl Block {
    /// For a structure.
    pub fn new<T>() -> Block {
        Block {
            head: size_of::<T>(),
            pointers: 0,
            texts: Vec::new(),
        }
    }

    /// The same, with an array of so many pointers behind it.
    pub fn with_pointers<T>(pointers: usize) -> Block {
        Block {
            pointers,
            ..Block::new::<T>()
        }
    }

    /// Puts a text into the block, with a NUL behind it.
    pub fn text(&mut self, text: &[u8]) -> Place {
        let place = Place(self.texts.len());
        self.texts.extend_from_slice(text);
        self.texts.push(0);
        place
    }

    /// The block. NULL: out of memory.
    pub fn made<T>(self, structure: impl FnOnce(&dyn Fn(Place) -> *const c_char) -> T) -> *mut T {
        self.made_with(&[], |at, _| structure(at))
    }

    /// The same, with the texts that the pointers of the array lead to.
    pub fn made_with<T>(
        self,
        pointed: &[Place],
        structure: impl FnOnce(&dyn Fn(Place) -> *const c_char, *const *const c_char) -> T,
    ) -> *mut T {
        let array = self.head.next_multiple_of(align_of::<*const c_char>());
        let texts = array + self.pointers * size_of::<*const c_char>();
        // SAFETY: the block has room for all three, one behind the other, and what
        // malloc gives is aligned for pointers and for a structure of them.
        unsafe {
            let block = libc::malloc(texts + self.texts.len().max(1)).cast::<u8>();
            if block.is_null() {
                return ptr::null_mut();
            }
            ptr::copy_nonoverlapping(self.texts.as_ptr(), block.add(texts), self.texts.len());
            let at = |place: Place| block.add(texts + place.0).cast::<c_char>().cast_const();
            let pointers = block.add(array).cast::<*const c_char>();
            for (n, place) in pointed.iter().take(self.pointers).enumerate() {
                pointers.add(n).write(at(*place));
            }
            let whole = block.cast::<T>();
            whole.write(structure(&at, pointers));
            whole
        }
    }
}
