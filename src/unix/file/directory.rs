//! Open directories, and their names as a stream. Module Lwt_unix; calls
//! `entries`, mutexes, streams and promises.
//!
//! A job only reads ahead. What is read ahead is taken on the home thread, in
//! the same breath in which a promise resolves: cancelling loses no name. Jobs
//! take turns; one that was cancelled may still read while the next waits for it
//! on its worker.

use super::call::{on_nothing, on_path_for, unit};
use super::entries::{Entries, Listing};
use super::name::Text;
use crate::abi::lwt_promise_state::*;
use crate::abi::{LWT_END_OF_FILE, NONE};
use crate::data::stream::Stream;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::sync::mutex::Mutex as Turns;
use crate::value::{DropFn, Value};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

/// What a worker may have. None: closed.
type Shared = Arc<Mutex<Option<Listing>>>;

/// An open directory, of the thread that opened it. Dropped, it is closed.
pub struct Directory {
    listing: Shared,
    closed: Cell<bool>,
    turns: Rc<Turns>,
}

/// The turn of one call, or its wait for that.
struct Turn(Rc<Turns>, Promise);

impl Drop for Turn {
    fn drop(&mut self) {
        match self.1.state() {
            LWT_RETURN => self.0.unlock(),
            LWT_SLEEP => self.1.cancel(),
            LWT_FAIL => {}
        }
    }
}

/// A directory that is being closed: whoever drops this last does it.
struct Closing(Shared);

impl Drop for Closing {
    fn drop(&mut self) {
        // Where a worker has it, the last reference closes it.
        if let Ok(mut listing) = self.0.try_lock() {
            drop(listing.take());
        }
    }
}

fn closed(function: &CStr) -> Exn {
    Exn::unix(libc::EBADF, function, c"")
}

fn name_of(listing: &mut Listing) -> Option<Outcome> {
    let entry = listing.take()?;
    let text = Text::of(entry.name.to_bytes());
    Some(
        text.map_err(|_| Exn::out_of_memory())
            .and_then(Text::outcome),
    )
}

impl Directory {
    /// `Lwt_unix.opendir`.
    pub async fn open(path: &CStr) -> Result<Rc<Directory>, Exn> {
        let listing: Shared = Arc::default();
        let opened = listing.clone();
        let work = move |path: &CStr| {
            let listing = Listing::open(path)?;
            *opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(listing);
            Ok(())
        };
        on_path_for(c"opendir", path, work, |(), _| unit()).await?;
        Ok(Rc::new(Directory {
            listing,
            closed: Cell::new(false),
            turns: Turns::new(),
        }))
    }

    fn check(&self, function: &CStr) -> Result<(), Exn> {
        match self.closed.get() {
            true => Err(closed(function)),
            false => Ok(()),
        }
    }

    /// Runs `f` with the listing, unless a worker has it.
    fn look<T>(&self, f: impl FnOnce(&mut Listing) -> T) -> Option<T> {
        match self.listing.try_lock() {
            Ok(mut listing) => listing.as_mut().map(f),
            Err(TryLockError::Poisoned(broken)) => broken.into_inner().as_mut().map(f),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// On a worker, in turn.
    fn job(
        &self,
        function: &'static CStr,
        work: impl FnOnce(&mut Listing) -> Result<(), i32> + Send + 'static,
    ) -> Promise {
        let shared = self.listing.clone();
        let work = move || {
            let mut listing = shared.lock().unwrap_or_else(PoisonError::into_inner);
            listing.as_mut().map_or(Err(libc::EBADF), work)
        };
        on_nothing(function, work, |(), _| unit())
    }

    async fn turn(&self) -> Result<Turn, Exn> {
        let turn = Turn(self.turns.clone(), self.turns.lock());
        turn.1.clone().until_resolved().await;
        match turn.1.exn() {
            Some(exn) => Err(exn),
            None => Ok(turn),
        }
    }

    /// Waits until so many entries are at hand, or the directory has no more,
    /// and takes some.
    async fn take<T>(
        &self,
        function: &'static CStr,
        count: usize,
        mut take: impl FnMut(&mut Listing) -> T,
    ) -> Result<T, Exn> {
        let _turn = self.turn().await?;
        let mut enough = |listing: &mut Listing| (listing.count() >= count).then(|| take(listing));
        self.check(function)?;
        if let Some(Some(taken)) = self.look(&mut enough) {
            return Ok(taken);
        }
        loop {
            self.job(function, move |listing| listing.fill(count))
                .await?;
            self.check(function)?;
            // None: the worker of a call that was cancelled has it again.
            if let Some(taken) = self.look(&mut take) {
                return Ok(taken);
            }
        }
    }

    /// A name that is at hand, if nobody waits for one.
    fn name_at_hand(&self) -> Option<Outcome> {
        if self.closed.get() || self.turns.is_locked() {
            return None;
        }
        self.look(name_of).flatten()
    }

    /// `Lwt_unix.readdir`.
    pub fn readdir(self: &Rc<Self>) -> Promise {
        if let Some(name) = self.name_at_hand() {
            return name.map_or_else(failed, resolved);
        }
        let this = self.clone();
        spawn(async move {
            let end = || {
                Exn::new(
                    LWT_END_OF_FILE,
                    "readdir: the directory has no more entries",
                )
            };
            let name = this.take(c"readdir", 1, name_of).await?;
            name.unwrap_or_else(|| Err(end()))
        })
    }

    /// `Lwt_unix.readdir_n`: fewer names than asked for are the last.
    pub fn readdir_n(self: &Rc<Self>, count: usize) -> Promise {
        let this = self.clone();
        spawn(async move {
            let take = |listing: &mut Listing| names(listing, count);
            this.take(c"readdir_n", count, take).await?
        })
    }

    /// `Lwt_unix.rewinddir`.
    pub fn rewinddir(self: &Rc<Self>) -> Promise {
        let this = self.clone();
        spawn(async move {
            let _turn = this.turn().await?;
            this.check(c"rewinddir")?;
            this.job(c"rewinddir", Listing::rewind).await
        })
    }

    /// `Lwt_unix.closedir`: it counts as closed at once; those who wait fail.
    pub fn closedir(&self) -> Promise {
        if self.closed.replace(true) {
            return failed(closed(c"closedir"));
        }
        let closing = Closing(self.listing.clone());
        let work = move || {
            let mut listing = closing.0.lock().unwrap_or_else(PoisonError::into_inner);
            drop(listing.take());
            drop(listing);
            drop(closing);
            Ok(())
        };
        on_nothing(c"closedir", work, |(), _| unit())
    }
}

/// Takes up to so many names.
fn names(listing: &mut Listing, most: usize) -> Outcome {
    let count = listing.count().min(most);
    let values = Values::new(count).ok_or_else(Exn::out_of_memory)?;
    for index in 0..count {
        let Some(name) = name_of(listing) else { break };
        let _ = values.put(index, name?);
    }
    Ok(values.into_value())
}

/// So many names are read ahead for a stream.
const AHEAD: usize = 1024;

/// Where the stream of a directory's names is.
enum At {
    Path(CString),
    Open(Rc<Directory>),
    End,
}

/// `Lwt_unix.files_of_directory`.
pub fn files(path: &CStr) -> Rc<Stream> {
    let at = Rc::new(RefCell::new(At::Path(path.to_owned())));
    Stream::from(move || {
        if let At::Open(directory) = &*at.borrow()
            && let Some(name) = directory.name_at_hand()
        {
            return name.map_or_else(failed, resolved);
        }
        spawn(next_file(at.clone()))
    })
}

async fn next_file(at: Rc<RefCell<At>>) -> Outcome {
    let path = match &*at.borrow() {
        At::Path(path) => Some(path.clone()),
        _ => None,
    };
    if let Some(path) = path {
        let directory = Directory::open(&path).await?;
        at.replace(At::Open(directory));
    }
    let directory = match &*at.borrow() {
        At::Open(directory) => directory.clone(),
        _ => return Ok(Value::plain(NONE)),
    };
    let name = directory.take(c"readdir_n", AHEAD, name_of).await;
    if let Ok(Some(name)) = name {
        return name;
    }
    at.replace(At::End);
    directory.closedir().await?;
    name.map(|_| Value::plain(NONE))
}

/// A whole directory in one job; not in Lwt.
pub fn entries(path: &CStr) -> Promise {
    on_path_for(c"opendir", path, Entries::of, |entries, _| {
        Ok(Value::new(entries.into_raw(), Some(libc::free as DropFn)))
    })
}

/// How many names are asked for.
pub fn count(n: isize) -> Result<usize, Exn> {
    usize::try_from(n).map_err(|_| Exn::invalid("lwt_unix_readdir_n: the number is negative"))
}
