//! `lwt_list.h`: module Lwt_list: arrays of values, walked with promises.
