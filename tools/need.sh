#!/bin/sh
# need.sh PROGRAM...: names each program that is missing, and how to get it.
set -u
missing=0
for program in "$@"; do
  found=$program
  case $program in
  cargo)
    found=${CARGO:-cargo}
    how='a Rust toolchain, 1.88 or later: https://rustup.rs'
    ;;
  cc)
    found=${CC:-cc}
    how='a C compiler: package gcc or clang (or set CC)'
    ;;
  diff) how='package diffutils' ;;
  dpkg-buildpackage) how='package dpkg-dev' ;;
  dh) how='package debhelper' ;;
  abidw | abidiff) how='package abigail-tools' ;;
  mmdebstrap) how='package mmdebstrap' ;;
  xz) how='package xz-utils' ;;
  *) how="package $program" ;;
  esac
  # CC may hold arguments; the program is the first word.
  if ! command -v "${found%% *}" >/dev/null 2>&1; then
    echo "liblwt needs $found: $how" >&2
    missing=1
  fi
done
exit $missing
