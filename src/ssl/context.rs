//! What the sessions of a client or of a server have in common, `Ssl.context`. Module
//! Lwt_ssl; calls the protocol and jobs.

#![forbid(unsafe_code)]

use super::tls::{self, Config, Settings};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Promise, failed, resolved};
use crate::scheduler::job::run::JOB;
use crate::scheduler::job::{closure, method};
use crate::value::Value;
use std::cell::RefCell;
use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// No file of certificates is larger.
const LARGEST: u64 = 64 << 20;

/// A context.
pub struct Context {
    server: bool,
    settings: RefCell<Settings>,
    /// What was made of the settings.
    built: RefCell<Option<Config>>,
}

/// What is done with the bytes of files.
type Change = fn(&mut Settings, &[Vec<u8>]) -> Result<(), Exn>;

impl Context {
    /// A new one, for the sessions of a server or of a client.
    pub fn new(server: bool) -> Rc<Context> {
        Rc::new(Context {
            server,
            settings: RefCell::new(Settings::new(server)),
            built: RefCell::new(None),
        })
    }

    /// Is it one for servers?
    pub fn is_server(&self) -> bool {
        self.server
    }

    /// Does it believe whatever is shown?
    pub fn believes_anything(&self) -> bool {
        self.settings.borrow().believes_anything()
    }

    /// Sets something: for sessions that begin from now on. None of them resumes one of
    /// before, which may have been checked less strictly.
    pub fn change(&self, f: impl FnOnce(&mut Settings) -> Result<(), Exn>) -> Result<(), Exn> {
        self.built.replace(None);
        f(&mut self.settings.borrow_mut())
    }

    /// The same, as a promise that is resolved.
    pub fn changed(&self, f: impl FnOnce(&mut Settings) -> Result<(), Exn>) -> Promise {
        match self.change(f) {
            Ok(()) => resolved(Value::UNIT),
            Err(exn) => failed(exn),
        }
    }

    /// The same with what is in files, which workers read.
    pub fn changed_by_files(self: &Rc<Self>, paths: Vec<CString>, change: Change) -> Promise {
        let context = self.clone();
        spawn(async move {
            let read = move || paths.into_iter().map(file).collect::<Result<Vec<_>, _>>();
            match on_worker("lwt_ssl", read).await? {
                Ok(files) => context.change(|settings| change(settings, &files))?,
                Err((path, error)) => return Err(unreadable(&path, &error)),
            }
            Ok(Value::UNIT)
        })
    }

    /// Trusts those whom the system trusts.
    pub fn trust_system(self: &Rc<Self>) -> Promise {
        let context = self.clone();
        spawn(async move {
            let system = on_worker("lwt_ssl", tls::system).await?;
            context.change(|settings| {
                settings.add_trusted(system);
                Ok(())
            })?;
            Ok(Value::UNIT)
        })
    }

    /// What sessions are made of.
    pub async fn config(&self) -> Result<Config, Exn> {
        let built = self.built.borrow().clone();
        if let Some(built) = built {
            return Ok(built);
        }
        if self.settings.borrow().wants_system() {
            let system = on_worker("lwt_ssl", tls::system).await?;
            // Another session may have been faster.
            let mut settings = self.settings.borrow_mut();
            if settings.wants_system() {
                settings.add_trusted(system);
            }
        }
        let built = self.built.borrow().clone();
        if let Some(built) = built {
            return Ok(built);
        }
        let built = self.settings.borrow().build()?;
        self.built.replace(Some(built.clone()));
        Ok(built)
    }
}

fn file(path: CString) -> Result<Vec<u8>, (CString, io::Error)> {
    let read = || {
        let mut bytes = Vec::new();
        let file = File::open(OsStr::from_bytes(path.as_bytes()))?;
        file.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| (path, error))
}

fn unreadable(path: &CStr, error: &io::Error) -> Exn {
    Exn::unix(error.raw_os_error().unwrap_or(libc::EIO), c"open", path)
}

/// What `work` makes, as a job.
async fn on_worker<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Exn> {
    let made = Arc::new(Mutex::new(None));
    let place = made.clone();
    let work = move || {
        let made = work();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
    };
    let run = method::current().place();
    closure::run(run, &JOB, false, name, work, |()| Ok(Value::UNIT)).await?;
    let made = made.lock().unwrap_or_else(PoisonError::into_inner).take();
    made.ok_or_else(Exn::out_of_memory)
}
