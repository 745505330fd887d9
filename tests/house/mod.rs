//! What the tests of the house share: where things are, and how a command is
//! run. Each file of `tests/` uses its own part of it.
#![allow(dead_code)]

pub mod c;
pub mod declarations;
pub mod directives;
pub mod disk;
pub mod generator;
pub mod installed;
pub mod library;
pub mod places;
pub mod polish;
pub mod process;
pub mod tool;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where tests may write: one folder a test program, made anew.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the test's files");
    folder
}

/// The files of a folder of the project that end in one of `endings`, sorted.
pub fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .map(|entries| {
            entries
                .map(|entry| entry.expect("a folder's entry").path())
                .collect()
        })
        .unwrap_or_default();
    found.retain(|path| {
        let extension = path.extension().and_then(|e| e.to_str());
        path.is_file() && extension.is_some_and(|e| endings.contains(&e))
    });
    found.sort();
    found
}

/// The text of a file of the project.
pub fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Does the work of all items, two at a time.
pub fn two_at_a_time<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}
