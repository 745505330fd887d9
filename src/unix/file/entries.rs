//! What the system says of the entries of a directory: a buffer that is filled
//! in bulk, and a whole directory in one block. Module Lwt_unix; `lwt_unix.h` is
//! generated from this file too. Runs on workers; calls the system.
#![allow(non_camel_case_types)]

use super::call::{Errno, errno, persistent};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::{mem, ptr};

/// An entry of a directory.
#[repr(C)]
pub struct lwt_unix_entry {
    /// Its name, not a path.
    pub name: *const c_char,
    /// The number of its file.
    pub ino: u64,
    /// DT_REG, DT_DIR, DT_LNK... of dirent.h; DT_UNKNOWN (0) where the file
    /// system does not say: ask lwt_unix_lstat.
    pub kind: u8,
}

/// All entries of a directory, but for "." and "..".
#[repr(C)]
pub struct lwt_unix_entries {
    /// How many.
    pub len: usize,
    /// The entries, in the order of the file system.
    pub data: *mut lwt_unix_entry,
}

/// How much is asked for at once.
const CHUNK: usize = 32 << 10;

/// Where the name begins in what the system writes of an entry: after its
/// number, a position, its own length and its kind.
const NAME: usize = 19;

/// An open directory, and entries that were read from it ahead.
pub struct Listing {
    fd: OwnedFd,
    buffer: Vec<u8>,
    /// Where the first entry is that nobody has taken.
    at: usize,
    /// How many there are from there.
    count: usize,
}

/// One entry.
pub struct Entry<'a> {
    /// Its name.
    pub name: &'a CStr,
    /// The number of its file.
    pub ino: u64,
    /// What it is, as far as the file system says.
    pub kind: u8,
}

impl Listing {
    /// Opens a directory.
    pub fn open(path: &CStr) -> Result<Listing, Errno> {
        Listing::with(libc::AT_FDCWD, path, 0)
    }

    /// Opens a directory in another one; a symbolic link is none.
    pub fn within(at: RawFd, name: &CStr) -> Result<Listing, Errno> {
        Listing::with(at, name, libc::O_NOFOLLOW)
    }

    fn with(at: RawFd, path: &CStr, flags: c_int) -> Result<Listing, Errno> {
        let flags = flags | libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC;
        // SAFETY: a text with its NUL.
        let fd = persistent(|| unsafe { libc::openat(at, path.as_ptr(), flags) })?;
        Ok(Listing {
            // SAFETY: just opened, and nobody else's.
            fd: unsafe { OwnedFd::from_raw_fd(fd) },
            buffer: Vec::new(),
            at: 0,
            count: 0,
        })
    }

    /// The system's number of it.
    pub fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    /// How many entries are at hand.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Reads until so many entries are at hand, or there are no more.
    pub fn fill(&mut self, wanted: usize) -> Result<(), Errno> {
        while self.count < wanted && self.more()? {}
        Ok(())
    }

    /// Reads some more entries. False: there are none.
    fn more(&mut self) -> Result<bool, Errno> {
        self.buffer.drain(..mem::take(&mut self.at));
        let full = self.buffer.len();
        let room = self.buffer.try_reserve(CHUNK);
        room.map_err(|_| libc::ENOMEM)?;
        // SAFETY: the room behind what is there, of that size.
        let written = unsafe {
            libc::syscall(
                libc::SYS_getdents64,
                self.fd.as_raw_fd(),
                self.buffer.as_mut_ptr().add(full),
                self.buffer.capacity() - full,
            )
        };
        let written = usize::try_from(written).map_err(|_| errno())?;
        // SAFETY: the system has written that much.
        unsafe { self.buffer.set_len(full + written) };
        let mut at = full;
        while let Some((_, end)) = entry_at(&self.buffer, at) {
            self.count += 1;
            at = end;
        }
        Ok(written > 0)
    }

    /// Takes the next entry that is at hand.
    pub fn take(&mut self) -> Option<Entry<'_>> {
        let (entry, end) = entry_at(&self.buffer, self.at)?;
        self.at = end;
        self.count -= 1;
        Some(entry)
    }

    /// From the beginning again.
    pub fn rewind(&mut self) -> Result<(), Errno> {
        // SAFETY: plain arguments.
        if unsafe { libc::lseek(self.fd.as_raw_fd(), 0, libc::SEEK_SET) } < 0 {
            return Err(errno());
        }
        self.buffer.clear();
        (self.at, self.count) = (0, 0);
        Ok(())
    }
}

/// The entry at a place, and where the next one begins.
fn entry_at(buffer: &[u8], at: usize) -> Option<(Entry<'_>, usize)> {
    let entry = buffer.get(at..)?;
    let ino = u64::from_ne_bytes(entry.get(..8)?.try_into().ok()?);
    let length = usize::from(u16::from_ne_bytes(entry.get(16..18)?.try_into().ok()?));
    let kind = *entry.get(18)?;
    let name = CStr::from_bytes_until_nul(entry.get(NAME..length)?).ok()?;
    Some((Entry { name, ino, kind }, at + length))
}

/// A whole directory, in one block of the C library; dropped, it is freed.
pub struct Entries(*mut lwt_unix_entries);

// SAFETY: a block that nobody else has.
unsafe impl Send for Entries {}

impl Drop for Entries {
    fn drop(&mut self) {
        // SAFETY: `malloc` made it, and nobody freed it.
        unsafe { libc::free(self.0.cast()) }
    }
}

impl Entries {
    /// Reads a directory.
    pub fn of(path: &CStr) -> Result<Entries, Errno> {
        let mut listing = Listing::open(path)?;
        listing.fill(usize::MAX)?;
        let names = listing.buffer.len() - NAME * listing.count;
        Entries::with_room(listing.count, names).inspect(|entries| {
            // SAFETY: there is room for all entries, and for the names, each of
            // which is no longer than what the system wrote of it.
            unsafe { entries.write(&mut listing) };
        })
    }

    fn with_room(count: usize, names: usize) -> Result<Entries, Errno> {
        let size = size_of::<lwt_unix_entry>()
            .checked_mul(count)
            .and_then(|size| size.checked_add(size_of::<lwt_unix_entries>() + names))
            .ok_or(libc::ENOMEM)?;
        // SAFETY: any size will do.
        let block = unsafe { libc::malloc(size) };
        match block.is_null() {
            true => Err(libc::ENOMEM),
            false => Ok(Entries(block.cast())),
        }
    }

    /// # Safety
    /// The block has room for what is at hand in `listing`.
    unsafe fn write(&self, listing: &mut Listing) {
        // SAFETY: the caller's promise; the names stand behind the entries.
        unsafe {
            let data = self.0.add(1).cast::<lwt_unix_entry>();
            let mut name = data.add(listing.count).cast::<c_char>();
            let mut len = 0;
            while let Some(entry) = listing.take() {
                let bytes = entry.name.to_bytes_with_nul();
                if matches!(bytes, b".\0" | b"..\0") {
                    continue;
                }
                ptr::copy_nonoverlapping(bytes.as_ptr().cast(), name, bytes.len());
                data.add(len).write(lwt_unix_entry {
                    name,
                    ino: entry.ino,
                    kind: entry.kind,
                });
                name = name.add(bytes.len());
                len += 1;
            }
            self.0.write(lwt_unix_entries { len, data });
        }
    }

    /// The block, which is the caller's to free.
    pub fn into_raw(self) -> *mut c_void {
        mem::ManuallyDrop::new(self).0.cast()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::ffi::CString;

    fn folder(name: &str, files: usize) -> (std::path::PathBuf, CString) {
        let path = std::env::temp_dir().join(format!("lwt-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        for i in 0..files {
            std::fs::write(path.join(format!("file-with-a-longer-name-{i}")), "").unwrap();
        }
        let text = CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
        (path, text)
    }

    #[test]
    fn a_directory_of_several_chunks_is_read_whole_and_again_after_a_rewind() {
        let (path, text) = folder("entries", 1500);
        let mut listing = Listing::open(&text).unwrap();
        for _ in 0..2 {
            let mut names = BTreeSet::new();
            listing.fill(1).unwrap();
            assert!(listing.count() >= 1);
            while let Some(entry) = listing.take() {
                names.insert(entry.name.to_owned());
                if listing.count() == 0 {
                    listing.fill(7).unwrap();
                }
            }
            assert_eq!(names.len(), 1502);
            listing.rewind().unwrap();
        }
        let entries = Entries::of(&text).unwrap();
        // SAFETY: a block made by `of`.
        let all = unsafe { std::slice::from_raw_parts((*entries.0).data, (*entries.0).len) };
        assert_eq!(all.len(), 1500);
        // SAFETY: the names are texts in the block.
        let named = |entry: &lwt_unix_entry| unsafe { CStr::from_ptr(entry.name) }.to_owned();
        let names: BTreeSet<CString> = all.iter().map(named).collect();
        assert!(names.contains(c"file-with-a-longer-name-1499") && names.len() == 1500);
        std::fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn what_is_no_directory_is_told() {
        assert_eq!(Listing::open(c"/dev/null").err(), Some(libc::ENOTDIR));
        assert_eq!(Entries::of(c"/nowhere/at/all").err(), Some(libc::ENOENT));
    }
}
