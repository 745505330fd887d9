//! Handing channels over to another thread: one, or the two of a connection. Bytes
//! that are unread, or unsent, go with them. Module Lwt_io; calls `unix::fd`.

use super::channel::{Channel, Mode};
use super::device::Device;
use super::{buffer, flush};
use crate::exn::Exn;
use crate::promise::resolved;
use crate::unix::fd::{Fd, Parcel};
use crate::value::Value;
use std::ffi::CStr;
use std::rc::Rc;

/// What goes with a channel.
struct Contents {
    /// Unread, or unsent.
    bytes: Vec<u8>,
    /// None: the default.
    size: Option<usize>,
    marks: (usize, usize),
}

/// One or two channels on their way, and the descriptor under them, which is closed
/// if they never arrive.
pub struct Luggage {
    fd: Parcel,
    input: Option<Contents>,
    output: Option<Contents>,
}

/// The channels that have arrived.
pub type Arrived = (Option<Rc<Channel>>, Option<Rc<Channel>>);

impl Channel {
    /// The descriptor under a channel that nobody uses just now.
    fn movable(&self, mode: Mode, name: &'static CStr) -> Result<Rc<Fd>, Exn> {
        let text = name.to_string_lossy();
        self.expect(mode, &text)?;
        if let Some(exn) = self.refusal() {
            return Err(exn);
        }
        let Device::Fd(fd) = &self.core.device else {
            let why = format!("{text}: the channel is none over a descriptor");
            return Err(Exn::invalid(&why));
        };
        let output = self.core.output.borrow();
        let at_work = self.core.input.borrow().coming || output.busy;
        if !self.is_main() || !self.is_free() || at_work || self.core.direct.borrow().is_some() {
            return Err(Exn::unix(libc::EBUSY, name, c""));
        }
        Ok(fd.clone())
    }

    /// Ends it here; its device stays open.
    fn empty(self: &Rc<Self>) -> Contents {
        let size = self.buffer_size();
        let (bytes, marks) = match self.mode() {
            Mode::Input => (
                self.core.input.borrow_mut().take_all(&self.core.device),
                (0, 0),
            ),
            Mode::Output => {
                let output = self.core.output.borrow();
                (output.unsent_bytes(), (output.low, output.high))
            }
        };
        // Whatever was to close the device does not.
        self.core
            .ending
            .set_close(Box::new(|| resolved(Value::UNIT)));
        drop(self.abort());
        Contents {
            bytes,
            size: (size != buffer::default_size()).then_some(size),
            marks,
        }
    }
}

/// Gives channels away, one or two over the same descriptor: here they are closed
/// from now on. Refused, and all is as it was, while one of them or the descriptor is
/// used.
pub fn give_away(
    input: Option<Rc<Channel>>,
    output: Option<Rc<Channel>>,
    name: &'static CStr,
) -> Result<Luggage, Exn> {
    let under = |channel: &Option<Rc<Channel>>, mode| {
        let channel = channel.as_ref();
        channel.map(|it| it.movable(mode, name)).transpose()
    };
    let fd = match (under(&input, Mode::Input)?, under(&output, Mode::Output)?) {
        (Some(a), Some(b)) if !Rc::ptr_eq(&a, &b) => {
            let name = name.to_string_lossy();
            let why = format!("{name}: the channels are over different descriptors");
            return Err(Exn::invalid(&why));
        }
        (Some(fd), _) | (None, Some(fd)) => fd,
        (None, None) => {
            let name = name.to_string_lossy();
            return Err(Exn::invalid(&format!("{name}: there is no channel")));
        }
    };
    Ok(Luggage {
        fd: fd.give_away(name)?,
        input: input.map(|channel| channel.empty()),
        output: output.map(|channel| channel.empty()),
    })
}

impl Luggage {
    /// They have arrived: the calling thread's. The one for output closes the
    /// descriptor; one for input does if it is alone.
    pub fn unpack(self) -> Result<Arrived, Exn> {
        let fd = self.fd.unpack();
        let input = self.input.map(|contents| {
            let channel = match self.output.is_some() {
                false => Channel::of_fd(fd.clone(), Mode::Input, contents.size),
                true => Channel::of_fd_with(
                    fd.clone(),
                    Mode::Input,
                    contents.size,
                    Box::new(|| resolved(Value::UNIT)),
                ),
            };
            let len = contents.bytes.len();
            let mut input = channel.core.input.borrow_mut();
            input.put_memory(contents.bytes, 0, len);
            drop(input);
            channel
        });
        let Some(contents) = self.output else {
            return Ok((input, None));
        };
        let channel = Channel::of_fd(fd, Mode::Output, contents.size);
        let mut output = channel.core.output.borrow_mut();
        (output.low, output.high) = contents.marks;
        output.accept(&contents.bytes)?;
        drop(output);
        flush::schedule(&channel.core);
        Ok((input, Some(channel)))
    }
}
