//! `make docs` builds the pages, without a warning: no link leads nowhere.

use std::process::Command;
use std::time::Duration;

use crate::house::library::target_folder;
use crate::house::process::{End, run};
use crate::house::{root, scratch, tool};

#[test]
fn the_pages_are_built_without_a_warning() {
    let venv = Command::new("python3")
        .args(["-c", "import venv, ensurepip"])
        .output();
    if !venv.is_ok_and(|asked| asked.status.success()) {
        return tool::skip("the guide's pages", "no python3 with venv (make prepare)");
    }
    let out = scratch("pages of the guide");
    // What builds them is fetched once for each folder of cargo's.
    let mut build = Command::new("sh");
    build
        .arg(root().join("docs/build.sh"))
        .arg(&out)
        .env("LWT_DOCS_TOOLS", target_folder().join("docs-tools"));
    let built = run(&mut build, Duration::from_secs(900));
    let fetched = target_folder().join("docs-tools/requirements.txt").exists();
    if built.end != End::Exit(0) && !fetched {
        return tool::skip("the guide's pages", "their tools can't be fetched here");
    }
    built.expect_success("docs/build.sh");
    for page in ["index.html", "first-c.html", "reference/lwt_mutex.html"] {
        assert!(out.join("html").join(page).exists(), "{page} was not built");
    }
}
