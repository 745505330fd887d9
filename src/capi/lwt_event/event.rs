//! `lwt_event.h`: events and their senders.
