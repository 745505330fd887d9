//! Module Lwt_glib: one main loop for GLib and Lwt.
