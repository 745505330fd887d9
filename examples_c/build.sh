#!/bin/sh
# Builds the examples into a directory, each by the build line that stands in
# its first comment; so a line that does not work is found out.
#
#   examples_c/build.sh OUT [EXAMPLE]...
#
# From the environment: CC and CFLAGS; LWT_LIBS, what to link with in place of
# `-Ltarget/release -llwt`.
set -eu

[ $# -ge 1 ] || { echo "usage: examples_c/build.sh OUT [EXAMPLE]..." >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."

release=${CARGO_TARGET_DIR:-target}/release
case $release in /*) ;; *) release=$PWD/$release ;; esac
libs=${LWT_LIBS:-"-L'$release' -llwt -Wl,-rpath,'$release'"}

[ $# -gt 0 ] || set -- examples_c/*.c
for source; do
  case $source in
  *.c) ;;
  *) source=examples_c/$source.c ;;
  esac
  name=$(basename "$source" .c)
  line=$(sed -n '/^ \*   cc /{s/^ \*   cc //p;q;}' "$source")
  case $line in
  *"-o $name -Ltarget/release -llwt"*) ;;
  *) echo "$source: no build line in its first comment" >&2; exit 1 ;;
  esac
  before=${line%%-o $name -Ltarget/release -llwt*}
  after=${line##*-o $name -Ltarget/release -llwt}
  eval "${CC:-cc} ${CFLAGS:-} $before -o \"\$out/$name\" $libs $after"
done
