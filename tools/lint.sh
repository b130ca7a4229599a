#!/bin/sh
# What a compiler does not say: wrong arrows between rooms, lists and documents that disagree, and the checks of
# .clang-tidy over src/. Takes the compile commands of the release build; fails on any finding.
#
#   tools/lint.sh             all of src/
#   tools/lint.sh --changed   the sources that differ from changes_base, and for each header that does one that includes it
#   tools/lint.sh FILE…       only these files of src/
set -eu
cd "$(dirname "$0")/.."
[ -f build/compile_commands.json ] || { echo "build/ is not configured; \`make build\` does it" >&2; exit 1; }

# What a change is compared with: where it left the branch it is meant for; on that branch itself, the newest commit that is
# a day older than the last one. Nothing where there is neither.
changes_base() {
  head=$(git rev-parse HEAD 2>/dev/null) || return 0
  for branch in '@{upstream}' origin/HEAD; do
    base=$(git merge-base HEAD "$branch" 2>/dev/null) || continue
    [ "$base" = "$head" ] || { echo "$base"; return 0; }
  done
  git rev-list -1 --before="$(($(git show -s --format=%ct HEAD) - 86400))" HEAD
}

# A header has no compile command: what it says wrong is seen in the source of its own name, else in any that includes it.
source_for() {
  case "$1" in *.cpp) echo "$1"; return ;; esac
  if [ -f "${1%.h}.cpp" ]; then
    echo "${1%.h}.cpp"
  else
    grep -rlF --include='*.cpp' "#include \"${1#src/}\"" src | sort | head -n 1
  fi
}

changed_sources() {
  { git diff --name-only --diff-filter=d "$1" -- 'src/*.cpp' 'src/*.h'; git ls-files -o --exclude-standard 'src/*.cpp' 'src/*.h'; } |
    while read -r file; do source_for "$file"; done | sort -u
}

tools/check_rooms.py src
tools/check_docs.py

if [ "${1:-}" = --changed ]; then
  shift
  base=$(changes_base)
  if [ -z "$base" ] || ! git diff --quiet "$base" -- .clang-tidy; then
    echo "==> clang-tidy: everything, since $([ -n "$base" ] && echo ".clang-tidy has changed" || echo "there is nothing to compare with")"
  else
    files=$(changed_sources "$base")
    echo "==> clang-tidy: $(echo "$files" | grep -c . || true) sources of what has changed since $(git log -1 --format='%h (%cs)' "$base")"
    [ -n "$files" ] || exit 0
    # shellcheck disable=SC2086  # a list of words on purpose
    set -- $files
  fi
fi
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(git ls-files -co --exclude-standard 'src/*.cpp')

# LLVM 22's looks into what is ours only; Debian's, of 19, matches every check against all of Boost, which takes three times as long.
# The compile commands are g++'s: its warnings have other names, libseccomp's macros are C99, and Exiv2 0.27 has auto_ptr.
tidy=build/clang-tidy
version=22.1.8
[ -f "$tidy/clang_tidy-$version.dist-info/METADATA" ] ||
  /usr/bin/python3 -m pip install --quiet --root-user-action=ignore --upgrade --no-deps --target "$tidy" "clang-tidy==$version"
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 "$tidy/clang_tidy/data/bin/clang-tidy" -quiet -p build -warnings-as-errors='*' \
  -extra-arg=-Wno-unknown-warning-option -extra-arg=-Wno-c99-extensions -extra-arg=-Wno-missing-field-initializers -extra-arg=-Wno-deprecated-declarations
