#!/bin/sh
# find finds what find(1) finds, and says what it can't read.
. "$(dirname "$0")/prepare"
cd "$work"

mkdir -p tree/a/b/c tree/empty "tree/with space" tree/many
for i in $(seq 300); do : >tree/many/file-$i.txt; done
echo x >tree/a/b/one.txt
echo x >"tree/with space/new
line"
ln -s a tree/link
ln -s nowhere tree/dangling
mkfifo tree/pipe

as_find() {
  expect 0 example find "$@" -print0
  LC_ALL=C sort -z out >ours
  command find "$@" -print0 | LC_ALL=C sort -z >theirs
  [ -s theirs ] || fail "nothing to compare: $*"
  cmp ours theirs >err 2>&1 || fail "it does not find what find(1) finds: $*"
}
as_find tree
as_find tree/a tree/many tree/link
as_find tree/
as_find tree -name '*.txt'
as_find tree -type f
as_find tree -type d
as_find tree -type l
as_find tree -type p
as_find tree -name 'file-1*' -type f
(cd tree && expect 0 example find -print0 -jobs 1 && LC_ALL=C sort -z "$work/out") >ours
(cd tree && command find -print0 | LC_ALL=C sort -z) >theirs
cmp ours theirs >err 2>&1 || fail "not the same from here"

for depth in 0 1 2; do
  expect 0 example find tree -maxdepth $depth
  LC_ALL=C sort out >ours
  command find tree -maxdepth $depth | LC_ALL=C sort >theirs
  cmp ours theirs >err 2>&1 || fail "not the same to the depth of $depth"
done

# A real tree.
expect 0 example find /usr/include
LC_ALL=C sort out >ours
command find /usr/include | LC_ALL=C sort >theirs
cmp ours theirs >err 2>&1 || fail "/usr/include is not found whole"

expect 1 example find tree/a no-such-place
said 'no-such-place: No such file or directory'
[ "$(wc -l <out)" -eq 4 ] || fail "the rest was not found"
if [ "$(id -u)" -ne 0 ]; then
  chmod 0 tree/empty
  expect 1 example find tree
  said 'tree/empty: Permission denied'
fi

expect 0 example find --help
grep -q 'usage: find' out || fail "--help shows no usage"
for wrong in '-nonsense x' '-type q' '-type' '-maxdepth -1' '-jobs 0' '-jobs x'; do
  # shellcheck disable=SC2086
  expect 2 example find tree $wrong
  said 'usage: find'
done
expect 1 sh -c '"$LWT_EXAMPLES/find" tree >/dev/full'
said 'standard output'
