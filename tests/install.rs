//! What `make install` puts on a machine is enough for programs in C and C++
//! that find it by pkg-config or by CMake, and `make uninstall` takes all of it
//! away.

mod house;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use house::library::{Library, Variant};
use house::process::{Run, run};
use house::{library, root, scratch, tool};

const LIMIT: Duration = Duration::from_secs(300);

/// A program that needs the library when it is compiled, linked and run.
const PROGRAM: &str = r#"
#include <lwt_all.h>
#include <stdio.h>

static lwt_value next(lwt_value value, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(value) + 1);
}

int main(void) {
  lwt_t *p = lwt_map(lwt_return(LWT_INT(41)), next, NULL, NULL);
  lwt_value value = lwt_main_run(p, NULL);
  printf("%d\n", (int)LWT_TO_INT(value));
  return LWT_TO_INT(value) != 42;
}
"#;

/// The same in C++20.
const PROGRAM_CXX: &str = r#"
#include <lwt.hpp>
#include <cstdio>

static lwt::promise<int> answer() {
  co_await lwt::pause();
  co_return 42;
}

int main() {
  int value = lwt::run(answer());
  std::printf("%d\n", value);
  return value != 42;
}
"#;

const CMAKE: &str = r#"
cmake_minimum_required(VERSION 3.16)
project(installed C CXX)
set(CMAKE_CXX_STANDARD 20)
foreach(too_much "99" "0.0" "COMPONENTS;shared;fast")
  find_package(lwt ${too_much} QUIET)
  if(lwt_FOUND)
    message(FATAL_ERROR "found for ${too_much}")
  endif()
endforeach()
find_package(lwt 0.1 REQUIRED COMPONENTS shared static)
add_executable(in_c program.c)
target_link_libraries(in_c lwt::lwt)
add_executable(in_cxx program.cc)
target_link_libraries(in_cxx lwt::lwt)
add_executable(in_c_static program.c)
target_link_libraries(in_c_static lwt::static)
add_executable(in_cxx_static program.cc)
target_link_libraries(in_cxx_static lwt::static)
"#;

/// `make` with a goal of installation.
fn make(goal: &str, stage: &Path, prefix: &str) -> Run {
    make_with(goal, stage, &[format!("PREFIX={prefix}")])
}

fn make_with(goal: &str, stage: &Path, variables: &[String]) -> Run {
    // Where it is not built yet that takes longer than what is tested here.
    Library::build(Variant::Shipped).expect("the library");
    let mut command = Command::new("make");
    command
        .current_dir(root())
        .args(["--no-print-directory", goal])
        .arg(format!("DESTDIR={}", stage.display()))
        .args(variables)
        .env("CARGO_TARGET_DIR", library::target_folder())
        .env_remove("MAKEFLAGS")
        .env_remove("MFLAGS");
    run(&mut command, LIMIT).expect_success(goal)
}

/// All files below a folder, by their paths in it.
fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() && !path.is_symlink() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(folder).expect("below").to_owned()),
            }
        }
    }
    found.sort();
    found
}

fn sh(folder: &Path, script: &str, stage: &Path, prefix: &str) -> Run {
    let installed = format!("{}{prefix}", stage.display());
    let mut command = Command::new("sh");
    command
        .current_dir(folder)
        .args(["-euc", script])
        .env("PKG_CONFIG_PATH", format!("{installed}/lib/pkgconfig"))
        .env("PKG_CONFIG_SYSROOT_DIR", stage)
        .env("CMAKE_PREFIX_PATH", &installed)
        .env("LD_LIBRARY_PATH", format!("{installed}/lib"));
    run(&mut command, LIMIT)
}

fn write_programs(folder: &Path) {
    for (name, text) in [("program.c", PROGRAM), ("program.cc", PROGRAM_CXX)] {
        std::fs::write(folder.join(name), text).expect("a program");
    }
    std::fs::write(folder.join("CMakeLists.txt"), CMAKE).expect("a project");
}

#[test]
fn what_is_installed_is_complete_and_uninstall_takes_all_of_it_away() {
    let stage = scratch("install stage");
    make("install", &stage, "/opt/lwt");
    let there = listing(&stage.join("opt/lwt"));
    let version = env!("CARGO_PKG_VERSION");
    let mut wanted: Vec<PathBuf> = [
        "lib/liblwt.a".to_owned(),
        "lib/liblwt.so".into(),
        "lib/liblwt.so.0".into(),
        format!("lib/liblwt.so.{version}"),
        "lib/pkgconfig/lwt.pc".into(),
        "lib/cmake/lwt/lwt-config.cmake".into(),
        "lib/cmake/lwt/lwt-config-version.cmake".into(),
    ]
    .map(PathBuf::from)
    .into();
    for folder in ["include", "include/lwt"] {
        for header in house::files(folder, &["h", "hpp"]) {
            wanted.push(Path::new(folder).join(header.file_name().expect("a header's name")));
        }
    }
    wanted.push("share/lwt/lwt-api.json".into());
    for page in house::files("man", &["3", "7"]) {
        let section = page.extension().and_then(|it| it.to_str());
        let folder = format!("share/man/man{}", section.expect("its section"));
        wanted.push(Path::new(&folder).join(page.file_name().expect("a page's name")));
    }
    wanted.sort();
    assert_eq!(there, wanted);
    let lib = stage.join("opt/lwt/lib");
    for (link, to) in [
        ("liblwt.so", "liblwt.so.0"),
        ("liblwt.so.0", &format!("liblwt.so.{version}")),
    ] {
        let target = std::fs::read_link(lib.join(link)).expect("a link");
        assert_eq!(target, Path::new(to));
    }
    make("uninstall", &stage, "/opt/lwt");
    assert_eq!(listing(&stage), Vec::<PathBuf>::new());
}

#[test]
fn programs_find_the_installed_library_by_pkg_config() {
    if !tool::is_there("pkg-config") || !tool::is_there("c++") {
        return tool::skip(
            "pkg-config",
            "pkg-config or c++ is not installed (make prepare)",
        );
    }
    let (stage, folder) = (scratch("pkg-config stage"), scratch("pkg-config"));
    make("install", &stage, "/usr/local");
    write_programs(&folder);
    let script = "
        flags=$(pkg-config --cflags --libs lwt)
        eval \"cc -std=c99 program.c -o in_c $flags\"
        ./in_c
        eval \"c++ -std=c++20 program.cc -o in_cxx $flags\"
        ./in_cxx
        test \"$(pkg-config --modversion lwt)\" = \"$1\"";
    let script = script.replace("$1", env!("CARGO_PKG_VERSION"));
    let done = sh(&folder, &script, &stage, "/usr/local").expect_success("pkg-config");
    assert_eq!(done.out, "42\n42\n");
}

#[test]
fn static_programs_find_the_archive_where_each_architecture_has_its_folder() {
    if !tool::is_there("pkg-config") || !tool::is_there("c++") {
        return tool::skip(
            "static programs",
            "pkg-config or c++ is not installed (make prepare)",
        );
    }
    let (stage, folder) = (scratch("multiarch stage"), scratch("static programs"));
    let variables = [
        "PREFIX=/usr",
        "LIBDIR=/usr/lib/this-arch",
        "INCLUDEDIR=/usr/include/lwt-0",
    ];
    let variables = variables.map(String::from);
    make_with("install", &stage, &variables);
    write_programs(&folder);
    // The archive alone, as a cross-compiler's files may have it; and a program that
    // needs no file at all when it runs.
    let script = "
        rm \"$PKG_CONFIG_SYSROOT_DIR\"/usr/lib/this-arch/liblwt.so*
        export PKG_CONFIG_PATH=\"$PKG_CONFIG_SYSROOT_DIR\"/usr/lib/this-arch/pkgconfig
        flags=$(pkg-config --static --cflags --libs lwt)
        eval \"cc -std=c99 program.c -o in_c $flags\"
        ./in_c
        eval \"c++ -std=c++20 program.cc -o in_cxx $flags\"
        ./in_cxx
        eval \"cc -static -std=c99 program.c -o alone $flags\" 2>warnings || { cat warnings; exit 1; }
        ./alone";
    let done = sh(&folder, script, &stage, "/usr").expect_success("static programs");
    assert_eq!(done.out, "42\n42\n42\n");
    make_with("uninstall", &stage, &variables);
    assert_eq!(listing(&stage), Vec::<PathBuf>::new());
}

#[test]
fn programs_find_the_installed_library_by_cmake_in_a_path_with_spaces() {
    if !tool::is_there("cmake") || !tool::is_there("c++") {
        return tool::skip("CMake", "cmake or c++ is not installed (make prepare)");
    }
    let (stage, folder) = (scratch("cmake stage & more"), scratch("cmake project"));
    make("install", &stage, "/opt/the lwt");
    write_programs(&folder);
    let script = "cmake -S . -B build >/dev/null
        cmake --build build >/dev/null
        build/in_c
        build/in_cxx
        env -u LD_LIBRARY_PATH build/in_c_static
        env -u LD_LIBRARY_PATH build/in_cxx_static";
    let done = sh(&folder, script, &stage, "/opt/the lwt").expect_success("CMake");
    assert_eq!(done.out, "42\n42\n42\n42\n");
}

#[test]
fn a_prefix_that_is_not_absolute_is_refused() {
    let mut command = Command::new("sh");
    command
        .current_dir(root())
        .args(["tools/install.sh", "install"])
        .env("PREFIX", "here");
    let done = run(&mut command, LIMIT);
    assert_ne!(done.end, house::process::End::Exit(0));
    assert!(
        done.err.contains("'here' is not an absolute path"),
        "{}",
        done.err
    );
}
