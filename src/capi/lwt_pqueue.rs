//! `lwt_pqueue.h`: module Lwt_pqueue: priority queues.
