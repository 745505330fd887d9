//! How a notification travels: its counter, and the mail of a scheduler, an
//! intrusive list of the notifications that have been sent. Calls nothing but
//! `door`.
//!
//! A slot's one word holds a generation, whether it is live, and how many
//! sends are still to be delivered, so that a send is checked and counted in
//! one step: a send to a notification that was stopped is never counted for
//! the next owner of its slot.
//!
//! # Who may touch what
//!
//! | field | situation | who |
//! |---|---|---|
//! | `word` | live | any sender counts up; the owner zeroes the count, or stops it |
//! | `next` | count raised from 0, not yet taken | the sender that raised it, until it has pushed |
//! | `next` | taken by the owner, count not yet zeroed | the owner |
//! | `door`, `cookie` | free, or live with count 0 | the owner, before it makes the slot live |
//!
//! A slot that is stopped while it has a count is in the mail, or is about to
//! be. It is not free before the owner of that mail has taken it out.

use super::super::door::Door;
use super::super::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering::*};
use std::ptr;

/// The lowest bits of the word count the sends that are not yet delivered.
const COUNT: u64 = (1 << 33) - 1;
const LIVE: u64 = 1 << 33;
const GENERATION_SHIFT: u32 = 34;
/// Generations are 1 to this.
pub(super) const LAST_GENERATION: u32 = (1 << 30) - 1;

/// A notification's place. Places are never freed, only used again under
/// another generation.
#[repr(align(64))]
pub(crate) struct Slot {
    word: AtomicU64,
    next: AtomicPtr<Slot>,
    door: AtomicPtr<Door>,
    /// The owner's number for the handler.
    pub(super) cookie: AtomicU32,
    /// Where the slot is in the table.
    pub(super) index: u32,
    /// The next free slot, in the table's list.
    pub(super) next_free: AtomicU32,
}

/// What a stop leaves behind.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The slot may be used again at once.
    Free,
    /// It is still in the mail: whoever takes it out frees it.
    InTheMail,
}

/// What was found in a slot that came with the mail.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    /// So many sends of this generation.
    Sends { generation: u32, count: u64 },
    /// It was stopped meanwhile: it is free now.
    Free,
}

impl Slot {
    pub(super) fn new(index: u32, generation: u32) -> Slot {
        Slot {
            word: AtomicU64::new(u64::from(generation) << GENERATION_SHIFT),
            next: AtomicPtr::new(ptr::null_mut()),
            door: AtomicPtr::new(ptr::null_mut()),
            cookie: AtomicU32::new(0),
            index,
            next_free: AtomicU32::new(0),
        }
    }

    /// Counts one send, and posts the slot if it was the first. Lock-free,
    /// never allocates, async-signal-safe.
    #[inline]
    pub(super) fn send(&'static self, generation: u32) {
        let wanted = (u64::from(generation) << 1) | 1;
        let mut word = self.word.load(Relaxed);
        loop {
            // The second: eight thousand million undelivered sends, hours of
            // a main loop that does not run.
            if word >> (GENERATION_SHIFT - 1) != wanted || word & COUNT == COUNT {
                return;
            }
            // Release: the handler sees what was written before each send it
            // is called for (the counts form one release sequence). Acquire:
            // the owner is done with `next`, which is ours if we count from 0.
            match self
                .word
                .compare_exchange_weak(word, word + 1, AcqRel, Relaxed)
            {
                Ok(_) => break,
                Err(changed) => word = changed,
            }
        }
        if word & COUNT == 0 {
            self.post();
        }
    }

    #[inline]
    fn post(&'static self) {
        // Relaxed: the owner wrote it before it gave out the generation that
        // we hold, and it does not change while the count is not 0.
        let door = self.door.load(Relaxed);
        // SAFETY: doors are never freed.
        let door = unsafe { &*door };
        door.mail.push(self);
        door.knock();
    }

    /// The owner: takes the free slot into use. Returns its generation.
    pub(super) fn start(&self, door: *const Door, cookie: u32) -> u32 {
        self.door.store(door.cast_mut(), Relaxed);
        self.cookie.store(cookie, Relaxed);
        // Release: a sender that guesses the id, or gets it in a relaxed way,
        // still finds the door.
        let word = self.word.fetch_or(LIVE, Release);
        (word >> GENERATION_SHIFT) as u32
    }

    /// The owner: from now on sends do nothing. The last generation stays for
    /// ever, with nothing that matches it.
    pub(super) fn stop(&self) -> Stopped {
        let word = self.word.load(Relaxed);
        let generation = (word >> GENERATION_SHIFT) + 1;
        // Acquire: with the count comes what makes the slot's `next` ours.
        let old = self.word.swap(generation << GENERATION_SHIFT, AcqRel);
        match old & COUNT {
            0 => Stopped::Free,
            _ => Stopped::InTheMail,
        }
    }

    /// The owner, who has taken the slot out of the mail: what is to be done.
    /// From here on the slot may be posted again.
    pub(super) fn deliver(&self) -> Delivered {
        // Acquire: pairs with the Release of each send. Release: our use of
        // `next` comes before that of the sender that counts from 0 again.
        let word = self.word.fetch_and(!COUNT, AcqRel);
        match word & LIVE {
            0 => Delivered::Free,
            _ => Delivered::Sends {
                generation: (word >> GENERATION_SHIFT) as u32,
                count: word & COUNT,
            },
        }
    }

    /// Is the slot live in this generation?
    #[inline]
    pub(super) fn is_live(&self, generation: u32) -> bool {
        self.word.load(Relaxed) >> (GENERATION_SHIFT - 1) == (u64::from(generation) << 1) | 1
    }

    /// Whose slot it is; means something only to the owner itself.
    pub(super) fn is_owned_by(&self, door: *const Door) -> bool {
        ptr::eq(self.door.load(Relaxed), door)
    }

    /// Can it be used again?
    pub(super) fn has_generations_left(&self) -> bool {
        // One more than the last is shifted out.
        self.word.load(Relaxed) >> GENERATION_SHIFT != 0
    }

    /// In the child of a fork: the sender that counted may be gone before it
    /// posted. The mail was emptied: posts what has a count.
    pub(super) fn post_again(&'static self) {
        if self.word.load(Acquire) & COUNT != 0 {
            self.post();
        }
    }
}

/// The mail of a scheduler: the slots whose count was raised from 0, last
/// first.
pub(crate) struct Mail {
    head: AtomicPtr<Slot>,
}

impl Mail {
    pub(crate) fn new() -> Mail {
        Mail {
            head: AtomicPtr::new(ptr::null_mut()),
        }
    }

    #[inline]
    fn push(&self, slot: &'static Slot) {
        let mut head = self.head.load(Relaxed);
        loop {
            slot.next.store(head, Relaxed);
            // Release: `next`, and what came before the send. Since the owner
            // takes the whole list, no slot can be taken out and put back
            // between our load and our exchange unseen: then the head that we
            // hold is either gone or the same list.
            match self.head.compare_exchange_weak(
                head,
                ptr::from_ref(slot).cast_mut(),
                Release,
                Relaxed,
            ) {
                Ok(_) => return,
                Err(changed) => head = changed,
            }
        }
    }

    /// Is there mail? A hint: a knock follows each push.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.head.load(Relaxed).is_null()
    }

    /// The owner: takes all, in the order in which it was posted.
    pub(super) fn take(&self) -> Parcel {
        // Acquire: pairs with the push.
        let mut last = self.head.swap(ptr::null_mut(), Acquire);
        let mut first: *mut Slot = ptr::null_mut();
        while !last.is_null() {
            // SAFETY: slots are never freed; between the take and `deliver`
            // nobody else touches `next`.
            let slot = unsafe { &*last };
            let next = slot.next.load(Relaxed);
            slot.next.store(first, Relaxed);
            (first, last) = (last, next);
        }
        Parcel(first)
    }
}

/// Mail that was taken: the rest of the list.
#[derive(Clone, Copy)]
pub(super) struct Parcel(*mut Slot);

impl Parcel {
    pub(super) const EMPTY: Parcel = Parcel(ptr::null_mut());

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_null()
    }

    /// The next slot.
    pub(super) fn pop(&mut self) -> Option<&'static Slot> {
        // SAFETY: slots are never freed.
        let slot = unsafe { self.0.as_ref() }?;
        // Before `deliver`, after which a sender may post the slot anew.
        self.0 = slot.next.load(Relaxed);
        Some(slot)
    }
}
