#!/bin/sh
# example.sh OUT NAME...: builds examples into the folder OUT, each by the build
# line that stands in the first comment of its C file, or, if NAME ends in .cpp,
# of that C++ file; so a line that does not work is found out. CC, CXX, CFLAGS
# and LWT_LIBRARY (where the library was built, target/release) come from the
# environment. One whose comment has a line "needs HEADER" is left out where the
# compiler does not find that header, and one that "needs PACKAGE (pkg-config)" where
# pkg-config knows of no such package.
set -eu
out=$1
shift
mkdir -p "$out"
library=$(cd "${LWT_LIBRARY:-target/release}" && pwd)

for name; do
  case $name in
  *.cpp) file=examples_c/$name line_compiler=c++ compiler=${CXX:-c++} ;;
  *) file=examples_c/$name.c line_compiler=cc compiler=${CC:-cc} ;;
  esac
  base=${file##*/}
  base=${base%.*}
  line=$(awk '
    /\*\// { exit }
    found || /^ \*   (cc|c\+\+) / {
      found = 1
      more = sub(/\\$/, "")
      sub(/^ \* */, "")
      printf "%s ", $0
      if (!more) exit
    }' "$file")
  case $line in
  "$line_compiler "*" -o $base "*"-Ltarget/release -llwt "*) ;;
  *)
    echo "$file: no build line in its first comment: $line" >&2
    exit 1
    ;;
  esac
  missing=''
  for package in $(awk '/\*\// { exit } / \*   needs .*\(pkg-config\)/ { print $3 }' "$file"); do
    pkg-config --exists "$package" 2>/dev/null || missing=$package
  done
  for header in $(awk '/\*\// { exit } / \*   needs [^ ]*$/ { print $3 }' "$file"); do
    echo "#include <$header>" | $compiler -x c -fsyntax-only - 2>/dev/null || missing=$header
  done
  if [ -n "$missing" ]; then
    echo "$file: left out, for there is no $missing" >&2
    continue
  fi
  # The line is for somebody who stands in the project, and has cc and c++. It may ask
  # pkg-config, as a shell would.
  line=$(eval "echo $line")
  before=${line%%" -o $base "*}
  after=${line#*" -o $base "}
  sources=${after%%-Ltarget/release -llwt*}
  # shellcheck disable=SC2086
  $compiler ${before#"$line_compiler "} ${CFLAGS:-} $sources -o "$out/$base" \
    -L"$library" -llwt ${after##*-Ltarget/release -llwt} -Xlinker -rpath -Xlinker "$library"
done
