//! The binding for Lua.

use std::process::Command;
use std::time::Duration;

use crate::house::installed;
use crate::house::process::run;

const LIMIT: Duration = Duration::from_secs(300);

#[test]
fn the_installation_is_found() {
    let mut command = Command::new("pkg-config");
    let done = run(
        installed::found_by(command.args(["--cflags", "--libs", "lwt"])),
        LIMIT,
    )
    .expect_success("pkg-config");
    assert!(done.out.contains("-llwt"));
}
