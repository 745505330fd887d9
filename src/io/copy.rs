//! From one channel to another. Module Lwt_io; calls channels and futures.

use super::Channel;
use crate::promise::future::spawn;
use crate::promise::{Promise, text};
use crate::value::Value;
use std::rc::Rc;

/// How many bytes are asked for at a time.
const PIECE: usize = 64 * 1024;

/// Copies at most `limit` bytes, or to the end of the input, and flushes the output.
/// The value is how many. `progress` is told after each piece how many so far.
pub fn copy(
    from: Rc<Channel>,
    to: Rc<Channel>,
    limit: u64,
    progress: Option<impl Fn(u64) + 'static>,
) -> Promise {
    spawn(async move {
        let mut copied = 0;
        while copied < limit {
            let piece = usize::try_from(limit - copied).map_or(PIECE, |left| left.min(PIECE));
            let bytes = from.read(Some(piece)).await?;
            // SAFETY: what a channel reads is text.
            let bytes = unsafe { text::bytes(&bytes) };
            if bytes.is_empty() {
                break;
            }
            to.write([bytes, &[]]).await?;
            copied += bytes.len() as u64;
            if let Some(progress) = &progress {
                progress(copied);
            }
        }
        to.flush().await?;
        let count = usize::try_from(copied).unwrap_or(usize::MAX);
        Ok(Value::plain(std::ptr::without_provenance_mut(count)))
    })
}
