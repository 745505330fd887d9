#!/bin/sh
# example.sh OUT NAME...: builds examples into the folder OUT, each by the build
# line that stands in the first comment of its C file; so a line that does not
# work is found out. CC, CFLAGS and LWT_LIBRARY (where the library was built,
# target/release) come from the environment.
set -eu
out=$1
shift
mkdir -p "$out"
library=$(cd "${LWT_LIBRARY:-target/release}" && pwd)

for name; do
  base=${name##*/}
  line=$(awk '
    /\*\// { exit }
    found || /^ \*   cc / {
      found = 1
      more = sub(/\\$/, "")
      sub(/^ \* */, "")
      printf "%s ", $0
      if (!more) exit
    }' "examples_c/$name.c")
  case $line in
  "cc "*" -o $base "*"-Ltarget/release -llwt "*) ;;
  *)
    echo "examples_c/$name.c: no build line in its first comment: $line" >&2
    exit 1
    ;;
  esac
  # The line is for somebody who stands in the project, and has cc.
  before=${line%%" -o $base "*}
  after=${line#*" -o $base "}
  sources=${after%%-Ltarget/release -llwt*}
  # shellcheck disable=SC2086
  ${CC:-cc} ${before#cc } ${CFLAGS:-} $sources -o "$out/$base" \
    -L"$library" -llwt ${after##*-Ltarget/release -llwt} -Xlinker -rpath -Xlinker "$library"
done
