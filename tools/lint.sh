#!/bin/sh
# What a compiler does not say: wrong arrows between rooms, lists and documents that disagree, and the checks of
# .clang-tidy over src/. Takes the compile commands of the release build; fails on any finding.
#
#   tools/lint.sh [FILE…]   only these files of src/ (clang-tidy)
set -eu
cd "$(dirname "$0")/.."
[ -f build/compile_commands.json ] || { echo "build/ is not configured; \`make build\` does it" >&2; exit 1; }

tools/check_rooms.py src
tools/check_docs.py

[ $# -gt 0 ] || set -- '/src/.*\.cpp$'
# The compile commands are g++'s: its warnings have other names, and libseccomp's macros are C99.
run-clang-tidy-19 -quiet -p build -j "$(nproc)" -warnings-as-errors='*' -extra-arg=-Wno-unknown-warning-option \
  -extra-arg=-Wno-c99-extensions -extra-arg=-Wno-missing-field-initializers "$@"
