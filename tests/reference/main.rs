//! What is written from the headers: `lwt-api.json` for those who make bindings,
//! the reference's pages, and the man pages. And the headers say of each item
//! what these need.

#[path = "../house/mod.rs"]
mod house;

mod api;
mod api_json;
mod complete;
mod declaration;
mod facts;
mod json;
mod man;
mod meaning;
mod nullable;
mod ownership;
mod promised;
mod read;
mod roff;
mod signature;
mod summary;
mod thread;
mod types;
mod words;

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use api::Api;
use house::process::run;
use house::{root, scratch, tool};

/// `make headers` sets it, and then the files are written, not compared.
const WRITE: &str = "LWT_WRITE_HEADERS";

/// For a tool that reads all pages.
const LIMIT: Duration = Duration::from_secs(300);

fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(Api::read)
}

/// Writes a file, or compares what is there.
fn file(path: &str, wanted: &str) {
    let whole = root().join(path);
    if std::env::var_os(WRITE).is_some() {
        let folder = whole.parent().expect("it is in a folder");
        std::fs::create_dir_all(folder).expect("the folder can be made");
        std::fs::write(&whole, wanted).expect("the file can be written");
    }
    let there = std::fs::read_to_string(&whole).unwrap_or_default();
    let line = there.lines().zip(wanted.lines()).position(|(a, b)| a != b);
    assert!(
        there == wanted,
        "{path} is out of date from line {} on: run `make headers`",
        1 + line.unwrap_or_else(|| there.lines().count().min(wanted.lines().count()))
    );
}

#[test]
fn the_description_for_bindings_is_what_the_generator_makes_of_the_headers() {
    file(api_json::PATH, &api_json::file(api()));
}

#[test]
fn the_man_pages_are_what_the_generator_makes_of_the_headers() {
    let pages = man::pages(api());
    for (name, page) in &pages {
        file(&format!("man/{name}"), page);
    }
    for path in house::files("man", &["3", "7"]) {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.expect("a page's name");
        let known = pages.iter().any(|(known, _)| known == name);
        assert!(known, "man/{name}: nothing generates it");
    }
}

#[test]
fn each_man_page_is_set_without_a_warning() {
    if !tool::is_there("groff") {
        return tool::skip("man pages", "groff is not installed (make prepare)");
    }
    let mut groff = Command::new("groff");
    groff.args(["-man", "-Tutf8", "-ww", "-z"]);
    groff.args(house::files("man", &["3", "7"]));
    let done = run(&mut groff, LIMIT).expect_success("groff");
    assert_eq!(done.err, "");
}

#[test]
fn man_finds_the_page_of_each_function_by_its_name() {
    if !tool::is_there("mandb") {
        return tool::skip("man pages", "man-db is not installed (make prepare)");
    }
    let folder = scratch("man");
    let pages = folder.join("man3");
    std::fs::create_dir_all(&pages).expect("a folder for pages");
    for page in house::files("man", &["3"]) {
        let name = page.file_name().expect("a page's name");
        std::fs::copy(&page, pages.join(name)).expect("a copy of the page");
    }
    run(Command::new("mandb").arg("-qu").arg(&folder), LIMIT).expect_success("mandb");
    let functions = api().items().filter(|(_, item)| item.is_function());
    let names: Vec<&str> = functions.map(|(_, item)| item.name.as_str()).collect();
    // It fails if it misses one, and names it.
    let mut whatis = Command::new("whatis");
    whatis.arg("-M").arg(&folder).args(names);
    run(&mut whatis, LIMIT).expect_success("whatis");
    let mut man = Command::new("man");
    man.arg("-M").arg(&folder).args(["-w", "lwt_mutex_lock"]);
    let done = run(&mut man, LIMIT).expect_success("man");
    assert!(
        done.out.trim_end().ends_with("man3/lwt_mutex.3"),
        "{}",
        done.out
    );
}

#[test]
fn each_item_says_what_it_returns_how_it_fails_and_on_which_thread() {
    let complaints = complete::complaints(api());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
