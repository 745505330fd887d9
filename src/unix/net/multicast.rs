//! `Lwt_unix.mcast_set_loop` and its kin: groups of IPv4. A datagram reaches a
//! receiver on the sender's machine only if that joined the group and the
//! sender's loop is on. Calls the system.

use super::option::{set, set_int};
use crate::exn::Exn;
use crate::unix::fd::Fd;
use libc::{IPPROTO_IP, c_int, in_addr, ip_mreq};

/// `Lwt_unix.mcast_set_loop`.
pub fn set_loop(fd: &Fd, on: bool) -> Result<(), Exn> {
    set_int(
        fd,
        c"mcast_set_loop",
        IPPROTO_IP,
        libc::IP_MULTICAST_LOOP,
        on.into(),
    )
}

/// `Lwt_unix.mcast_set_ttl`.
pub fn set_ttl(fd: &Fd, ttl: c_int) -> Result<(), Exn> {
    set_int(
        fd,
        c"mcast_set_ttl",
        IPPROTO_IP,
        libc::IP_MULTICAST_TTL,
        ttl,
    )
}

/// `Lwt_unix.mcast_add_membership`, by the address of an interface.
pub fn join(fd: &Fd, group: in_addr, interface: in_addr) -> Result<(), Exn> {
    let request = ip_mreq {
        imr_multiaddr: group,
        imr_interface: interface,
    };
    set(
        fd,
        c"mcast_add_membership",
        IPPROTO_IP,
        libc::IP_ADD_MEMBERSHIP,
        &request,
    )
}

/// `Lwt_unix.mcast_drop_membership`.
pub fn leave(fd: &Fd, group: in_addr, interface: in_addr) -> Result<(), Exn> {
    let request = ip_mreq {
        imr_multiaddr: group,
        imr_interface: interface,
    };
    set(
        fd,
        c"mcast_drop_membership",
        IPPROTO_IP,
        libc::IP_DROP_MEMBERSHIP,
        &request,
    )
}
