//! An installation of the library, for tests of what is built outside of the
//! project against it. It is made once, by `make install`, in a folder that is
//! kept: when nothing has changed that takes no time.

use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::library::target_folder;
use super::process::run;
use super::root;

/// The prefix under which everything is installed.
pub fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let prefix = target_folder().join("installed");
        std::fs::create_dir_all(&prefix).expect("a folder to install in");
        // Several test programs may be at it, and one installs after the other.
        let lock =
            std::fs::File::create(target_folder().join("installed.lock")).expect("a file to lock");
        // SAFETY: a system call on a descriptor that is open.
        let locked = unsafe { libc::flock(lock.as_raw_fd(), libc::LOCK_EX) };
        assert_eq!(locked, 0, "the lock of the installation");
        let mut command = Command::new("make");
        command
            .current_dir(root())
            .args(["--no-print-directory", "install"])
            .arg(format!("PREFIX={}", prefix.display()))
            .env("CARGO_TARGET_DIR", target_folder())
            .env_remove("MAKEFLAGS")
            .env_remove("MFLAGS");
        run(&mut command, Duration::from_secs(1200)).expect_success("make install");
        prefix
    })
}

/// Has a command find the installation: by pkg-config, by CMake, and when what
/// it runs is loaded.
pub fn found_by(command: &mut Command) -> &mut Command {
    let prefix = prefix();
    command
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .env("CMAKE_PREFIX_PATH", prefix)
        .env("LD_LIBRARY_PATH", prefix.join("lib"))
}

/// A folder for what tests of a name build outside of the project. It is kept,
/// so that what was set up once is there the next time.
pub fn outside(name: &str) -> PathBuf {
    let folder = target_folder().join("outside").join(name);
    std::fs::create_dir_all(&folder).expect("a folder for what is built outside");
    folder
}
