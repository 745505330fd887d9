#!/bin/sh
# copy_tree: what is copied is what was there, whatever it is.
. "$(dirname "$0")/prepare"
cd "$work"

copies() {
  expect 0 copy_tree "$@" "$work/$tree" "$work/$tree-copy"
  [ ! -s err ] || fail "it has something to say about $tree"
  [ ! -s out ] || fail "it is not quiet where there is no terminal"
  same_tree "$work/$tree" "$work/$tree-copy"
  # Out of the way; some file systems are slow to use again what was removed.
  copied=$((copied + 1))
  mv "$tree-copy" "copied-$copied"
}
copied=0

tree=empty
mkdir empty
copies

tree=small
mkdir small
(cd small && seq 1 700 | split -l 1 -a 4 - file-)
mkdir -p small/a/b/c small/d/empty small/e
(cd small/a/b/c && seq 1 300 | split -l 1 -a 4 - file-)
: >small/e/nothing
copies
copies --jobs 1
copies --jobs 2
copies -j 1024

tree=directories
mkdir directories
(cd directories && seq -f '%g/x/y' 1 100 | xargs mkdir -p)
copies
copies --jobs 1

# More than one job's worth, and not a round number.
tree=huge
mkdir huge
seq 1 2500000 >huge/numbers
head -c 8388608 huge/numbers >huge/one-chunk
head -c 16777217 huge/numbers >huge/two-chunks-and-a-byte
copies

tree=holes
mkdir holes
truncate -s 100M holes/only-a-hole
echo start >holes/hole-at-the-end
truncate -s 20M holes/hole-at-the-end
seq 1 300000 | dd of=holes/hole-before bs=1M seek=30 status=none
copies
expect 0 copy_tree holes holes-copy
if [ "$(du -s holes | cut -f1)" -lt 10240 ] && [ "$(du -s holes-copy | cut -f1)" -gt 20480 ]; then
  fail "the holes were filled"
fi

tree=names
mkdir names
(
  cd names
  echo 1 >'two
lines'
  mkdir '
'
  echo 2 >'
/ '
  echo 3 >'*'
  echo 4 >'-rf'
  echo 5 >'"quoted" \ $HOME'
  printf 6 >"$(printf '\001\377')"
  echo 7 >"$(printf '%0255d' 7)"
  ln -s 'no
where' "$(printf 'a\tb')"
)
copies

# Deeper than any path that a system call takes: made from the bottom up.
level=$(printf '%0100d' 0)
mkdir deep
echo bottom >deep/file
ln deep/file deep/link
i=0
while [ $i -lt 100 ]; do
  mkdir above
  mv deep "above/$level"
  mv above deep
  i=$((i + 1))
done
expect 0 copy_tree deep deep-copy
while [ -d "deep-copy/$level" ]; do
  mv "deep-copy/$level" below
  rmdir deep-copy
  mv below deep-copy
  i=$((i - 1))
done
[ $i -eq 0 ] || fail "a deep tree is $i levels less deep"
[ "$(cat deep-copy/file)" = bottom ] || fail "the bottom of a deep tree is not there"
[ deep-copy/file -ef deep-copy/link ] || fail "a hard link deep down became a file"

# By relative names, with slashes at the end, from inside, through a link.
ln -s small link-to-small
mkdir there
expect 0 copy_tree link-to-small/ there/copy/
same_tree "$work/small" "$work/there/copy"
(cd small && expect 0 copy_tree . ../by-dot)
same_tree "$work/small" "$work/by-dot"

expect 0 copy_tree --summary small with-summary
grep -q '1,001 files, 7 directories, 0.0 MB in' out || fail "the summary is wrong: $(cat out)"
