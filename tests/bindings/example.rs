//! The binding that the guide's chapter "Writing a binding" walks through.

use std::process::Command;
use std::time::Duration;

use crate::house::process::run;
use crate::house::{installed, root, text, tool};

#[test]
fn the_binding_of_the_guide_prints_what_is_shown() {
    if !tool::is_there("python3") {
        return tool::skip("the guide's binding", "python3 is not installed");
    }
    let mut command = Command::new("python3");
    command
        .current_dir(root())
        .args(["-B", "bindings/example/binding.py"])
        .env("LWT_DEBUG", "0");
    let done = run(installed::found_by(&mut command), Duration::from_secs(120))
        .expect_success("the guide's binding");
    assert_eq!(done.out, text("bindings/example/binding.py.out"));
    assert_eq!(done.err, "");
}
