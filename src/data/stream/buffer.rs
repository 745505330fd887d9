//! The elements that are known and that some reader has yet to take. Module
//! Lwt_stream; calls nothing.
//!
//! Elements are numbered from the first one that a source ever gave; a reader
//! is a number, that of the element it takes next. Each element counts the
//! readers that stand before it, the buffer those that stand at the end:
//!
//! ```text
//!   base            base + len
//!    |                  |
//!    5     6     7      8 (end)
//!   [1]   [0]   [2]    tail: 1
//! ```
//!
//! Nobody will ever look at an element that has no reader at it or before it, so
//! the first element always has one. There is no link from element to element,
//! and nothing that could recurse.
#![forbid(unsafe_code)]

use super::element::Element;
use std::collections::VecDeque;

struct Item {
    element: Element,
    readers: usize,
}

/// Why an element was not put in. It comes back, to be dropped where no borrow
/// is held.
pub enum Refused {
    /// There is no reader, nor will there ever be one.
    Unread(Element),
    /// Memory ran out.
    Memory(Element),
}

/// The buffer of one source, which all clones share.
#[derive(Default)]
pub struct Buffer {
    base: u64,
    items: VecDeque<Item>,
    tail: usize,
}

impl Buffer {
    /// The number of the element to come.
    pub fn end(&self) -> u64 {
        self.base + self.items.len() as u64
    }

    /// Is there any reader?
    pub fn is_read(&self) -> bool {
        self.tail != 0 || !self.items.is_empty()
    }

    fn item(&mut self, at: u64) -> Option<&mut Item> {
        let index = usize::try_from(at.checked_sub(self.base)?).ok()?;
        self.items.get_mut(index)
    }

    fn readers(&mut self, at: u64) -> &mut usize {
        let index = at.wrapping_sub(self.base) as usize;
        match self.items.get_mut(index) {
            Some(item) => &mut item.readers,
            None => &mut self.tail,
        }
    }

    /// One more reader, at a place where there is one already, or at the end.
    pub fn enter(&mut self, at: u64) {
        *self.readers(at) += 1;
    }

    /// A reader goes away. What nobody will read any more comes back.
    #[must_use]
    pub fn leave(&mut self, at: u64) -> Vec<Element> {
        *self.readers(at) -= 1;
        let unread = self.items.iter().take_while(|item| item.readers == 0);
        let count = unread.count();
        self.base += count as u64;
        if count == self.items.len() {
            return Vec::from(std::mem::take(&mut self.items))
                .into_iter()
                .map(|item| item.element)
                .collect();
        }
        self.items.drain(..count).map(|item| item.element).collect()
    }

    /// A reader takes the element it stands at, and goes on to the next. The
    /// last reader gets the element itself, others a share.
    pub fn take(&mut self, at: u64) -> Option<Element> {
        let first = at == self.base;
        let item = self.item(at)?;
        item.readers -= 1;
        let element = if first && item.readers == 0 {
            self.base += 1;
            self.items.pop_front()?.element
        } else {
            item.element.share()
        };
        self.enter(at + 1);
        Some(element)
    }

    /// A reader goes on to the next element while another stays where it was.
    pub fn step(&mut self, at: u64) {
        *self.readers(at) -= 1;
        self.enter(at + 1);
    }

    /// A share in an element, which stays.
    pub fn look(&mut self, at: u64) -> Option<Element> {
        Some(self.item(at)?.element.share())
    }

    /// Is there one reader only, and nothing for it?
    pub fn has_only_reader_at_end(&self) -> bool {
        self.tail == 1 && self.items.is_empty()
    }

    /// An element goes by to that reader, without a stay.
    pub fn pass(&mut self) {
        self.base += 1;
    }

    /// A new element at the end.
    pub fn append(&mut self, element: Element) -> Result<(), Refused> {
        if !self.is_read() {
            return Err(Refused::Unread(element));
        }
        if self.items.try_reserve(1).is_err() {
            return Err(Refused::Memory(element));
        }
        let readers = std::mem::take(&mut self.tail);
        self.items.push_back(Item { element, readers });
        Ok(())
    }
}
