#!/bin/sh
# The demonstration: copies a real tree of this machine with copy_tree, checks
# the copy, and tells how long `cp -r` takes beside it.
#
#   examples_c/demo.sh [COPY_TREE [TREE]]
#
# COPY_TREE is the built program. TREE is what to copy; otherwise the first in
# a fixed list of places that has at least 2,000 files and at most 300 MB.
set -eu

program=${1:-target/examples/copy_tree}
[ -x "$program" ] || { echo "demo: $program is not there: build the examples first" >&2; exit 2; }
rounds=3

suits() {
  [ -d "$1" ] && [ -r "$1" ] || return 1
  files=$(find "$1" -xdev -type f -readable 2>/dev/null | head -60001 | wc -l)
  [ "$files" -ge 2000 ] && [ "$files" -le 60000 ] || return 1
  [ -z "$(find "$1" \( ! -readable -o -type d ! -executable \) ! -type l 2>/dev/null | head -1)" ] || return 1
  kilobytes=$(du -skx "$1" 2>/dev/null | cut -f1)
  [ "$kilobytes" -le 307200 ]
}

tree=
if [ $# -ge 2 ]; then
  tree=$2
  [ -d "$tree" ] || { echo "demo: $tree is not a directory" >&2; exit 2; }
else
  sysroot=$(rustc --print sysroot 2>/dev/null || echo /nonexistent)
  for place in /usr/lib/python3/dist-packages /usr/lib/python3 /usr/lib/python3.* /usr/include \
    /usr/share/doc /usr/share/man /usr/share/zoneinfo /usr/share/perl /usr/share/icons \
    "${CARGO_HOME:-$HOME/.cargo}/registry/src" "$sysroot/share/doc" "$sysroot/lib" /usr/share /usr/lib; do
    if suits "$place"; then
      tree=$place
      break
    fi
  done
  [ -n "$tree" ] || {
    echo "demo: no tree of 2,000 files and at most 300 MB was found; name one:" >&2
    echo "      examples_c/demo.sh $program TREE" >&2
    exit 2
  }
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/lwt-demo-XXXXXX")
trap 'chmod -R u+rwX "$work" 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() {
  printf 'demo: %s\n' "$*"
}

files=$(find "$tree" -type f | wc -l)
say "copying $tree: $files files, $(du -sk "$tree" | cut -f1) kB"

say "\$ copy_tree $tree copy"
"$program" --summary "$tree" "$work/copy"

if [ "$(readlink -f "$tree")" != "$(readlink -f "$work/copy")" ] && diff -r --no-dereference "$tree" "$work/copy"; then
  say "diff -r finds no difference"
else
  say "FAILED: the copy is not as the tree"
  exit 1
fi

# By turns, the tree in the page cache, and nothing removed before the end: a
# file system may be slow in the places that have just become free.
milliseconds() {
  start=$(date +%s%N)
  "$@" >/dev/null
  echo $((($(date +%s%N) - start) / 100000)) | sed 's/.$/.&/; s/^\./0./'
}

round=1
while [ $round -le $rounds ]; do
  milliseconds cp -r "$tree" "$work/cp-$round" >>"$work/cp.times"
  milliseconds "$program" "$tree" "$work/copy_tree-$round" >>"$work/copy_tree.times"
  round=$((round + 1))
done

median() {
  sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"
}
ours=$(median "$work/copy_tree.times")
theirs=$(median "$work/cp.times")
say "median of $rounds, by turns: copy_tree $ours ms, cp -r $theirs ms:" \
  "$(awk "BEGIN { printf \"%.2f\", $ours / $theirs }") times the time of cp -r"
