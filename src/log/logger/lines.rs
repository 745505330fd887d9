//! Loggers that make lines of a message on the caller's thread, and hand them to a
//! writer. Module Lwt_log; calls templates, files, syslog.

use super::file::{File, Mode, StandardError};
use super::syslog::{self, Form, Syslog};
use super::writer::{Patience, Pushed, Writer};
use super::{Logger, Said};
use crate::exn::Exn;
use crate::log::latch::Latch;
use crate::log::level::Level;
use crate::log::record::{Place, Record};
use crate::log::section::Section;
use crate::log::stamp::Time;
use crate::log::template::{self, Template};
use crate::scheduler;
use std::cell::RefCell;
use std::ffi::CString;
use std::sync::Arc;

/// A template and a writer.
pub struct Lines {
    writer: Arc<Writer>,
    template: Arc<Template>,
    /// Lines go out one by one, in this form and with this facility.
    singly: Option<(Form, u8)>,
}

thread_local! {
    /// Where a message is rendered.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Default)]
struct Scratch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// A scratch that grew larger is not kept.
const KEPT: usize = 64 << 10;

/// What a logger says of messages that there was no room for.
pub fn dropped(count: u64, f: impl FnOnce(&Record)) {
    let what = if count == 1 {
        "message was"
    } else {
        "messages were"
    };
    let text = format!("{count} {what} dropped: the queue of the logger was full");
    f(&Record {
        section: Section::main(),
        level: Level::Warning,
        place: Place::default(),
        time: Time::now(),
        text: text.as_bytes(),
        exn: None,
        fields: &[],
    });
}

impl Lines {
    fn new(
        medium: Box<dyn super::writer::Medium>,
        template: Template,
        singly: Option<(Form, u8)>,
    ) -> Lines {
        let template = Arc::new(template);
        let shown = template.clone();
        let tell = move |bytes: &mut Vec<u8>, ends: &mut Vec<usize>, count: u64| {
            dropped(count, |record| render(bytes, ends, &shown, singly, record));
        };
        Lines {
            writer: Writer::new(medium, Box::new(tell)),
            template,
            singly,
        }
    }

    /// The writer.
    pub fn writer(&self) -> &Arc<Writer> {
        &self.writer
    }

    /// Takes a message.
    pub fn take(&self, record: &Record, ignored: bool) -> Said {
        let mut taken = None;
        let kept = SCRATCH.try_with(|scratch| {
            let Ok(mut scratch) = scratch.try_borrow_mut() else {
                return;
            };
            let Scratch { bytes, ends } = &mut *scratch;
            taken = Some(self.take_with(bytes, ends, record, ignored));
            bytes.clear();
            ends.clear();
            if bytes.capacity() > KEPT {
                *bytes = Vec::new();
            }
        });
        match (kept, taken) {
            (Ok(()), Some(said)) => said,
            // The thread ends.
            _ => self.take_with(&mut Vec::new(), &mut Vec::new(), record, ignored),
        }
    }

    fn take_with(
        &self,
        bytes: &mut Vec<u8>,
        ends: &mut Vec<usize>,
        record: &Record,
        ignored: bool,
    ) -> Said {
        if bytes.try_reserve(record.size()).is_err() {
            return Err(Exn::out_of_memory());
        }
        render(bytes, ends, &self.template, self.singly, record);
        if bytes.is_empty() {
            return Ok(None);
        }
        let told = (self.singly.is_some() && !ignored).then(Latch::new);
        let patience = match ignored {
            false => Patience::Promise,
            // A thread without a main loop may stand still.
            true if scheduler::existing().is_none() => Patience::Block,
            true => Patience::None,
        };
        let urgent = record.level >= Level::Error;
        let pushed = self
            .writer
            .push(bytes, ends, told.as_ref(), urgent, patience);
        match (pushed, told) {
            (Pushed::Failed(exn), _) => Err(exn),
            (Pushed::Dropped, _) => Ok(None),
            (_, Some(told)) => Ok(Some(told.promise())),
            (Pushed::Waits(latch), None) => Ok(Some(latch.promise())),
            (Pushed::Done, None) => Ok(None),
        }
    }
}

fn render(
    bytes: &mut Vec<u8>,
    ends: &mut Vec<usize>,
    template: &Template,
    singly: Option<(Form, u8)>,
    record: &Record,
) {
    match singly {
        Some((form, facility)) => syslog::render(bytes, ends, form, facility, template, record),
        None => template.render_lines(bytes, record, |out| out.push(b'\n')),
    }
}

/// `Lwt_log.file`: opens it, which may block.
pub fn file(
    path: CString,
    mode: Mode,
    permissions: libc::mode_t,
    template: Template,
) -> Result<Arc<Logger>, Exn> {
    let file = File::open(path, mode, permissions)?;
    Ok(Logger::of_lines(Lines::new(Box::new(file), template, None)))
}

/// `Lwt_log.syslog`
pub fn syslog(paths: Vec<CString>, form: Form, facility: u8, template: Template) -> Arc<Logger> {
    let singly = Some((form, facility));
    Logger::of_lines(Lines::new(Box::new(Syslog::new(paths)), template, singly))
}

/// One to standard error.
pub fn standard_error() -> Arc<Logger> {
    let template = Template::known(template::CHANNEL);
    Logger::of_lines(Lines::new(Box::new(StandardError), template, None))
}
