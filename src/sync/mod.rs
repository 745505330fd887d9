//! Floor 2: what promises wait for in turn. Modules Lwt_mutex, Lwt_condition,
//! Lwt_mvar, Lwt_pool, Lwt_switch. Made of promises alone.
