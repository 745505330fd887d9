#!/bin/sh
# copy_tree keeps modes, times, symbolic links, hard links and special files.
. "$(dirname "$0")/prepare"
cd "$work"

mkdir tree
cd tree
for mode in 000 400 444 600 640 644 755 777 1644 4755 2755 6711; do
  echo "$mode" >"mode-$mode"
  chmod "$mode" "mode-$mode"
done
for mode in 500 700 755 777 1777 2775; do
  mkdir "directory-$mode"
  echo "$mode" >"directory-$mode/file"
  ln -s file "directory-$mode/link"
  chmod "$mode" "directory-$mode"
done
# What nobody but root could read is not for this test.
[ "$(id -u)" -eq 0 ] || rm -f mode-000

ln -s nowhere dangling
ln -s mode-644 symlink
ln -s directory-755 symlink-to-directory
ln -s /dev/null absolute
ln -s . loop

echo linked >first
ln first second
mkdir below
ln first below/third
ln -s first symlink-with-two-names
ln symlink-with-two-names below/symlink-with-two-names
mkfifo fifo
chmod 0620 fifo

touch -d '1999-12-31 23:59:59.123456789' mode-644
touch -d '1969-07-20 20:17:40' mode-600
touch -h -d '501-02-03 04:05:06.7' dangling
touch -d '2030-01-01' fifo
touch -d '2005-05-05 05:05:05.000000005' directory-500 below .
cd ..

# Not even a strange umask changes what comes out.
for mask in 022 077 000; do
  rm -rf copy 2>/dev/null || { chmod -R u+rwX copy && rm -rf copy; }
  (umask $mask && expect 0 copy_tree tree copy)
  [ ! -s err ] || fail "it has something to say"
  same_tree "$work/tree" "$work/copy"
done

[ "$(stat -c %i copy/first)" = "$(stat -c %i copy/below/third)" ] || fail "hard links became files"
[ "$(stat -c %i copy/first)" != "$(stat -c %i tree/first)" ] || fail "the copy is the original"

mkdir read
echo content >read/file
touch -a -d '2010-10-10 10:10:10.101010101' read/file
expect 0 copy_tree read read-copy
[ "$(stat -c %x read-copy/file)" = "$(date -d '2010-10-10 10:10:10.101010101' '+%F %T.%N %z')" ] ||
  fail "the access time is lost: $(stat -c %x read-copy/file)"

# Hundreds of names of one file, with all jobs at it at once.
mkdir many
echo once >many/0000
(cd many && seq -f %04g 1 500 | xargs -n 1 ln 0000)
expect 0 copy_tree --jobs 64 many many-copy
[ "$(stat -c %h many-copy/0000)" = 501 ] || fail "not one file with 501 names: $(stat -c %h many-copy/0000)"
expect 0 copy_tree --jobs 1 many many-copy-1
same_tree "$work/many" "$work/many-copy-1"

# Rights that come from an owner whom the copy does not have are not kept.
if [ "$(id -u)" -eq 0 ]; then
  mkdir theirs
  echo program >theirs/program
  chown 65534:65534 theirs/program 2>/dev/null || exit 0
  chmod 6755 theirs/program
  expect 0 copy_tree theirs ours
  [ "$(stat -c %a ours/program)" = 755 ] || fail "root's copy of another's program is set-user-ID"
fi
