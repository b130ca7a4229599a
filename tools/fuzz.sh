#!/bin/sh
# Lets the fuzz targets of tests/fuzz search, two at a time, from the kept corpus. What they find to be new goes on in
# build/asan/found/<target> and is read again next time; an input that breaks something lies in build/asan/found as
# <target>-crash-…: it belongs, small, into tests/fuzz/corpus/<target> together with what cures it.
#
#   tools/fuzz.sh SECONDS [TARGET…]      so long for each of them
#
# FUZZ_SEED=N searches in the same order each time; without it each search is another.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?"usage: tools/fuzz.sh SECONDS [TARGET…]"}
shift
build=build/asan
[ $# -gt 0 ] || set -- $(ls tests/fuzz/corpus)
found=$build/found
mkdir -p "$found"

search() {
  target=$1
  shift
  mkdir -p "$found/$target"
  dictionary=tests/fuzz/dictionaries/$target
  [ ! -f "$dictionary" ] || set -- "-dict=$dictionary"
  # Nothing that a target reads may take it long or much memory: that would be a find as well.
  if "$build/fuzz_$target" "$@" -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -max_len=4096 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$found/$target-" "$found/$target" "tests/fuzz/corpus/$target" >"$found/$target.log" 2>&1; then
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$target.log") inputs, nothing found"
  else
    tail -n 60 "$found/$target.log"
    echo "$target: broken; see $found/$target.log"
    return 1
  fi
}

case "${FUZZ_ONE:-}" in
  "") printf '%s\n' "$@" | FUZZ_ONE=1 xargs -n 1 -P "$(nproc)" tools/fuzz.sh "$seconds" ;;
  *) search "$1" ;;
esac
