//! The library that C tests and examples are linked with, in the variant that
//! a test asks for. Cargo builds it; when nothing has changed that takes no
//! time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::process::{End, run};
use super::{disk, root, tool};

/// How the library is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// As it is installed.
    Shipped,
    /// With AddressSanitizer: each memory access is checked.
    Address,
    /// With ThreadSanitizer: each memory access is watched for races. Rust's
    /// standard library is compiled anew with it, or else its locks would not
    /// be seen.
    Thread,
}

/// The folder where Cargo keeps what it builds.
pub fn target_folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("the folder of the tests' files")
}

/// A variant of the library, built.
pub struct Library {
    /// Its variant.
    pub variant: Variant,
    /// Where `liblwt.so` is, and for `Shipped` also `liblwt.a`.
    pub folder: PathBuf,
}

impl Library {
    /// Builds it. The error says what is missing.
    pub fn build(variant: Variant) -> Result<Library, String> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(root())
            .args(["rustc", "--quiet", "--lib"]);
        let folder = match variant {
            Variant::Shipped => {
                cargo.args(["--release", "--crate-type", "cdylib,staticlib"]);
                target_folder().join("release")
            }
            Variant::Address | Variant::Thread => {
                let name = if variant == Variant::Address {
                    "address"
                } else {
                    "thread"
                };
                let runtime = sanitizer_runtime(variant);
                if !runtime.exists() {
                    return Err(format!("{} is not there", runtime.display()));
                }
                if variant == Variant::Thread {
                    cargo.arg("-Zbuild-std=std,panic_unwind");
                }
                let folder = target_folder().join(name);
                cargo
                    .args(["--profile", "sanitize", "--crate-type", "cdylib"])
                    .args(["--target", host()])
                    .arg("--target-dir")
                    .arg(&folder)
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env(
                        "RUSTFLAGS",
                        format!("-Zsanitizer={name} -Cunsafe-allow-abi-mismatch=sanitizer"),
                    );
                folder.join(host()).join("sanitize")
            }
        };
        let built = run(&mut cargo, Duration::from_secs(1200));
        assert!(
            built.end == End::Exit(0),
            "no library ({variant:?}) {}\n{}",
            disk::full(target_folder()).unwrap_or_default(),
            built.report()
        );
        // The loader looks for the soname.
        let _ = std::os::unix::fs::symlink("liblwt.so", folder.join("liblwt.so.0"));
        Ok(Library { variant, folder })
    }

    /// A folder with a copy of the shared library that has names but no lines,
    /// for who reads all of it each time.
    pub fn without_lines(&self) -> PathBuf {
        let folder = self.folder.join("without_lines");
        std::fs::create_dir_all(&folder).expect("a folder for the copy");
        run(
            Command::new("strip")
                .arg("--strip-debug")
                .arg(self.folder.join("liblwt.so"))
                .arg("-o")
                .arg(folder.join("liblwt.so.0")),
            Duration::from_secs(60),
        )
        .expect_success("strip");
        folder
    }

    /// The compiler flags that a program of this variant needs.
    pub fn compile_flags(&self) -> &'static [&'static str] {
        match self.variant {
            Variant::Shipped => &[],
            Variant::Address => &["-fsanitize=address", "-fno-omit-frame-pointer"],
            Variant::Thread => &["-fsanitize=thread", "-fno-omit-frame-pointer"],
        }
    }

    /// What comes after the objects on the command line of the linker. The
    /// sanitizer's runtime is the one of the Rust compiler, for both sides:
    /// there must be only one, and it knows what an older C compiler asks for.
    pub fn link_arguments(&self) -> Vec<String> {
        let folder = self.folder.display().to_string();
        let mut arguments = vec![format!("-L{folder}"), "-llwt".into()];
        arguments.extend(["-Xlinker", "-rpath", "-Xlinker"].map(String::from));
        arguments.push(folder);
        if self.variant != Variant::Shipped {
            let runtime = sanitizer_runtime(self.variant);
            arguments.extend([
                "-Wl,--whole-archive".into(),
                runtime.display().to_string(),
                "-Wl,--no-whole-archive".into(),
                "-Wl,--export-dynamic".into(),
            ]);
            arguments.extend(["-lgcc_s", "-lpthread", "-ldl", "-lrt", "-lm"].map(String::from));
        }
        arguments
    }
}

fn sanitizer_runtime(variant: Variant) -> PathBuf {
    let name = if variant == Variant::Address {
        "asan"
    } else {
        "tsan"
    };
    sysroot()
        .join(format!("lib/rustlib/{}/lib", host()))
        .join(format!("librustc-stable_rt.{name}.a"))
}

/// What ThreadSanitizer needs: without it the locks of Rust's standard library,
/// which it does not see, look like races.
pub fn standard_library_source() -> PathBuf {
    sysroot().join("lib/rustlib/src/rust/library/std")
}

fn sysroot() -> PathBuf {
    tool::answer("rustc", &["--print", "sysroot"]).trim().into()
}

/// The name of the machine we build on, as Rust calls it.
pub fn host() -> &'static str {
    static HOST: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    HOST.get_or_init(|| {
        let version = tool::answer("rustc", &["-vV"]);
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        host.expect("rustc names its host").to_owned()
    })
}
