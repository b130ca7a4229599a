#!/bin/sh
# Formats the C++ sources in place; with --check changes nothing and fails where a file would change.
set -eu
cd "$(dirname "$0")/.."
formatter=clang-format-19
command -v "$formatter" >/dev/null || { echo "$formatter is missing; \`make format\` installs it" >&2; exit 1; }

case "${1:-}" in
  "") mode="-i" ;;
  --check) mode="--dry-run --Werror" ;;
  *) echo "usage: tools/format.sh [--check]" >&2; exit 2 ;;
esac
# shellcheck disable=SC2086  # $mode is a list of words
find src tests bench \( -name '*.h' -o -name '*.cpp' \) -print0 |
  xargs -0 -n 16 -P "$(nproc)" "$formatter" $mode --style=file
