//! The binding for Python: it is installed by pip into an environment of its own, its
//! tests run there, and a wheel that carries the library needs no other.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::house::process::{Run, run};
use crate::house::{files, installed, root, scratch, tool};

const LIMIT: Duration = Duration::from_secs(600);

/// What is needed to build the package, and what its tests use beside it.
const PACKAGES: [&str; 5] = ["setuptools", "wheel", "cffi", "mypy", "uvloop"];

/// The environment with the package, or why there is none.
fn environment() -> Result<&'static Path, &'static str> {
    static ENVIRONMENT: OnceLock<Result<PathBuf, &str>> = OnceLock::new();
    let made = ENVIRONMENT.get_or_init(|| {
        let python = Command::new("python3")
            .args([
                "-c",
                "import ensurepip, sys; sys.exit(sys.version_info < (3, 9))",
            ])
            .output();
        if !python.is_ok_and(|python| python.status.success()) {
            return Err("python3 (3.9) with its module venv is not installed (make prepare)");
        }
        let environment = installed::outside("python").join("environment");
        if !environment.join("ready").exists() {
            let mut venv = Command::new("python3");
            venv.args(["-m", "venv", "--clear"]).arg(&environment);
            run(&mut venv, LIMIT).expect_success("python3 -m venv");
            pip(&environment, &["install"], &PACKAGES);
            std::fs::write(environment.join("ready"), "").expect("a mark");
        }
        let sources = copied("python sources", &["", "lwt", "generator"]);
        pip(
            &environment,
            &["install", "--force-reinstall", "--no-deps"],
            &[&sources],
        );
        Ok(environment)
    });
    made.as_deref().map_err(|why| *why)
}

/// A copy of folders of the binding: pip builds in the folder that it is given, and
/// tests beside the sources would find those and not the package.
fn copied(name: &str, folders: &[&str]) -> String {
    let folder = scratch(name);
    let package = folder.join("bindings/python");
    for part in folders {
        let to = package.join(part);
        std::fs::create_dir_all(&to).expect("a folder for the sources");
        let from = Path::new("bindings/python").join(part);
        let endings = ["py", "toml", "in", "md", "typed", "c", "out"];
        for file in files(&from.to_string_lossy(), &endings) {
            std::fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("a copy");
        }
    }
    let api = "bindings/lwt-api.json";
    std::fs::copy(root().join(api), folder.join(api)).expect("lwt-api.json");
    package.display().to_string()
}

/// pip of an environment; it builds with what is there.
fn pip(environment: &Path, goal: &[&str], what: &[&str]) {
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "--disable-pip-version-check", "--quiet"])
        .args(goal);
    if what != PACKAGES {
        pip.args(["--no-build-isolation", "--no-index"]);
    }
    run(pip.args(what), LIMIT).expect_success("pip");
}

/// Python of the environment, which finds the installed library.
fn python(environment: &Path, folder: &str, arguments: &[&str]) -> Run {
    let mut python = Command::new(environment.join("bin/python"));
    python
        .args(["-X", "faulthandler"])
        .args(arguments)
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("PYTHONPATH")
        .env_remove("LWT_LIBRARY");
    run(installed::found_by(&mut python), LIMIT)
}

macro_rules! environment_or_skip {
    ($test:literal) => {
        match environment() {
            Ok(environment) => environment,
            Err(why) => return tool::skip($test, why),
        }
    };
}

#[test]
fn the_package_is_installed_by_pip_and_its_tests_pass() {
    let environment = environment_or_skip!("Python's tests");
    let tests = copied("python tests", &["", "tests"]);
    let done = python(environment, &tests, &["-m", "unittest"]).expect_success("unittest");
    assert!(!done.err.contains("skipped"), "{}", done.err);
}

#[test]
fn a_wheel_that_carries_the_library_needs_no_other() {
    let environment = environment_or_skip!("a wheel");
    let folder = scratch("python wheel");
    let wheels = folder.join("wheels").display().to_string();
    let library = installed::prefix().join("lib/liblwt.so.0");
    let mut wheel = Command::new(environment.join("bin/python"));
    wheel
        .args([
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--quiet",
            "wheel",
        ])
        .args([
            "--no-build-isolation",
            "--no-deps",
            "--no-index",
            "-w",
            &wheels,
        ])
        .arg(copied("python wheel sources", &["", "lwt", "generator"]))
        .env("LWT_CARRY", &library);
    run(&mut wheel, LIMIT).expect_success("pip wheel");
    let made = std::fs::read_dir(&wheels)
        .expect("a folder of wheels")
        .next();
    let made = made.expect("a wheel").expect("a wheel").path();
    let name = made.display().to_string();
    assert!(name.contains("-py3-none-linux_"), "{name}");
    let unpacked = folder.join("unpacked").display().to_string();
    pip(
        environment,
        &["install", "--no-deps", "--target", &unpacked],
        &[&name],
    );
    let script = "import lwt; from lwt import _library; lwt.run(lwt.sleep(0)); \
                  print(_library.path())";
    let mut python = Command::new(environment.join("bin/python"));
    python
        .args(["-c", script])
        .env("PYTHONPATH", &unpacked)
        .env_remove("LD_LIBRARY_PATH")
        .env_remove("LWT_LIBRARY");
    let done = run(&mut python, LIMIT).expect_success("the unpacked wheel");
    assert_eq!(done.out, format!("{unpacked}/lwt/liblwt.so.0\n"));
}

#[test]
fn the_benchmark_finds_each_round() {
    let environment = environment_or_skip!("the benchmark");
    let bench = copied("python benchmark", &["bench"]);
    let done = python(environment, &bench, &["bench/await.py", "20"]);
    let done = done.expect_success("the benchmark");
    assert_eq!(done.err, "");
    assert!(done.out.contains("uvloop: "), "{}", done.out);
}
