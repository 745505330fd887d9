//! The runner of the C tests does what it says: a test that it runs wrongly
//! would hold for ever.

mod house;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use house::directives::Directives;
use house::disk;
use house::process::{End, run};

fn sh(script: &str, limit: Duration) -> house::process::Run {
    run(Command::new("sh").args(["-c", script]), limit)
}

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_test_without_directives_has_a_minute_and_has_to_exit_with_0() {
    let none = Directives::parse("int main(void) { return 0; }\n").expect("nothing is wrong");
    assert_eq!(none.timeout, Duration::from_secs(60));
    assert!(none.as_expected(&sh("exit 0", PATIENCE)));
    assert!(!none.as_expected(&sh("exit 1", PATIENCE)));
    assert!(!none.as_expected(&sh("kill -SEGV $$", PATIENCE)));
}

#[test]
fn directives_are_read() {
    let source = "/* A test. */\n/* timeout: 7 */\n/* flags: -DA -DB=1 */\n/* env: N=v=w */\n\
                  /* engine: poll */\n/* tsan: no (it forks) */\n/* expect: exit 2, stderr \"two, words\" */\n";
    let read = Directives::parse(source).expect("nothing is wrong");
    assert_eq!(read.timeout, Duration::from_secs(7));
    assert_eq!(read.flags, ["-DA", "-DB=1"]);
    assert_eq!(read.env, [("N".to_owned(), "v=w".to_owned())]);
    assert_eq!(read.engine.as_deref(), Some("poll"));
    assert_eq!(read.without, [("tsan".to_owned(), "(it forks)".to_owned())]);
    assert_eq!(read.end, End::Exit(2));
    assert_eq!(read.says.as_deref(), Some("two, words"));
}

#[test]
fn a_directive_that_is_not_understood_is_an_error() {
    for wrong in [
        "/* timeout: soon */",
        "/* valgrind: no */",
        "/* valgrind: maybe */",
        "/* expect: exit */",
        "/* expect: exit 2, stderr text */",
        "/* expect: death 2 */",
        "/* env: NAME */",
    ] {
        assert!(Directives::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_expected_death_needs_both_its_end_and_its_words() {
    let death = Directives::parse("/* expect: exit 2, stderr \"words\" */\n").expect("right");
    assert!(death.as_expected(&sh("echo some words >&2; exit 2", PATIENCE)));
    assert!(!death.as_expected(&sh("echo some words >&2", PATIENCE)));
    assert!(!death.as_expected(&sh("echo some words; exit 2", PATIENCE)));
    let signal = Directives::parse("/* expect: signal 11 */\n").expect("right");
    assert!(signal.as_expected(&sh("kill -SEGV $$", PATIENCE)));
    assert!(!signal.as_expected(&sh("exit 11", PATIENCE)));
}

#[test]
fn a_time_limit_ends_the_process_and_its_children() {
    let done = sh(
        "echo begun; sleep 600 & sleep 600",
        Duration::from_millis(300),
    );
    assert_eq!(done.end, End::TimeLimit);
    assert_eq!(done.out, "begun\n");
}

#[test]
fn a_full_disk_is_told_as_that() {
    let folder = Path::new("/somewhere");
    let said = disk::too_little(folder, 5 << 20).expect("5 MB are too little");
    assert!(said.contains("disk is full: 5 MB"), "{said}");
    assert!(said.contains("/somewhere"), "{said}");
    assert!(disk::too_little(folder, 5 << 30).is_none());
    assert!(disk::full(Path::new("/there/is/no/such/folder")).is_none());
}
