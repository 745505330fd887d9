#!/bin/sh
# install.sh install|uninstall: puts the library, its headers, its man pages and
# what pkg-config, CMake and makers of bindings read under PREFIX, or takes them
# away. Reads PREFIX,
# LIBDIR, INCLUDEDIR, DESTDIR and LWT_LIBRARY from the environment.
set -eu
: "${PREFIX:=/usr/local}" "${DESTDIR:=}" "${LWT_LIBRARY:=target/release}"
: "${LIBDIR:=$PREFIX/lib}" "${INCLUDEDIR:=$PREFIX/include}"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
soname=liblwt.so.${version%%.*}

for folder in "$PREFIX" "$LIBDIR" "$INCLUDEDIR"; do
  case $folder in
  /*) ;;
  *)
    echo "install: '$folder' is not an absolute path" >&2
    exit 1
    ;;
  esac
done

lib=$DESTDIR$LIBDIR
include=$DESTDIR$INCLUDEDIR
cmake=$lib/cmake/lwt
pkgconfig=$lib/pkgconfig
share=$DESTDIR$PREFIX/share
man=$share/man

# Fills a template in. Values are taken as they are, whatever signs they hold.
fill() {
  UP=$(realpath -m --relative-to="$LIBDIR/cmake/lwt" "$PREFIX") \
    INC=$(realpath -m --relative-to="$PREFIX" "$INCLUDEDIR") \
    LIB=$(realpath -m --relative-to="$PREFIX" "$LIBDIR") VERSION=$version SONAME=$soname \
    PREFIX=$PREFIX awk '
    function fill(line, name,    sign, at) {
      sign = "@" name "@"
      while ((at = index(line, sign)) > 0)
        line = substr(line, 1, at - 1) ENVIRON[name] substr(line, at + length(sign))
      return line
    }
    {
      n = split("UP INC LIB VERSION SONAME PREFIX", names, " ")
      for (i = 1; i <= n; i++) $0 = fill($0, names[i])
      print
    }' "$1"
}

case ${1:-} in
install)
  for file in liblwt.so liblwt.a; do
    if [ ! -f "$LWT_LIBRARY/$file" ]; then
      echo "install: $LWT_LIBRARY/$file is not there; run make first" >&2
      exit 1
    fi
  done
  install -d "$lib" "$include/lwt" "$cmake" "$pkgconfig"
  install -m 755 "$LWT_LIBRARY/liblwt.so" "$lib/liblwt.so.$version"
  ln -sf "liblwt.so.$version" "$lib/$soname"
  ln -sf "$soname" "$lib/liblwt.so"
  install -m 644 "$LWT_LIBRARY/liblwt.a" "$lib/liblwt.a"
  install -m 644 include/*.h include/*.hpp "$include"
  install -m 644 include/lwt/*.hpp "$include/lwt"
  fill packaging/lwt.pc.in >"$pkgconfig/lwt.pc"
  fill packaging/lwt-config.cmake.in >"$cmake/lwt-config.cmake"
  fill packaging/lwt-config-version.cmake.in >"$cmake/lwt-config-version.cmake"
  chmod 644 "$pkgconfig/lwt.pc" "$cmake"/*.cmake
  install -d "$share/lwt" "$man/man3" "$man/man7"
  install -m 644 bindings/lwt-api.json "$share/lwt"
  install -m 644 man/*.3 "$man/man3"
  install -m 644 man/*.7 "$man/man7"
  # The loader's list is the system's; who may not write it has no need to.
  if [ -z "$DESTDIR" ] && command -v ldconfig >/dev/null 2>&1; then
    ldconfig 2>/dev/null || true
  fi
  # By this `man lwt_bind` finds the page that tells of it.
  if [ -z "$DESTDIR" ] && command -v mandb >/dev/null 2>&1; then
    mandb -q "$man" 2>/dev/null || true
  fi
  echo "installed liblwt $version under $DESTDIR$PREFIX"
  ;;
uninstall)
  rm -f "$lib/liblwt.so" "$lib/$soname" "$lib/liblwt.so.$version" "$lib/liblwt.a"
  rm -f "$pkgconfig/lwt.pc" "$cmake/lwt-config.cmake" "$cmake/lwt-config-version.cmake"
  for header in include/*.h include/*.hpp include/lwt/*.hpp; do
    rm -f "$include/${header#include/}"
  done
  rm -f "$share/lwt/lwt-api.json"
  for page in man/*.[37]; do
    rm -f "$man/man${page##*.}/${page#man/}"
  done
  # Folders that were made for it, or that are of no use to others.
  rmdir "$include/lwt" "$cmake" "$lib/cmake" "$pkgconfig" "$share/lwt" \
    "$man/man3" "$man/man7" 2>/dev/null || true
  # What mandb has noted: nothing, where no page is left.
  if [ -z "$DESTDIR" ] && command -v mandb >/dev/null 2>&1; then
    if ls -d "$man"/man* >/dev/null 2>&1; then
      mandb -q "$man" 2>/dev/null || true
    else
      rm -f "$man/index.db" "$man/CACHEDIR.TAG"
      rmdir "$man/cat3" "$man/cat7" 2>/dev/null || true
    fi
  fi
  rmdir "$man" 2>/dev/null || true
  echo "uninstalled liblwt $version from $DESTDIR$PREFIX"
  ;;
*)
  echo "usage: install.sh install|uninstall" >&2
  exit 2
  ;;
esac
