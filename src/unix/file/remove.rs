//! Removing a directory with all that is in it, as one job; for Lwt_io. Calls
//! `call`, `entries` and the system.
//!
//! Everything is named from the open directory that it is in, so that a symbolic
//! link which takes the place of a directory meanwhile is removed, and never
//! followed. Few directories are open at a time, however deep the tree: those
//! further up are found again by "..", and have to be the same.

use super::call::{Errno, checked, on_path_for, unit};
use super::entries::Listing;
use crate::promise::Promise;
use std::collections::VecDeque;
use std::ffi::{CStr, CString, c_int};
use std::os::fd::RawFd;

/// So many directories are open at most.
const OPEN: usize = 16;

/// Removes a directory with all that is in it.
pub fn delete_recursively(path: &CStr) -> Promise {
    on_path_for(c"delete_recursively", path, remove_tree, |(), _| unit())
}

/// Which directory it is.
type Identity = (libc::dev_t, libc::ino_t);

fn identity(fd: RawFd) -> Result<Identity, Errno> {
    // SAFETY: room for a `struct stat`, filled when it is looked at.
    super::stat::filled(|stat| unsafe { libc::fstat(fd, stat) })
        .map(|stat| unsafe { stat.assume_init() })
        .map(|stat| (stat.st_dev, stat.st_ino))
}

fn unlink(at: RawFd, name: &CStr, flags: c_int) -> Result<(), Errno> {
    // SAFETY: a text with its NUL.
    checked(unsafe { libc::unlinkat(at, name.as_ptr(), flags) }).map(drop)
}

/// A directory further up.
struct Above {
    which: Identity,
    /// What is being removed in it.
    name: CString,
}

/// Where the removal is: in a directory, below others.
struct Walk {
    here: Listing,
    above: Vec<Above>,
    /// The last of those, as far as they are open.
    open: VecDeque<Listing>,
}

fn remove_tree(path: &CStr) -> Result<(), Errno> {
    let mut walk = Walk {
        here: Listing::within(libc::AT_FDCWD, path)?,
        above: Vec::new(),
        open: VecDeque::new(),
    };
    loop {
        while let Some(name) = walk.next_directory()? {
            walk.descend(name)?;
        }
        match walk.above.pop() {
            Some(above) => walk.rise(above)?,
            None => return unlink(libc::AT_FDCWD, path, libc::AT_REMOVEDIR),
        }
    }
}

impl Walk {
    /// Removes what is no directory, until there is one.
    fn next_directory(&mut self) -> Result<Option<CString>, Errno> {
        loop {
            self.here.fill(1)?;
            let at = self.here.fd();
            let Some(entry) = self.here.take() else {
                return Ok(None);
            };
            if matches!(entry.name.to_bytes(), b"." | b"..") {
                continue;
            }
            if entry.kind == libc::DT_DIR {
                return Ok(Some(entry.name.to_owned()));
            }
            match unlink(at, entry.name, 0) {
                Ok(()) | Err(libc::ENOENT) => {}
                Err(libc::EISDIR) => return Ok(Some(entry.name.to_owned())),
                Err(errno) => return Err(errno),
            }
        }
    }

    fn descend(&mut self, name: CString) -> Result<(), Errno> {
        let below = match Listing::within(self.here.fd(), &name) {
            Ok(below) => below,
            // It has gone, or become another sort of file.
            Err(libc::ENOENT) => return Ok(()),
            Err(libc::ENOTDIR | libc::ELOOP) => return unlink(self.here.fd(), &name, 0),
            Err(errno) => return Err(errno),
        };
        let which = identity(self.here.fd())?;
        self.above.push(Above { which, name });
        self.open
            .push_back(std::mem::replace(&mut self.here, below));
        if self.open.len() > OPEN {
            self.open.pop_front();
        }
        Ok(())
    }

    /// What is below has been removed, and goes itself.
    fn rise(&mut self, to: Above) -> Result<(), Errno> {
        self.here = match self.open.pop_back() {
            Some(open) => open,
            None => {
                let parent = Listing::within(self.here.fd(), c"..")?;
                if identity(parent.fd())? != to.which {
                    return Err(libc::ESTALE); // it was moved meanwhile
                }
                parent
            }
        };
        match unlink(self.here.fd(), &to.name, libc::AT_REMOVEDIR) {
            Err(libc::ENOENT) => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_tree_goes_and_what_its_links_lead_to_stays() {
        let base = std::env::temp_dir().join(format!("lwt-remove-{}", std::process::id()));
        let tree = base.join("tree");
        let mut deep = tree.clone();
        for i in 0..3 * OPEN {
            deep = deep.join(format!("d{i}"));
            fs::create_dir_all(deep.join("empty")).unwrap();
            fs::write(deep.join("file"), "").unwrap();
        }
        fs::create_dir(base.join("kept")).unwrap();
        fs::write(base.join("kept/file"), "").unwrap();
        symlink("../kept", tree.join("link")).unwrap();
        let text =
            |path: &std::path::Path| CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
        let link = base.join("link");
        symlink("tree", &link).unwrap();
        assert_eq!(remove_tree(&text(&link)), Err(libc::ENOTDIR));
        assert!(deep.exists());
        assert_eq!(remove_tree(&text(&tree)), Ok(()));
        assert!(!tree.exists() && base.join("kept/file").exists());
        assert_eq!(remove_tree(&text(&tree)), Err(libc::ENOENT));
        fs::remove_dir_all(base).unwrap();
    }
}
