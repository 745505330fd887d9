//! Module Lwt_direct: fibers that await promises.
