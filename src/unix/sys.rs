//! Module Lwt_sys: what this system can do. May call floor 0, and looks whether
//! an engine is there.

#![allow(non_camel_case_types)]

use crate::scheduler::engine;

/// What a system may have or not have, `Lwt_sys.feature`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lwt_sys_feature {
    /// lwt_unix_wait4 tells the times.
    LWT_SYS_WAIT4 = 0,
    /// lwt_unix_get_cpu.
    LWT_SYS_GET_CPU = 1,
    /// lwt_unix_get_affinity.
    LWT_SYS_GET_AFFINITY = 2,
    /// lwt_unix_set_affinity.
    LWT_SYS_SET_AFFINITY = 3,
    /// Messages can be received into several places at once.
    LWT_SYS_RECV_MSG = 4,
    /// Messages can be sent from several places at once.
    LWT_SYS_SEND_MSG = 5,
    /// Descriptors can be sent with a message.
    LWT_SYS_FD_PASSING = 6,
    /// Who is behind a Unix socket can be asked.
    LWT_SYS_GET_CREDENTIALS = 7,
    /// Which pages are in memory can be asked.
    LWT_SYS_MINCORE = 8,
    /// How memory will be used can be told.
    LWT_SYS_MADVISE = 9,
    /// The content of a file can be written without its times.
    LWT_SYS_FDATASYNC = 10,
    /// The library libev can be loaded.
    LWT_SYS_LIBEV = 11,
}

/// The order of the bytes of a number, `Lwt_sys.byte_order`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lwt_sys_endian {
    /// The lowest first.
    LWT_SYS_LITTLE_ENDIAN = 0,
    /// The highest first.
    LWT_SYS_BIG_ENDIAN = 1,
}

/// How many features there are.
const FEATURES: u32 = 12;

/// Has this system the feature of that number? One that does not exist: no.
pub fn has(feature: u32) -> bool {
    // All but libev belong to every Linux that the library runs on.
    match feature == lwt_sys_feature::LWT_SYS_LIBEV as u32 {
        true => engine::by_name(b"libev").is_ok(),
        false => feature < FEATURES,
    }
}

/// That of this machine.
pub const BYTE_ORDER: lwt_sys_endian = match cfg!(target_endian = "little") {
    true => lwt_sys_endian::LWT_SYS_LITTLE_ENDIAN,
    false => lwt_sys_endian::LWT_SYS_BIG_ENDIAN,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_that_does_not_exist_is_not_there() {
        assert!(has(lwt_sys_feature::LWT_SYS_WAIT4 as u32));
        assert!(!has(FEATURES));
        assert!(!has(u32::MAX));
    }
}
