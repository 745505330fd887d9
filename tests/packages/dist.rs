//! `make dist`: the same files give the same bytes, in them is all that git tracks,
//! and they are enough to build the library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::house::library::target_folder;
use crate::house::process::{End, Run, run};
use crate::house::{root, scratch, tool};

const LIMIT: Duration = Duration::from_secs(300);
const NAME: &str = concat!("liblwt-", env!("CARGO_PKG_VERSION"));

fn sh(folder: &Path, script: &str, argument: &Path) -> Run {
    let mut command = Command::new("sh");
    command
        .current_dir(folder)
        .args(["-euc", script, "sh"])
        .arg(argument);
    run(&mut command, LIMIT)
}

/// What a release is made of: what git tracks, or MANIFEST names.
fn tracked() -> Option<Vec<String>> {
    let script = "git -c core.quotePath=off ls-files 2>/dev/null || cat MANIFEST 2>/dev/null";
    let done = sh(root(), script, root());
    let mut names: Vec<String> = done.out.lines().map(String::from).collect();
    names.retain(|name| name != "MANIFEST");
    (done.end == End::Exit(0) && !names.is_empty()).then_some(names)
}

/// A release of a tree, in a folder of its own: the archive, and it unpacked.
fn release(tree: &Path, name: &str, how: &str) -> (PathBuf, PathBuf) {
    let folder = scratch(name);
    sh(tree, &format!("{how}; sh tools/dist.sh \"$1\""), &folder).expect_success("make dist");
    let archive = folder.join(format!("{NAME}.tar.gz"));
    sh(&folder, "tar -xzf \"$1\"", &archive).expect_success("tar");
    (archive, folder.join(NAME))
}

fn bytes(archive: &Path) -> Vec<u8> {
    std::fs::read(archive).expect("an archive")
}

#[test]
fn the_same_files_make_the_same_release_and_so_does_the_unpacked_one() {
    if tracked().is_none() {
        return tool::leave_out(
            "make dist",
            "neither a git repository nor an unpacked release",
        );
    }
    let (one, unpacked) = release(root(), "dist one", "umask 022");
    let (two, _) = release(
        root(),
        "dist two",
        "umask 077; export TZ=UTC-9 LC_ALL=C.UTF-8",
    );
    // Whatever else lies in the tree does not get in.
    std::fs::create_dir(unpacked.join("build")).expect("a folder");
    std::fs::write(unpacked.join("build/more.c"), "").expect("a file");
    let (three, _) = release(&unpacked, "dist three", "umask 022");
    assert!(
        bytes(&one) == bytes(&two),
        "another environment, other bytes"
    );
    assert!(bytes(&one) == bytes(&three), "without git, other bytes");
}

#[test]
fn a_release_has_every_file_and_builds() {
    let Some(tracked) = tracked() else {
        return tool::leave_out(
            "make dist",
            "neither a git repository nor an unpacked release",
        );
    };
    let (archive, unpacked) = release(root(), "dist to build", "umask 022");
    let list = "tar -tzf \"$1\" | grep -v '/$' | cut -d/ -f2- | sort";
    let in_it = sh(root(), list, &archive).expect_success("tar").out;
    let mut wanted: Vec<&str> = tracked.iter().map(String::as_str).collect();
    wanted.push("MANIFEST");
    let mut in_it: Vec<&str> = in_it.lines().collect();
    wanted.sort_unstable();
    in_it.sort_unstable();
    assert_eq!(in_it, wanted);
    // Where the crates that it needs have been compiled already.
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(&unpacked)
        .args(["check", "--quiet", "--locked", "--lib"])
        .env("CARGO_TARGET_DIR", target_folder());
    run(&mut cargo, LIMIT).expect_success("cargo check of the release");
}

#[test]
fn a_tree_that_is_neither_is_refused() {
    let folder = scratch("dist neither");
    std::fs::write(folder.join("Cargo.toml"), "version = \"1.0.0\"\n").expect("a file");
    let script = root().join("tools/dist.sh");
    let done = sh(&folder, "sh \"$1\" out", &script);
    assert_ne!(done.end, End::Exit(0));
    assert!(
        done.err.contains("neither a git repository"),
        "{}",
        done.err
    );
    assert_eq!(
        std::fs::read_dir(folder.join("out"))
            .expect("a folder")
            .count(),
        0
    );
}
