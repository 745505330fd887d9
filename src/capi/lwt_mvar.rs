//! `lwt_mvar.h`: module Lwt_mvar: mailbox variables.
