#!/bin/sh
# test.sh all|quick: runs the tests, one step after the other. A step that
# fails does not stop the rest. The last line counts. With ENGINE=NAME in the
# environment, or ENGINE=all, only the C tests are run, with that engine or with
# each that the machine has.
set -u
sh tools/need.sh cargo cc || exit 1
what=${1:-all}
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
log=$target/test.log
passed=0
failed=0
skipped=0
bad=''

# step NAME COMMAND...: runs it, shows what it writes and counts what its
# "test result" lines say; a command without such lines is one test.
step() {
  name=$1
  shift
  echo "== $name"
  begun=$(date +%s)
  { "$@" 2>&1 && echo step-ok; } | tee "$log.raw" | sed '/^step-ok$/d'
  code=1
  [ "$(tail -n 1 "$log.raw")" = step-ok ] && code=0
  counts=$(sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed; \([0-9]*\) ignored.*/\1 \2 \3/p' \
    "$log.raw" | awk '{ p += $1; f += $2; i += $3 } END { print p + 0, f + 0, i + 0 }')
  not_done=$(grep -c '^skipped: ' "$log.raw")
  # shellcheck disable=SC2086
  set -- $counts
  if [ "$1$2" = 00 ] && [ "$not_done" = 0 ]; then
    [ $code = 0 ] && passed=$((passed + 1))
  fi
  [ $code != 0 ] && [ "$2" = 0 ] && failed=$((failed + 1))
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3 + not_done))
  [ $code = 0 ] || bad="$bad
  $name"
  echo "== $name: $([ $code = 0 ] && echo ok || echo FAILED) ($(($(date +%s) - begun)) s)"
}

# The tools of the toolchain that not every installation has.
toolchain_step() { # COMPONENT NAME COMMAND...
  component=$1
  shift
  if $cargo "$component" --version >/dev/null 2>&1; then
    step "$@"
  else
    case ${CI:-} in
    '' | 0 | false)
      echo "skipped: $1: cargo $component is not installed (rustup component add)"
      skipped=$((skipped + 1))
      ;;
    *) step "$@" ;;
    esac
  fi
}

loom() {
  RUSTFLAGS='--cfg loom' $cargo test --quiet --profile model --target-dir "$target/loom" --lib loom
}
documentation() {
  RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' $cargo doc --quiet --no-deps --document-private-items
}

# The library that is installed takes minutes, on one processor: it is begun
# first, beside what needs it not. If it fails, the tests that need it tell.
if [ "$what" = all ]; then
  $cargo rustc --quiet --release --lib --crate-type cdylib,staticlib >/dev/null 2>&1 &
fi

if [ -n "${ENGINE:-}" ]; then
  what=engine
  step "C tests, engine $ENGINE" $cargo test --quiet --test c_tests -- --engine "$ENGINE"
else
  toolchain_step fmt 'formatting' $cargo fmt --check
  toolchain_step clippy 'clippy' $cargo clippy --quiet --all-targets -- -D warnings
fi
if [ "$what" = quick ]; then
  step 'unit tests and headers' $cargo test --quiet --no-fail-fast --lib --test headers \
    --test round_trip
elif [ "$what" = all ]; then
  step 'documentation' documentation
  wait
  step 'unit tests, headers, C tests, examples, installation' $cargo test --no-fail-fast
  step 'C tests with debugging on' $cargo test --quiet --test c_tests -- --debugging
  step 'C tests under Valgrind' $cargo test --quiet --test c_tests -- --valgrind
  step 'C tests with AddressSanitizer' $cargo test --quiet --test c_tests -- --asan
  step 'C tests with ThreadSanitizer' $cargo test --quiet --test c_tests -- --tsan
  step 'loom models' loom
fi
rm -f "$log.raw"

[ -z "$bad" ] || echo "
failed:$bad"
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ -z "$bad" ]
