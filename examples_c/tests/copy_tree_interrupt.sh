#!/bin/sh
# Ctrl-C stops copy_tree, with 130, and each file that is there is whole.
. "$(dirname "$0")/prepare"
cd "$work"

command -v timeout >/dev/null || skip "timeout(1) is not installed"

mkdir -p tree/small
head -c 40000000 /dev/zero | tr '\0' x >tree/large-1
cp tree/large-1 tree/large-2
(cd tree/small && seq 1 1500 | split -l 1 -a 4 -)

# `all_whole COPY`: nothing that is there differs from what was copied.
all_whole() {
  [ ! -d "$1" ] || (cd "$1" && find . -type f -exec sh -c \
    'for f; do cmp -- "$f" "$0/$f" || exit 1; done' "$work/tree" {} +) >differs 2>&1 ||
    fail "half a file is there: $(cat differs)"
}

# Usage: interrupt SIGNAL JOBS STATUS DELAY. timeout(1) sends the signal twice
# in a row: to the program, and to the group. False: it came too late.
copied=0
interrupt() {
  copied=$((copied + 1))
  status=0
  timeout -k 60 --preserve-status -s "$1" "$4" \
    ${LWT_WRAP:-} "$LWT_EXAMPLES/copy_tree" --jobs "$2" tree "copy-$copied" >out 2>err || status=$?
  all_whole "copy-$copied"
  [ "$status" -ne 0 ] || return 1
  [ "$status" -eq "$3" ] || fail "exit status $status after SIG$1, not $3"
  # Under a slow checker it may come before the program is ready for it.
  [ ! -d "copy-$copied" ] || said "stopped by a signal: \"copy-$copied\" is not complete"
}

# How fast this machine is, nobody knows.
stopped=0
for delay in 0.01 0.02 0.03 0.05 0.08 ${LWT_WRAP:+1 2 4}; do
  ! interrupt INT 32 130 $delay || stopped=$((stopped + 1))
  ! interrupt INT 1 130 $delay || stopped=$((stopped + 1))
done
[ "$stopped" -gt 0 ] || skip "copying was over each time before the signal came"
interrupt TERM 8 143 0.02 || :
interrupt HUP 8 129 0.02 || :

# What is switched off for a program stays off: so a shell starts those that
# run in the background.
status=0
${LWT_WRAP:-} "$LWT_EXAMPLES/copy_tree" tree copy >out 2>err &
sleep 0.02
kill -INT $! 2>/dev/null || :
wait $! || status=$?
[ "$status" -eq 0 ] || fail "stopped by a signal that is ignored: $status"
same_tree "$work/tree" "$work/copy"
