//! Makes each call that the library makes fail once, as if the system had refused it,
//! and looks how the C tests end then: memory, threads, system calls.
//!
//! ```sh
//! cargo test --test faults [-- [--all | --valgrind] [--alloc | --thread | --call] [NAME...]]
//! ```
//!
//! Without a name it takes the programs `c_tests/faults_*.c`, which are written for it,
//! and some of the other tests, and of all the ways to a call a part: what fits into
//! a minute. With names, or with `--all`, it takes every way, the first time that it is
//! gone and the last. In what is written for it each function fails for good, too. Under
//! Valgrind it finds what was left behind.
//!
//! A program that is written for it has to end with 0. Another test's checks
//! may fail, for it expects success, but it has to end, and by an exit: not by a signal,
//! unless it is the test itself that has crashed, and never after a panic. One
//! other end is allowed, and counted: where the C library has no more memory for a
//! small record, the process ends with a message (README, "Out of memory").

#[path = "../house/mod.rs"]
mod house;

mod judge;
mod names;
mod plan;
mod report;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use house::directives::Directives;
use house::library::{Library, Variant};
use house::process::{End, Run, run};
use house::{c, disk, files, root, scratch, text, tool, two_at_a_time};
use judge::{Outcome, Tally, judge};
use names::{Names, unknown_calls};
use plan::plans;
use report::Report;

/// The tests that are tried in the short run, beside those written for it.
const SHORT: &[&str] = &[
    "bind",
    "cancel",
    "fiber",
    "job",
    "job_pool",
    "list",
    "notification",
    "pool",
    "scope",
    "sleep",
    "stream_read",
];

/// What was asked for.
struct Wish {
    all: bool,
    valgrind: bool,
    /// Only calls of this group.
    group: Option<String>,
    filters: Vec<String>,
}

impl Wish {
    fn from_arguments() -> Wish {
        let mut wish = Wish {
            all: false,
            valgrind: false,
            group: None,
            filters: Vec::new(),
        };
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                "--all" => wish.all = true,
                "--valgrind" => wish.valgrind = true,
                "--alloc" | "--thread" | "--call" => wish.group = Some(argument[2..].to_owned()),
                // Flags of Rust's own test harness mean nothing here.
                flag if flag.starts_with('-') => {}
                name => wish.filters.push(name.to_owned()),
            }
        }
        wish
    }

    fn wants(&self, name: &str) -> bool {
        if !self.filters.is_empty() {
            return self.filters.iter().any(|f| name.contains(f.as_str()));
        }
        self.all || made_for_it(name) || (!self.valgrind && SHORT.contains(&name))
    }

    /// Every way, and not a part of them.
    fn every_way(&self) -> bool {
        self.all || !self.filters.is_empty()
    }
}

/// Is the test written to hold whatever fails?
fn made_for_it(name: &str) -> bool {
    name.starts_with("faults_")
}

/// A test, built.
struct Program {
    name: String,
    path: PathBuf,
    home: PathBuf,
    directives: Directives,
}

/// One thing to try: a program and its `LWT_FAULT`.
struct Trial<'a> {
    program: &'a Program,
    number: usize,
    plan: String,
}

struct Runner {
    wish: Wish,
    folder: PathBuf,
    library: Library,
    preload: PathBuf,
    names: Names,
}

impl Runner {
    /// The environment of a run, as one would type it.
    fn environment(&self, program: &Program, plan: &str) -> Vec<(String, String)> {
        let mut environment = vec![
            ("LWT_TEST_SCALE".into(), "0.002".into()),
            ("LWT_TEST_TOOL".into(), "faults".into()),
            // It takes long to tell the way to each end for want of memory.
            ("RUST_BACKTRACE".into(), "0".into()),
            ("LWT_FAULT".into(), plan.into()),
            ("LD_PRELOAD".into(), self.preload.display().to_string()),
        ];
        environment.extend(program.directives.env.iter().cloned());
        environment
    }

    fn run(&self, program: &Program, number: usize, plan: &str) -> (Run, Option<Report>) {
        let home = program.home.join(number.to_string());
        let report = home.with_extension("report");
        std::fs::create_dir_all(&home).expect("a folder for the test's files");
        let mut command = match self.wish.valgrind && plan != "count" {
            false => Command::new(&program.path),
            true => valgrind(&program.path),
        };
        command
            .current_dir(&home)
            .env("TMPDIR", &home)
            .env("LWT_FAULT_REPORT", &report)
            .envs(self.environment(program, plan));
        let limit = Duration::from_secs(if self.wish.valgrind { 120 } else { 30 });
        let done = run(&mut command, limit);
        let read = Report::read(&report);
        let _ = std::fs::remove_dir_all(&home);
        let _ = std::fs::remove_file(&report);
        (done, read)
    }

    /// Builds a test. `Err`: why it is left out, or that it is wrong.
    fn build(&self, source: &Path, name: &str) -> Result<Program, Result<String, String>> {
        let directives = Directives::parse(&text(source)).map_err(Err)?;
        if let Some((_, why)) = directives.without.iter().find(|(tool, _)| tool == "faults") {
            return Err(Ok(why.clone()));
        }
        if let Some(full) = disk::full(&self.folder) {
            return Err(Err(full));
        }
        let path = self.folder.join(name);
        let built = c::build(&self.library, source, None, &directives.flags, &path);
        if built.end != End::Exit(0) {
            return Err(Err(format!("it does not compile\n{}", built.report())));
        }
        let home = self.folder.join(format!("{name}.files"));
        Ok(Program {
            name: name.into(),
            path,
            home,
            directives,
        })
    }

    /// What to type to see it again.
    fn again(&self, program: &Program, plan: &str) -> String {
        let words: Vec<String> = self
            .environment(program, plan)
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{} {}", words.join(" "), program.path.display())
    }

    /// Tries one thing. `Err` says what is wrong with how it went.
    fn attempt(&self, trial: &Trial) -> Result<Outcome, String> {
        let program = trial.program;
        let (done, report) = self.run(program, trial.number, &trial.plan);
        let made_for_it = made_for_it(&program.name);
        let judged = judge(&program.directives, made_for_it, &done, report.as_ref());
        judged.map_err(|why| {
            let mut words = format!(
                "{}: {why}\n{}\n",
                trial.plan,
                self.again(program, &trial.plan)
            );
            if let Some(report) = &report {
                let way = |title: &str, frames: &[u64]| {
                    let places = self.names.way(frames);
                    let places = places.iter().take(12);
                    places.fold(title.to_owned(), |text, place| format!("{text}\n  {place}"))
                };
                words += &way(
                    &format!("failed: {}", report.fault.name),
                    &report.fault.frames,
                );
                if report.crash.is_some() {
                    words += &way("\ncrashed:", &report.crash_frames);
                }
            }
            let told = done.report();
            let lines: Vec<&str> = told.lines().collect();
            let told = lines[lines.len().saturating_sub(30)..].join("\n");
            format!("{words}\n{told}")
        })
    }
}

fn valgrind(program: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command
        .args([
            "--quiet",
            "--error-exitcode=99",
            "--num-callers=30",
            "--fair-sched=yes",
        ])
        .args(["--leak-check=full", "--show-leak-kinds=definite,indirect"])
        .args([
            "--errors-for-leak-kinds=definite,indirect",
            "--child-silent-after-fork=yes",
        ]);
    let suppressions = root().join("c_tests/valgrind.supp");
    if suppressions.exists() {
        command.arg(format!("--suppressions={}", suppressions.display()));
    }
    command.arg(program);
    command
}

/// Compiles the library that is preloaded.
fn preload(folder: &Path) -> PathBuf {
    let library = folder.join("preload.so");
    let mut command = Command::new(std::env::var("CC").unwrap_or_else(|_| "cc".into()));
    command
        .current_dir(root())
        .args(["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror"])
        .args(["-fno-builtin", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .args(["tests/faults/preload.c", "-ldl"]);
    run(&mut command, Duration::from_secs(120)).expect_success("the preloaded library");
    library
}

fn main() -> ExitCode {
    let wish = Wish::from_arguments();
    if wish.valgrind && !tool::is_there("valgrind") {
        tool::skip(
            "faults under Valgrind",
            "valgrind is not installed (make prepare)",
        );
        return ExitCode::SUCCESS;
    }
    let library = Library::build(Variant::Shipped).expect("the library needs nothing but cargo");
    let folder = scratch(if wish.valgrind {
        "faults_valgrind"
    } else {
        "faults"
    });
    let shared = library.folder.join("liblwt.so");
    let runner = Runner {
        wish,
        preload: preload(&folder),
        folder,
        library,
        names: Names::of(&shared),
    };
    let mut bad: Vec<(String, String)> = Vec::new();
    let mut passed = 0;
    let unknown = unknown_calls(&shared);
    if unknown.is_empty() {
        passed += 1;
        println!("test faults::every_call_is_in_a_list ... ok");
    } else {
        let why = format!("neither in tests/faults/calls.h nor CERTAIN: {unknown:?}");
        println!("test faults::every_call_is_in_a_list ... FAILED");
        bad.push(("every_call_is_in_a_list".into(), why));
    }
    let (good, mut wrong) = try_all(&runner);
    passed += good;
    bad.append(&mut wrong);
    for (name, why) in &bad {
        println!("\n---- faults::{name}: {}", why.trim_end());
    }
    let verdict = if bad.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {passed} passed; {} failed; 0 ignored\n",
        bad.len()
    );
    if bad.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Builds, counts and tries. Returns how many programs were right, and what was wrong
/// with the others.
fn try_all(runner: &Runner) -> (usize, Vec<(String, String)>) {
    let mut sources = files("c_tests", &["c", "cpp"]);
    let name_of = |source: &Path| {
        let stem = source.file_stem().and_then(|s| s.to_str());
        stem.expect("a name").to_owned()
    };
    sources.retain(|source| runner.wish.wants(&name_of(source)));
    // Those that were written for it first.
    sources.sort_by_key(|source| !made_for_it(&name_of(source)));
    println!("running {} programs with faults", sources.len());
    let bad = Mutex::new(Vec::new());
    let passed = Mutex::new(0);
    let memory = Mutex::new(Vec::new());
    two_at_a_time(&sources, |source| {
        let name = name_of(source);
        let began = Instant::now();
        let program = match runner.build(source, &name) {
            Ok(program) => program,
            Err(Ok(why)) => {
                println!("test faults::{name} ... left out: {why}");
                return;
            }
            Err(Err(why)) => {
                println!("test faults::{name} ... FAILED");
                bad.lock().expect("no panic").push((name, why));
                return;
            }
        };
        let (done, report) = runner.run(&program, 0, "count");
        let Some(report) = report.filter(|_| program.directives.as_expected(&done)) else {
            if done.end == End::Exit(77) {
                println!("test faults::{name} ... skipped: it can't be done here");
            } else {
                println!("test faults::{name} ... FAILED");
                let why = format!(
                    "nothing fails, and it ends with {:?}\n{}",
                    done.end,
                    done.report()
                );
                bad.lock().expect("no panic").push((name, why));
            }
            return;
        };
        let (tally, wrong) = try_program(runner, &program, &report);
        memory
            .lock()
            .expect("no panic")
            .extend(tally.memory.iter().cloned());
        let took = began.elapsed().as_secs_f64();
        let word = if wrong.is_empty() { "ok" } else { "FAILED" };
        println!(
            "test faults::{name} ... {word} ({} ways; {tally}; {took:.1} s)",
            report.sites.len()
        );
        let shown = wrong.iter().take(6).cloned().collect::<Vec<_>>();
        if !shown.is_empty() {
            println!("\n{}\n", shown.join("\n\n"));
        }
        let mut bad = bad.lock().expect("no panic");
        if wrong.is_empty() {
            *passed.lock().expect("no panic") += 1;
            let _ = std::fs::remove_file(&program.path);
            let _ = std::fs::remove_file(program.path.with_extension("o"));
        } else {
            let count = wrong.len();
            let shown: Vec<String> = wrong.into_iter().take(6).collect();
            bad.push((
                name,
                format!("{count} went wrong\n\n{}", shown.join("\n\n")),
            ));
        }
        let _ = std::fs::remove_dir_all(&program.home);
    });
    write_memory(runner, memory.into_inner().expect("no panic"));
    let passed = passed.into_inner().expect("no panic");
    (passed, bad.into_inner().expect("no panic"))
}

fn try_program(runner: &Runner, program: &Program, report: &Report) -> (Tally, Vec<String>) {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    let plans = plans(&runner.wish, &report.sites, made_for_it(&program.name));
    for (number, plan) in plans.into_iter().enumerate() {
        let number = number + 1;
        let trial = Trial {
            program,
            number,
            plan,
        };
        match runner.attempt(&trial) {
            Ok(outcome) => tally.add(outcome),
            Err(why) => wrong.push(why),
        }
    }
    (tally, wrong)
}

/// The places where the process ends for want of memory, for a person to shorten.
fn write_memory(runner: &Runner, ways: Vec<Vec<u64>>) {
    let mut places: Vec<String> = ways
        .iter()
        .map(|frames| {
            let way = runner.names.way(frames);
            way.into_iter().take(3).collect::<Vec<_>>().join("\n    ")
        })
        .collect();
    places.sort();
    let total = places.len();
    places.dedup();
    let list = runner.folder.join("out_of_memory.txt");
    if total > 0 && std::fs::write(&list, places.join("\n") + "\n").is_ok() {
        println!(
            "{total} times the process ended for want of memory, at {} places: {}",
            places.len(),
            list.display()
        );
    }
}
