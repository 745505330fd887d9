#!/bin/sh
# tail_f shows the end of a file and what comes after it: appended, cut, replaced,
# made later; by inotify and by asking.
. "$(dirname "$0")/prepare"
cd "$work"

pid=
stop() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || :
  [ -z "$pid" ] || wait "$pid" 2>/dev/null || :
  pid=
}
trap 'stop; rm -rf "$work"' EXIT

# Waits until the output is what standard input has, 30 seconds at most.
shows() {
  cat >wanted
  for _ in $(seq 600); do
    ! cmp -s out wanted || return 0
    sleep 0.05
  done
  diff out wanted >err.diff 2>&1 || cat err.diff >&2
  fail "$1"
}
says() {
  for _ in $(seq 600); do
    ! grep -q -F -e "$1" err || return 0
    sleep 0.05
  done
  fail "stderr does not say: $1"
}
follow() {
  stop
  # shellcheck disable=SC2086
  "$LWT_EXAMPLES/tail_f" $how "$@" >out 2>err &
  pid=$!
}

for how in '' '--poll'; do
  rm -f log
  seq 100 >log
  follow log
  seq 91 100 | shows "the last ten lines"
  echo more >>log
  { seq 91 100; echo more; } | shows "what was appended"
  : >log
  says 'log: it was cut'
  echo afresh >>log
  { seq 91 100; echo more; echo afresh; } | shows "what follows a cut"
  mv log log.1
  echo last >>log.1
  echo next >log
  says 'following the new file'
  { seq 91 100; echo more; echo afresh; echo last; echo next; } | shows "the file that replaced it"
  rm log
  says 'No such file'
  echo again >log
  { seq 91 100; echo more; echo afresh; echo last; echo next; echo again; } |
    shows "the file that was made again"
  kill -0 $pid || fail "it has ended"

  rm -f later
  follow -n 3 later
  says 'later: No such file'
  printf 'a\nb' >later
  printf 'a\nb' | shows "a file that is made later"

  follow -n 2 log.1
  printf 'afresh\nlast\n' | shows "two lines"
  follow -n 0 log.1
  sleep 0.2
  echo tip >>log.1
  echo tip | shows "nothing but what is new"
done

how=
seq 200000 >big
follow -n 100000 big
seq 100001 200000 | shows "many lines"
printf 'one\n' >one
printf 'two\n' >two
follow one two
printf '==> one <==\none\n\n==> two <==\ntwo\n' | shows "two files, each with its name"
stop

expect 0 example tail_f --help
grep -q 'usage: tail_f' out || fail "--help shows no usage"
expect 2 example tail_f
expect 2 example tail_f -n x one
expect 2 example tail_f -n
expect 2 example tail_f --nonsense one
said 'usage: tail_f'
