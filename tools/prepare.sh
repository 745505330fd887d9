#!/bin/sh
# prepare.sh test|bench: sees to the tools that the tests (or the benchmarks)
# use beside Rust, a C compiler and make. Installs what is missing when it may
# (as root, or by a sudo that asks nothing, where apt-get is), and names the
# rest exactly. It never fails for an optional tool: the tests that miss one
# say so, and fail where CI=true.
set -u
what=${1:-test}
sh tools/need.sh cargo cc || exit 1

has() { command -v "$1" >/dev/null 2>&1; }
has_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] && return 0
  for file in /usr/lib/llvm-*/lib/libclang*.so* /usr/lib*/libclang*.so* \
    /usr/lib/*/libclang*.so* /usr/local/lib*/libclang*.so*; do
    [ -e "$file" ] && return 0
  done
  return 1
}
has_library() { pkg-config --exists "$1" 2>/dev/null; }
has_venv() { python3 -c 'import venv, ensurepip' 2>/dev/null; }
has_boost() {
  echo '#include <boost/fiber/all.hpp>' | c++ -x c++ -fsyntax-only - 2>/dev/null
}
has_fonts() { ls /usr/share/fonts/truetype/*/*.ttf >/dev/null 2>&1; }
has_ocaml_lwt() { ocamlfind query lwt.unix >/dev/null 2>&1; }

# The Debian packages of what is missing.
packages=''
want() { # PACKAGE CHECK [ARGUMENT]: asks for the package unless the check holds
  package=$1
  shift
  "$@" || packages="$packages $package"
}
list() {
  packages=''
  want g++ has g++
  want clang has clang++
  want binutils has nm
  want pkg-config has pkg-config
  if [ "$what" = test ]; then
    want libclang-dev has_libclang
    want valgrind has valgrind
    want cmake has cmake
    want diffutils has diff
    want tmux has tmux
    want libuv1-dev has_library libuv
    want libglib2.0-dev has_library glib-2.0
    want libgtk-3-dev has_library gtk+-3.0
    want fonts-dejavu-core has_fonts
    want xvfb has Xvfb
    want xdotool has xdotool
    want imagemagick has import
    want openssl has openssl
    want curl has curl
    want groff-base has groff
    want man-db has mandb
    want python3 has python3
    want python3-venv has_venv
    want lua5.4 has lua5.4
    want liblua5.4-dev has_library lua5.4
    want dpkg-dev has dpkg-buildpackage
    want debhelper has dh
    want abigail-tools has abidiff
    want xz-utils has xz
    want libffi-dev has_library libffi
    want nodejs has node
    want npm has npm
  else
    want python3 has python3
    want valgrind has valgrind
    want libuv1-dev has_library libuv
    want libev-dev test -e /usr/include/ev.h
    want libevent-dev has_library libevent
    want libglib2.0-dev has_library glib-2.0
    want liburing-dev has_library liburing
    want libssl-dev has_library openssl
    want libboost-fiber-dev has_boost
    want libboost-context-dev has_boost
    want libasio-dev test -e /usr/include/asio.hpp
    want libspdlog-dev has_library spdlog
    want ocaml has ocamlopt
    want ocaml-findlib has ocamlfind
    want liblwt-ocaml-dev has_ocaml_lwt
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif has sudo && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

list
if [ -n "$packages" ] && has apt-get && as_root true; then
  echo "prepare: installing$packages"
  log=$(mktemp)
  # Without a list of packages apt knows none.
  # shellcheck disable=SC2086
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      $packages; } >"$log" 2>&1; then
    tail -n 3 "$log" >&2
  fi
  rm -f "$log"
  list
fi
if [ -n "$packages" ]; then
  echo "prepare: not installed, and can't be from here. As root, on Debian or Ubuntu:" >&2
  echo "  apt-get install$packages" >&2
fi

if [ "$what" = test ]; then
  components=''
  ${CARGO:-cargo} fmt --version >/dev/null 2>&1 || components="$components rustfmt"
  ${CARGO:-cargo} clippy --version >/dev/null 2>&1 || components="$components clippy"
  [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std" ] ||
    components="$components rust-src"
  if [ -n "$components" ]; then
    # shellcheck disable=SC2086
    if ! has rustup || ! rustup --quiet component add $components; then
      echo "prepare: parts of the Rust toolchain are missing:" >&2
      echo "  rustup component add$components" >&2
    fi
  fi
fi
exit 0
