#!/bin/sh
# The example shell: what it understands, statuses, jobs, and ^C.
. "$(dirname "$0")/prepare"
cd "$work"

shell="${LWT_WRAP:-} $LWT_EXAMPLES/shell"

# Usage: gives LINE STATUS TEXT: the line ends so and writes this.
gives() {
  status=0
  text=$($shell -c "$1" 2>err </dev/null) || status=$?
  [ "$status" -eq "$2" ] || fail "\"$1\" ends with $status, not $2: $(cat err)"
  [ "$text" = "$3" ] || fail "\"$1\" writes \"$text\", not \"$3\""
}

gives 'echo one two' 0 'one two'
gives "echo 'a  b' \"c  d\" e\\ f" 0 'a  b c  d e f'
WORD=word
export WORD
gives 'echo $WORD "$WORD" \$WORD' 0 'word word $WORD'
gives 'printf "c\nb\na\n" | sort | head -n 1' 0 a
gives 'true; false' 1 ''
gives 'false; echo $?' 0 1
gives 'true && echo yes || echo no' 0 yes
gives 'false && echo yes || echo no' 0 no
gives 'exit 7' 7 ''
gives 'sh -c "exit 9" | cat' 0 ''
gives 'echo a | sh -c "cat; exit 9"' 9 a
gives 'sh -c "kill -9 \$\$"' 137 ''
gives 'no_such_program' 127 ''
gives 'echo text >file; echo more >>file; cat <file | tr a-z A-Z' 0 'TEXT
MORE'
gives 'sh -c "echo out; echo error >&2" >both 2>&1; sort both' 0 'error
out'
gives 'ls /no/such/folder 2>errors || wc -l <errors | tr -d " "' 0 1
gives 'cat </no/such/file | echo still' 0 still
gives 'cd /; pwd' 0 /
gives 'cd /no/such/folder' 1 ''
gives 'yes | head -n 1' 0 y
gives '# nothing' 0 ''
gives 'echo a # a comment' 0 a
gives '| cat' 2 ''
gives 'echo a |' 2 ''
gives 'echo "a' 2 ''
gives 'echo >' 2 ''
gives 'true &&' 2 ''

# Jobs go on while others run, and are waited for.
gives 'sh -c "sleep 0.2; echo late" & echo early; wait' 0 'early
late'
gives 'sleep 5 >/dev/null & jobs' 0 '[1] running: sleep 5 >/dev/null '
gives 'sh -c "exit 3" & wait' 3 ''

# Lines from a file and from standard input; the status is the last one's.
printf 'echo from a file\nfalse\n' >script
status=0
text=$($shell script) || status=$?
[ "$status" -eq 1 ] && [ "$text" = 'from a file' ] || fail "a script: $status, $text"
text=$(printf 'echo a\necho b | cat\n' | $shell)
[ "$text" = 'a
b' ] || fail "lines from standard input: $text"
status=0
$shell /no/such/file 2>err || status=$?
[ "$status" -eq 127 ] || fail "a script that is not there: $status"

# ^C ends what is in the foreground, and the shell goes on with the next line.
printf 'sleep 100 | sh -c "echo ready; exec sleep 100"\necho ended with $?\n' >script
$shell script >out 2>err &
while ! grep -q ready out; do
  kill -0 $! 2>/dev/null || fail "it ended before the interrupt"
  sleep 0.1
done
kill -INT $!
status=0
wait $! || status=$?
[ "$status" -eq 0 ] && [ "$(cat out)" = 'ready
ended with 130' ] || fail "an interrupt: $status, $(cat out err)"
