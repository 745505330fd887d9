//! `lwt_mutex.h`: module Lwt_mutex: cooperative mutexes.
