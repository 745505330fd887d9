#!/bin/sh
# dist.sh [FOLDER]: writes the release FOLDER/liblwt-VERSION.tar.gz (in build,
# unless said otherwise) and prints its name. In it is what git tracks, as it
# lies in the working tree, and MANIFEST, which names all of it; a tree that was
# unpacked from a release makes the same release again, without git. The same
# files give the same bytes: names are sorted, owners are 0, and all times are
# that of the last commit, or SOURCE_DATE_EPOCH.
set -eu
folder=${1:-build}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
name=liblwt-$version
mkdir -p "$folder"
# Beside the result, so that the last step is a rename.
work=$(mktemp -d "$folder/dist.XXXXXX")
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

# Not just any repository: an unpacked release may lie within one of others.
if [ -e .git ] && git rev-parse --git-dir >/dev/null 2>&1; then
  git -c core.quotePath=off ls-files | sort >"$work/MANIFEST"
  when=$(git log -1 --format=%ct)
  [ -z "$(git status --porcelain)" ] ||
    echo 'dist: there are changes that are not committed' >&2
elif [ -f MANIFEST ]; then
  sort MANIFEST >"$work/MANIFEST"
  when=$(stat -c %Y MANIFEST)
else
  echo 'dist: neither a git repository nor an unpacked release' >&2
  exit 1
fi

mkdir "$work/$name"
tar --create --file="$work/tar" --verbatim-files-from --files-from="$work/MANIFEST"
tar --extract --file="$work/tar" --directory="$work/$name"
cp "$work/MANIFEST" "$work/$name/MANIFEST"
tar --create --directory="$work" --format=gnu --sort=name --mtime="@${SOURCE_DATE_EPOCH:-$when}" \
  --owner=0 --group=0 --numeric-owner --mode=u+w,go-w,a+rX "$name" >"$work/tar"
gzip -n -9 <"$work/tar" >"$work/gz"
mv "$work/gz" "$folder/$name.tar.gz"
echo "$folder/$name.tar.gz"
