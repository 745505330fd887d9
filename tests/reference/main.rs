//! What is written from the headers: `lwt-api.json` for those who make bindings,
//! the reference's pages, and the man pages. And the headers say of each item
//! what these need.

#[path = "../house/mod.rs"]
mod house;

mod api;
mod api_json;
mod complete;
mod declaration;
mod json;
mod meaning;
mod read;
mod signature;
mod types;
mod words;

use std::sync::OnceLock;

use api::Api;
use house::root;

/// `make headers` sets it, and then the files are written, not compared.
const WRITE: &str = "LWT_WRITE_HEADERS";

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
fn each_item_says_what_it_returns_how_it_fails_and_on_which_thread() {
    let complaints = complete::complaints(api());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
