#!/bin/sh
# Ctrl-C stops copy_tree, with 130, and each file that is there is whole.
. "$(dirname "$0")/prepare"
cd "$work"

command -v timeout >/dev/null || skip "timeout(1) is not installed"

mkdir -p tree/small
head -c 100000000 /dev/zero | tr '\0' x >tree/large-1
cp tree/large-1 tree/large-2
(cd tree/small && seq 1 20000 | split -l 4 -a 4 -)

# `all_whole COPY`: nothing that is there differs from what was copied.
all_whole() {
  [ ! -d "$1" ] || (cd "$1" && find . -type f -exec sh -c \
    'for f; do cmp -- "$f" "$0/$f" || exit 1; done' "$work/tree" {} +) >differs 2>&1 ||
    fail "half a file is there: $(cat differs)"
}

# How fast this machine is, nobody knows: shorter and shorter, until the signal
# comes in the middle. timeout(1) sends it twice in a row: to the program, and
# to the group.
interrupted() {
  for delay in 3 1 0.5 0.3 0.2 0.15 0.1 0.08 0.06 0.05 0.04 0.03 0.02; do
    rm -rf copy
    status=0
    timeout -k 60 --preserve-status -s "$1" "$delay" \
      ${LWT_WRAP:-} "$LWT_EXAMPLES/copy_tree" --jobs "$2" tree copy >out 2>err || status=$?
    [ "$status" -ne 0 ] || continue
    all_whole copy
    [ "$status" -eq "$3" ] || fail "exit status $status after SIG$1, not $3"
    return
  done
  skip "copying was over each time before the signal came"
}

interrupted INT 32 130
interrupted INT 1 130
interrupted TERM 8 143
interrupted HUP 8 129
said 'stopped by a signal'

# What is switched off for a program stays off: so a shell starts those that
# run in the background.
rm -rf copy tree/large-2
status=0
${LWT_WRAP:-} "$LWT_EXAMPLES/copy_tree" tree copy >out 2>err &
sleep 0.02
kill -INT $! 2>/dev/null || :
wait $! || status=$?
[ "$status" -eq 0 ] || fail "stopped by a signal that is ignored: $status"
same_tree "$work/tree" "$work/copy"
