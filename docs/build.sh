#!/bin/sh
# build.sh [OUT]: builds the pages of the guide into the folder OUT (build/docs).
# The tools that docs/requirements.txt names are installed once, beside them; after
# that nothing is fetched. A warning is an error.
set -eu
cd "$(dirname "$0")/.."
out=${1:-build/docs}
tools=${LWT_DOCS_TOOLS:-$out/tools}
mkdir -p "$out"

if ! cmp -s docs/requirements.txt "$tools/requirements.txt"; then
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    echo "build.sh: python3 with its venv is needed (Debian: apt-get install python3-venv)" >&2
    exit 1
  fi
  python3 -m venv --clear "$tools"
  "$tools/bin/pip" --quiet --disable-pip-version-check install -r docs/requirements.txt
  cp docs/requirements.txt "$tools/requirements.txt"
fi
python3 docs/reference.py
# What a build that was broken off has left would be a warning of the next.
if [ -e "$out/unfinished" ]; then rm -rf "$out/cache" "$out/html"; fi
touch "$out/unfinished"
"$tools/bin/python" -m sphinx -q -W --keep-going -j auto -b html -d "$out/cache" docs "$out/html"
rm "$out/unfinished"
echo "$out/html/index.html"
