#!/bin/sh
# repl calculates, on a terminal and without one, and knows what was typed last time.
. "$(dirname "$0")/prepare"
cd "$work"
repl="${LWT_WRAP:-} $LWT_EXAMPLES/repl"

printf '2 * (3 + 4)\nr = 2\nr * r\n1 +\n' | $repl history >answers || fail "exit status $?"
for answer in '= 14' '= 2' '= 4' '? a number is missing' 'background'; do
  grep -qF -e "$answer" answers || fail "no $answer: $(cat answers)"
done
[ "$(wc -l <history)" -eq 4 ] || fail "the history is $(cat history)"

command -v script >/dev/null || skip "script(1) is not installed"
for columns in 20 80 200; do
  # Up twice is the line before the last; Tab completes.
  { sleep 0.5; printf 'sq\t16) + 1\n'; sleep 0.3; printf '\033[A\033[A\n\004'; sleep 0.3; } |
    TERM=xterm script -qec "stty cols $columns rows 25; $repl history-$columns" typescript >screen ||
    fail "exit status $? at $columns columns: $(cat screen)"
  grep -qF '= 5' screen || fail "no answer at $columns columns: $(cat screen)"
  grep -qF '[background]' screen || fail "nothing from the background at $columns columns"
  [ "$(head -n 1 "history-$columns")" = 'sqrt(16) + 1' ] || fail "$(cat "history-$columns")"
done
