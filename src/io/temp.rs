//! Temporary files and directories. Module Lwt_io; calls channels over files.

use super::file::{How, into_value, opened};
use super::{Channel, Mode};
use crate::abi::LWT_UNIX_ERROR;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise};
use crate::unix::file::name::{Text, mkdir, unlink};
use crate::unix::file::remove::delete_recursively;
use std::ffi::{CStr, CString, c_int};
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

/// So many names are tried.
const TRIES: u32 = 1000;

/// What the name of something temporary is made of.
pub struct Naming {
    folder: Vec<u8>,
    prefix: Vec<u8>,
    suffix: Vec<u8>,
}

impl Naming {
    /// `folder`, or what TMPDIR names, or /tmp; `prefix`, or `usual`.
    pub fn new(
        folder: Option<&CStr>,
        prefix: Option<&CStr>,
        usual: &str,
        suffix: Option<&CStr>,
    ) -> Naming {
        let platform = || std::env::temp_dir().as_os_str().as_bytes().to_vec();
        Naming {
            folder: folder.map_or_else(platform, |folder| folder.to_bytes().to_vec()),
            prefix: prefix.map_or(usual.as_bytes(), CStr::to_bytes).to_vec(),
            suffix: suffix.map_or(&b""[..], CStr::to_bytes).to_vec(),
        }
    }

    /// A path with six digits that nobody guesses.
    fn path(&self) -> CString {
        let mut path = self.folder.clone();
        if !path.ends_with(b"/") {
            path.push(b'/');
        }
        path.extend_from_slice(&self.prefix);
        path.extend_from_slice(format!("{:06x}", random() & 0xff_ffff).as_bytes());
        path.extend_from_slice(&self.suffix);
        // None of the parts has a NUL byte in it.
        CString::new(path).unwrap_or_default()
    }
}

fn random() -> u32 {
    let mut number = 0_u32;
    // SAFETY: room for four bytes.
    let got = unsafe { libc::getrandom((&raw mut number).cast(), 4, libc::GRND_NONBLOCK) };
    if got == 4 {
        return number;
    }
    // As the system is still starting: a name that is taken is no more than tried
    // again.
    crate::scheduler::clock::now() as u32
}

fn is_taken(exn: &Exn) -> bool {
    exn.kind() == LWT_UNIX_ERROR && exn.errno() == libc::EEXIST
}

async fn temp_file(naming: &Naming, mut how: How) -> Result<(CString, Rc<Channel>), Exn> {
    const NEW: c_int = libc::O_CREAT | libc::O_EXCL | libc::O_WRONLY | libc::O_CLOEXEC;
    how.mode = Mode::Output;
    how.flags = Some(how.flags.unwrap_or(NEW));
    let mut tries = 0;
    loop {
        let path = naming.path();
        tries += 1;
        match opened(path.clone(), how).await {
            Ok(channel) => return Ok((path, channel)),
            Err(exn) if is_taken(&exn) && tries < TRIES => {}
            Err(exn) => return Err(exn),
        }
    }
}

/// A path as a `struct lwt_string *`.
fn text(path: &CStr) -> Outcome {
    Text::of(path.to_bytes())
        .map_err(|_| Exn::out_of_memory())
        .and_then(Text::outcome)
}

/// `Lwt_io.open_temp_file`: a `struct lwt_values` of the name and the channel.
pub fn open_temp_file(naming: Naming, how: How) -> Promise {
    spawn(async move {
        let (path, channel) = temp_file(&naming, how).await?;
        let values = Values::new(2).ok_or_else(Exn::out_of_memory)?;
        let _ = values.put(0, text(&path)?);
        let _ = values.put(1, into_value(channel)?);
        Ok(values.into_value())
    })
}

/// Removes a file that may have gone.
async fn removed(path: &CStr) -> Result<(), Exn> {
    match unlink(path).await {
        Err(exn) if exn.errno() != libc::ENOENT => Err(exn),
        _ => Ok(()),
    }
}

/// `Lwt_io.with_temp_file`: the file is closed and removed then, whatever happens.
pub fn with_temp_file(
    naming: Naming,
    how: How,
    f: impl FnOnce(&CStr, Rc<Channel>) -> Promise + 'static,
) -> Promise {
    spawn(async move {
        let (path, channel) = temp_file(&naming, how).await?;
        let outcome = f(&path, channel.clone()).await;
        let closed = channel.close().await;
        removed(&path).await?;
        closed?;
        outcome
    })
}

async fn temp_dir(naming: &Naming, permissions: libc::mode_t) -> Result<CString, Exn> {
    let mut tries = 0;
    loop {
        let path = naming.path();
        tries += 1;
        match mkdir(&path, permissions).await {
            Ok(_) => return Ok(path),
            Err(exn) if is_taken(&exn) && tries < TRIES => {}
            Err(exn) => return Err(exn),
        }
    }
}

/// `Lwt_io.create_temp_dir`: its name.
pub fn create_temp_dir(naming: Naming, permissions: libc::mode_t) -> Promise {
    spawn(async move { text(&temp_dir(&naming, permissions).await?) })
}

/// `Lwt_io.with_temp_dir`: the directory is removed then with all that is in it,
/// whatever happens.
pub fn with_temp_dir(
    naming: Naming,
    permissions: libc::mode_t,
    f: impl FnOnce(&CStr) -> Promise + 'static,
) -> Promise {
    spawn(async move {
        let path = temp_dir(&naming, permissions).await?;
        let outcome = f(&path).await;
        match delete_recursively(&path).await {
            Err(exn) if exn.errno() != libc::ENOENT => Err(exn),
            _ => outcome,
        }
    })
}
