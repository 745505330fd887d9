//! Runs the tests that are written in C and C++: each file of `c_tests/` is a
//! program and a process of its own, with a time limit. It exits with 0 when it holds,
//! with 77 when it can't be done here, with anything else when it fails.
//! `house::directives` tells what a file may say about itself.
//!
//! ```sh
//! cargo test --test c_tests -- [--valgrind | --asan | --tsan | --debugging]
//!     [--engine NAME | --engine all] [NAME...]
//! ```
//!
//! `LWT_TEST_SCALE` tells a test by how much to cut its large numbers: 1 for
//! a plain run, less where each access is checked. `--debugging` runs them with
//! `LWT_DEBUG=1`, which must change nothing but what they write to standard error.
//! `--engine` runs them with `LWT_ENGINE=NAME`, or with each engine that the
//! machine has, one after the other; those that are about
//! another engine are left out then.

mod house;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use house::directives::Directives;
use house::library::{Library, Variant, standard_library_source};
use house::process::{End, Run, run};
use house::{c, disk, files, root, scratch, tool, two_at_a_time};

/// How the tests are run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Plain,
    Valgrind,
    Asan,
    Tsan,
    Debugging,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Mode::Plain => "plain",
            Mode::Valgrind => "valgrind",
            Mode::Asan => "asan",
            Mode::Tsan => "tsan",
            Mode::Debugging => "debugging",
        }
    }

    fn variant(self) -> Variant {
        match self {
            Mode::Plain | Mode::Valgrind | Mode::Debugging => Variant::Shipped,
            Mode::Asan => Variant::Address,
            Mode::Tsan => Variant::Thread,
        }
    }

    /// How much of its large numbers a test keeps, and how much longer it may
    /// take.
    fn scale(self) -> (&'static str, u32) {
        match self {
            Mode::Plain => ("1", 1),
            Mode::Valgrind => ("0.01", 5),
            Mode::Asan => ("0.03", 3),
            Mode::Tsan => ("0.02", 5),
            Mode::Debugging => ("0.002", 3),
        }
    }

    /// The command that runs a program.
    fn command(self, program: &Path) -> Command {
        if self != Mode::Valgrind {
            let mut command = Command::new(program);
            // What a handle keeps alive is reached through numbers, which the
            // leak checker of AddressSanitizer can't follow; Valgrind can, for
            // it looks at all memory.
            command.env(
                "ASAN_OPTIONS",
                "detect_leaks=0:abort_on_error=0:exitcode=99",
            );
            command.env("TSAN_OPTIONS", "halt_on_error=1:exitcode=99:history_size=4");
            if self == Mode::Debugging {
                command.env("LWT_DEBUG", "1");
            }
            return command;
        }
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
}

/// How a test went.
enum Verdict {
    Passed,
    Failed(String),
    Skipped(String),
    /// The file itself says that it is not for this tool.
    NotForThis(String),
}

/// A file, and what builds it if not the compiler of this machine.
struct Test {
    source: PathBuf,
    name: String,
    with: Option<String>,
}

/// All tests. One in C++ has it in its name; so has one that is built with
/// another compiler, too.
fn tests(mode: Mode) -> Vec<Test> {
    let mut found = Vec::new();
    for source in files("c_tests", &["c", "cpp"]) {
        let stem = source.file_stem().and_then(|s| s.to_str());
        let mut name = stem.expect("a name").to_owned();
        if source.extension().is_some_and(|e| e == "cpp") {
            name += "_cpp";
        }
        let also = Directives::parse(&house::text(&source)).ok();
        let also = also.and_then(|d| d.also).filter(|_| mode == Mode::Plain);
        if let Some(with) = also {
            found.push(Test {
                source: source.clone(),
                name: format!("{name}_{}", with.replace('+', "x")),
                with: Some(with),
            });
        }
        let with = None;
        found.push(Test { source, name, with });
    }
    found
}

struct Job<'a> {
    mode: Mode,
    engine: Option<String>,
    library: &'a Library,
    /// For what the tests write, and their programs.
    folder: PathBuf,
    /// Programs of the library as it is installed, which three modes have in
    /// common: a plain run leaves them for the others.
    kept: PathBuf,
    /// Where the loader looks for the library first.
    loaded_from: Option<PathBuf>,
}

/// The engines that a machine may have.
const ENGINES: [&str; 5] = ["epoll", "poll", "select", "io_uring", "libev"];

impl Job<'_> {
    /// The mode, and the engine if one was asked for.
    fn name(&self) -> String {
        match &self.engine {
            Some(engine) => format!("{}, engine {engine}", self.mode.name()),
            None => self.mode.name().to_owned(),
        }
    }

    /// Can the engine be had here? It says why not.
    fn has_engine(&self) -> Result<(), String> {
        let Some(engine) = &self.engine else {
            return Ok(());
        };
        let program = self.folder.join("which_engine");
        let source = root().join("tests/house/which_engine.c");
        c::build(self.library, &source, None, &[], &program).expect_success("which_engine.c");
        let told = run(
            Command::new(&program).env("LWT_ENGINE", engine),
            Duration::from_secs(60),
        );
        match told.out.trim() == engine {
            true => Ok(()),
            false => Err(told.err.trim().to_owned()),
        }
    }

    fn test(&self, test: &Test) -> Verdict {
        let (source, name) = (&test.source, &test.name);
        let directives = match Directives::parse(&house::text(source)) {
            Ok(directives) => directives,
            Err(wrong) => return Verdict::Failed(wrong),
        };
        let tool = self.mode.name();
        if let Some((_, why)) = directives
            .without
            .iter()
            .find(|(without, _)| without == tool)
        {
            return Verdict::NotForThis(why.clone());
        }
        if let Some(full) = disk::full(&self.folder) {
            return Verdict::Failed(full);
        }
        if let (Some(asked), Some(about)) = (&self.engine, &directives.engine)
            && asked != about
        {
            return Verdict::NotForThis(format!("it is about the engine {about}"));
        }
        if let Some(with) = &test.with
            && !tool::is_there(with)
        {
            return Verdict::Skipped(format!("{with} is not installed (make prepare)"));
        }
        let mut flags = directives.flags.clone();
        for package in &directives.packages {
            match c::package_flags(package) {
                Ok(more) => flags.extend(more),
                Err(missing) => return Verdict::Skipped(missing),
            }
        }
        let shared = self.library.variant == Variant::Shipped;
        let program = if shared { &self.kept } else { &self.folder }.join(name);
        if self.mode == Mode::Plain || !shared || !is_newer(&program, source) {
            let with = test.with.as_deref();
            let built = c::build(self.library, source, with, &flags, &program);
            if built.end != End::Exit(0) {
                return Verdict::Failed(format!("it does not compile\n{}", built.report()));
            }
        }
        let home = self.folder.join(format!("{name}.files"));
        std::fs::create_dir_all(&home).expect("a folder for the test's files");
        let (scale, slowness) = self.mode.scale();
        let scale = std::env::var("LWT_TEST_SCALE").unwrap_or_else(|_| scale.into());
        let mut command = self.mode.command(&program);
        command
            .current_dir(&home)
            .env("TMPDIR", &home)
            .env("LWT_TEST_SCALE", scale)
            .env("LWT_TEST_TOOL", tool)
            .envs(self.engine.iter().map(|name| ("LWT_ENGINE", name)))
            .envs(self.loaded_from.iter().map(|f| ("LD_LIBRARY_PATH", f)))
            .envs(directives.env.iter().map(|(name, value)| (name, value)));
        let done = run(&mut command, directives.timeout * slowness);
        let _ = std::fs::remove_dir_all(&home);
        let verdict = verdict(&directives, &done);
        // What failed stays, to be looked at. All of them would fill a disk: with
        // a sanitizer each has a copy of it.
        let _ = std::fs::remove_file(program.with_extension("o"));
        if !shared && !matches!(verdict, Verdict::Failed(_)) {
            let _ = std::fs::remove_file(&program);
        }
        verdict
    }
}

/// Was a program made after all that it is made of was changed?
fn is_newer(program: &Path, source: &Path) -> bool {
    static HEADERS: OnceLock<Option<SystemTime>> = OnceLock::new();
    let changed = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    let headers = HEADERS.get_or_init(|| {
        ["c_tests", "include", "include/lwt"]
            .iter()
            .flat_map(|folder| files(folder, &["h", "hpp"]))
            .filter_map(|path| changed(&path))
            .max()
    });
    changed(program).is_some_and(|made| Some(made) > changed(source).max(*headers))
}

fn verdict(directives: &Directives, done: &Run) -> Verdict {
    if directives.as_expected(done) {
        return Verdict::Passed;
    }
    if done.end == End::Exit(77) {
        let why = done
            .err
            .lines()
            .chain(done.out.lines())
            .last()
            .unwrap_or("it does not say why");
        return Verdict::Skipped(why.to_owned());
    }
    let wanted = match &directives.says {
        Some(says) => format!("{:?} and {says:?} on standard error", directives.end),
        None => format!("{:?}", directives.end),
    };
    Verdict::Failed(format!(
        "{:?}, where it takes {wanted}\n{}",
        done.end,
        done.report()
    ))
}

fn main() -> ExitCode {
    let mut mode = Mode::Plain;
    let mut filters = Vec::new();
    let mut engines = vec![None];
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--engine" => {
                engines = match arguments.next().as_deref() {
                    Some("all") => ENGINES.map(|name| Some(name.to_owned())).to_vec(),
                    Some(name) => vec![Some(name.to_owned())],
                    None => {
                        eprintln!("--engine: which one? {}, or all", ENGINES.join(", "));
                        return ExitCode::FAILURE;
                    }
                }
            }
            "--valgrind" => mode = Mode::Valgrind,
            "--asan" => mode = Mode::Asan,
            "--tsan" => mode = Mode::Tsan,
            "--debugging" => mode = Mode::Debugging,
            // Flags of Rust's own test harness mean nothing here.
            flag if flag.starts_with('-') => {}
            name => filters.push(name.to_owned()),
        }
    }
    let everything = format!("the C tests ({})", mode.name());
    if mode == Mode::Valgrind && !tool::is_there("valgrind") {
        tool::skip(&everything, "valgrind is not installed (make prepare)");
        return ExitCode::SUCCESS;
    }
    if mode == Mode::Tsan && !standard_library_source().exists() {
        // It comes from the toolchain's own server, not from a package.
        let why =
            "the source of Rust's standard library is not there (rustup component add rust-src)";
        tool::leave_out(&everything, why);
        return ExitCode::SUCCESS;
    }
    let library = match Library::build(mode.variant()) {
        Ok(library) => library,
        Err(missing) => {
            tool::skip(&everything, &missing);
            return ExitCode::SUCCESS;
        }
    };
    // Valgrind reads all that is known of a library's lines at each start.
    let loaded_from = (mode == Mode::Valgrind).then(|| library.without_lines());
    let kept = library.folder.join("c_tests");
    std::fs::create_dir_all(&kept).expect("a folder for the programs");
    let mut ended = ExitCode::SUCCESS;
    for engine in engines {
        let name = engine.clone().unwrap_or_default();
        let job = Job {
            mode,
            engine,
            library: &library,
            folder: scratch(&format!("c_tests_{}_{name}", mode.name())),
            kept: kept.clone(),
            loaded_from: loaded_from.clone(),
        };
        if let Err(why) = job.has_engine() {
            tool::leave_out(&format!("the C tests ({})", job.name()), &why);
        } else if run_all(&job, &filters) != ExitCode::SUCCESS {
            ended = ExitCode::FAILURE;
        }
    }
    ended
}

/// Runs the tests two at a time and tells how each went.
fn run_all(job: &Job, filters: &[String]) -> ExitCode {
    let mut tests = tests(job.mode);
    tests.retain(|test| filters.is_empty() || filters.iter().any(|f| test.name.contains(f)));
    let tool = job.name();
    println!("\nrunning {} C tests ({tool})", tests.len());

    let failures = Mutex::new(Vec::new());
    let counts = [const { AtomicUsize::new(0) }; 3];
    two_at_a_time(&tests, |test| {
        let name = &test.name;
        let started = Instant::now();
        let (count, word) = match job.test(test) {
            Verdict::Passed => (0, "ok".to_owned()),
            Verdict::Failed(why) => {
                failures.lock().expect("no panic").push((name.clone(), why));
                (1, "FAILED".to_owned())
            }
            Verdict::Skipped(why) if tool::required() => {
                let why = format!("skipped, where all must run: {why}");
                failures.lock().expect("no panic").push((name.clone(), why));
                (1, "FAILED".to_owned())
            }
            Verdict::Skipped(why) => (2, format!("skipped: {why}")),
            Verdict::NotForThis(why) => (2, format!("left out: {why}")),
        };
        counts[count].fetch_add(1, Ordering::Relaxed);
        let took = started.elapsed().as_secs_f64();
        println!("test {tool}::{name} ... {word} ({took:.1} s)");
    });
    let failures = failures.into_inner().expect("no panic");
    for (name, why) in &failures {
        println!("\n---- {tool}::{name}: {}", why.trim_end());
    }
    let [passed, failed, ignored] = counts.map(AtomicUsize::into_inner);
    let verdict = if failures.is_empty() { "ok" } else { "FAILED" };
    println!("\ntest result: {verdict}. {passed} passed; {failed} failed; {ignored} ignored\n");
    if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
