//! Channels over sockets, `Lwt_ssl.in_channel_of_descr` and `out_channel_of_descr`.
//! Module Lwt_ssl; calls channels and sessions.

use super::socket::Socket;
use crate::io::connection::close_socket;
use crate::io::{Channel, Device, Mode, Transfer};
use crate::promise::Promise;
use crate::promise::future::spawn;
use std::rc::Rc;

/// A channel. What is closed first, of all channels of a socket, closes it: a goodbye,
/// both directions, the descriptor. The others have nothing left to do.
pub fn over(socket: &Rc<Socket>, mode: Mode, size: Option<usize>) -> Rc<Channel> {
    let closing = socket.clone();
    let close = Box::new(move || closing.end());
    let Some(session) = &socket.session else {
        return Channel::of_fd_with(socket.fd.clone(), mode, size, close);
    };
    let session = session.clone();
    let transfer: Transfer = match mode {
        // SAFETY: a channel keeps what it lends until the promise has resolved.
        Mode::Input => Box::new(move |buf, len| unsafe { session.read(buf, len) }),
        // SAFETY: as above.
        Mode::Output => Box::new(move |buf, len| unsafe { session.write(buf, len) }),
    };
    let channel = Channel::new(mode, Device::Function(transfer), None, size);
    channel.set_close(close);
    channel
}

impl Socket {
    /// Closes it, once. The goodbye waits for room, if what was written before has all
    /// been sent; where a channel was aborted over a peer that takes nothing any more,
    /// it is not waited for.
    fn end(self: &Rc<Self>) -> Promise {
        let socket = self.clone();
        let close = async move {
            if let Some(session) = &socket.session {
                match session.wants_write() {
                    true => session.goodbye_at_once(),
                    // Whoever has gone can't be told.
                    false => drop(session.goodbye().await),
                }
            }
            close_socket(&socket.fd).await
        };
        self.closing.once(|| spawn(close))
    }
}
