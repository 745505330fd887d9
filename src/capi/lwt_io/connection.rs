//! `lwt_io.h`, connections and servers. Module Lwt_io.
