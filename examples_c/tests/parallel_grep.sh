#!/bin/sh
# parallel_grep finds what `grep -rF` finds, and tells how far it is.
. "$(dirname "$0")/prepare"
cd "$work"

mkdir -p tree/a/b "tree/with space"
for i in $(seq 200); do printf 'one\nneedle %s\nthree needle needle\n' "$i" >tree/a/$i; done
printf 'no end needle' >tree/a/b/no-end
printf 'needle\n' >"tree/with space/file"
: >tree/empty
printf 'needle\0needle\n' >tree/binary
mkfifo tree/pipe
ln -s nowhere tree/dangling

expect 0 example parallel_grep needle tree
LC_ALL=C sort out >ours
{
  command grep -rFI needle tree
  echo 'tree/binary: binary file matches'
} | LC_ALL=C sort >theirs
cmp ours theirs >err 2>&1 || fail "it does not find what grep(1) finds"
[ ! -s err ] || fail "it says something"

expect 0 example parallel_grep -n 'needle 7' tree/a
LC_ALL=C sort out >ours
command grep -rFn 'needle 7' tree/a | LC_ALL=C sort >theirs
cmp ours theirs >err 2>&1 || fail "the numbers of lines are not those of grep(1)"

expect 0 example parallel_grep -l -j 1 needle tree
LC_ALL=C sort out >ours
command grep -rFl needle tree | LC_ALL=C sort >theirs
cmp ours theirs >err 2>&1 || fail "the names of files are not those of grep(1)"

# A real tree, with progress.
expect 0 example parallel_grep --progress -n 'struct stat' /usr/include
LC_ALL=C sort out >ours
command grep -rFIn 'struct stat' /usr/include --exclude-dir=. 2>/dev/null | LC_ALL=C sort >theirs || :
command grep -v ': binary file matches$' ours >ours-text || :
cmp ours-text theirs >/dev/null 2>&1 || fail "/usr/include is not searched whole"
said 'files in'
said ' matches'

expect 1 example parallel_grep 'no such text anywhere' tree
[ ! -s out ] || fail "it found what is not there"
expect 2 example parallel_grep needle tree/a/1 no-such-place
said 'no-such-place: No such file or directory'
grep -q 'needle 1' out || fail "the rest was not searched"
if [ "$(id -u)" -ne 0 ]; then
  chmod 0 tree/empty
  expect 2 example parallel_grep needle tree
  said 'tree/empty: Permission denied'
fi

expect 0 example parallel_grep --help
grep -q 'usage: parallel_grep' out || fail "--help shows no usage"
expect 2 example parallel_grep
expect 2 example parallel_grep needle
expect 2 example parallel_grep '' tree
expect 2 example parallel_grep -j 0 needle tree
expect 2 example parallel_grep --no-such-option needle tree
said 'usage: parallel_grep'
expect 2 sh -c '"$LWT_EXAMPLES/parallel_grep" needle tree >/dev/full'
said 'standard output'

# An interrupt ends it, with a word, in the middle of a file without end too.
interrupted() { # PATH...
  "$LWT_EXAMPLES/parallel_grep" zzz-nowhere "$@" >out 2>err &
  pid=$!
  sleep 0.3
  kill -INT $pid || fail "it was over before the interrupt"
  status=0
  wait $pid || status=$?
  [ $status -eq 130 ] || fail "exit status $status after an interrupt"
  said interrupted
}
# shellcheck disable=SC2046
interrupted $(yes tree/a | head -20000)
interrupted /dev/urandom
