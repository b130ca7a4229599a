#!/bin/sh
# Installs what packaging/dependencies.txt names and this machine lacks. Says what it does; asks for root only
# when something is missing.
#
#   packaging/install-dependencies.sh [KIND…]      only these kinds; without one all of them
set -eu
list="$(dirname "$0")/dependencies.txt"
kinds=" ${*:-$(sed -e 's/#.*//' "$list" | awk 'NF { print $1 }' | sort -u | tr '\n' ' ')} "

for kind in $kinds; do
  grep -q "^$kind " "$list" || { echo "$0: there is no kind \"$kind\" in $list" >&2; exit 2; }
done

installed_version() {
  dpkg-query -W -f '${db:Status-Abbrev} ${Version}\n' "$1" 2>/dev/null | awk '$1 ~ /^.i/ { print $2; exit }'
}

candidate_version() {
  apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2; exit }'
}

# first_of VERSION_OF ALTERNATIVES: the first that there is in the version asked for.
first_of() {
  for alternative in $(echo "$2" | tr '|' ' '); do
    package=${alternative%%>=*}
    version=$("$1" "$package")
    [ -n "$version" ] || continue
    case "$alternative" in *'>='*) dpkg --compare-versions "$version" ge "${alternative#*>=}" || continue ;; esac
    echo "$package"
    return
  done
}

wanted() {
  sed -e 's/#.*//' "$list" | while read -r kind alternatives; do
    case "$kinds" in *" $kind "*) [ -z "$alternatives" ] || echo "$alternatives" ;; esac
  done
}

missing=""
for alternatives in $(wanted); do
  [ -z "$(first_of installed_version "$alternatives")" ] || continue
  # Node.js from elsewhere (nodejs.org, a version manager) is as good as the distribution's.
  case "$alternatives" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
  missing="$missing $alternatives"
done
[ -n "$missing" ] || exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
packages=""
for alternatives in $missing; do
  package=$(first_of candidate_version "$alternatives")
  if [ -z "$package" ]; then
    echo "$0: this distribution has no package $alternatives. What the others are for: docs/dependencies.md" >&2
    exit 1
  fi
  packages="$packages $package"
done
echo "==> installing:$packages"
# shellcheck disable=SC2086  # a list of words on purpose
$as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null
echo "==> installed"
