#!/bin/sh
# gtk_copy without a display: what it says then. With one: tests/gtk.rs.
set -eu
program=$LWT_EXAMPLES/gtk_copy
if [ ! -x "$program" ]; then
  echo "GTK is not installed" >&2
  exit 77
fi
unset DISPLAY WAYLAND_DISPLAY
fail() { echo "gtk_copy: $1" >&2; exit 1; }

"$program" --help >help || fail "--help fails"
grep -q '^Usage: gtk_copy' help || fail "--help says nothing of its usage"
status=0
"$program" a b 2>said || status=$?
[ "$status" = 1 ] || fail "without a display it ends with $status"
grep -q 'there is no display' said || fail "it does not say that there is no display"
for wrong in '--delay x a b' '--delay -1 a b' '--quit' 'a' 'a b c' '--no-such-option'; do
  status=0
  # shellcheck disable=SC2086
  "$program" $wrong 2>said || status=$?
  [ "$status" = 2 ] || fail "$wrong ends with $status"
done
