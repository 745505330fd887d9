//! `lwt_sequence.h`: module Lwt_sequence: double-ended queues.
