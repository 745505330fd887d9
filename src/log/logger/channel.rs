//! Loggers to a channel. Module Lwt_log; calls channels.
//!
//! The lines of a message are one write, so that they stay together; a flush follows.

use super::Logger;
use super::home::{Home, Local};
use crate::io::Channel;
use crate::log::record::Record;
use crate::log::template::Template;
use crate::promise::{Promise, future, resolved};
use crate::value::Value;
use std::rc::Rc;
use std::sync::Arc;

struct ToChannel {
    channel: Rc<Channel>,
    template: Template,
    /// Is the channel closed with the logger?
    closes: bool,
}

impl Local for ToChannel {
    fn take(&self, record: &Record) -> Promise {
        let mut text = Vec::new();
        self.template
            .render_lines(&mut text, record, |out| out.push(b'\n'));
        if text.is_empty() {
            return resolved(Value::UNIT);
        }
        let written = self.channel.write([&text, &[]]);
        if written.exn().is_some() {
            return written;
        }
        let flushed = self.channel.flush();
        if !written.is_pending() {
            return flushed;
        }
        future::spawn(async move {
            written.await?;
            flushed.await
        })
    }

    fn close(&self) -> Promise {
        match self.closes {
            true => self.channel.close(),
            false => resolved(Value::UNIT),
        }
    }

    fn flush(&self) -> Promise {
        self.channel.flush()
    }
}

/// `Lwt_log.channel`. None: out of memory.
pub fn channel(channel: Rc<Channel>, template: Template, closes: bool) -> Option<Arc<Logger>> {
    let local = ToChannel {
        channel,
        template,
        closes,
    };
    Home::new(Rc::new(local)).map(Logger::of_home)
}
