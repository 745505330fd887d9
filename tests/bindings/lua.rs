//! The binding for Lua 5.4, `bindings/lua/`: built by its Makefile into a prefix of its
//! own, and what its programs print.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::house::process::{Run, run};
use crate::house::{installed, root, scratch, text, tool};

const LIMIT: Duration = Duration::from_secs(300);
const FOLDER: &str = "bindings/lua";

/// Is there what it needs? What is missing is named.
fn is_possible(test: &str) -> bool {
    let there = tool::is_there_by("lua5.4", "-v")
        && Command::new("pkg-config")
            .args(["--exists", "lua5.4"])
            .status()
            .is_ok_and(|status| status.success());
    if !there {
        tool::skip(
            test,
            "lua5.4 or liblua5.4-dev is not installed (make prepare)",
        );
    }
    there
}

/// The prefix where the module is installed, once for all tests.
fn module() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let folder = scratch("lua");
        for file in ["Makefile", "lwt.c"] {
            std::fs::copy(root().join(FOLDER).join(file), folder.join(file)).expect("a source");
        }
        let prefix = folder.join("prefix");
        let mut make = Command::new("make");
        make.current_dir(&folder)
            .args(["--no-print-directory", "install", "CFLAGS=-O2 -g -Werror"])
            .arg(format!("PREFIX={}", prefix.display()));
        run(installed::found_by(&mut make), LIMIT).expect_success("make install");
        prefix
    })
}

/// Runs a script, in the folder of the binding.
fn lua(arguments: &[&str]) -> Run {
    let path = format!("{}/lib/lua/5.4/?.so", module().display());
    let mut command = Command::new("lua5.4");
    command
        .current_dir(root().join(FOLDER))
        .args(arguments)
        .env("LUA_CPATH", path)
        .env("LWT_DEBUG", "1");
    run(installed::found_by(&mut command), LIMIT).expect_success(&arguments.join(" "))
}

#[test]
fn lua_does_what_is_claimed() {
    if is_possible("Lua") {
        assert_eq!(lua(&["test.lua"]).out, "ok\n");
    }
}

#[test]
fn the_first_program_in_lua_prints_what_the_guide_shows() {
    if is_possible("Lua") {
        let shown = text(format!("{FOLDER}/first.lua.out"));
        assert_eq!(lua(&["first.lua"]).out, shown);
    }
}

#[test]
fn the_first_example_of_the_readme_for_lua_runs() {
    if is_possible("Lua") {
        let readme = text(format!("{FOLDER}/README.md"));
        let (_, block) = readme.split_once("```lua\n").expect("an example");
        let (program, _) = block.split_once("```").expect("its end");
        let wanted = "both have lines: true\nunix_error\topen: No such file or directory: \
                      \"/no/such/file\"\n";
        assert_eq!(lua(&["-e", program]).out, wanted);
    }
}

#[test]
fn with_the_collector_at_every_instruction_of_lua_nothing_is_stale_or_left_behind() {
    if is_possible("Lua") {
        let done = lua(&["soak.lua", "30"]);
        assert_eq!((done.out.as_str(), done.err.as_str()), ("ok\n", ""));
    }
}
