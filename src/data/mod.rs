//! Floor 2: many values and promises. Modules Lwt_list, Lwt_seq, Lwt_stream,
//! Lwt_sequence, Lwt_pqueue, Lwt_result, Lwt_retry. Made of promises alone.

pub(crate) mod lent;
pub mod list;
pub mod pqueue;
pub mod result;
pub mod retry;
pub mod seq;
pub mod sequence;
pub mod stream;
