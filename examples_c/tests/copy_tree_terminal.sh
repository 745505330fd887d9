#!/bin/sh
# copy_tree draws a bar on a terminal, and only there.
. "$(dirname "$0")/prepare"
cd "$work"

command -v script >/dev/null || skip "script(1) is not installed"
escape=$(printf '\033')

mkdir tree
(cd tree && seq 1 800 | split -l 1 -a 4 -)

# On a terminal of its own, until the copying lasts long enough for a total.
on_terminal() {
  [ ! -e copy ] || mv copy "copied-$size${columns:-}"
  TERM=xterm COLUMNS=80 script -qec \
    "stty cols ${columns:-80}; ${LWT_WRAP:-} '$LWT_EXAMPLES/copy_tree' $1 tree copy" typescript \
    >screen </dev/null || fail "exit status $?: $(cat screen)"
}
for size in 40 100 200 400; do
  head -c "${size}000000" /dev/zero | tr '\0' x >tree/large
  on_terminal '--jobs 2'
  ! grep -q ' left' screen || break
done
size=last
same_tree "$work/tree" "$work/copy"
for word in '801' ' files' ' MB/s' ' left' "$escape\[K" '\[[#.]*\]'; do
  grep -q -e "$word" screen || fail "the bar does not show $word: $(tr '\r' '\n' <screen | head -5)"
done
tr '\r' '\n' <screen | tail -3 | grep -q '801 files, 1 directories' || fail "no summary at the end"

# Never wider than the terminal.
columns=30
on_terminal ''
tr '\r' '\n' <screen | sed "s/$escape\[K//g" | grep MB/s | grep -v ' in ' >bars || :
[ -z "$(awk 'length > 29' bars)" ] || fail "wider than the terminal: $(awk 'length > 29' bars)"

# A dumb one, a pipe, a file: no bar.
mv copy copied-narrow
TERM=dumb script -qec "${LWT_WRAP:-} '$LWT_EXAMPLES/copy_tree' tree copy" typescript >screen </dev/null
[ ! -s screen ] || fail "something is drawn on a dumb terminal"
mv copy copied-dumb
expect 0 copy_tree tree copy
[ ! -s out ] && [ ! -s err ] || fail "something is drawn where there is no terminal"

# Ctrl-C as it is typed.
mv copy copied-quiet
typed=0
(sleep 0.15; printf '\003'; sleep 0.2) |
  TERM=xterm script -qec "${LWT_WRAP:-} '$LWT_EXAMPLES/copy_tree' --jobs 1 tree copy" typescript >screen || typed=$?
case $typed in
0) ;; # it was over before
130)
  (cd copy && find . -type f -exec sh -c 'for f; do cmp -- "$f" "$0/$f" || exit 1; done' "$work/tree" {} +) \
    >err 2>&1 || fail "half a file is there"
  ;;
*) fail "exit status $typed after Ctrl-C" ;;
esac
