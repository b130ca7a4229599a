#!/bin/sh
# Installs what packaging/dependencies.txt names and this machine lacks. Says what it does; asks for root only
# when something is missing.
#
#   packaging/install-dependencies.sh KIND…
set -eu
list="$(dirname "$0")/dependencies.txt"
[ $# -gt 0 ] || { echo "$0: of which kind? See $list" >&2; exit 2; }
kinds=" $* "

for kind in $kinds; do
  grep -q "^$kind " "$list" || { echo "$0: there is no kind \"$kind\" in $list" >&2; exit 2; }
done

installed_version() {
  dpkg-query -W -f '${db:Status-Abbrev} ${Version}\n' "$1" 2>/dev/null | awk '$1 ~ /^.i/ { print $2; exit }'
}

candidate_version() {
  apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2; exit }'
}

# satisfies VERSION ALTERNATIVE
satisfies() {
  [ -n "$1" ] || return 1
  case "$2" in *'>='*) dpkg --compare-versions "$1" ge "${2#*>=}" ;; esac
}

# missing_of ALTERNATIVES: of those that there are, the first; nothing where that is installed.
missing_of() {
  for alternative in $(echo "$1" | tr '|' ' '); do
    package=${alternative%%>=*}
    ! satisfies "$(installed_version "$package")" "$alternative" || return 0
    satisfies "$(candidate_version "$package")" "$alternative" || continue
    echo "$package"
    return
  done
  echo "$1"  # there is none: apt-get has to say so
}

missing() {
  sed -e 's/#.*//' "$list" | while read -r kind alternatives; do
    case "$kinds" in *" $kind "*) ;; *) continue ;; esac
    # Node.js from elsewhere (nodejs.org, a version manager) is as good as the distribution's.
    case "$alternatives" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
    missing_of "$alternatives"
  done
}

[ -n "$(missing)" ] || exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
packages=$(missing)
for package in $packages; do
  case "$package" in
    *'|'* | *'>='*)
      echo "$0: this distribution has no package $package; docs/dependencies.md says what it is for" >&2
      exit 1
      ;;
  esac
done
echo "==> installing: $(echo "$packages" | tr '\n' ' ')"
# shellcheck disable=SC2086  # a list of words on purpose
$as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null
echo "==> installed"
