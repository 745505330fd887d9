//! `examples_c/gtk_copy.c` in a framebuffer: its window is looked at, and its button
//! clicked. `LWT_WRITE_PICTURES=1` keeps a picture of it in `docs/pictures/`.

mod house;
#[path = "gtk/screen.rs"]
mod screen;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use house::library::{Library, Variant};
use house::process::run;
use house::{root, scratch, tool};
use screen::{BLUE, Picture, RED, Screen, until};

const FOLDERS: usize = 6;
const FILES: usize = 60;

/// What is missing for this, if anything is.
fn missing() -> Option<&'static str> {
    let tools = [
        (
            "pkg-config",
            ["--exists", "gtk+-3.0"],
            "libgtk-3-dev is not installed",
        ),
        ("Xvfb", ["-help", ""], "Xvfb is not installed"),
        ("xdotool", ["-v", ""], "xdotool is not installed"),
        ("import", ["-version", ""], "ImageMagick is not installed"),
    ];
    tools.into_iter().find_map(|(tool, arguments, why)| {
        let mut command = Command::new(tool);
        let command = command.args(arguments.into_iter().filter(|a| !a.is_empty()));
        let there = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        (!there.is_ok_and(|status| status.success())).then_some(why)
    })
}

/// The program, built by its own line, once.
fn program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let library = Library::build(Variant::Shipped).expect("the library");
        let folder = scratch("gtk");
        let mut command = Command::new("sh");
        command
            .current_dir(root())
            .arg("tools/example.sh")
            .arg(&folder)
            .arg("gtk_copy")
            .env("LWT_LIBRARY", &library.folder);
        run(&mut command, Duration::from_secs(300)).expect_success("gtk_copy's build line");
        folder.join("gtk_copy")
    })
}

/// A tree to copy.
fn tree(folder: &Path) -> PathBuf {
    let tree = folder.join("tree");
    for d in 0..FOLDERS {
        let inner = tree.join(format!("folder {d}"));
        fs::create_dir_all(&inner).expect("a folder");
        for f in 0..FILES {
            fs::write(inner.join(format!("file {f}")), vec![b'x'; 300 * f]).expect("a file");
        }
    }
    tree
}

/// How many files are there, each of which must be as long as the source's.
fn whole_files(tree: &Path, copy: &Path) -> usize {
    let mut n = 0;
    for d in 0..FOLDERS {
        for f in 0..FILES {
            let name = format!("folder {d}/file {f}");
            if let Ok(found) = fs::metadata(copy.join(&name)) {
                let wanted = fs::metadata(tree.join(&name)).expect("the source");
                assert_eq!(found.len(), wanted.len(), "{name} is not whole");
                n += 1;
            }
        }
    }
    n
}

fn start(screen: &Screen, folder: &Path, arguments: &[&str]) -> Child {
    Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .env("DISPLAY", &screen.name)
        .envs([
            ("GDK_BACKEND", "x11"),
            ("NO_AT_BRIDGE", "1"),
            ("GSETTINGS_BACKEND", "memory"),
            ("GTK_THEME", "Adwaita"),
        ])
        .spawn()
        .expect("gtk_copy")
}

/// Where the clock stands differs between two pictures.
fn ticks(screen: &Screen, clock: impl Fn(&Picture) -> Vec<u8>) {
    let before = clock(&screen.picture());
    until("the clock goes on", || {
        let after = clock(&screen.picture());
        (after != before).then_some(())
    });
}

/// The lower left corner of the window, of which the button tells the height.
fn clock(button: (usize, usize)) -> impl Fn(&Picture) -> Vec<u8> {
    move |picture| picture.part(0, button.1 - 10, 150, 20)
}

#[test]
fn a_tree_is_copied_while_a_bar_and_a_clock_are_drawn() {
    if let Some(why) = missing() {
        return tool::skip("gtk_copy", why);
    }
    let folder = scratch("gtk_whole");
    let tree = tree(&folder);
    let screen = Screen::start();
    let arguments = ["--delay", "0.4", "--quit", "tree", "copy"];
    let mut program = start(&screen, &folder, &arguments);
    // The bar: a line of blue that grows. The button to cancel is red meanwhile.
    let first = until("the bar is drawn", || {
        let picture = screen.picture();
        let drawn = picture.count(BLUE) > 100 && picture.count(RED) > 200;
        drawn.then_some(picture)
    });
    first.is_a_window();
    let button = first.middle(RED).expect("a red button");
    ticks(&screen, clock(button));
    let part = first.count(BLUE);
    let later = until("the bar grows", || {
        let picture = screen.picture();
        (picture.count(BLUE) > part + 20).then_some(picture)
    });
    if std::env::var_os("LWT_WRITE_PICTURES").is_some() {
        later.keep(&root().join("docs/pictures/gtk_copy.png"));
    }
    let status = until("it ends", || program.try_wait().expect("a child"));
    assert!(status.success(), "{status}");
    let mut diff = Command::new("diff");
    diff.arg("-r").arg(&tree).arg(folder.join("copy"));
    run(&mut diff, Duration::from_secs(60)).expect_success("diff of the trees");
}

#[test]
fn a_click_on_cancel_ends_the_copying_and_the_window_goes_on() {
    if let Some(why) = missing() {
        return tool::skip("gtk_copy", why);
    }
    let folder = scratch("gtk_cancel");
    let tree = tree(&folder);
    let screen = Screen::start();
    let mut program = start(&screen, &folder, &["--delay", "2", "tree", "copy"]);
    let copying = until("some of it is copied", || {
        let picture = screen.picture();
        let some = folder.join("copy").exists() && picture.count(RED) > 200;
        some.then_some(picture)
    });
    let cancel = copying.middle(RED).expect("a red button");
    screen.click(cancel);
    // It is the other button's turn then, which is blue.
    let cancelled = until("it is cancelled", || {
        let picture = screen.picture();
        let over = picture.count(RED) < 50 && picture.below(cancel.1 - 15).count(BLUE) > 200;
        over.then_some(picture)
    });
    // What it says may have moved the buttons.
    let (x, y) = cancelled
        .below(cancel.1 - 15)
        .middle(BLUE)
        .expect("a blue button");
    let copy = (x, y + cancel.1 - 15);
    ticks(&screen, clock(copy));
    let n = whole_files(&tree, &folder.join("copy"));
    assert!(n < FOLDERS * FILES, "all {n} files were copied");

    // Once more: it says in the window that this can't be.
    let (x, y) = cancelled
        .below(cancel.1 - 15)
        .middle(BLUE)
        .expect("a blue button");
    screen.click((x, y + cancel.1 - 15));
    until("the window has grown by what it says", || {
        let picture = screen.picture();
        (picture.height_of_window() > cancelled.height_of_window() + 50).then_some(())
    });
    program.kill().expect("it is there still");
    program.wait().expect("a child");
}
