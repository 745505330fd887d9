#!/bin/sh
# deb.sh [--binary] [FOLDER]: makes the Debian packages in FOLDER (build/deb, unless
# said otherwise), source and binaries, or binaries alone, from the release that
# dist.sh makes. Where LWT_LIBRARY names a folder, the library that lies there is
# packed; otherwise cargo builds it anew.
set -eu
sh tools/need.sh dpkg-buildpackage dh
what=--build=full
if [ "${1:-}" = --binary ]; then
  what=--build=binary
  shift
fi
folder=${1:-build/deb}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
case ${LWT_LIBRARY:-} in
'') unset LWT_LIBRARY ;;
*)
  LWT_LIBRARY=$(realpath "$LWT_LIBRARY")
  export LWT_LIBRARY
  ;;
esac

rm -rf "$folder"
release=$(sh tools/dist.sh "$folder")
mv "$release" "$folder/liblwt_$version.orig.tar.gz"
tar --extract --file="$folder/liblwt_$version.orig.tar.gz" --directory="$folder"
cp -r packaging/debian "$folder/liblwt-$version/debian"
# What our own make was told is not for the package's.
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
(cd "$folder/liblwt-$version" && dpkg-buildpackage --no-sign $what >../build.log 2>&1) || {
  tail -n 40 "$folder/build.log" >&2
  exit 1
}
rm -rf "$folder/liblwt-$version"
ls "$folder"/*.deb
