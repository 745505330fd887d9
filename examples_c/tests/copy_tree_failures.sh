#!/bin/sh
# copy_tree names what it cannot copy, copies the rest, and its exit status
# says so; what could not be copied is not there by half either.
. "$(dirname "$0")/prepare"
cd "$work"

# Root may read everything, unless it gives that up.
if [ "$(id -u)" -ne 0 ]; then
  humbly=
elif setpriv --bounding-set=-dac_override,-dac_read_search true 2>/dev/null; then
  humbly='setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search'
else
  humbly=none
fi

mkdir -p tree/sub/closed
seq 1 200 | (cd tree/sub && split -l 1 - file-)
cp -r tree whole
echo secret >tree/sub/unreadable
echo secret >"tree/two
lines"
echo secret >tree/sub/closed/file
chmod 000 tree/sub/unreadable tree/two* tree/sub/closed

if [ "$humbly" != none ] && ! $humbly cat tree/sub/unreadable >/dev/null 2>&1; then
  expect 1 $humbly ${LWT_WRAP:-} "$LWT_EXAMPLES/copy_tree" --summary tree copy
  said 'copy_tree: open: Permission denied: "tree/sub/unreadable"'
  said 'copy_tree: open: Permission denied: "tree/two\nlines"'
  said 'copy_tree: open: Permission denied: "tree/sub/closed"'
  [ "$(wc -l <err)" -eq 3 ] || fail "not one line for each"
  grep -q '3 not copied' out || fail "the summary leaves the failures out: $(cat out)"
  for lost in sub/unreadable 'two
lines' sub/closed; do
    [ ! -e "copy/$lost" ] || fail "there is a copy of $lost"
  done
  diff -r whole/sub copy/sub >err || true
  grep -v 'Only in whole/sub: closed' err >diff || :
  [ ! -s diff ] || fail "the rest is not as it was"

  chmod 500 whole
  expect 1 $humbly ${LWT_WRAP:-} "$LWT_EXAMPLES/copy_tree" tree whole/copy
  said 'copy_tree: mkdir: Permission denied: "whole/copy"'
  chmod 700 whole
else
  echo "$test_name: unreadable files: left out, everything can be read here" >&2
fi

# A file that may not become as large as it is.
mkdir limited
echo small >limited/small
head -c 300000 /dev/zero | tr '\0' x >limited/large
if (ulimit -f 100) 2>/dev/null; then
  (ulimit -f 100 && expect 1 copy_tree limited limited-copy)
  said 'File too large: "limited-copy/large"'
  [ ! -e limited-copy/large ] || fail "half a file is there"
  cmp limited/small limited-copy/small || fail "the small file is not there"
fi

# Not enough descriptors for the depth: said, and the rest is there.
mkdir -p "narrow/$(printf 'd/%.0s' $(seq 1 200))"
echo top >narrow/d/top
(ulimit -n 150 && expect 1 copy_tree --jobs 4 narrow narrow-copy)
said 'Too many open files: "narrow/d/d/d'
cmp narrow/d/top narrow-copy/d/top || fail "the rest is not there"

# A full disk ends it: one message, not one a file.
mkdir full
if mount -t tmpfs -o size=1m tmpfs full 2>/dev/null; then
  mkdir filling
  seq 1 300000 | (cd filling && split -a 3 -b 20000 -)
  expect 1 copy_tree filling full/copy || { umount full; fail "a full disk"; }
  for file in full/copy/*; do
    cmp "$file" "filling/${file##*/}" >/dev/null || { umount full; fail "half a file: $file"; }
  done
  umount full
  said 'No space left on device'
  said 'no room left: stopping'
  [ "$(wc -l <err)" -eq 2 ] || fail "it went on with a full disk"
else
  echo "$test_name: full disk: left out, a small file system cannot be mounted here" >&2
fi
