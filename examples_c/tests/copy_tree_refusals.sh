#!/bin/sh
# copy_tree says clearly what it will not do, and does nothing then.
. "$(dirname "$0")/prepare"
cd "$work"

mkdir -p source/sub
echo content >source/file

expect 0 copy_tree --help
grep -q 'Usage: copy_tree' out || fail "--help shows no usage"
for option in --jobs --help SRC DST 'Exit status'; do
  grep -q -e "$option" out || fail "--help does not tell of $option"
done

for jobs in 0 -1 1025 99999999999999999999 x '' 1x 1.5; do
  expect 2 copy_tree --jobs "$jobs" source copy
  said '1 to 1024'
done
expect 2 copy_tree
expect 2 copy_tree source
expect 2 copy_tree source copy third
expect 2 copy_tree --no-such-option source copy
[ ! -e copy ] || fail "it began all the same"

expect 1 copy_tree no-such-directory copy
said 'No such file or directory'
expect 1 copy_tree source/file copy
said 'Not a directory'
expect 1 copy_tree source no/such/parent
said 'No such file or directory'
expect 1 copy_tree '' copy
expect 1 copy_tree source ''

mkdir exists
expect 1 copy_tree source exists
said 'exists already'
[ -z "$(ls exists)" ] || fail "something was put into what exists"
ln -s nowhere dangling
expect 1 copy_tree source dangling
said 'exists already'

expect 1 copy_tree source source/copy
said 'inside the directory'
expect 1 copy_tree source source/sub/copy
said 'inside the directory'
(cd source/sub && expect 1 copy_tree .. copy && said 'inside the directory')
ln -s source/sub door
expect 1 copy_tree source door/copy
said 'inside the directory'
expect 1 copy_tree source source
said 'that is to be copied'
expect 1 copy_tree source/sub source
said 'contains the directory'
# A name that begins alike is another place.
expect 0 copy_tree source source-2
[ "$(ls source source/sub)" = "$(printf 'source:\nfile\nsub\n\nsource/sub:')" ] || fail "the source was changed"
