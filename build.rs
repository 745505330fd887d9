//! Gives the shared library its soname, and keeps it mapped for good: its
//! thread-local block is referred to by code that may run at thread exit.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,liblwt.so.0");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
}
