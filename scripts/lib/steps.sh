# Steps of scripts/test: each is timed, counted, and quiet unless it fails; then all of its output is shown.
# Sourced after common.sh.

passed=0
failed=0
tests_run=0
# Everything temporary goes in here, the leavings of browsers included.
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
log=$TMPDIR/log

# timed NAME COMMAND...: runs it into the log, prints how it ended and how long it took; false if it failed.
timed() {
  local name=$1 start=$SECONDS verdict=ok
  shift
  printf '%-58s' "$name"
  "$@" >"$log" 2>&1 || verdict=FAILED
  printf '%-6s %4s s\n' "$verdict" $((SECONDS - start))
  [ "$verdict" = ok ] && return
  printf '\n$ %s\n' "$*"
  cat "$log"
  printf '\n'
  return 1
}

# check NAME COMMAND...: counts as one test.
check() {
  if timed "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# tests NAME COMMAND...: counts the tests that the command says it ran. One that fails without a failed test, because
# something does not compile or crashes, counts as one failed; and so does one that runs no test at all.
tests() {
  local counts ok=1
  timed "$@" || ok=0
  counts=$(awk '/^test result: / {
    for (i = 1; i < NF; i++) { if ($(i + 1) ~ /^passed/) p += $i; if ($(i + 1) ~ /^failed/) f += $i }
  } END { print p + 0, f + 0 }' "$log")
  local p=${counts% *} f=${counts#* }
  if [ $((p + f)) -eq 0 ]; then say "       ran no test"; ok=0; fi
  if [ $ok -eq 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  passed=$((passed + p))
  failed=$((failed + f))
  tests_run=$((tests_run + p))
}

# The last line, and whether all is well.
summary() {
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$tests_run" -gt 0 ]
}
