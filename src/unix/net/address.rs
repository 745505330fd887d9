//! The address of a socket, `Unix.sockaddr`: bytes that the system knows how to
//! read, here from text and to text. Calls the system.

use crate::exn::Exn;
use crate::value::{DropFn, Value};
use libc::{sockaddr, sockaddr_in, sockaddr_in6, sockaddr_storage, sockaddr_un, socklen_t};
use std::ffi::CStr;
use std::mem::{MaybeUninit, offset_of};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// An address of a socket. `(const struct sockaddr *)&it->address` and `it->len`
/// are what a function wants that takes one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_unix_sockaddr {
    /// How many bytes of the address there are; 0: it has none.
    pub len: socklen_t,
    /// The address.
    pub address: sockaddr_storage,
}

/// An address.
pub type Address = lwt_unix_sockaddr;

/// Where the path of a Unix domain's address begins.
const PATH: usize = offset_of!(sockaddr_un, sun_path);
/// How many bytes it may have.
const PATH_ROOM: usize = size_of::<sockaddr_un>() - PATH;

impl Address {
    /// No address.
    pub fn none() -> Address {
        Address {
            len: 0,
            // SAFETY: plain numbers, for which zero is fine.
            address: unsafe { MaybeUninit::zeroed().assume_init() },
        }
    }

    /// A copy of an address that C lends. None: NULL, or a length that no
    /// address has.
    ///
    /// # Safety
    /// `address` is NULL, or `len` bytes can be read there.
    pub unsafe fn copy(address: *const sockaddr, len: socklen_t) -> Option<Address> {
        let family = size_of::<libc::sa_family_t>();
        let bytes = len as usize;
        if address.is_null() || bytes < family || bytes > size_of::<sockaddr_storage>() {
            return None;
        }
        // SAFETY: as this function asks for, and the room is that large.
        Some(Address::fill(|room| unsafe {
            std::ptr::copy_nonoverlapping(address.cast::<u8>(), room.cast::<u8>(), bytes);
            len
        }))
    }

    /// An address that `write` puts into the room that it is given, of the size
    /// of `sockaddr_storage`; it returns the length.
    fn fill(write: impl FnOnce(*mut sockaddr) -> socklen_t) -> Address {
        let mut it = Address::none();
        it.len = write((&raw mut it.address).cast());
        it
    }

    /// The address that a call of the system tells: `ask` gets where to put it
    /// and its length.
    pub fn told<T>(ask: impl FnOnce(*mut sockaddr, *mut socklen_t) -> T) -> (T, Address) {
        let mut it = Address::none();
        let mut len = size_of::<sockaddr_storage>() as socklen_t;
        let result = ask((&raw mut it.address).cast(), &raw mut len);
        it.len = len.min(size_of::<sockaddr_storage>() as socklen_t);
        (result, it)
    }

    /// For the system.
    pub fn as_ptr(&self) -> *const sockaddr {
        (&raw const self.address).cast()
    }

    /// Its family, `AF_INET` and so on; `AF_UNSPEC` for none.
    pub fn family(&self) -> i32 {
        if (self.len as usize) < size_of::<libc::sa_family_t>() {
            return libc::AF_UNSPEC;
        }
        i32::from(self.address.ss_family)
    }

    /// What a structure of the system says.
    fn of<T: Copy>(structure: &T) -> Address {
        const { assert!(size_of::<T>() <= size_of::<sockaddr_storage>()) };
        // SAFETY: the room is at least that large, and aligned for all of them.
        Address::fill(|room| unsafe {
            room.cast::<T>().write(*structure);
            size_of::<T>() as socklen_t
        })
    }

    /// It, as a structure of the system, if it is long enough.
    fn view<T: Copy>(&self) -> Option<T> {
        const { assert!(size_of::<T>() <= size_of::<sockaddr_storage>()) };
        let whole = self.len as usize >= size_of::<T>();
        // SAFETY: the storage is larger, and aligned for all of them.
        whole.then(|| unsafe { *self.as_ptr().cast::<T>() })
    }

    /// An address of the internet.
    pub fn internet(address: SocketAddr) -> Address {
        match address {
            SocketAddr::V4(v4) => {
                // SAFETY: plain numbers.
                let mut it: sockaddr_in = unsafe { MaybeUninit::zeroed().assume_init() };
                it.sin_family = libc::AF_INET as libc::sa_family_t;
                it.sin_port = v4.port().to_be();
                it.sin_addr.s_addr = u32::from_ne_bytes(v4.ip().octets());
                Address::of(&it)
            }
            SocketAddr::V6(v6) => {
                // SAFETY: plain numbers.
                let mut it: sockaddr_in6 = unsafe { MaybeUninit::zeroed().assume_init() };
                it.sin6_family = libc::AF_INET6 as libc::sa_family_t;
                it.sin6_port = v6.port().to_be();
                it.sin6_addr.s6_addr = v6.ip().octets();
                it.sin6_flowinfo = v6.flowinfo();
                it.sin6_scope_id = v6.scope_id();
                Address::of(&it)
            }
        }
    }

    /// An address of the Unix domain; one that begins with a NUL byte is
    /// abstract: no file. None: it is longer than an address can be.
    pub fn unix(path: &[u8]) -> Option<Address> {
        let is_abstract = path.first() == Some(&0);
        // The system wants a NUL byte behind a path, and none behind a name.
        if path.len() + usize::from(!is_abstract) > PATH_ROOM {
            return None;
        }
        let end = usize::from(!is_abstract && !path.is_empty());
        // SAFETY: the room is larger than a `sockaddr_un`, and zero.
        Some(Address::fill(|room| unsafe {
            (*room).sa_family = libc::AF_UNIX as libc::sa_family_t;
            let to = room.cast::<u8>().add(PATH);
            std::ptr::copy_nonoverlapping(path.as_ptr(), to, path.len());
            (PATH + path.len() + end) as socklen_t
        }))
    }

    /// From text: `127.0.0.1:80`, `[::1]:80`, `[fe80::1%2]:80`, `unix:/tmp/socket`,
    /// `unix:@abstract`. The error says what is wrong with it.
    pub fn of_text(text: &[u8]) -> Result<Address, &'static str> {
        if let Some(path) = text.strip_prefix(b"unix:") {
            let long = "the path is longer than an address can be";
            return match path {
                [] => Err("there is no path"),
                [b'@', name @ ..] => Address::unix(&[b"\0", name].concat()).ok_or(long),
                path => Address::unix(path).ok_or(long),
            };
        }
        let text = std::str::from_utf8(text).ok();
        match text.and_then(|text| text.parse().ok()) {
            Some(address) => Ok(Address::internet(address)),
            None => Err("it is none of 127.0.0.1:80, [::1]:80 and unix:/path"),
        }
    }

    /// The path of an address of the Unix domain, or its abstract name after a
    /// NUL byte; empty: it was never bound.
    pub fn path(&self) -> &[u8] {
        let end = (self.len as usize).min(size_of::<sockaddr_un>());
        let len = end.saturating_sub(PATH);
        // SAFETY: that many bytes of the storage.
        let path = unsafe { std::slice::from_raw_parts(self.as_ptr().cast::<u8>().add(PATH), len) };
        match path {
            [0, ..] | [] => path,
            _ => path.split(|&byte| byte == 0).next().unwrap_or(path),
        }
    }

    /// As the standard library has it, if it is one of the internet.
    pub fn to_internet(&self) -> Option<SocketAddr> {
        match self.family() {
            libc::AF_INET => {
                let it: sockaddr_in = self.view()?;
                let ip = Ipv4Addr::from(it.sin_addr.s_addr.to_ne_bytes());
                let port = u16::from_be(it.sin_port);
                Some(SocketAddrV4::new(ip, port).into())
            }
            libc::AF_INET6 => {
                let it: sockaddr_in6 = self.view()?;
                let ip = Ipv6Addr::from(it.sin6_addr.s6_addr);
                let port = u16::from_be(it.sin6_port);
                let (flow, scope) = (it.sin6_flowinfo, it.sin6_scope_id);
                Some(SocketAddrV6::new(ip, port, flow, scope).into())
            }
            _ => None,
        }
    }

    /// To text, as [`Address::of_text`] reads it; other families are told by
    /// their number. NUL bytes in abstract names are `@`.
    pub fn to_text(&self) -> Vec<u8> {
        if let Some(address) = self.to_internet() {
            return address.to_string().into_bytes();
        }
        match self.family() {
            libc::AF_UNIX => {
                let path = self.path().iter();
                let path = path.map(|&byte| if byte == 0 { b'@' } else { byte });
                b"unix:".iter().copied().chain(path).collect()
            }
            libc::AF_UNSPEC => b"no address".to_vec(),
            family => format!("family {family}").into_bytes(),
        }
    }

    /// As the value of a promise: a `struct lwt_unix_sockaddr *`, which free()
    /// frees.
    pub fn into_value(self) -> Result<Value, Exn> {
        owned(self)
    }
}

/// A plain structure as a value, in a block of the C library's.
pub fn owned<T: Copy>(structure: T) -> Result<Value, Exn> {
    // SAFETY: a block of that size, or NULL.
    unsafe {
        let block = libc::malloc(size_of::<T>()).cast::<T>();
        if block.is_null() {
            return Err(Exn::out_of_memory());
        }
        block.write(structure);
        Ok(Value::new(block.cast(), Some(libc::free as DropFn)))
    }
}

/// A failed call about an address: `bind: Address already in use: "[::1]:80"`.
pub fn failure(errno: i32, function: &CStr, address: &Address) -> Exn {
    let text = std::ffi::CString::new(address.to_text()).unwrap_or_default();
    Exn::unix(errno, function, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(text: &str) {
        let address = Address::of_text(text.as_bytes()).expect(text);
        assert_eq!(String::from_utf8(address.to_text()).unwrap(), text);
        // SAFETY: an address and its length.
        let copy = unsafe { Address::copy(address.as_ptr(), address.len) }.unwrap();
        assert_eq!(copy.to_text(), address.to_text());
    }

    #[test]
    fn addresses_go_to_text_and_back() {
        for text in [
            "127.0.0.1:80",
            "0.0.0.0:65535",
            "[::1]:0",
            "[fe80::1%3]:9",
            "unix:/tmp/socket",
            "unix:@abstract",
        ] {
            there_and_back(text);
        }
    }

    #[test]
    fn what_is_no_address_is_said_to_be_none() {
        for text in [
            "",
            "127.0.0.1",
            "localhost:80",
            "1.2.3.4:65536",
            "::1:80",
            "unix:",
        ] {
            assert!(Address::of_text(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Address::of_text(b"\xff\xfe:1").is_err());
    }

    #[test]
    fn a_path_may_be_as_long_as_the_system_has_room_and_no_longer() {
        let path = [b'a'; 108];
        let address = Address::unix(&path[..107]).unwrap();
        assert_eq!((address.path(), address.len), (&path[..107], 110));
        assert!(Address::unix(&path).is_none());
        let mut name = path;
        name[0] = 0;
        assert_eq!(Address::unix(&name).unwrap().path(), name);
        assert!(Address::unix(&[&name[..], b"b"].concat()).is_none());
    }

    #[test]
    fn a_socket_without_a_name_has_an_empty_path() {
        let address = Address::unix(b"").unwrap();
        assert_eq!((address.len, address.to_text()), (2, b"unix:".to_vec()));
        assert_eq!(Address::none().to_text(), b"no address");
    }

    #[test]
    fn lengths_that_no_address_has_are_refused() {
        let address = Address::of_text(b"1.2.3.4:5").unwrap();
        // SAFETY: nothing is read beyond the storage.
        unsafe {
            assert!(Address::copy(std::ptr::null(), 16).is_none());
            assert!(Address::copy(address.as_ptr(), 1).is_none());
            assert!(Address::copy(address.as_ptr(), 129).is_none());
            // Too short to be of the internet: not read as one.
            let cut = Address::copy(address.as_ptr(), 4).unwrap();
            assert_eq!(cut.to_text(), b"family 2");
        }
    }
}
